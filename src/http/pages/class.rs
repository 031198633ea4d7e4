//! «Мои ученики»: the teacher's list, a new code for one pupil, and cards for a class.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Page, Pages, Refusal, answer, passed, reader, refused, say::Say};
use crate::{
    cards::{self, Card, PER_SHEET, Square},
    doors::Way,
    http::Parts,
    journal::{self, Act, Entry},
    once::{Opened, Pass},
    people::codes::CARD_LIVES,
    pupils::{
        About, Look, PAGE, Place, View,
        cards::{Made, Press, Whose, print as make_cards, record, reissue},
        filter::{Filter, Lack},
        list::{Pupil, ROWS, Seen, see},
    },
    store,
};

mod add;
mod group;
mod pupil;
mod remind;
mod visit;

pub(super) use add::{add, archive, make};
pub(super) use group::groups;
pub(super) use pupil::pupil;
pub(super) use remind::remind;

#[derive(Template)]
#[template(path = "class.html")]
struct List<'p> {
    say: Say<'p>,
    seen: Seen,
    pass: Pass,
    filter: Filter,
    past: usize,
    /// Whether it is a group's.
    group: bool,
    done: Option<String>,
}

impl List<'_> {
    fn lacks(&self) -> impl Iterator<Item = (Lack, String)> {
        Lack::EACH.into_iter().map(|lack| (lack, self.lacking(lack, self.seen.counts.lacking(lack))))
    }

    fn is_ticked(&self, lack: &Lack) -> bool {
        self.filter.has(*lack)
    }

    /// What is shown: all, those who lack one thing, or several.
    fn shown(&self) -> String {
        let mut lacks = self.filter.lacks();
        match (lacks.next(), lacks.next()) {
            (None, _) => self.say.counted("page-class-all", &self.seen.passing),
            (Some(lack), None) => self.lacking(lack, self.seen.passing),
            _ => self.say.counted("page-class-several", &self.seen.passing),
        }
    }

    fn lacking(&self, lack: Lack, count: usize) -> String {
        self.say.counted(&format!("page-class-{}", lack.word()), &count)
    }

    fn consent(&self, pupil: &Pupil) -> String {
        self.say.text(&format!("page-class-consent_{}", pupil.consent.word()))
    }

    fn phone(&self, pupil: &Pupil) -> String {
        self.say.text(&format!("page-class-phone_{}", pupil.phone.word()))
    }
}

#[derive(Template)]
#[template(path = "code.html")]
struct NewCode<'p> {
    say: Say<'p>,
    pass: Pass,
    filter: Filter,
    past: usize,
    pupil: Pupil,
    code: String,
    until: DateTime<Utc>,
    ways: Vec<(Way, Square)>,
}

#[derive(Template)]
#[template(path = "cards.html")]
struct Cards<'p> {
    say: Say<'p>,
    seen: Seen,
    pass: Pass,
}

impl Cards<'_> {
    fn sheets(&self, cards: &usize) -> String {
        self.say.counted("page-cards-sheets", &cards.div_ceil(PER_SHEET))
    }
}

/// What a form of the list asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    pass: Pass,
    #[serde(default)]
    filter: Filter,
    #[serde(default)]
    past: usize,
    /// A pupil who is to get a new code.
    code: Option<Uuid>,
    /// What is lacked was ticked, and it is this.
    pick: Option<String>,
    absent: Option<String>,
    unverified: Option<String>,
    consentless: Option<String>,
    orphans: Option<String>,
}

impl Asked {
    fn filter(&self) -> Filter {
        if self.pick.is_none() {
            return self.filter;
        }
        let ticked = |lack: &Lack| match lack {
            Lack::SignIn => self.absent.is_some(),
            Lack::Phone => self.unverified.is_some(),
            Lack::Consent => self.consentless.is_some(),
            Lack::Parent => self.orphans.is_some(),
        };
        Filter::each(Lack::EACH.into_iter().filter(ticked))
    }
}

/// What the form of the cards asks for.
#[derive(Deserialize)]
pub(super) struct Printed {
    pass: Pass,
    whose: Whose,
}

/// The page as it is opened: somebody looks at other people's names.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let about: About = opened.about().ok_or(Refusal::NotFound)?;
    let page = match about.view {
        View::List => listed(pages, db, opened, (about.filter, 0), None).await?,
        View::Cards => offered(pages, db, opened).await?,
        // Nobody's names are on it.
        View::Make => return add::begin(pages, db, opened).await,
        View::Papers => super::papers::shown(pages, db, opened).await?,
    };
    let detail = [("page", PAGE.to_owned()), ("place", about.place)];
    let entry = Entry::of(Some(opened.person), Act::PageOpened, None, detail);
    journal::write(db, &pages.vault, pages.clock.now(), &entry).await?;
    Ok(page)
}

/// The list, as a form asks for it; a new code.
pub(super) async fn work(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &asked.pass, PAGE)?;
        let mut tx = store::begin(&pages.pool).await?;
        let page = match asked.code {
            Some(pupil) => renewed(pages, &mut tx, &opened, (&asked, pupil)).await?,
            None => listed(pages, &mut tx, &opened, (asked.filter(), asked.past), None).await?,
        };
        tx.commit().await?;
        Ok(page)
    })
    .await
}

