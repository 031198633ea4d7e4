//! «Приглашения педагогам»: who of the imported teachers has not come yet, the text to forward to each, and all of them on paper.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, Pages, Refusal, answer, passed, reader, refused, say::Say};
use crate::{
    cards::{self, Card},
    http::Parts,
    journal::{self, Act, Entry},
    once::{Opened, Pass},
    people::roles::{
        Place,
        awaited::{Desk, PAGE, Seen, Teacher, Where},
    },
    store,
};

#[derive(Template)]
#[template(path = "invitations.html")]
struct Invitations<'p> {
    pages: &'p Pages,
    say: Say<'p>,
    seen: Seen,
    pass: Pass,
    done: Option<String>,
}

impl Invitations<'_> {
    fn counted(&self, key: &str, n: usize) -> String {
        self.say.counted(key, &n)
    }

    /// What is forwarded to one of them; nothing where there is no invitation.
    fn letter(&self, one: &Teacher) -> Option<String> {
        let (code, until) = one.code.as_ref()?;
        let link = self.pages.doors.invitation(&code.shown());
        let until = self.say.moment(until);
        let words: [(&str, &str); 5] = [
            ("name", &one.name),
            ("school", &one.school),
            ("classes", &one.classes),
            ("link", &link),
            ("until", &until),
        ];
        Some(self.say.words("page-invitations-letter", &words))
    }
}

#[derive(Deserialize)]
struct About {
    /// Empty: all that the reader answers for.
    place: String,
}

/// What a form of the page asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    /// Those that are missing are to be made.
    make: Option<String>,
    /// A teacher who is to get a new one.
    renew: Option<Uuid>,
}

/// What the print's form carries.
#[derive(Deserialize)]
pub(super) struct Printed {
    pass: Pass,
}

/// The pass of this page for all that somebody answers for, from another page of theirs.
pub(super) fn pass(pages: &Pages, opened: &Opened) -> Pass {
    opened.onto(PAGE, serde_json::json!({"place": ""})).pass(&pages.vault)
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    listed(pages, db, opened, None).await
}

/// Does what a form asks for.
pub(super) async fn work(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &asked.pass, PAGE)?;
        let mut tx = store::begin(&pages.pool).await?;
        let (desk, at) = (desk(pages, &opened), place(&opened)?);
        let done = match (asked.renew, asked.make.is_some()) {
            (Some(person), _) => {
                let renewed = desk.renew(&mut tx, at, person).await?;
                Some((if renewed { "page-invitations-renewed" } else { "page-invitations-gone" }, 0))
            }
            (None, true) => {
                let made = desk.invite(&mut tx, at).await?.ok_or(Refusal::NotFound)?;
                Some(("page-invitations-made", made))
            }
            (None, false) => None,
        };
        let page = listed(pages, &mut tx, &opened, done).await?;
        tx.commit().await?;
        Ok(page)
    })
    .await
}

/// Somebody looks at other people's names, and that is on record.
async fn listed(pages: &Pages, db: &mut PgConnection, opened: &Opened, done: Option<(&'static str, usize)>) -> Page {
    let seen = desk(pages, opened).see(db, place(opened)?).await?.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let done = done.map(|(key, n)| say.counted(key, &n));
    let page = Invitations { pages, say, seen, pass: opened.pass(&pages.vault), done };
    let html = Html(page.render()?);
    record(pages, db, opened).await?;
    Ok(html)
}

async fn record(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Result<(), Refusal> {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let detail = [("page", PAGE.to_owned()), ("place", about.place)];
    let entry = Entry::of(Some(opened.person), Act::PageOpened, None, detail);
    Ok(journal::write(db, &pages.vault, pages.clock.now(), &entry).await?)
}

/// All invitations as a PDF.
pub(super) async fn print(State(parts): State<Parts>, Form(printed): Form<Printed>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match sheets(pages, &printed).await {
        Ok(pdf) => {
            let name = "attachment; filename=\"invitations.pdf\"";
            ([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, name)], pdf).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

/// Invitations that had to be made are kept only once their sheet is there.
async fn sheets(pages: &Pages, printed: &Printed) -> Result<Vec<u8>, Refusal> {
    let opened = passed(pages, &printed.pass, PAGE)?;
    let (desk, at) = (desk(pages, &opened), place(&opened)?);
    let mut tx = store::begin(&pages.pool).await?;
    desk.invite(&mut tx, at).await?.ok_or(Refusal::NotFound)?;
    let seen = desk.see(&mut tx, at).await?.filter(|seen| !seen.teachers.is_empty()).ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, &mut tx, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang.clone(), zone);
    let how = if pages.doors.ways("").is_empty() { "page-invitations-card_code" } else { "page-invitations-card_qr" };
    // They may have been made on different days: what is printed on all of them holds for each.
    let until = seen.teachers.iter().filter_map(|one| Some(one.code.as_ref()?.1)).min().ok_or(Refusal::NotFound)?;
    let words = cards::Words {
        title: say.about("page-invitations-title", &seen.place),
        programme: say.text("page-programme"),
        code: say.text("page-invitations-card"),
        how: format!("{} {}", say.text(how), say.day("page-invitations-card_until", &until)),
        lang,
    };
    let all: Vec<Card> = seen.teachers.iter().filter_map(|one| card(pages, one)).collect();
    let pdf = tokio::task::spawn_blocking(move || cards::sheets(&all, &words)).await;
    let pdf = pdf.ok().and_then(|pdf| pdf.inspect_err(|error| tracing::error!("invitations: {error}")).ok());
    let pdf = pdf.ok_or(Refusal::NotFound)?;
    record(pages, &mut tx, &opened).await?;
    tx.commit().await?;
    Ok(pdf)
}

fn card(pages: &Pages, one: &Teacher) -> Option<Card> {
    let code = one.code.as_ref()?.0.shown();
    let class = [one.school.as_str(), &one.classes].join(", ");
    Some(Card { name: one.name.clone(), class, ways: pages.doors.ways(&code), code })
}

fn place(opened: &Opened) -> Result<Where, Refusal> {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    if about.place.is_empty() {
        return Ok(None);
    }
    Place::read(&about.place).map(Some).ok_or(Refusal::NotFound)
}

fn desk<'p>(pages: &'p Pages, opened: &Opened) -> Desk<'p> {
    Desk { vault: &pages.vault, dice: &pages.dice, staff: opened.person, now: pages.clock.now() }
}
