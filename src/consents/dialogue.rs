//! «Согласие» in the chat: what is asked of whom, their answers, and taking one back.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Act, Answer, Audience, Facts, Giver, Method, Purpose, answers, record, state, state::State, texts};
use crate::{
    acting::{Acted, Acting, Error, text},
    calendar::Season,
    flow::Reply,
    ids::PersonId,
    message::{Args, Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    once::{self, Made},
    store::{
        accounts, consents as store,
        deliveries::Class,
        guardians,
        notices::{self, Notice},
        people,
    },
    territory,
};

/// The page on which consents are read and confirmed, in links.
pub const PAGE: &str = "consent";
/// What a conversation waits for while the page is open; it is about the person whose data it is.
pub const GIVEN: &str = "consent_given";
/// The flow.
pub const FLOW: &str = "consent";

/// Whose consents somebody may see and change just now.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// Whose data it is about.
    pub person: PersonId,
    /// As what the reader decides.
    pub audience: Audience,
    /// What the state follows from.
    pub facts: Facts,
    /// The day by the calendar of the person's zone.
    pub today: NaiveDate,
}

impl Whose {
    /// Whether the reader decides: a pupil of 14 and older without ОВЗ, the parent of another, staff for themselves.
    #[must_use]
    pub fn decides(&self) -> bool {
        match self.audience {
            Audience::Pupil => self.facts.decides(self.today),
            Audience::Parent => !self.facts.decides(self.today),
            Audience::Adult => true,
        }
    }

    /// How the consent stands.
    #[must_use]
    pub fn state(&self) -> State {
        state::state(self.facts, self.today)
    }

    /// What nobody who decides has answered yet: of a pupil who has turned 14 all that only a parent answered.
    #[must_use]
    pub fn open(&self, given: &BTreeMap<Purpose, Answer>) -> Vec<Purpose> {
        let answered = |purpose: Purpose| {
            given.get(&purpose).is_some_and(|answer| {
                let own = self.audience != Audience::Pupil || answer.method == Method::Pupil;
                // Without this one nobody takes part, so it is asked again of whoever comes back.
                own && (purpose != Purpose::Processing || answer.act == Act::Given)
            })
        };
        Purpose::ALL.into_iter().filter(|purpose| !answered(*purpose)).collect()
    }
}

/// The season that runs on a person's day; none in the holidays.
async fn running<'s>(acting: &mut Acting<'s>, person: PersonId) -> sqlx::Result<Option<(&'s Season, NaiveDate)>> {
    let seasons = acting.seasons;
    let today = acting.now.with_timezone(&territory::zone(acting.db, person).await?).date_naive();
    Ok(seasons.on(today).map(|season| (season, today)))
}

/// Judges whose consents these are for whoever speaks: their own, or those of a child. `None`: neither, or holidays.
async fn judge<'s>(acting: &mut Acting<'s>, about: &str) -> Result<Option<(Whose, &'s Season)>, Error> {
    let reader = acting.person;
    let person = if about.is_empty() || about == reader.to_string() {
        reader
    } else {
        let children = guardians::children(acting.db, reader).await?;
        let Some(child) = children.into_iter().find(|child| child.to_string() == about) else { return Ok(None) };
        child
    };
    let Some((season, today)) = running(acting, person).await? else { return Ok(None) };
    let whose = super::whose(acting.db, acting.vault, (&season.key, today), (reader, person)).await?;
    Ok(whose.map(|whose| (whose, season)))
}

/// `consent.status`: what is asked of whoever speaks.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn status(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let me = acting.person;
    let row = people::load(acting.db, &[me]).await?.pop();
    if !row.is_some_and(|row| row.record) {
        return Ok(Reply::plain("stranger").into());
    }
    let children = guardians::children(acting.db, me).await?;
    if !children.is_empty() {
        return family(acting, &children).await;
    }
    let Some((whose, season)) = judge(acting, "").await? else { return Ok(Reply::plain("none").into()) };
    let given = answers(acting.db, me, &season.key).await?;
    if whose.audience == Audience::Adult {
        // Staff are asked by the season's turn; here they look at what they have said, and take it back.
        let settled = reply("settled", [("season", season.key.clone().into())]);
        return Ok(if given.is_empty() { Reply::plain("none").into() } else { settled });
    }
    let key = || ("season", Value::from(season.key.clone()));
    Ok(match (whose.decides(), whose.state()) {
        (true, _) if whose.open(&given).is_empty() => reply("settled", [key()]),
        (true, _) => reply("asked", [key(), until(season), late(season, whose.today)]),
        (false, state) if state.is_given() => reply("covered", [key(), ("state", state.word().into())]),
        (false, _) => {
            let parents = guardians::parents(acting.db, me).await?;
            let parent = ("parent", Value::from(!parents.is_empty()));
            reply("paper", [key(), until(season), late(season, whose.today), parent])
        }
    })
}

