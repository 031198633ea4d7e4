//! «Администратор школы»: the form by which a school's head proposes one, and the list in which that is granted or refused.

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Notice, Page, Pages, Refusal, answer, passed, reader, say::Say};
use crate::{
    http::Parts,
    journal::{self, Act, Entry},
    once::{Opened, Pass},
    people::roles::{
        Place,
        proposals::{About, Decided, Desk, FORM, Field, PAGE, Position, Seen, Sent, Written},
    },
    store,
};

#[derive(Template)]
#[template(path = "propose.html")]
struct Propose<'p> {
    say: Say<'p>,
    school: String,
    pass: Pass,
    written: Written,
    wrong: Vec<Field>,
}

impl Propose<'_> {
    fn positions(&self) -> impl Iterator<Item = (&'static str, String, bool)> {
        Position::ALL.into_iter().map(|one| {
            let word = one.word();
            (word, self.say.text(&format!("page-propose-{word}")), self.written.position == word)
        })
    }

    fn is_wrong(&self, field: Field) -> bool {
        self.wrong.contains(&field)
    }
}

#[derive(Template)]
#[template(path = "proposals.html")]
struct Proposals<'p> {
    pages: &'p Pages,
    say: Say<'p>,
    place: String,
    pass: Pass,
    all: Vec<Seen>,
    done: Option<String>,
}

impl Proposals<'_> {
    fn position(&self, one: &Seen) -> String {
        self.say.text(&format!("page-propose-{}", one.who.position.word()))
    }

    /// What is forwarded to whoever was granted it.
    fn letter(&self, one: &Seen) -> Option<String> {
        let (code, until) = one.code.as_ref()?;
        let (link, until) = (self.pages.doors.invitation(&code.shown()), self.say.moment(until));
        let name = one.who.short_name();
        let words: [(&str, &str); 4] = [("name", &name), ("school", &one.school), ("link", &link), ("until", &until)];
        Some(self.say.words("page-proposals-letter", &words))
    }
}

#[derive(Template)]
#[template(path = "proposed.html")]
struct ProposedOne<'p> {
    say: Say<'p>,
    pass: Pass,
    one: Seen,
    position: String,
    wrong: bool,
}

#[derive(Deserialize)]
struct AboutPlace {
    place: String,
}

/// What the head sends.
#[derive(Deserialize)]
pub(super) struct Filled {
    pass: Pass,
    #[serde(flatten)]
    written: Written,
}

/// What a form of the list asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    look: Option<Uuid>,
    grant: Option<Uuid>,
    refuse: Option<Uuid>,
    #[serde(default)]
    remark: String,
}

/// The head's form as it is opened.
pub(super) async fn form(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    written(pages, db, opened, (Written::default(), Vec::new())).await
}

async fn written(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    (written, wrong): (Written, Vec<Field>),
) -> Page {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let school = desk(pages, opened).school(db, about).await?.ok_or(Refusal::NotFound)?;
    let program = pages.program.current();
    // Whoever fills it is not whoever asked for the link: of the head nothing is known.
    let page = Propose { say: Say::nobody(&program), school, pass: opened.pass(&pages.vault), written, wrong };
    Ok(Html(page.render()?))
}

/// Takes a proposal in, or says what is to be written otherwise; nothing that was written is lost.
pub(super) async fn propose(State(parts): State<Parts>, Form(sent): Form<Filled>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &sent.pass, FORM)?;
        let about: About = opened.about().ok_or(Refusal::NotFound)?;
        let mut tx = store::begin(&pages.pool).await?;
        let who = match sent.written.read() {
            Ok(who) => who,
            Err(wrong) => return written(pages, &mut tx, &opened, (sent.written, wrong)).await,
        };
        let came = desk(pages, &opened).propose(&mut tx, about, &who).await?;
        tx.commit().await?;
        let program = pages.program.current();
        let say = Say::nobody(&program);
        let (title, text) = match came {
            Sent::Kept => (say.text("page-propose-sent"), say.text("page-propose-sent-what")),
            Sent::Enough => (say.text("page-propose-enough"), say.text("page-propose-enough-what")),
            Sent::Gone => return Err(Refusal::NotFound),
        };
        Ok(Html(Notice { say, title, text }.render()?))
    })
    .await
}

/// The list as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let page = listed(pages, db, opened, None).await?;
    let about: AboutPlace = opened.about().ok_or(Refusal::NotFound)?;
    let detail = [("page", PAGE.to_owned()), ("place", about.place)];
    let entry = Entry::of(Some(opened.person), Act::PageOpened, None, detail);
    journal::write(db, &pages.vault, pages.clock.now(), &entry).await?;
    Ok(page)
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
    let (desk, at) = (desk(pages, opened), place(opened)?);
    let (decided, done) = match (asked.look, asked.grant, asked.refuse) {
        (Some(id), ..) => return one(pages, db, opened, (id, false)).await,
        (_, Some(id), _) => (desk.grant(db, at, id).await?, "page-proposals-granted"),
        (.., Some(id)) => match desk.refuse(db, at, id, &asked.remark).await? {
            Decided::NoRemark => return one(pages, db, opened, (id, true)).await,
            decided => (decided, "page-proposals-refused"),
        },
        _ => return listed(pages, db, opened, None).await,
    };
    let done = if decided == Decided::Done { done } else { "page-proposals-gone" };
    listed(pages, db, opened, Some(done)).await
}

async fn one(pages: &Pages, db: &mut PgConnection, opened: &Opened, (id, wrong): (Uuid, bool)) -> Page {
    let one = desk(pages, opened).look(db, place(opened)?, id).await?.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let position = say.text(&format!("page-propose-{}", one.who.position.word()));
    Ok(Html(ProposedOne { say, pass: opened.pass(&pages.vault), one, position, wrong }.render()?))
}

async fn listed(pages: &Pages, db: &mut PgConnection, opened: &Opened, done: Option<&'static str>) -> Page {
    let (place, all) = desk(pages, opened).see(db, place(opened)?).await?.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let done = done.map(|key| say.text(key));
    Ok(Html(Proposals { pages, say, place, pass: opened.pass(&pages.vault), all, done }.render()?))
}

fn place(opened: &Opened) -> Result<Place, Refusal> {
    let about: AboutPlace = opened.about().ok_or(Refusal::NotFound)?;
    Place::read(&about.place).ok_or(Refusal::NotFound)
}

fn desk<'p>(pages: &'p Pages, opened: &Opened) -> Desk<'p> {
    Desk { vault: &pages.vault, dice: &pages.dice, staff: opened.person, now: pages.clock.now() }
}
