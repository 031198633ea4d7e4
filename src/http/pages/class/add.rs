//! A pupil and a class put in by hand, and pupils brought back from the archive.

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};
use sqlx::PgConnection;

use super::{
    super::{Page, Pages, Refusal, answer, say::Say},
    visit::{Fields, Visit},
};
use crate::{
    http::Parts,
    ids::{ClassId, PersonId, SchoolId},
    import::{column::Column, fault::Kind, hand::Draft},
    once::{Opened, Pass},
    pupils::{
        Place,
        filter::Filter,
        hand::{Added, Kept, MadeClass},
    },
    store::{
        self, classes,
        territories::{ClassKey, School},
    },
};

/// The most schools that are offered: more than any region has.
const SCHOOLS: i64 = 1000;
/// What is asked of a pupil: the field, the column, and whether it must be filled.
const ASKED: [(&str, Column, bool); 6] = [
    ("last", Column::Last, true),
    ("first", Column::First, true),
    ("patronymic", Column::Patronymic, false),
    ("sex", Column::Sex, true),
    ("birth", Column::Birth, true),
    ("email", Column::Email, false),
];

#[derive(Template)]
#[template(path = "add.html")]
struct Add<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    seats: Vec<(ClassId, String)>,
    class: Option<ClassId>,
    typed: Vec<String>,
    missed: Vec<Column>,
    wrong: Vec<String>,
    /// Somebody who is there already, or nearly is.
    other: Option<PersonId>,
    /// Is in the archive.
    kept: bool,
    /// May be somebody else all the same.
    alike: bool,
    done: Option<String>,
}

/// One field of the form.
struct Input {
    name: &'static str,
    title: &'static str,
    value: String,
    wrong: bool,
    required: bool,
}

impl Add<'_> {
    fn inputs(&self) -> Vec<Input> {
        let values = self.typed.iter().cloned().chain(std::iter::repeat(String::new()));
        let inputs = ASKED.into_iter().zip(values);
        inputs
            .map(|((name, column, required), value)| Input {
                name,
                title: column.title(),
                value,
                wrong: self.missed.contains(&column),
                required,
            })
            .collect()
    }

    fn sits(&self, seat: &(ClassId, String)) -> bool {
        self.class == Some(seat.0)
    }
}

#[derive(Template)]
#[template(path = "make.html")]
struct Make<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    schools: Vec<School>,
    school: Option<SchoolId>,
    grade: String,
    letter: String,
    years: Vec<String>,
    wrong: Vec<String>,
    /// Whether there is a list to go back to.
    back: bool,
}

impl Make<'_> {
    fn is_school(&self, school: &School) -> bool {
        self.school == Some(school.id)
    }

    fn is_grade(&self, grade: &i32) -> bool {
        self.grade == grade.to_string()
    }
}

#[derive(Template)]
#[template(path = "archive.html")]
struct Archive<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    kept: Vec<Kept>,
    done: Option<String>,
}

/// «7Б, 2026-2027»
pub(super) fn seat_name(key: &ClassKey) -> String {
    format!("{}{}, {}", key.grade, key.letter, key.school_year)
}

/// What is wrong, as the import says it.
fn fault((column, kind): &(Option<Column>, Kind)) -> String {
    column.map_or_else(|| kind.to_string(), |column| format!("«{}»: {kind}", column.title()))
}

/// Shows the form, or adds whom it names.
pub(in super::super) async fn add(State(parts): State<Parts>, Form(fields): Form<Fields>) -> Response {
    answer(&parts, async |pages| {
        let visit = Visit::of(pages, &fields)?;
        let mut tx = store::begin(&pages.pool).await?;
        let page = added(&visit, &mut tx).await?;
        tx.commit().await?;
        Ok(page)
    })
    .await
}

async fn added(visit: &Visit<'_>, db: &mut PgConnection) -> Page {
    let school = visit.school(db).await?;
    let class = match (visit.id("class"), visit.place()?) {
        (Some(id), _) => Some(ClassId(id)),
        (None, Place::Class(id)) => Some(id),
        (None, _) => None,
    };
    let program = visit.pages.program.current();
    let say = visit.say(db, &program).await?;
    let seats = classes::of_school(db, visit.opened.person, school).await?;
    let mut page = Add {
        say,
        pass: visit.pass(),
        filter: visit.filter,
        past: visit.past,
        seats: seats.iter().map(|seat| (seat.id, seat_name(&seat.key))).collect(),
        class,
        typed: ASKED.iter().map(|(name, ..)| visit.says(name).to_owned()).collect(),
        missed: Vec::new(),
        wrong: Vec::new(),
        other: None,
        kept: false,
        alike: false,
        done: None,
    };
    if let (true, Some(class)) = (visit.has("send") || visit.has("alike"), class) {
        let asked = (&draft(visit), visit.has("alike"));
        match visit.hand().add(db, class, asked).await? {
            Added::Pupil(_) => (page.done, page.typed) = (Some(page.say.text("page-add-done")), Vec::new()),
            Added::Faults(faults) => {
                page.wrong = faults.iter().map(fault).collect();
                page.missed = faults.iter().filter_map(|(column, _)| *column).collect();
            }
            Added::Known(id) => (page.wrong, page.other) = (vec![page.say.text("page-add-known")], Some(id)),
            Added::Archived(_) => (page.wrong, page.kept) = (vec![page.say.text("page-add-archived")], true),
            Added::Elsewhere => page.wrong = vec![page.say.text("page-add-elsewhere")],
            Added::Near(id) => {
                (page.wrong, page.other, page.alike) = (vec![page.say.text("page-add-near")], id, true);
            }
            Added::NotFound => return Err(Refusal::NotFound),
        }
    }
    Ok(Html(page.render()?))
}

