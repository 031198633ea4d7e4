//! «Бумажные согласия»: sheets to be signed, a checklist of those who owe one, and scans: brought, looked at, taken away.

mod upload;

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, Pages, Refusal, answer, passed, reader, refused, say::Say};
use crate::{
    acting,
    consents::{Audience, Purpose, texts},
    http::Parts,
    ids::{DocumentId, PersonId},
    locale::FALLBACK,
    once::{Opened, Pass},
    papers::{
        Desk, Today,
        checklist::{Checklist, Line, ROWS, see},
        desk::{self, Reason, Scan},
        sheet::{self, Part},
        template::{self, Whose},
    },
    pupils::{About, Look, PAGE, Place},
    store,
};

pub(super) use upload::{BODY, upload};

/// What a pass of a scan is for: sixty seconds, one scan.
const SCAN: &str = "scan";

impl From<desk::Error> for Refusal {
    fn from(error: desk::Error) -> Self {
        match error {
            desk::Error::Acting(error) => Self::NotNow(error),
            desk::Error::Cabinet(error) => {
                tracing::error!("the store of scans: {error}");
                Self::Away
            }
        }
    }
}

/// What came of something, told above the list.
enum Told {
    /// A scan was kept.
    Kept(String),
    /// A file was not, and why.
    Refused { name: String, file: String, why: String },
    /// A scan was taken away.
    Removed(String),
    /// Something about the whole form.
    Form(String),
}

#[derive(Template)]
#[template(path = "papers.html")]
struct Papers<'p> {
    say: Say<'p>,
    pass: Pass,
    list: Checklist,
    told: Vec<Told>,
    past: usize,
    today: NaiveDate,
    earliest: NaiveDate,
    until: Option<NaiveDate>,
}

impl Papers<'_> {
    fn there(&self) -> String {
        self.say.counted("page-papers-there", &self.list.papers.len())
    }

    fn signed(&self, line: &Line) -> String {
        line.paper.as_ref().map(|paper| self.say.date("page-papers-signed_on", &paper.signed_on)).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "paper.html")]
struct One<'p> {
    say: Say<'p>,
    pass: Pass,
    line: Line,
    past: usize,
    today: NaiveDate,
    earliest: NaiveDate,
}

/// What a form of the page asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    #[serde(default)]
    past: usize,
    /// Whose paper is looked at by itself.
    pupil: Option<PersonId>,
    /// Whose scan is to be taken away.
    remove: Option<PersonId>,
}

/// Which sheets are to be printed.
#[derive(Deserialize)]
pub(super) struct Wanted {
    pass: Pass,
    whose: Whose,
    pupil: Option<Uuid>,
}

/// Which scan is to be shown, and why.
#[derive(Deserialize)]
pub(super) struct Showing {
    pass: Pass,
    document: DocumentId,
    why: Reason,
}

/// What a pass of a scan is about.
#[derive(serde::Serialize, Deserialize)]
struct Of {
    document: DocumentId,
    season: String,
}

/// The page as it is opened, or as a form asks for it.
pub(super) async fn shown(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    listed(pages, db, opened, (Vec::new(), 0)).await
}

async fn listed(pages: &Pages, db: &mut PgConnection, opened: &Opened, (told, past): (Vec<Told>, usize)) -> Page {
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let Some(today) = Today::at(program.seasons(), pages.clock.now(), zone) else {
        return Ok(Html(
            super::Notice { title: say.text("page-papers"), text: say.text("page-papers-no_season"), say }.render()?,
        ));
    };
    let list = see(db, &pages.vault, (look(pages, opened), today), place(opened)?, past).await?;
    let list = list.ok_or(Refusal::NotFound)?;
    let until = today.season.consents.map(|days| days.scans);
    let (earliest, today) = (today.earliest(), today.day);
    let page = Papers { say, pass: opened.pass(&pages.vault), list, told, past, today, earliest, until };
    Ok(Html(page.render()?))
}

