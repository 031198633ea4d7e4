//! «Удаления»: acts of erasure: those that are held and can be taken back, and those that are done, each as a PDF.

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
    cards::act::{self, Act},
    erasure::{
        self, PAGE, ROWS, Seen,
        lapse::{self, Confirmed, Missing},
    },
    http::Parts,
    once::{Opened, Pass},
    store::{self, held, roles},
};

#[derive(Template)]
#[template(path = "erasures.html")]
struct Erasures<'p> {
    say: Say<'p>,
    missing: Option<Missing>,
    acts: Vec<Seen>,
    more: bool,
    pass: Pass,
    past: i64,
    before: i64,
    after: i64,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "erasures_sure.html")]
struct Sure<'p> {
    say: Say<'p>,
    act: Seen,
    pass: Pass,
}

#[derive(Template)]
#[template(path = "erasures_lapse.html")]
struct Lapse<'p> {
    say: Say<'p>,
    missing: Missing,
    pass: Pass,
}

/// What a form of the page asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    #[serde(default)]
    past: i64,
    /// An act to be taken back, if that is meant …
    ask: Option<Uuid>,
    /// … and it is.
    back: Option<Uuid>,
    /// Profiles without a consent, if they are meant to go: how many were shown …
    lapse: Option<i64>,
    /// … and they are.
    confirm: Option<i64>,
}

/// An act to be printed.
#[derive(Deserialize)]
pub(super) struct Printed {
    pass: Pass,
    act: Uuid,
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    listed(pages, db, opened, (0, None)).await
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
    let staff = opened.person;
    if let Some(id) = asked.ask {
        let act = erasure::one(db, staff, id).await?.filter(|act| act.state == "held").ok_or(Refusal::NotFound)?;
        let (lang, zone) = reader(pages, db, staff).await?;
        let program = pages.program.current();
        let sure = Sure { say: Say::to(&program, lang, zone), act, pass: opened.pass(&pages.vault) };
        return Ok(Html(sure.render()?));
    }
    let now = pages.clock.now();
    if asked.lapse.is_some() {
        let program = pages.program.current();
        let missing = lapse::look(db, program.seasons(), staff, now).await?;
        let missing = missing.filter(|missing| missing.open && missing.all > 0).ok_or(Refusal::NotFound)?;
        let (lang, zone) = reader(pages, db, staff).await?;
        let lapse = Lapse { say: Say::to(&program, lang, zone), missing, pass: opened.pass(&pages.vault) };
        return Ok(Html(lapse.render()?));
    }
    let done = if let Some(shown) = asked.confirm {
        let program = pages.program.current();
        let press = (&*pages.vault, &*pages.dice);
        Some(match lapse::confirm(db, press, program.seasons(), (staff, shown), now).await? {
            Confirmed::Act(_) => "page-erasures-confirmed",
            Confirmed::Changed => "page-erasures-changed",
            Confirmed::Nothing => "page-erasures-nothing",
        })
    } else if let Some(id) = asked.back {
        let back = erasure::take_back(db, &pages.vault, (staff, id), now).await?;
        Some(if back { "page-erasures-taken_back" } else { "page-erasures-late" })
    } else {
        None
    };
    listed(pages, db, opened, (asked.past.max(0), done)).await
}

async fn listed(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    (past, done): (i64, Option<&'static str>),
) -> Page {
    if !roles::answers_for_a_territory(&mut *db, opened.person).await? {
        return Err(Refusal::NotFound);
    }
    let (acts, more) = erasure::see(&mut *db, opened.person, past).await?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let missing = lapse::look(&mut *db, program.seasons(), opened.person, pages.clock.now()).await?;
    let say = Say::to(&program, lang, zone);
    let done = done.map(|key| say.text(key));
    let (before, after) = ((past - ROWS).max(0), past + ROWS);
    let page = Erasures { say, missing, acts, more, pass: opened.pass(&pages.vault), past, before, after, done };
    Ok(Html(page.render()?))
}

/// An act, as a PDF.
pub(super) async fn print(State(parts): State<Parts>, Form(printed): Form<Printed>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match sheet(pages, &printed).await {
        Ok((number, pdf)) => {
            let name = format!("attachment; filename=\"act-{number}.pdf\"");
            ([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf)
                .into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

async fn sheet(pages: &Pages, printed: &Printed) -> Result<(i64, Vec<u8>), Refusal> {
    let opened = passed(pages, &printed.pass, PAGE)?;
    let mut db = pages.pool.acquire().await?;
    let seen = erasure::one(&mut db, opened.person, printed.act).await?.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, &mut db, opened.person).await?;
    let program = pages.program.current();
    let words = words(&Say::to(&program, lang, zone), &seen);
    let pdf = tokio::task::spawn_blocking(move || act::act(&words)).await;
    let pdf = pdf.ok().and_then(|pdf| pdf.inspect_err(|error| tracing::error!("an act: {error}")).ok());
    Ok((seen.number, pdf.ok_or(Refusal::NotFound)?))
}

fn words(say: &Say<'_>, seen: &Seen) -> Act {
    let fact = |key: &str, value: String| (say.text(key), value);
    let ground = say.text(ground(&seen.ground));
    let mut facts = vec![
        fact("page-erasures-place", seen.place.clone().unwrap_or_default()),
        fact("page-erasures-ground", ground),
        fact("page-erasures-people", seen.people.to_string()),
        fact("page-erasures-asked", say.moment(&seen.asked_at)),
        fact("page-erasures-state", say.text(state(&seen.state))),
    ];
    if let Some(season) = &seen.season {
        facts.push(fact("page-erasures-season", season.clone()));
    }
    if let Some(at) = &seen.ended_at {
        facts.push(fact("page-erasures-ended", say.moment(at)));
    }
    let told = |table: &str| held::SHOWN.iter().any(|(shown, _)| *shown == table);
    let (told, rest): (Vec<_>, Vec<_>) = seen.gone.0.iter().partition(|(table, _)| told(table));
    let mut rows: Vec<_> =
        told.iter().map(|(table, rows)| (say.text(&format!("page-held-{table}")), rows.to_string())).collect();
    let rest: u64 = rest.iter().map(|(_, rows)| **rows).sum();
    rows.push((say.text("page-erasures-rest"), rest.to_string()));
    Act {
        title: say.about("page-erasures-title", &seen.number.to_string()),
        lang: say.lang().to_owned(),
        facts,
        counted: say.text("page-erasures-counted"),
        rows,
        note: say.text("page-erasures-note"),
        signature: say.text("page-erasures-signature"),
    }
}

/// The text of a ground.
fn ground(word: &str) -> &'static str {
    match word {
        "self" => "page-erasures-ground_self",
        "parent" => "page-erasures-ground_parent",
        _ => "page-erasures-ground_no_consent",
    }
}

/// The text of a state.
fn state(word: &str) -> &'static str {
    match word {
        "held" => "page-erasures-held",
        "erasing" => "page-erasures-erasing",
        "done" => "page-erasures-done",
        _ => "page-erasures-undone",
    }
}