fn until(season: &Season) -> (&'static str, Value) {
    ("until", Value::Day(season.consents.map_or(season.ends, |days| days.delete)))
}

fn late(season: &Season, today: NaiveDate) -> (&'static str, Value) {
    ("late", season.consents.is_some_and(|days| today >= days.delete).into())
}

/// A parent's children, and how each stands.
async fn family(acting: &mut Acting<'_>, children: &[PersonId]) -> Result<Acted, Error> {
    let mut lines = Vec::new();
    let mut options = Vec::new();
    for child in children {
        let Some((whose, season)) = judge(acting, &child.to_string()).await? else { continue };
        let state = if whose.decides() { whose.state().word() } else { "own" };
        let args = [("name", Value::FirstName(*child)), ("state", state.into()), ("season", season.key.clone().into())];
        lines.push(Words { key: "consent-child_line".to_owned(), args: named(args) });
        options.push(option(child.to_string(), Value::FirstName(*child)));
    }
    if options.is_empty() {
        return Ok(Reply::plain("none").into());
    }
    // Staff who are parents too.
    if let Some((_, season)) = judge(acting, "").await?
        && !answers(acting.db, acting.person, &season.key).await?.is_empty()
    {
        options.push(option(acting.person.to_string(), Value::FirstName(acting.person)));
    }
    Ok(reply("children", [("lines", Value::Lines(lines)), ("options", Value::List(options))]))
}

/// A choice for each of these purposes: to take it back, or to give it.
fn choices(purposes: impl Iterator<Item = Purpose>, given: &BTreeMap<Purpose, Answer>) -> Value {
    let options = purposes.map(|purpose| {
        let args = [("purpose", Value::from(purpose.word())), ("given", is_given(given, purpose).into())];
        let label = Words { key: "consent-option".to_owned(), args: named(args) };
        option(purpose.word().to_owned(), Value::Lines(vec![label]))
    });
    Value::List(options.collect())
}

fn lines(given: &BTreeMap<Purpose, Answer>) -> Value {
    let line = |purpose: Purpose| {
        let answer = given.get(&purpose)?;
        let args = [
            ("purpose", Value::from(purpose.word())),
            ("act", answer.act.word().into()),
            ("method", answer.method.word().into()),
            ("at", Value::Moment(answer.at)),
        ];
        Some(Words { key: "consent-line".to_owned(), args: named(args) })
    };
    Value::Lines(Purpose::ALL.into_iter().filter_map(line).collect())
}

/// `consent.child`: how one of a parent's children stands, or whoever speaks.
///
/// # Errors
/// When the database fails, something sealed does not open, or the argument is missing.
pub async fn child(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some((whose, season)) = judge(acting, text(args, "child")?).await? else {
        return Ok(Reply::plain("unknown").into());
    };
    let given = answers(acting.db, whose.person, &season.key).await?;
    let name = || ("name", Value::FirstName(whose.person));
    if whose.person == acting.person {
        let options = choices(Purpose::ALL.into_iter(), &given);
        let values = [("season", season.key.clone().into()), ("lines", lines(&given)), ("options", options)];
        return Ok(reply("self", values));
    }
    if !whose.decides() {
        return Ok(reply("own", [name()]));
    }
    if is_held(&given, acting.person) {
        return Ok(reply("held", [name()]));
    }
    if !whose.state().is_given() {
        return Ok(reply("owes", [name(), until(season), late(season, whose.today)]));
    }
    let options = choices(Purpose::ALL.into_iter().filter(|purpose| is_given(&given, *purpose)), &given);
    Ok(reply("settled", [name(), ("lines", lines(&given)), ("options", options)]))
}

/// Whether another parent has taken the child's consent back: it holds until that parent gives it anew, or a paper comes.
#[must_use]
pub fn is_held(given: &BTreeMap<Purpose, Answer>, reader: PersonId) -> bool {
    given.get(&Purpose::Processing).is_some_and(|answer| {
        answer.act == Act::Withdrawn && answer.method == Method::Parent && answer.giver != Some(reader)
    })
}