/// The list, one pupil's paper, or a scan taken away.
pub(super) async fn work(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &asked.pass, PAGE)?;
        let mut db = pages.pool.acquire().await?;
        if let Some(pupil) = asked.pupil {
            return one(pages, &mut db, &opened, (pupil, asked.past)).await;
        }
        let mut told = Vec::new();
        if let Some(pupil) = asked.remove {
            let name = name(pages, &mut db, &opened, pupil).await?;
            let season = season(pages, &mut db, &opened).await?;
            if !desk(pages, &opened, &season).remove(pupil).await? {
                return Err(Refusal::NotFound);
            }
            told.push(Told::Removed(name));
        }
        listed(pages, &mut db, &opened, (told, asked.past)).await
    })
    .await
}

async fn one(pages: &Pages, db: &mut PgConnection, opened: &Opened, (pupil, past): (PersonId, usize)) -> Page {
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let today = Today::at(program.seasons(), pages.clock.now(), zone).ok_or(Refusal::NotFound)?;
    let list =
        see(db, &pages.vault, (look(pages, opened), today), place(opened)?, 0).await?.ok_or(Refusal::NotFound)?;
    let line = list.papers.into_iter().find(|line| line.id == pupil).ok_or(Refusal::NotFound)?;
    let (earliest, today) = (today.earliest(), today.day);
    let page = One { say: Say::to(&program, lang, zone), pass: opened.pass(&pages.vault), line, past, today, earliest };
    Ok(Html(page.render()?))
}

