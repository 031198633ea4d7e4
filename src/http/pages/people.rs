//! «Люди и роли»: who holds which role, invitations that wait, and taking either away.

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, Pages, Refusal, answer, passed, reader, say::Say};
use crate::{
    http::Parts,
    journal::{self, Act, Entry},
    once::{Opened, Pass},
    people::roles::{
        Place,
        manage::{self, Holder, PAGE, ROWS, Seen},
    },
    season::staff::{self, Look},
    store::{self, staff_season::Owing},
};

#[derive(Template)]
#[template(path = "people.html")]
struct People<'p> {
    say: Say<'p>,
    seen: Seen,
    pass: Pass,
    past: i64,
    before: i64,
    after: i64,
    done: Option<String>,
    owing: Vec<Owing>,
}

impl People<'_> {
    /// What the season's turn says of somebody, if they owe an answer.
    fn turn(&self, one: &Holder) -> Option<String> {
        let owing = self.owing.iter().find(|owing| owing.person == one.person)?;
        Some(self.say.text(if owing.declined { "page-people-declined" } else { "page-people-owing" }))
    }

    fn silent(&self) -> usize {
        self.owing.iter().filter(|owing| !owing.declined).count()
    }

    fn remind(&self) -> String {
        self.say.counted("page-people-remind", &self.silent())
    }
}

#[derive(Template)]
#[template(path = "sure.html")]
struct Sure<'p> {
    say: Say<'p>,
    one: Holder,
    pass: Pass,
    past: i64,
}

#[derive(Deserialize)]
struct About {
    place: String,
}

/// What a form of the page asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    #[serde(default)]
    past: i64,
    /// A role to be taken away, if that is meant …
    ask: Option<Uuid>,
    /// … and it is.
    revoke: Option<Uuid>,
    /// An invitation to be taken back.
    withdraw: Option<Uuid>,
    /// Those who owe an answer for the season are to be reminded.
    remind: Option<String>,
}

/// The page as it is opened: somebody looks at other people's names.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let page = listed(pages, db, opened, (0, None)).await?;
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let detail = [("page", PAGE.to_owned()), ("place", about.place)];
    let entry = Entry::of(Some(opened.person), Act::PageOpened, None, detail);
    journal::write(db, &pages.vault, pages.clock.now(), &entry).await?;
    Ok(page)
}

/// Does what a form asks for.
pub(super) async fn work(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &asked.pass, PAGE)?;
        let mut tx = store::begin(&pages.pool).await?;
        let page = worked(pages, &mut tx, &opened, &asked).await?;
        tx.commit().await?;
        Ok(page)
    })
    .await
}

async fn worked(pages: &Pages, db: &mut PgConnection, opened: &Opened, asked: &Asked) -> Page {
    let (staff, now, past) = (opened.person, pages.clock.now(), asked.past.max(0));
    if let Some(id) = asked.ask {
        let one = manage::revocable(db, &pages.vault, staff, id).await?.ok_or(Refusal::NotFound)?;
        let (lang, zone) = reader(pages, db, staff).await?;
        let program = pages.program.current();
        let sure = Sure { say: Say::to(&program, lang, zone), one, pass: opened.pass(&pages.vault), past };
        return Ok(Html(sure.render()?));
    }
    let done = if let Some(id) = asked.revoke {
        let gone = manage::revoke(db, &pages.vault, staff, id, now).await?;
        Some(if gone.is_some() { "page-people-revoked" } else { "page-people-gone" })
    } else if let Some(id) = asked.withdraw {
        let gone = manage::withdraw(db, &pages.vault, staff, id, now).await?;
        Some(if gone { "page-people-withdrawn" } else { "page-people-gone" })
    } else if asked.remind.is_some() {
        let told = staff::remind(db, pages.program.current().seasons(), look(pages, opened)?).await?;
        return listed(pages, db, opened, (past, Some(("page-people-reminded", told)))).await;
    } else {
        None
    };
    listed(pages, db, opened, (past, done.map(|key| (key, 0)))).await
}

/// Whose staff is looked at.
fn look(pages: &Pages, opened: &Opened) -> Result<Look, Refusal> {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let place = Place::read(&about.place).ok_or(Refusal::NotFound)?;
    let now = pages.clock.now();
    Ok(Look { reader: opened.person, territory: place.territory(), school: place.school(), now })
}

async fn listed(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    (past, done): (i64, Option<(&'static str, usize)>),
) -> Page {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let place = Place::read(&about.place).ok_or(Refusal::NotFound)?;
    let seen = manage::see(db, &pages.vault, opened.person, (place, past), pages.clock.now()).await?;
    let seen = seen.ok_or(Refusal::NotFound)?;
    let program = pages.program.current();
    let owing = staff::owing(db, program.seasons(), look(pages, opened)?).await?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let say = Say::to(&program, lang, zone);
    let done = done.map(|(key, n)| say.counted(key, &n));
    let (before, after) = ((past - ROWS).max(0), past + ROWS);
    let page = People { say, seen, pass: opened.pass(&pages.vault), past, before, after, done, owing };
    Ok(Html(page.render()?))
}