fn is_given(given: &BTreeMap<Purpose, Answer>, purpose: Purpose) -> bool {
    given.get(&purpose).is_some_and(|answer| answer.act == Act::Given)
}

/// `consent.next`: the text of the next purpose that waits for an answer of whoever speaks.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn next(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some((whose, season)) = judge(acting, "").await? else { return Ok(Reply::plain("unknown").into()) };
    if !whose.decides() {
        return Ok(Reply::plain("parent").into());
    }
    let given = answers(acting.db, whose.person, &season.key).await?;
    match whose.open(&given).first() {
        Some(purpose) => ask(acting, (&whose, season), *purpose).await,
        None => Ok(Reply::plain("done").into()),
    }
}

/// `consent.look`: one purpose of whoever speaks: that it was given, or its text.
///
/// # Errors
/// When the database fails, something sealed does not open, or the argument is missing.
pub async fn look(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let purpose = Purpose::of(text(args, "purpose")?);
    let judged = judge(acting, "").await?.filter(|(whose, _)| whose.decides());
    let (Some((whose, season)), Some(purpose)) = (judged, purpose) else {
        return Ok(Reply::plain("unknown").into());
    };
    let given = answers(acting.db, whose.person, &season.key).await?;
    if is_given(&given, purpose) {
        return Ok(reply("given", [("purpose", purpose.word().into())]));
    }
    ask(acting, (&whose, season), purpose).await
}

async fn ask(acting: &mut Acting<'_>, (whose, season): (&Whose, &Season), purpose: Purpose) -> Result<Acted, Error> {
    let asked = texts::current(purpose, whose.audience, language(acting).await?);
    let body = asked.paragraphs().collect::<Vec<_>>().join("\n\n");
    let values = [
        ("purpose", purpose.word().into()),
        ("title", asked.title().into()),
        ("body", body.into()),
        ("mark", asked.mark().into()),
        until(season),
        late(season, whose.today),
    ];
    Ok(reply("ask", values))
}

/// `consent.held`: one purpose of a child that may be taken back.
///
/// # Errors
/// When the database fails, something sealed does not open, or an argument is missing.
pub async fn held(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let judged = judge(acting, text(args, "about")?).await?.filter(|(whose, _)| whose.decides());
    let (Some((whose, season)), Some(purpose)) = (judged, Purpose::of(text(args, "purpose")?)) else {
        return Ok(Reply::plain("unknown").into());
    };
    if !is_given(&answers(acting.db, whose.person, &season.key).await?, purpose) {
        return Ok(Reply::plain("unknown").into());
    }
    Ok(reply("given", [("name", Value::FirstName(whose.person)), ("purpose", purpose.word().into())]))
}

/// `consent.answer`: whoever speaks gives or refuses a purpose for him- or herself, having read the text of this mark.
///
/// # Errors
/// When the database fails, something sealed does not open, or an argument is missing.
pub async fn answer(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (purpose, act) = (Purpose::of(text(args, "purpose")?), Act::of(text(args, "act")?));
    let (Some(purpose), Some(act @ (Act::Given | Act::Refused))) = (purpose, act) else {
        return Ok(Reply::plain("unknown").into());
    };
    store::lock(acting.db, acting.person).await?;
    let Some((whose, season)) = judge(acting, "").await? else { return Ok(Reply::plain("unknown").into()) };
    if !whose.decides() {
        return Ok(Reply::plain("parent").into());
    }
    let language = language(acting).await?;
    if texts::current(purpose, whose.audience, language).mark() != text(args, "mark")? {
        return Ok(Reply::plain("changed").into());
    }
    let by = Giver { person: whose.person, giver: acting.person, account: acting.account, audience: whose.audience };
    let what = (season.key.as_str(), purpose, act);
    record(acting.db, acting.dice, &by, what, language, acting.now).await?;
    Ok(Reply::plain("ok").into())
}