/// The sheets, as a PDF.
pub(super) async fn print(State(parts): State<Parts>, Form(wanted): Form<Wanted>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match sheets(pages, &wanted).await {
        Ok(pdf) => {
            let name = "attachment; filename=\"consents.pdf\"";
            ([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, name)], pdf).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

/// Somebody sees names and dates of birth from here on: the journal is told in the same breath.
async fn sheets(pages: &Pages, wanted: &Wanted) -> Result<Vec<u8>, Refusal> {
    let opened = passed(pages, &wanted.pass, PAGE)?;
    let (look, place) = (look(pages, &opened), place(&opened)?);
    let mut tx = store::begin(&pages.pool).await?;
    let (_, zone) = reader(pages, &mut tx, opened.person).await?;
    let program = pages.program.current();
    let today = Today::at(program.seasons(), look.now, zone).ok_or(Refusal::NotFound)?;
    let whose = (wanted.whose, wanted.pupil);
    let filled = template::fill(&mut tx, &pages.vault, (look, today), place, whose).await?.ok_or(Refusal::NotFound)?;
    // What is signed is the programme's document, in its language, whoever prints it.
    let say = Say::to(&program, FALLBACK.to_owned(), zone);
    let (words, count) = (words(&say, &today, filled.region.as_deref()), filled.children.len());
    let pdf = tokio::task::spawn_blocking(move || sheet::sheets(&filled.children, &words)).await;
    let pdf = pdf.ok().and_then(|pdf| pdf.inspect_err(|error| tracing::error!("sheets: {error}")).ok());
    let pdf = pdf.ok_or(Refusal::NotFound)?;
    template::record(&mut tx, &pages.vault, look, (place, whose), count).await?;
    tx.commit().await?;
    Ok(pdf)
}

fn words(say: &Say<'_>, today: &Today<'_>, region: Option<&str>) -> sheet::Words {
    let parts = Purpose::ALL.map(|purpose| {
        let text = texts::current(purpose, Audience::Parent, FALLBACK);
        let paragraphs = text.paragraphs().map(str::to_owned).collect();
        Part { title: text.title().to_owned(), paragraphs, choice: purpose != Purpose::Processing }
    });
    sheet::Words {
        title: say.text("page-sheet"),
        lang: say.lang().to_owned(),
        head: say.about("page-sheet-head", &today.season.key),
        operator: region.map(|region| say.about("page-sheet-operator", region)).unwrap_or_default(),
        child: say.text("page-sheet-child"),
        birth: say.text("page-sheet-birth"),
        class: say.text("page-sheet-class"),
        school: say.text("page-sheet-school"),
        certificate: say.text("page-sheet-certificate"),
        number: say.text("page-sheet-number"),
        parent: say.text("page-sheet-parent"),
        whole_name: say.text("page-sheet-whole_name"),
        yes: say.text("page-sheet-yes"),
        no: say.text("page-sheet-no"),
        signature: say.text("page-sheet-signature"),
        date: say.text("page-sheet-date"),
        foot: say.text("page-sheet-foot"),
        parts: parts.to_vec(),
    }
}

/// Asks for a scan: the journal is told, and an address is given that works for a minute.
pub(super) async fn ask(State(parts): State<Parts>, Form(asked): Form<Showing>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match address(pages, &asked).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(refusal) => refused(pages, refusal),
    }
}

async fn address(pages: &Pages, asked: &Showing) -> Result<String, Refusal> {
    let opened = passed(pages, &asked.pass, PAGE)?;
    let season = season(pages, &mut *pages.pool.acquire().await?, &opened).await?;
    if !desk(pages, &opened, &season).ask(asked.document, asked.why).await? {
        return Err(Refusal::NotFound);
    }
    let about = serde_json::to_value(Of { document: asked.document, season }).map_err(|_| acting::Error::Profile)?;
    let brief = opened.brief(SCAN, about, pages.clock.now());
    Ok(format!("/page/scan/{}", brief.pass(&pages.vault)))
}

/// The scan itself.
pub(super) async fn scan(State(parts): State<Parts>, Path(pass): Path<Pass>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    let found = async {
        let opened = passed(pages, &pass, SCAN)?;
        let of: Of = opened.about().ok_or(Refusal::NotFound)?;
        desk(pages, &opened, &of.season).open(of.document).await?.ok_or(Refusal::NotFound)
    };
    match found.await {
        Ok(scan) => file(scan),
        Err(refusal) => refused(pages, refusal),
    }
}

/// What a browser shows by itself is shown; the rest is handed out as a file, and never run.
fn file(scan: Scan) -> Response {
    let (kind, way) = match scan.kind.as_str() {
        "pdf" => ("application/pdf", "inline; filename=\"scan.pdf\""),
        "jpeg" => ("image/jpeg", "inline; filename=\"scan.jpg\""),
        "doc" => ("application/msword", "attachment; filename=\"scan.doc\""),
        "docx" => (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment; filename=\"scan.docx\"",
        ),
        _ => ("application/zip", "attachment; filename=\"scan.zip\""),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, way)];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, scan.bytes).into_response()
}

/// What a pupil of the place is called.
async fn name(pages: &Pages, db: &mut PgConnection, opened: &Opened, pupil: PersonId) -> Result<String, Refusal> {
    let all = crate::pupils::list::all(db, &pages.vault, look(pages, opened), place(opened)?).await?;
    let (_, pupils) = all.ok_or(Refusal::NotFound)?;
    let found = pupils.into_iter().find(|(row, _)| row.id == pupil).map(|(_, pupil)| pupil.name);
    found.ok_or(Refusal::NotFound)
}

/// The running season, as the reader's calendar has it.
async fn season(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Result<String, Refusal> {
    let (_, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let today = Today::at(program.seasons(), pages.clock.now(), zone).ok_or(Refusal::NotFound)?;
    Ok(today.season.key.clone())
}

fn desk<'p>(pages: &'p Pages, opened: &Opened, season: &'p str) -> Desk<'p> {
    Desk {
        pool: &pages.pool,
        vault: &pages.vault,
        dice: &pages.dice,
        cabinet: &pages.cabinet,
        now: pages.clock.now(),
        staff: opened.person,
        season,
    }
}

fn place(opened: &Opened) -> Result<Place, Refusal> {
    opened.about::<About>().and_then(|about| about.place()).ok_or(Refusal::NotFound)
}

fn look(pages: &Pages, opened: &Opened) -> Look {
    Look { reader: opened.person, now: pages.clock.now() }
}
