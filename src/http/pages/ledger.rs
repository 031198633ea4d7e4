//! Who got a broadcast, in numbers, and as a workbook to take along.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{Page, Pages, Refusal, passed, reader, refused, say::Say};
use crate::{
    broadcast::{
        ledger::{Line, Titles, What, book, read},
        sending::LEDGER,
    },
    http::Parts,
    ids::BroadcastId,
    journal::{self, Act, Entry},
    once::{Opened, Pass},
    store,
};

/// Lines that a workbook may have: a sheet holds a million.
const MOST: usize = 1_000_000;

const WHAT: [(What, &str); 8] = [
    (What::Sent, "page-ledger-sent"),
    (What::Corrected, "page-ledger-corrected"),
    (What::Recalled, "page-ledger-recalled"),
    (What::Waits, "page-ledger-waits"),
    (What::Blocked, "page-ledger-blocked"),
    (What::OptedOut, "page-ledger-opted_out"),
    (What::Cancelled, "page-ledger-cancelled"),
    (What::Refused, "page-ledger-refused"),
];

#[derive(Template)]
#[template(path = "ledger.html")]
struct Shown<'p> {
    say: Say<'p>,
    pass: Pass,
    all: usize,
    counts: Vec<(String, usize)>,
}

#[derive(Deserialize)]
struct About {
    cast: BroadcastId,
}

/// What the page's form asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
}

/// The page as it is opened; the journal is told, for the workbook names people.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let lines = lines(pages, db, opened).await?;
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let detail = [("page", LEDGER.to_owned()), ("broadcast", about.cast.to_string())];
    let entry = Entry::of(Some(opened.person), Act::PageOpened, None, detail);
    journal::write(db, &pages.vault, pages.clock.now(), &entry).await?;
    let mut counts: BTreeMap<What, usize> = BTreeMap::new();
    lines.iter().for_each(|line| *counts.entry(line.what).or_default() += 1);
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let named = WHAT.iter().filter_map(|(what, key)| Some((say.text(key), *counts.get(what)?)));
    let counts = named.collect();
    Ok(Html(Shown { say, pass: opened.pass(&pages.vault), all: lines.len(), counts }.render()?))
}

async fn lines(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Result<Vec<Line>, Refusal> {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    Ok(read(db, &pages.vault, opened.person, about.cast, MOST).await?)
}

/// The workbook.
pub(super) async fn file(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match written(pages, &asked).await {
        Ok(book) => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let name = "attachment; filename=\"ledger.xlsx\"";
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], book).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

async fn written(pages: &Pages, asked: &Asked) -> Result<Vec<u8>, Refusal> {
    let opened = passed(pages, &asked.pass, LEDGER)?;
    let mut tx = store::begin(&pages.pool).await?;
    let lines = lines(pages, &mut tx, &opened).await?;
    let (lang, zone) = reader(pages, &mut tx, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let columns = [
        "page-ledger-name",
        "page-ledger-place",
        "page-ledger-channel",
        "page-ledger-what",
        "page-ledger-at",
        "page-ledger-message",
    ];
    let what = WHAT.iter().map(|(what, key)| (*what, say.text(key))).collect();
    let titles = Titles { columns: columns.map(|key| say.text(key)), what, zone };
    book(&lines, &titles).map_err(|error| {
        tracing::error!("a ledger can't be made: {error}");
        Refusal::NotFound
    })
}