/// `consent.withdraw`: takes a purpose back, one's own or a child's. What follows is judged where it is done: nobody who took
/// back messages is written to, and for nobody who took back processing anything is done.
///
/// # Errors
/// When the database fails, something sealed does not open, or an argument is missing.
pub async fn withdraw(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (Some((whose, season)), Some(purpose)) =
        (judge(acting, text(args, "about")?).await?, Purpose::of(text(args, "purpose")?))
    else {
        return Ok(Reply::plain("unknown").into());
    };
    store::lock(acting.db, whose.person).await?;
    let given = answers(acting.db, whose.person, &season.key).await?;
    if !whose.decides() || !is_given(&given, purpose) {
        return Ok(Reply::plain("unknown").into());
    }
    let by = Giver { person: whose.person, giver: acting.person, account: acting.account, audience: whose.audience };
    let language = language(acting).await?;
    let what = (season.key.as_str(), purpose, Act::Withdrawn);
    record(acting.db, acting.dice, &by, what, language, acting.now).await?;
    Ok(Reply::plain("ok").into())
}

/// `consent.page`: a page on which the texts are read and confirmed, for oneself or a child.
///
/// # Errors
/// When the database fails, something sealed does not open, or the argument is missing.
pub async fn page(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some((whose, _)) = judge(acting, text(args, "about")?).await?.filter(|(whose, _)| whose.decides()) else {
        return Ok(Reply::plain("unknown").into());
    };
    Ok(match once::make(acting, PAGE, &serde_json::json!({"about": whose.person})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            let about = ("about", whose.person.to_string().into());
            reply("ok", [about, ("page", Value::Page(id)), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
}

/// `consent.ask_parent`: writes to this pupil's parents that their consent is waited for, at most once a day.
///
/// # Errors
/// When the database fails.
pub async fn ask_parent(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let (me, now) = (acting.person, acting.now);
    let parents = guardians::parents(acting.db, me).await?;
    let zone = territory::zone(acting.db, me).await?;
    let day = now.with_timezone(&zone).date_naive();
    let words = Words { key: "notice-consent-parent".into(), args: named([("name", Value::FirstName(me))]) };
    let does = Offer::Begin { flow: FLOW.into(), with: None };
    let buttons = vec![SaidButton { label: Words::plain("notice-consent-begin"), does }];
    let keyboard = Some(SaidKeyboard { style: Style::Inline, buttons, free: false });
    let notice = |parent: &PersonId| Notice {
        person: *parent,
        said: Said { words: words.clone(), keyboard: keyboard.clone(), picture: None },
        due: crate::calendar::waking(now, zone),
        zone: zone.name().to_owned(),
        dedupe: format!("consent:parent:{me}:{parent}:{day}"),
        void_key: None,
    };
    let all: Vec<Notice> = parents.iter().map(notice).collect();
    notices::queue(acting.db, Class::Reminder, &all).await?;
    Ok(Reply::plain(if all.is_empty() { "nobody" } else { "ok" }).into())
}

/// `people.who`, with what a pupil's menu says of the consent. Of an adult who took processing back no role is known.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn who(mut acted: Acted, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    match acted.reply.outcome.as_str() {
        "nobody" => {}
        "pupil" => {
            acted.reply.values.insert("consent".to_owned(), owed(acting).await?.into());
        }
        _ if store::is_blocked(acting.db, acting.person).await? => acted.reply.outcome = "adult".to_owned(),
        _ => {}
    }
    Ok(acted)
}

/// What a pupil's menu says of the consent: `no` is owed, the `pupil` owes it, a `parent` does, or it was taken back and
/// everything is `blocked`.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn owed(acting: &mut Acting<'_>) -> Result<&'static str, Error> {
    if store::is_blocked(acting.db, acting.person).await? {
        return Ok("blocked");
    }
    let Some((season, today)) = running(acting, acting.person).await? else { return Ok("no") };
    let state = super::state_of(acting.db, acting.vault, (&season.key, today), acting.person).await?;
    Ok(match state {
        Some(State::PupilOwes) => "pupil",
        Some(State::PaperOwes) => "parent",
        _ => "no",
    })
}

/// The language that whoever speaks reads, if texts are there in it.
async fn language(acting: &mut Acting<'_>) -> sqlx::Result<&'static str> {
    let mut lang = people::language(acting.db, acting.person).await?;
    if lang.is_none()
        && let Some(account) = acting.account
    {
        lang = accounts::readers(acting.db, &[account]).await?.pop().and_then(|reader| reader.lang);
    }
    Ok(texts::language(lang.as_deref()))
}

fn option(value: String, label: Value) -> Value {
    Value::Record(BTreeMap::from([("value".into(), value.into()), ("label".into(), label)]))
}

fn named<const N: usize>(args: [(&str, Value); N]) -> Args {
    args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Acted {
    Reply { outcome: outcome.to_owned(), values: named(values) }.into()
}
