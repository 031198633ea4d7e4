//! A teacher's table: the form of the school, a filled one handed to whoever answers for the territory, and what became of it.

use askama::Template;
use axum::{
    Form,
    extract::{Multipart, State},
    http::header,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    Page, Pages, Refusal, answer,
    import::{EXCEL, Judged, SLOW, at, taken},
    passed, reader, refused,
    say::Say,
};
use crate::{
    http::Parts,
    ids::SchoolId,
    import::{
        Error, apart, form,
        request::{self, HandedIn, Mine, PAGE},
        table::{Table, Unreadable},
    },
    once::{Opened, Pass},
    people::Profile,
    store::{self, classes, people, territories::School},
};

/// The most schools that are offered.
const SCHOOLS: i64 = 1000;

#[derive(Template)]
#[template(path = "tables.html")]
struct Tables<'p> {
    say: Say<'p>,
    pass: Pass,
    schools: Vec<School>,
    mine: Vec<Mine>,
    judged: Option<Judged>,
    done: Option<String>,
    wrong: Option<String>,
}

impl Tables<'_> {
    fn state(&self, one: &Mine) -> String {
        self.say.text(&format!("page-tables-{}", one.state))
    }
}

/// What has just come of a table.
#[derive(Default)]
struct Came {
    judged: Option<Judged>,
    done: Option<&'static str>,
    wrong: Option<String>,
}

/// The school whose form is asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    school: Uuid,
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    page(pages, db, opened, Came::default()).await
}

async fn page(pages: &Pages, db: &mut PgConnection, opened: &Opened, came: Came) -> Page {
    let schools = classes::schools(db, opened.person, SCHOOLS).await?;
    if schools.is_empty() {
        return Err(Refusal::NotFound);
    }
    let mine = request::mine(db, &pages.vault, opened.person).await?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let done = came.done.map(|key| say.text(key));
    let (judged, wrong) = (came.judged, came.wrong);
    let page = Tables { say, pass: opened.pass(&pages.vault), schools, mine, judged, done, wrong };
    Ok(Html(page.render()?))
}

/// The form, with the school filled in.
pub(super) async fn blank(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return axum::http::StatusCode::NOT_FOUND.into_response() };
    match filled(pages, &asked).await {
        Ok(book) => {
            let name = "attachment; filename=\"pupils.xlsx\"";
            ([(header::CONTENT_TYPE, EXCEL), (header::CONTENT_DISPOSITION, name)], book).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

async fn filled(pages: &Pages, asked: &Asked) -> Result<Vec<u8>, Refusal> {
    let opened = passed(pages, &asked.pass, PAGE)?;
    let mut db = pages.pool.acquire().await?;
    let school = classes::school(&mut db, opened.person, SchoolId(asked.school)).await?.ok_or(Refusal::NotFound)?;
    let teaches = classes::teaches_in(&mut db, opened.person, school.id).await?;
    let row = people::load(&mut db, &[opened.person]).await?.pop().filter(|_| teaches);
    let sealed = row.and_then(|row| row.profile);
    let teacher = sealed.map(|sealed| Profile::open(&pages.vault, opened.person, &sealed)).transpose()?;
    let (program, today) = (pages.program.current(), pages.clock.now().date_naive());
    let season = program.seasons().iter().find(|season| season.ends >= today);
    let school_year = season.map_or_else(|| super::class::school_year(today), |season| season.key.clone());
    let blank =
        form::Blank { inn: &school.inn, kpp: &school.kpp, school_year: &school_year, teacher: teacher.as_ref() };
    form::blank(&blank).map_err(|error| {
        tracing::error!("a form can't be made: {error}");
        Refusal::NotFound
    })
}

/// Takes a filled form.
pub(super) async fn upload(State(parts): State<Parts>, form: Multipart) -> Response {
    answer(&parts, async |pages| {
        let taken = timeout(SLOW, taken(form)).await.ok().flatten().ok_or(Refusal::Over)?;
        let opened = passed(pages, &taken.pass, PAGE)?;
        let school = taken.school.ok_or(Refusal::NotFound)?;
        let read = apart::read(&pages.program_file, &taken.bytes).await;
        let mut tx = store::begin(&pages.pool).await?;
        let school = classes::school(&mut tx, opened.person, SchoolId(school)).await?.ok_or(Refusal::NotFound)?;
        let came = match handed_in(pages, &mut tx, (&opened, &school), read).await {
            Ok(came) => came,
            Err(Error::Programme(error)) => return Err(error.into()),
            // What is wrong with a table is told in the words of the import.
            Err(error) => Came { wrong: Some(error.to_string()), ..Came::default() },
        };
        let shown = page(pages, &mut tx, &opened, came).await?;
        tx.commit().await?;
        Ok(shown)
    })
    .await
}

async fn handed_in(
    pages: &Pages,
    db: &mut PgConnection,
    (opened, school): (&Opened, &School),
    read: Result<Table, Unreadable>,
) -> Result<Came, Error> {
    let wrong = |text: &str| Came { wrong: Some(text.to_owned()), ..Came::default() };
    Ok(match request::hand_in(db, &at(pages, opened), school, &read?).await? {
        HandedIn::Waits(report) => {
            let judged = Some(Judged::of(Uuid::nil(), false, &report));
            Came { judged, done: Some("page-tables-sent"), wrong: None }
        }
        HandedIn::Foreign(rows) => {
            let rows = rows.iter().take(10).map(u32::to_string).collect::<Vec<_>>().join(", ");
            wrong(&format!("в этих строках другая школа: {rows}; оставьте ИНН и КПП такими, как в форме"))
        }
        HandedIn::Nobody => wrong("в таблице нет ни одного человека; заполните форму и загрузите её ещё раз"),
    })
}
