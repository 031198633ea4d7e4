//! A whole number, for whoever of first-line support has its request in hand and has said why.

use askama::Template;
use axum::response::Html;
use sqlx::PgConnection;

use super::{Page, Pages, Refusal, reader, say::Say};
use crate::{
    once::Opened,
    support::{self, About},
};

#[derive(Template)]
#[template(path = "request.html")]
struct Revealed<'p> {
    say: Say<'p>,
    number: String,
    phone: String,
}

/// The page as it is opened; the journal is told.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let found = support::revealed(db, &pages.vault, opened.person, &about, pages.clock.now()).await?;
    let (number, phone) = found.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let page = Revealed { say: Say::to(&program, lang, zone), number: number.to_string(), phone };
    Ok(Html(page.render()?))
}
