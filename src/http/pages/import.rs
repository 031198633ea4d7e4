//! «Загрузка таблицы»: a table is handed in, judged, and written after a word; what was refused comes back marked.

use std::{collections::BTreeMap, time::Duration};

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

use super::{Page, Pages, Refusal, answer, invitations, passed, reader, refused, say::Say};
use crate::{
    http::Parts,
    import::{
        self, Error, Move, Report, apart,
        desk::{self, Desk, PAGE},
        request::{self, Waiting},
        table::{MAX_BYTES, Table},
    },
    once::{Opened, Pass},
    store::{self, roles},
};

/// Faults that the page shows; the table that comes back has all.
const SHOWN: usize = 100;
/// Moves that are offered one by one; beyond them a table is a new year's.
const MOVES: usize = 300;
/// Bytes of a request: the largest table with what a form puts around it.
pub(super) const BODY: usize = MAX_BYTES + 64 * 1024;
/// How long an upload may take over a slow line.
pub(super) const SLOW: Duration = Duration::from_secs(120);
/// What a workbook is called on the wire.
pub(super) const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Template)]
#[template(path = "import.html")]
struct Import<'p> {
    say: Say<'p>,
    pass: Pass,
    judged: Option<Judged>,
    wrong: Option<String>,
    /// Opens the invitations of the teachers who have not come yet, behind a table that named some.
    teachers: Option<Pass>,
    /// Tables that teachers have handed in.
    handed: Vec<Waiting>,
    done: Option<String>,
}

/// What came of a table.
pub(super) struct Judged {
    pub upload: Uuid,
    pub written: bool,
    pub changes: usize,
    /// Whether it named teachers.
    pub teachers: bool,
    pub summary: Vec<String>,
    pub marks: Vec<(u32, String)>,
    pub more: usize,
    /// Moves that are offered one by one.
    pub moves: Vec<Move>,
}

impl Judged {
    pub fn of(upload: Uuid, written: bool, report: &Report) -> Self {
        let summary = report.text.lines().filter(|line| !line.starts_with("строка ")).map(str::to_owned).collect();
        let marks = report.marks.iter().map(|(row, found)| (*row, found.join("; "))).take(SHOWN).collect();
        let more = report.marks.len().saturating_sub(SHOWN);
        let moves = report.moves.iter().take(MOVES).cloned().collect();
        let (changes, teachers) = (report.changes, written && !report.teachers.is_empty());
        Self { upload, written, changes, teachers, summary, marks, more, moves }
    }

    /// The rows of the moves, as the form names them.
    fn offered(&self) -> String {
        self.moves.iter().map(|one| one.row.to_string()).collect::<Vec<_>>().join(" ")
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

/// The same with what has just been done (the key of a text).
pub(super) async fn front(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    judged: Option<Judged>,
    done: Option<&'static str>,
) -> Page {
    render(pages, db, opened, (judged, None, done)).await
}

async fn page(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    judged: Option<Judged>,
    wrong: Option<String>,
) -> Page {
    render(pages, db, opened, (judged, wrong, None)).await
}

async fn render(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    (judged, wrong, done): (Option<Judged>, Option<String>, Option<&'static str>),
) -> Page {
    if !roles::answers_for_a_territory(db, opened.person).await? {
        return Err(Refusal::NotFound);
    }
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let teachers = judged.as_ref().filter(|judged| judged.teachers).map(|_| invitations::pass(pages, opened));
    let (say, pass) = (Say::to(&program, lang, zone), opened.pass(&pages.vault));
    let handed = request::waiting(db, &at(pages, opened)).await?;
    let done = done.map(|key| say.text(key));
    let import = Import { say, pass, judged, wrong, teachers, handed, done };
    Ok(Html(import.render()?))
}

/// Takes a table and judges it.
pub(super) async fn upload(State(parts): State<Parts>, form: Multipart) -> Response {
    answer(&parts, async |pages| {
        let taken = timeout(SLOW, taken(form)).await.ok().flatten().ok_or(Refusal::Over)?;
        let opened = passed(pages, &taken.pass, PAGE)?;
        let read = apart::read(&pages.program_file, &taken.bytes).await;
        let mut tx = store::begin(&pages.pool).await?;
        let shown = match judge(pages, &mut tx, &opened, read).await {
            Ok(judged) => page(pages, &mut tx, &opened, Some(judged), None).await?,
            Err(Error::Programme(error)) => return Err(error.into()),
            // What is wrong with a table is told in the words of the import.
            Err(error) => page(pages, &mut tx, &opened, None, Some(error.to_string())).await?,
        };
        tx.commit().await?;
        Ok(shown)
    })
    .await
}

async fn judge(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    read: Result<Table, import::table::Unreadable>,
) -> Result<Judged, Error> {
    let (upload, report) = at(pages, opened).judge(db, &read?).await?;
    Ok(Judged::of(upload, false, &report))
}

pub(super) fn at<'p>(pages: &'p Pages, opened: &Opened) -> Desk<'p> {
    Desk { vault: &pages.vault, dice: &pages.dice, now: pages.clock.now(), staff: opened.person }
}

/// The pass and the file of a form, and the school if it names one.
pub(super) struct Taken {
    pub pass: Pass,
    pub bytes: Vec<u8>,
    pub school: Option<Uuid>,
}

/// Reads a form with a file.
pub(super) async fn taken(mut form: Multipart) -> Option<Taken> {
    let mut fields: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        fields.insert(name, field.bytes().await.ok()?.to_vec());
    }
    let pass = String::from_utf8(fields.remove("pass")?).ok()?;
    let school = fields.remove("school").and_then(|id| Uuid::try_parse_ascii(&id).ok());
    let bytes = fields.remove("table").unwrap_or_default();
    Some(Taken { pass: serde_json::from_value(pass.into()).ok()?, bytes, school })
}

/// Writes the good rows.
pub(super) async fn write(State(parts): State<Parts>, Form(fields): Form<BTreeMap<String, String>>) -> Response {
    answer(&parts, async |pages| {
        let said = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let pass: Pass = serde_json::from_value(said("pass").into()).map_err(|_| Refusal::Over)?;
        let upload = Uuid::try_parse(&said("upload")).map_err(|_| Refusal::Over)?;
        let opened = passed(pages, &pass, PAGE)?;
        // Of the moves that were offered, those that are not ticked any more.
        let offered = said("offered");
        let stay = offered.split(' ').filter_map(|row| row.parse().ok());
        let stay = stay.filter(|row: &u32| !fields.contains_key(&format!("move-{row}"))).collect();
        let mut tx = store::begin(&pages.pool).await?;
        let written = at(pages, &opened).write(&mut tx, upload, stay).await.map_err(programme)?;
        let (_, report) = written.ok_or(Refusal::Over)?;
        let shown = page(pages, &mut tx, &opened, Some(Judged::of(upload, true, &report)), None).await?;
        tx.commit().await?;
        Ok(shown)
    })
    .await
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
    let desk = at(pages, &opened);
    let table = desk.kept(&mut tx, about.upload).await.map_err(programme)?.ok_or(Refusal::Over)?;
    let report = desk.look(&mut tx, &table).await.map_err(programme)?;
    desk::refused(&table, &report.marks, &report.teachers).map_err(|error| {
        tracing::error!("a table of faults can't be made: {error}");
        Refusal::NotFound
    })
}

pub(super) fn programme(error: Error) -> Refusal {
    match error {
        Error::Programme(error) => error.into(),
        // A table that was judged is one.
        Error::Unreadable(_) | Error::UnknownHeader(_) => Refusal::NotFound,
    }
}
