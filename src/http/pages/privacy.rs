//! «Кто видит мои данные»: for anybody, signed in or not.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{Html, Response},
};
use serde::Deserialize;

use super::{answer, say::Say};
use crate::{http::Parts, locale::FALLBACK, store::own};

/// Who sees data by a role, from the widest to the nearest; each has its reason in the words of the page.
const ROLES: [&str; 5] = ["teacher", "school_admin", "coordinator", "operator", "support"];
/// Who sees them without one, and those who work for the operator.
const OTHERS: [&str; 5] = ["parent", "venue", "platform", "interface", "first_line"];

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy<'p> {
    say: Say<'p>,
    roles: Vec<(&'static str, usize)>,
}

impl Privacy<'_> {
    fn others(&self) -> [&'static str; 5] {
        OTHERS
    }

    fn who(&self, who: &str) -> String {
        self.say.text(&format!("page-privacy-{who}"))
    }

    fn why(&self, who: &str) -> String {
        self.say.text(&format!("page-privacy-{who}-why"))
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
}

/// The page.
pub(super) async fn show(State(parts): State<Parts>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    answer(&parts, async |pages| {
        let counts = own::holders(&mut *pages.pool.acquire().await?).await?;
        let many = |role: &str| counts.iter().find(|(held, _)| held == role).map_or(0, |(_, many)| *many);
        let roles = ROLES.map(|role| (role, usize::try_from(many(role)).unwrap_or_default()));
        let program = pages.program.current();
        // Whoever wants another language says so, or their browser does.
        let wanted = asked.lang.or_else(|| Some(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?.to_owned()));
        let known = |lang: &&str| wanted.as_ref().is_some_and(|wanted| wanted.starts_with(lang));
        let lang = program.locales().languages().find(known).unwrap_or(FALLBACK).to_owned();
        let say = Say::to(&program, lang, crate::territory::DEFAULT_ZONE);
        Ok(Html(Privacy { say, roles: roles.to_vec() }.render()?))
    })
    .await
}
