//! «Мои данные»: all that is held of whoever asks, or of a child of theirs.

use askama::Template;
use axum::response::Html;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{Page, Pages, Refusal, reader, say::Say};
use crate::{
    ids::PersonId,
    once::Opened,
    people::own::{self, Own},
    verification,
};

#[derive(Template)]
#[template(path = "own.html")]
struct Shown<'p> {
    say: Say<'p>,
    own: Own,
    phone: Option<String>,
    answers: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct About {
    about: PersonId,
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let own = own::all(db, &pages.vault, opened.person, about.about).await?.ok_or(Refusal::NotFound)?;
    let phone = match &own.phone {
        Some((id, _, _)) => verification::masked(db, &pages.vault, &[*id]).await?.remove(id),
        None => None,
    };
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let answers = own.answers.iter().map(|(key, value, _)| (say.question(key), value.clone())).collect();
    Ok(Html(Shown { say, own, phone, answers }.render()?))
}