/// `done`: the key of what has just been done.
async fn listed(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    (filter, past): (Filter, usize),
    done: Option<&str>,
) -> Page {
    let place = place(opened)?;
    let seen = see(db, &pages.vault, look(pages, opened), place, (filter, past)).await?;
    let seen = seen.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let say = Say::to(&program, lang, zone);
    let (done, group) = (done.map(|key| say.text(key)), matches!(place, Place::Group(_)));
    let list = List { say, seen, pass: opened.pass(&pages.vault), filter, past, group, done };
    Ok(Html(list.render()?))
}

async fn renewed(pages: &Pages, db: &mut PgConnection, opened: &Opened, (asked, pupil): (&Asked, Uuid)) -> Page {
    let look = look(pages, opened);
    let made = reissue(db, press(pages), look, place(opened)?, pupil).await?;
    let (pupil, code) = made.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let code = code.shown();
    let ways = pages.doors.ways(&code).into_iter().filter_map(|way| {
        let square = cards::square(&way.link).ok()?;
        Some((way, square))
    });
    let page = NewCode {
        say: Say::to(&program, lang, zone),
        pass: opened.pass(&pages.vault),
        filter: asked.filter(),
        past: asked.past,
        pupil,
        ways: ways.collect(),
        code,
        until: look.now + CARD_LIVES,
    };
    Ok(Html(page.render()?))
}

/// The school year of a day, where no season of the content says so: from August on the new one.
pub(super) fn school_year(today: chrono::NaiveDate) -> String {
    let first = chrono::Datelike::year(&today) - i32::from(chrono::Datelike::month(&today) < 8);
    format!("{first}-{}", first + 1)
}

/// What printing does, before it is done.
pub(super) async fn offer(State(parts): State<Parts>, Form(asked): Form<Asked>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &asked.pass, PAGE)?;
        offered(pages, &mut *pages.pool.acquire().await?, &opened).await
    })
    .await
}

async fn offered(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let seen = see(db, &pages.vault, look(pages, opened), place(opened)?, (Filter::ALL, 0)).await?;
    let seen = seen.ok_or(Refusal::NotFound)?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let page = Cards { say: Say::to(&program, lang, zone), seen, pass: opened.pass(&pages.vault) };
    Ok(Html(page.render()?))
}

/// The cards, as a PDF.
pub(super) async fn print(State(parts): State<Parts>, Form(printed): Form<Printed>) -> Response {
    let Some(pages) = parts.pages.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    match sheets(pages, &printed).await {
        Ok(pdf) => {
            let name = "attachment; filename=\"cards.pdf\"";
            ([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, name)], pdf).into_response()
        }
        Err(refusal) => refused(pages, refusal),
    }
}

/// Codes are kept only once their sheet is there: who gets no sheet keeps the old cards.
async fn sheets(pages: &Pages, printed: &Printed) -> Result<Vec<u8>, Refusal> {
    let opened = passed(pages, &printed.pass, PAGE)?;
    let (look, place, whose) = (look(pages, &opened), place(&opened)?, printed.whose);
    let mut tx = store::begin(&pages.pool).await?;
    let made = make_cards(&mut tx, press(pages), look, place, whose).await?;
    let made = made.filter(|made| !made.cards.is_empty()).ok_or(Refusal::NotFound)?;
    let reads = reader(pages, &mut tx, opened.person).await?;
    let words = words(pages, &made, reads, look.now + CARD_LIVES);
    let all: Vec<Card> = made.cards.iter().map(|(pupil, code)| card(pages, &made, pupil, &code.shown())).collect();
    let count = all.len();
    let pdf = tokio::task::spawn_blocking(move || cards::sheets(&all, &words)).await;
    let pdf = pdf.ok().and_then(|pdf| pdf.inspect_err(|error| tracing::error!("cards: {error}")).ok());
    let pdf = pdf.ok_or(Refusal::NotFound)?;
    record(&mut tx, &pages.vault, look, (place, whose), count).await?;
    tx.commit().await?;
    Ok(pdf)
}

fn card(pages: &Pages, made: &Made, pupil: &Pupil, code: &str) -> Card {
    Card {
        name: pupil.name.clone(),
        class: format!("{}, {}", pupil.class, made.school),
        code: code.to_owned(),
        ways: pages.doors.ways(code),
    }
}

fn words(pages: &Pages, made: &Made, (lang, zone): (String, chrono_tz::Tz), until: DateTime<Utc>) -> cards::Words {
    let program = pages.program.current();
    let say = Say::to(&program, lang.clone(), zone);
    let how = if pages.doors.ways("").is_empty() { "page-cards-card_code" } else { "page-cards-card_qr" };
    cards::Words {
        title: say.about("page-cards-title", &made.place),
        programme: say.text("page-programme"),
        code: say.text("page-cards-card"),
        how: format!("{} {}", say.text(how), say.day("page-cards-card_until", &until)),
        lang,
    }
}

fn place(opened: &Opened) -> Result<Place, Refusal> {
    opened.about::<About>().and_then(|about| about.place()).ok_or(Refusal::NotFound)
}

fn look(pages: &Pages, opened: &Opened) -> Look {
    Look { reader: opened.person, now: pages.clock.now() }
}

fn press(pages: &Pages) -> Press<'_> {
    Press { vault: &pages.vault, dice: &pages.dice }
}