fn draft(visit: &Visit<'_>) -> Draft {
    let said = |name: &str| visit.says(name).to_owned();
    Draft {
        last: said("last"),
        first: said("first"),
        patronymic: said("patronymic"),
        sex: said("sex"),
        birth: said("birth"),
        email: said("email"),
    }
}

/// The form of a class, as a link from the chat opens it.
pub(super) async fn begin(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let fields = [("pass".to_owned(), serde_json::to_value(opened.pass(&pages.vault)).unwrap_or_default())];
    let text = |value: serde_json::Value| value.as_str().map(str::to_owned).unwrap_or_default();
    let fields: Fields = fields.into_iter().map(|(name, value)| (name, text(value))).collect();
    made(&Visit::of(pages, &fields)?, db).await
}

/// Shows the form of a class, or makes it.
pub(in super::super) async fn make(State(parts): State<Parts>, Form(fields): Form<Fields>) -> Response {
    answer(&parts, async |pages| {
        let visit = Visit::of(pages, &fields)?;
        let mut tx = store::begin(&pages.pool).await?;
        let page = made(&visit, &mut tx).await?;
        tx.commit().await?;
        Ok(page)
    })
    .await
}

async fn made(visit: &Visit<'_>, db: &mut PgConnection) -> Page {
    let schools = classes::schools(db, visit.opened.person, SCHOOLS).await?;
    if schools.is_empty() {
        return Err(Refusal::NotFound);
    }
    let program = visit.pages.program.current();
    let say = visit.say(db, &program).await?;
    let today = visit.pages.clock.now().date_naive();
    // This season, and the next one when it is near: what the calendar knows.
    let mut years: Vec<String> =
        program.seasons().iter().filter(|season| season.ends >= today).map(|season| season.key.clone()).collect();
    if years.is_empty() {
        years.push(super::school_year(today));
    }
    let here = match visit.place() {
        Ok(place) => place.school(db, visit.opened.person).await?,
        Err(_) => None,
    };
    let mut wrong = Vec::new();
    let school = visit.id("school").map(SchoolId);
    if let (true, Some(school)) = (visit.has("send"), school) {
        let typed = (visit.says("grade"), visit.says("letter"), visit.says("year"));
        let (class, done) = match visit.hand().class(db, school, typed).await? {
            MadeClass::Class(class) => (Some(class), "page-make-done"),
            MadeClass::There(class) => (Some(class), "page-make-there"),
            MadeClass::Others => {
                wrong.push(say.text("page-make-others"));
                (None, "")
            }
            MadeClass::Faults(faults) => {
                wrong.extend(faults.into_iter().map(|(column, kind)| fault(&(Some(column), kind))));
                (None, "")
            }
            MadeClass::NotFound => return Err(Refusal::NotFound),
        };
        if let Some(class) = class {
            let opened = visit.turned(Place::Class(class));
            return super::listed(visit.pages, db, &opened, (Filter::ALL, 0), Some(done)).await;
        }
    }
    let page = Make {
        say,
        pass: visit.pass(),
        filter: visit.filter,
        past: visit.past,
        school: school.or(here),
        schools,
        grade: visit.says("grade").to_owned(),
        letter: visit.says("letter").to_owned(),
        years,
        wrong,
        back: here.is_some(),
    };
    Ok(Html(page.render()?))
}

/// Shows the archive of a place's school, or brings somebody back.
pub(in super::super) async fn archive(State(parts): State<Parts>, Form(fields): Form<Fields>) -> Response {
    answer(&parts, async |pages| {
        let visit = Visit::of(pages, &fields)?;
        let mut tx = store::begin(&pages.pool).await?;
        let school = visit.school(&mut tx).await?;
        let done = match visit.id("restore") {
            Some(id) if visit.hand().restore(&mut tx, (school, PersonId(id))).await? => Some("page-archive-restored"),
            Some(_) => return Err(Refusal::NotFound),
            None => None,
        };
        let kept = visit.hand().archived(&mut tx, school).await?;
        let program = pages.program.current();
        let say = visit.say(&mut tx, &program).await?;
        let done = done.map(|key| say.text(key));
        let page = Archive { say, pass: visit.pass(), filter: visit.filter, past: visit.past, kept, done };
        let page = Html(page.render()?);
        tx.commit().await?;
        Ok(page)
    })
    .await
}
