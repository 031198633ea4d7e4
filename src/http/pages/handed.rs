//! Tables that teachers have handed in: looked at with what is wrong with them, imported in one press, or returned with a remark.

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Refusal, answer,
    import::{Judged, at, front, programme},
    passed, reader,
    say::Say,
};
use crate::{
    http::Parts,
    import::{
        desk::PAGE,
        request::{self, Waiting},
    },
    once::Pass,
    store,
};

#[derive(Template)]
#[template(path = "handed.html")]
struct Handed<'p> {
    say: Say<'p>,
    pass: Pass,
    one: Waiting,
    judged: Judged,
}

/// What a form says about a table that was handed in; without one the front page follows.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    request: Option<Uuid>,
    #[serde(rename = "do", default)]
    what: String,
    #[serde(default)]
    remark: String,
}

/// Shows one, imports or returns it.
pub(super) async fn handed(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &asked.pass, PAGE)?;
        let desk = at(pages, &opened);
        let mut tx = store::begin(&pages.pool).await?;
        let page = match (asked.request, asked.what.as_str()) {
            (Some(id), "import") => {
                let report = request::import(&mut tx, &desk, id).await.map_err(programme)?;
                let report = report.ok_or(Refusal::NotFound)?;
                front(pages, &mut tx, &opened, Some(Judged::of(id, true, &report)), None).await?
            }
            (Some(id), "return") => {
                if !request::give_back(&mut tx, &desk, id, &asked.remark).await.map_err(programme)? {
                    return Err(Refusal::NotFound);
                }
                front(pages, &mut tx, &opened, None, Some("page-handed-returned")).await?
            }
            (Some(id), _) => {
                let found = request::open(&mut tx, &desk, id).await.map_err(programme)?;
                let (one, report) = found.ok_or(Refusal::NotFound)?;
                let (lang, zone) = reader(pages, &mut tx, opened.person).await?;
                let program = pages.program.current();
                let say = Say::to(&program, lang, zone);
                let judged = Judged::of(id, false, &report);
                let page = Handed { say, pass: opened.pass(&pages.vault), one, judged };
                Html(page.render()?)
            }
            (None, _) => front(pages, &mut tx, &opened, None, None).await?,
        };
        tx.commit().await?;
        Ok(page)
    })
    .await
}
