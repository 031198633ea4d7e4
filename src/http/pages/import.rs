//! «Загрузка таблицы»: a table is handed in, judged, and written after a word; what was refused comes back marked.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Form,
    extract::{Multipart, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Page, Pages, Refusal, passed, patience, reader, refused, say::Say};
use crate::{
    http::Parts,
    import::{
        self, Error, Report, apart,
        desk::{self, Desk, PAGE},
        progress::Progress,
        table::{MAX_BYTES, Table},
    },
    once::{Opened, Pass},
    store::{self, roles},
};

/// Faults that the page shows; the table that comes back has all.
const SHOWN: usize = 100;
/// Bytes of a request: the largest table with what a form puts around it.
pub(super) const BODY: usize = MAX_BYTES + 64 * 1024;
/// How long an upload may take over a slow line.
const SLOW: Duration = Duration::from_secs(120);
/// What a workbook is called on the wire.
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "import.html")]
struct Import<'p> {
    say: Say<'p>,
    pass: Pass,
    judged: Option<Judged>,
    wrong: Option<String>,
}

/// What came of a table.
struct Judged {
    upload: Uuid,
    written: bool,
    changes: usize,
    summary: Vec<String>,
    marks: Vec<(u32, String)>,
    more: usize,
}

impl Judged {
    fn of(upload: Uuid, written: bool, report: &Report) -> Self {
        let summary = report.text.lines().filter(|line| !line.starts_with("строка ")).map(str::to_owned).collect();
        let marks = report.marks.iter().map(|(row, found)| (*row, found.join("; "))).take(SHOWN).collect();
        let more = report.marks.len().saturating_sub(SHOWN);
        Self { upload, written, changes: report.changes, summary, marks, more }
    }
}

/// What a form of the page says about a table that was judged.
#[derive(Deserialize)]
pub(super) struct About {
    pass: Pass,
    upload: Uuid,
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    page(pages, db, opened, None, None).await
}

async fn page(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    judged: Option<Judged>,
    wrong: Option<String>,
) -> Page {
    if !roles::answers_for_a_territory(db, opened.person).await? {
        return Err(Refusal::NotFound);
    }
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let import = Import { say: Say::to(&program, lang, zone), pass: opened.pass(&pages.vault), judged, wrong };
    Ok(Html(import.render()?))
}

/// Takes a table and judges it.
pub(super) async fn upload(State(parts): State<Parts>, form: Multipart) -> Response {
    let Some(pages) = parts.pages else { return StatusCode::NOT_FOUND.into_response() };
    let taken = timeout(SLOW, taken(form)).await.ok().flatten().ok_or(Refusal::Over);
    let taken = taken.and_then(|(pass, bytes)| Ok((passed(&pages, &pass, PAGE)?, bytes)));
    match taken {
        Ok((opened, bytes)) => {
            let (progress, hears) = Progress::heard();
            let work = judged(Arc::clone(&pages), opened, bytes, progress);
            patience::answer(pages, "page-import", hears, patience::SOON, work).await
        }
        Err(refusal) => refused(&pages, refusal),
    }
}

async fn judged(pages: Arc<Pages>, opened: Opened, bytes: Vec<u8>, progress: Progress) -> Page {
    let mut db = pages.pool.acquire().await?;
    // Before anything is read for somebody who may not ask for it.
    if !roles::answers_for_a_territory(&mut db, opened.person).await? {
        return Err(Refusal::NotFound);
    }
    drop(db);
    let read = apart::read(&pages.program_file, &bytes).await;
    drop(bytes);
    let mut tx = store::begin(&pages.pool).await?;
    let shown = match judge(&pages, &mut tx, &opened, read, progress).await {
        Ok(judged) => page(&pages, &mut tx, &opened, Some(judged), None).await?,
        Err(Error::Programme(error)) => return Err(error.into()),
        // What is wrong with a table is told in the words of the import.
        Err(error) => page(&pages, &mut tx, &opened, None, Some(error.to_string())).await?,
    };
    tx.commit().await?;
    Ok(shown)
}

async fn judge(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    read: Result<Table, import::table::Unreadable>,
    progress: Progress,
) -> Result<Judged, Error> {
    let (upload, report) = at(pages, opened, progress).judge(db, &read?).await?;
    Ok(Judged::of(upload, false, &report))
}

fn at<'p>(pages: &'p Pages, opened: &Opened, progress: Progress) -> Desk<'p> {
    Desk { vault: &pages.vault, dice: &pages.dice, now: pages.clock.now(), staff: opened.person, progress }
}

/// The pass and the file of a form.
async fn taken(mut form: Multipart) -> Option<(Pass, Vec<u8>)> {
    let mut fields: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        fields.insert(name, field.bytes().await.ok()?.to_vec());
    }
    let pass = String::from_utf8(fields.remove("pass")?).ok()?;
    Some((serde_json::from_value(pass.into()).ok()?, fields.remove("table").unwrap_or_default()))
}

/// Writes the good rows.
pub(super) async fn write(State(parts): State<Parts>, Form(about): Form<About>) -> Response {
    let Some(pages) = parts.pages else { return StatusCode::NOT_FOUND.into_response() };
    match passed(&pages, &about.pass, PAGE) {
        Ok(opened) => {
            let (progress, hears) = Progress::heard();
            let work = written(Arc::clone(&pages), opened, about.upload, progress);
            patience::answer(pages, "page-import", hears, patience::SOON, work).await
        }
        Err(refusal) => refused(&pages, refusal),
    }
}

async fn written(pages: Arc<Pages>, opened: Opened, upload: Uuid, progress: Progress) -> Page {
    let mut tx = store::begin(&pages.pool).await?;
    let written = at(&pages, &opened, progress).write(&mut tx, upload).await.map_err(programme)?;
    let (_, report) = written.ok_or(Refusal::Over)?;
    let shown = page(&pages, &mut tx, &opened, Some(Judged::of(upload, true, &report)), None).await?;
    tx.commit().await?;
    Ok(shown)
}

/// The rows that were refused, as a workbook.
pub(super) async fn faults(State(parts): State<Parts>, Form(about): Form<About>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match marked(pages, &about).await {
        Ok(book) => {
            let name = "attachment; filename=\"faults.xlsx\"";
            ([(header::CONTENT_TYPE, EXCEL), (header::CONTENT_DISPOSITION, name)], book).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

async fn marked(pages: &Pages, about: &About) -> Result<Vec<u8>, Refusal> {
    let opened = passed(pages, &about.pass, PAGE)?;
    let mut tx = store::begin(&pages.pool).await?;
    let desk = at(pages, &opened, Progress::default());
    let table = desk.kept(&mut tx, about.upload).await.map_err(programme)?.ok_or(Refusal::Over)?;
    let report = desk.look(&mut tx, &table).await.map_err(programme)?;
    desk::refused(&table, &report.marks, &report.teachers).map_err(|error| {
        tracing::error!("a table of faults can't be made: {error}");
        Refusal::NotFound
    })
}

fn programme(error: Error) -> Refusal {
    match error {
        Error::Programme(error) => error.into(),
        // A table that was judged is one.
        Error::Unreadable(_) | Error::UnknownHeader(_) => Refusal::NotFound,
    }
}
