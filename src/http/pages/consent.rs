//! Consents on a page: the text of each purpose, and an answer to each, for oneself or a child.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{Page, Pages, Refusal, answer, passed, reader, say::Say};
use crate::{
    consents::{
        self, Act, Answer, Audience, Giver, Purpose, Whose, answers,
        dialogue::{GIVEN, PAGE, is_held},
        record,
        texts::{self, Text},
    },
    http::Parts,
    ids::PersonId,
    message::Args,
    once::{Opened, Pass},
    people,
    signal::{self, Signal},
    store, territory,
};

/// One purpose as the page shows it.
struct Shown {
    text: &'static Text,
    answer: Option<Answer>,
}

impl Shown {
    fn word(&self) -> &'static str {
        self.text.purpose.word()
    }

    fn given(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|answer| answer.act == Act::Given)
    }
}

/// Why the page is shown once more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// A text was renewed in the meantime.
    Changed,
    /// The main consent was left out: is that meant?
    Sure,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Asked<'p> {
    say: Say<'p>,
    pass: Pass,
    name: String,
    parent: bool,
    again: Option<Again>,
    all: Vec<Shown>,
    /// What was ticked before.
    ticked: Vec<Purpose>,
}

impl Asked<'_> {
    fn changed(&self) -> bool {
        self.again == Some(Again::Changed)
    }

    fn sure(&self) -> bool {
        self.again == Some(Again::Sure)
    }

    fn is_ticked(&self, one: &Shown) -> bool {
        self.ticked.contains(&one.text.purpose)
    }

    fn open(&self) -> bool {
        self.all.iter().any(|one| one.given().is_none())
    }
}

#[derive(Template)]
#[template(path = "consent_done.html")]
struct Done<'p> {
    say: Say<'p>,
    name: String,
    all: Vec<Shown>,
}

#[derive(Deserialize)]
struct About {
    about: PersonId,
}

/// What the form carries: the mark of each text that was shown, and of each that was agreed to.
#[derive(Deserialize)]
pub(super) struct Answered {
    pass: Pass,
    /// Refusing the main consent is meant.
    refuse: Option<String>,
    #[serde(flatten)]
    marks: BTreeMap<String, String>,
}

impl Answered {
    /// The mark of the text that stood on the page.
    fn shown(&self, purpose: Purpose) -> Option<&str> {
        self.marks.get(&format!("shown_{}", purpose.word())).map(String::as_str)
    }

    fn agreed(&self, purpose: Purpose) -> bool {
        self.marks.contains_key(purpose.word())
    }
}

/// For whom the page is, judged anew each time.
struct Judged {
    whose: Whose,
    season: String,
    given: BTreeMap<Purpose, Answer>,
    language: &'static str,
}

async fn judge(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Result<Judged, Refusal> {
    let About { about } = opened.about().ok_or(Refusal::NotFound)?;
    let program = pages.program.current();
    let zone = territory::zone(&mut *db, about).await?;
    let today = pages.clock.now().with_timezone(&zone).date_naive();
    let season = program.seasons().on(today).ok_or(Refusal::NotFound)?.key.clone();
    let whose = consents::whose(&mut *db, &pages.vault, (&season, today), (opened.person, about)).await?;
    let whose = whose.filter(Whose::decides).ok_or(Refusal::NotFound)?;
    let given = answers(&mut *db, about, &season).await?;
    if whose.audience == Audience::Parent && is_held(&given, opened.person) {
        return Err(Refusal::NotFound);
    }
    let (lang, _) = reader(pages, db, opened.person).await?;
    Ok(Judged { whose, season, given, language: texts::language(Some(&lang)) })
}

impl Judged {
    fn all(&self) -> Vec<Shown> {
        let shown = |purpose| Shown {
            text: texts::current(purpose, self.whose.audience, self.language),
            answer: self.given.get(&purpose).copied(),
        };
        Purpose::ALL.into_iter().map(shown).collect()
    }

    /// What may be answered here: all that was not given.
    fn open(&self) -> impl Iterator<Item = &'static Text> {
        self.all().into_iter().filter(|one| one.given().is_none()).map(|one| one.text)
    }
}

