//! «Напомнить этим»: who would get it, who can't and why, a question, and it is sent.

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};

use super::{
    super::{Refusal, answer, say::Say},
    visit::{Fields, Visit},
};
use crate::{
    http::Parts,
    once::Pass,
    pupils::{
        filter::Filter,
        remind::{Reach, Sent, reach, send},
    },
    store,
};

#[derive(Template)]
#[template(path = "remind.html")]
struct Remind<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    reach: Reach,
}

/// Asks, or does it.
pub(in super::super) async fn remind(State(parts): State<Parts>, Form(fields): Form<Fields>) -> Response {
    answer(&parts, async |pages| {
        let visit = Visit::of(pages, &fields)?;
        let about = (visit.place()?, visit.filter);
        let mut tx = store::begin(&pages.pool).await?;
        let page = if visit.has("send") {
            let sent = send(&mut tx, &pages.vault, visit.look(), about).await?.ok_or(Refusal::NotFound)?;
            let done = match sent {
                Sent::Queued { night: false, .. } => "page-remind-sent",
                Sent::Queued { night: true, .. } => "page-remind-sent_night",
                Sent::Already => "page-remind-already",
                Sent::Nobody => "page-remind-nobody",
            };
            super::listed(pages, &mut tx, &visit.opened, (visit.filter, visit.past), Some(done)).await?
        } else {
            let reach = reach(&mut tx, &pages.vault, visit.look(), about).await?.ok_or(Refusal::NotFound)?;
            let program = pages.program.current();
            let say = visit.say(&mut tx, &program).await?;
            let page = Remind { say, pass: visit.pass(), filter: visit.filter, past: visit.past, reach };
            Html(page.render()?)
        };
        tx.commit().await?;
        Ok(page)
    })
    .await
}