/// The page as it is opened.
pub(super) async fn show(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let judged = judge(pages, db, opened).await?;
    asked(pages, db, opened, &judged, (None, Vec::new())).await
}

async fn asked(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    judged: &Judged,
    (again, ticked): (Option<Again>, Vec<Purpose>),
) -> Page {
    let name = name_of(pages, db, judged.whose.person).await?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    let page = Asked {
        say: Say::to(&program, lang, zone),
        pass: opened.pass(&pages.vault),
        name,
        parent: judged.whose.audience == Audience::Parent,
        again,
        all: judged.all(),
        ticked,
    };
    Ok(Html(page.render()?))
}

async fn name_of(pages: &Pages, db: &mut PgConnection, person: PersonId) -> Result<String, Refusal> {
    let known = people::profiles_of(db, &pages.vault, &[person]).await?.remove(&person);
    Ok(known.map(|profile| profile.short_name()).unwrap_or_default())
}

/// The answers.
pub(super) async fn take(State(parts): State<Parts>, Form(said): Form<Answered>) -> Response {
    answer(&parts, async |pages| {
        let opened = passed(pages, &said.pass, PAGE)?;
        let mut tx = store::begin(&pages.pool).await?;
        let About { about } = opened.about().ok_or(Refusal::NotFound)?;
        store::consents::lock(&mut tx, about).await?;
        let judged = judge(pages, &mut tx, &opened).await?;
        let page = match judge_answers(&said, &judged) {
            Ok(acts) => {
                keep(pages, &mut tx, &opened, &judged, &acts).await?;
                done(pages, &mut tx, &opened).await?
            }
            Err(again) => {
                let ticked = Purpose::ALL.into_iter().filter(|purpose| said.agreed(*purpose)).collect();
                asked(pages, &mut tx, &opened, &judged, (Some(again), ticked)).await?
            }
        };
        tx.commit().await?;
        Ok(page)
    })
    .await
}

/// What is to be written down: for each text that stood on the page and waits for an answer, given or refused.
fn judge_answers(said: &Answered, judged: &Judged) -> Result<Vec<(Purpose, Act)>, Again> {
    let mut acts = Vec::new();
    for text in judged.open() {
        let agreed = said.agreed(text.purpose);
        match said.shown(text.purpose) {
            Some(mark) if mark == text.mark() => {}
            _ => return Err(Again::Changed),
        }
        acts.push((text.purpose, if agreed { Act::Given } else { Act::Refused }));
    }
    let main = acts.contains(&(Purpose::Processing, Act::Refused));
    if main && said.refuse.is_none() {
        return Err(Again::Sure);
    }
    Ok(acts)
}

async fn keep(
    pages: &Pages,
    db: &mut PgConnection,
    opened: &Opened,
    judged: &Judged,
    acts: &[(Purpose, Act)],
) -> Result<(), Refusal> {
    let (now, person) = (pages.clock.now(), judged.whose.person);
    let by = Giver { person, giver: opened.person, account: opened.account, audience: judged.whose.audience };
    for (purpose, act) in acts {
        record(&mut *db, &pages.dice, &by, (&judged.season, *purpose, *act), judged.language, now).await?;
    }
    let signal = Signal {
        id: pages.dice.uuid(now),
        person: opened.person,
        name: GIVEN.to_owned(),
        about: Some(person.to_string()),
        brings: Args::new(),
        until: now + chrono::TimeDelta::days(1),
    };
    signal::raise(db, &pages.vault, signal, now).await?;
    Ok(())
}

async fn done(pages: &Pages, db: &mut PgConnection, opened: &Opened) -> Page {
    let judged = judge(pages, db, opened).await?;
    let name = name_of(pages, db, judged.whose.person).await?;
    let (lang, zone) = reader(pages, db, opened.person).await?;
    let program = pages.program.current();
    Ok(Html(Done { say: Say::to(&program, lang, zone), name, all: judged.all() }.render()?))
}
