//! A school's head proposes an administrator: by a link that somebody of the school or the coordinator asks for. Whoever answers
//! for the school grants it, which makes an invitation, or refuses it with a remark.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Place, Role, invite, over};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{CodeId, Dice, PersonId, RequestId, SchoolId},
    journal::{self, Act, Entry},
    message::{Args, Said, Value, Words},
    once::{self, Made},
    people::{
        codes::{self, Code},
        reply,
    },
    seal::{self, Vault},
    store::{
        deliveries::Class,
        notices::{self, Notice},
        proposals::{self, Row},
        roles, territories,
    },
};

/// The head's form, in links.
pub const FORM: &str = "propose";
/// The list of what was proposed, in links.
pub const PAGE: &str = "proposals";
/// How long the head's link waits: it is passed on by hand, and shows nothing but the school's name.
pub const LINK_LIVES: TimeDelta = TimeDelta::days(7);
/// A day.
const DAY: TimeDelta = TimeDelta::days(1);
/// Proposals that come by one person's links within a day: a head who corrects a slip, not somebody who floods.
const PER_DAY: i64 = 10;
/// Proposals on one page.
const MOST: i64 = 100;
/// As many as a message of VK has buttons for, beside two others.
const SHOWN: i64 = 8;
/// The most characters of a part of a name, of an address, and of a remark.
const NAME: usize = 60;
const EMAIL: usize = 254;
const REMARK: usize = 300;
/// Digits of a phone.
const DIGITS: std::ops::RangeInclusive<usize> = 10..=15;

/// Who may be an administrator: not below a deputy head, as the programme's papers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Директор.
    Head,
    /// Исполняющий обязанности директора.
    Acting,
    /// Заместитель директора.
    Deputy,
}

impl Position {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Head, Self::Acting, Self::Deputy];

    /// The word on the wire and in texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Acting => "acting",
            Self::Deputy => "deputy",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|position| position.word() == word)
    }
}

/// Who is proposed. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Фамилия.
    pub last: String,
    /// Имя.
    pub first: String,
    /// Отчество, perhaps none.
    pub patronymic: String,
    /// What he or she is.
    pub position: Position,
    /// In lower case.
    pub email: String,
    /// As it was written.
    pub phone: String,
}

impl fmt::Debug for Proposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proposed(…)")
    }
}

impl Proposed {
    /// «Имя Ф.»
    #[must_use]
    pub fn short_name(&self) -> String {
        self.last.chars().next().map_or_else(|| self.first.clone(), |initial| format!("{} {initial}.", self.first))
    }

    /// ФИО.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parts = [&self.last, &self.first, &self.patronymic].into_iter().filter(|part| !part.is_empty());
        parts.cloned().collect::<Vec<_>>().join(" ")
    }
}

/// What was written into the form.
#[derive(Clone, Default, Deserialize)]
pub struct Written {
    /// Фамилия.
    #[serde(default)]
    pub last: String,
    /// Имя.
    #[serde(default)]
    pub first: String,
    /// Отчество.
    #[serde(default)]
    pub patronymic: String,
    /// [`Position::word`].
    #[serde(default)]
    pub position: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Фамилия.
    Last,
    /// Имя.
    First,
    /// Отчество.
    Patronymic,
    /// Должность.
    Position,
    /// E-mail.
    Email,
    /// Телефон.
    Phone,
}

impl Written {
    /// What it says, or the fields that are to be written otherwise.
    ///
    /// # Errors
    /// The fields.
    pub fn read(&self) -> Result<Proposed, Vec<Field>> {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut wrong = Vec::new();
        let mut name = |field: Field, text: &str, must: bool| {
            let text = plain(text);
            let letters = text.chars().all(|c| c.is_alphabetic() || "-'’ ".contains(c));
            if !letters || text.chars().count() > NAME || (must && text.is_empty()) {
                wrong.push(field);
            }
            text
        };
        let last = name(Field::Last, &self.last, true);
        let first = name(Field::First, &self.first, true);
        let patronymic = name(Field::Patronymic, &self.patronymic, false);
        let position = Position::of(&self.position);
        if position.is_none() {
            wrong.push(Field::Position);
        }
        let email = self.email.trim().to_lowercase();
        let site = email.split_once('@').filter(|(name, _)| !name.is_empty()).map(|(_, site)| site);
        let good = site.is_some_and(|site| site.contains('.') && !site.starts_with('.') && !site.ends_with('.'));
        if !good || email.chars().count() > EMAIL || email.contains(|c: char| c.is_whitespace() || c.is_control()) {
            wrong.push(Field::Email);
        }
        let phone = plain(&self.phone);
        let signs = phone.chars().all(|c| c.is_ascii_digit() || "+-–() ".contains(c));
        if !signs || !DIGITS.contains(&phone.chars().filter(char::is_ascii_digit).count()) {
            wrong.push(Field::Phone);
        }
        match position {
            Some(position) if wrong.is_empty() => Ok(Proposed { last, first, patronymic, position, email, phone }),
            _ => Err(wrong),
        }
    }
}

/// What the form is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct About {
    /// For which school.
    pub school: Uuid,
}

/// A proposal as its page shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which.
    pub id: Uuid,
    /// For which school.
    pub school: String,
    /// Who.
    pub who: Proposed,
    /// Since when, civil.
    pub since: DateTime<Utc>,
    /// The code of the invitation that was made, and until when it is good.
    pub code: Option<(Code, DateTime<Utc>)>,
}

/// What came of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is kept.
    Kept,
    /// So many came by the same person's links today that it is none more.
    Enough,
    /// Whoever asked for the link may no longer.
    Gone,
}

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is done.
    Done,
    /// It is not there any more, or not the reader's.
    Gone,
    /// A refusal says why.
    NoRemark,
}

/// What works on proposals.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'d> {
    /// Seals and opens.
    pub vault: &'d Vault,
    /// Ids.
    pub dice: &'d Dice,
    /// Who.
    pub staff: PersonId,
    /// Civil.
    pub now: DateTime<Utc>,
}

fn sealed_at(id: &Uuid) -> seal::Place<'_> {
    seal::Place { table: "proposal", column: "sealed", row: id.as_bytes() }
}

fn remark_at(id: &Uuid) -> seal::Place<'_> {
    seal::Place { table: "proposal", column: "remark", row: id.as_bytes() }
}

impl Desk<'_> {
    /// The school that a form is for, as long as whoever asked for the link may.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn school(&self, db: &mut PgConnection, about: About) -> sqlx::Result<Option<String>> {
        proposals::may_ask(db, self.staff, SchoolId(about.school)).await
    }

    /// Keeps a proposal that came by a link of this person, and tells those who answer for the school.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn propose(&self, db: &mut PgConnection, about: About, who: &Proposed) -> Result<Sent, Error> {
        let Some(name) = self.school(db, about).await? else { return Ok(Sent::Gone) };
        if proposals::asked_since(db, self.staff, self.now - DAY).await? >= PER_DAY {
            return Ok(Sent::Enough);
        }
        let (id, school) = (self.dice.uuid(self.now), SchoolId(about.school));
        let plain = Zeroizing::new(serde_json::to_vec(who).map_err(|_| Error::Profile)?);
        let sealed = self.vault.seal(sealed_at(&id), &plain);
        proposals::put(db, (id, school), &sealed, self.staff, self.now).await?;
        let words = Words { key: "notice-proposal".to_owned(), args: [("school".to_owned(), name.into())].into() };
        for person in proposals::responsible(db, school).await? {
            tell(db, person, words.clone(), format!("proposal:{id}:{person}"), self.now).await?;
        }
        let detail = [("school", Place::School(school).named())];
        journal::write(db, self.vault, self.now, &Entry::of(Some(self.staff), Act::Proposed, Some(id), detail)).await?;
        Ok(Sent::Kept)
    }

    /// What waits at a place, and what waits to be taken. `None`: the place is out of scope, or not there.
    ///
    /// # Errors
    /// When the database fails or something sealed does not open.
    pub async fn see(&self, db: &mut PgConnection, at: Place) -> Result<Option<(String, Vec<Seen>)>, Error> {
        let Some(name) = may_grant(db, self.staff, at).await? else { return Ok(None) };
        let rows = self.rows(db, at).await?;
        let seen = rows.iter().map(|row| self.seen(row)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some((name, seen)))
    }

    async fn rows(&self, db: &mut PgConnection, at: Place) -> sqlx::Result<Vec<Row>> {
        proposals::open(db, self.staff, (at.territory(), at.school()), MOST, self.now).await
    }

    fn seen(&self, row: &Row) -> Result<Seen, Error> {
        let plain = Zeroizing::new(self.vault.open(sealed_at(&row.id), &row.sealed)?);
        let who = serde_json::from_slice(&plain).map_err(|_| Error::Profile)?;
        let code = row.invitation.zip(row.until).map(|(id, until)| (codes::of_link(self.vault, id), until));
        Ok(Seen { id: row.id, school: row.school_name.clone(), who, since: row.made_at, code })
    }

    /// One of them, with all that was written: whoever opens it is on record.
    ///
    /// # Errors
    /// When the database fails or something sealed does not open.
    pub async fn look(&self, db: &mut PgConnection, at: Place, id: Uuid) -> Result<Option<Seen>, Error> {
        let rows = self.rows(db, at).await?;
        let Some(row) = rows.iter().find(|row| row.id == id) else { return Ok(None) };
        let detail = [("field", "proposal".to_owned()), ("school", Place::School(row.school).named())];
        journal::write(db, self.vault, self.now, &Entry::of(Some(self.staff), Act::Revealed, Some(id), detail)).await?;
        Ok(Some(self.seen(row)?))
    }

    /// Grants a proposal: an invitation is made, and whoever asked for the link is told.
    ///
    /// # Errors
    /// When the database fails or something sealed does not open.
    pub async fn grant(&self, db: &mut PgConnection, at: Place, id: Uuid) -> Result<Decided, Error> {
        let Some(row) = self.waiting(db, at, id).await? else { return Ok(Decided::Gone) };
        let note = self.seen(&row)?.who.short_name();
        let (role, school) = (Role::SchoolAdmin, Place::School(row.school));
        let made = invite::keep(db, self.vault, self.dice, (role, school), Some(self.staff), &note, self.now).await?;
        self.close(db, &row, Some(made), None).await?;
        Ok(Decided::Done)
    }

    /// Refuses it with a remark, and what was written is forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse(&self, db: &mut PgConnection, at: Place, id: Uuid, remark: &str) -> Result<Decided, Error> {
        let remark: String = remark.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(REMARK).collect();
        if remark.is_empty() {
            return Ok(Decided::NoRemark);
        }
        let Some(row) = self.waiting(db, at, id).await? else { return Ok(Decided::Gone) };
        self.close(db, &row, None, Some(&remark)).await?;
        Ok(Decided::Done)
    }

    async fn waiting(&self, db: &mut PgConnection, at: Place, id: Uuid) -> sqlx::Result<Option<Row>> {
        if may_grant(db, self.staff, at).await?.is_none() {
            return Ok(None);
        }
        Ok(self.rows(db, at).await?.into_iter().find(|row| row.id == id && row.invitation.is_none()))
    }

    async fn close(
        &self,
        db: &mut PgConnection,
        row: &Row,
        invitation: Option<CodeId>,
        remark: Option<&str>,
    ) -> Result<(), Error> {
        let sealed = remark.map(|remark| self.vault.seal(remark_at(&row.id), remark.as_bytes()));
        proposals::decide(db, (row.id, self.staff), invitation, sealed.as_deref(), self.now).await?;
        if let Some(asker) = row.asked_by.filter(|asker| *asker != self.staff) {
            let (key, mut args) = match remark {
                Some(_) => {
                    ("notice-proposal-refused", Args::from([("remark".to_owned(), Value::Remark(RequestId(row.id)))]))
                }
                None => ("notice-proposal-granted", Args::new()),
            };
            args.insert("school".to_owned(), row.school_name.as_str().into());
            let words = Words { key: key.to_owned(), args };
            tell(db, asker, words, format!("proposal:{}:decided", row.id), self.now).await?;
        }
        let verdict = if invitation.is_some() { "granted" } else { "refused" };
        let detail = [("verdict", verdict.to_owned()), ("school", Place::School(row.school).named())];
        let entry = Entry::of(Some(self.staff), Act::ProposalDecided, Some(row.id), detail);
        Ok(journal::write(db, self.vault, self.now, &entry).await?)
    }
}

/// What a place is called, if whoever asks may make administrators there.
async fn may_grant(db: &mut PgConnection, staff: PersonId, at: Place) -> sqlx::Result<Option<String>> {
    let held = over(db, staff, at).await?;
    let found = roles::place(db, at.territory(), at.school()).await?;
    let gives = Role::SchoolAdmin.given_by().iter().any(|giver| held.contains(giver));
    Ok(found.filter(|_| gives).map(|(_, name)| name))
}

/// Tells somebody, by day.
async fn tell(
    db: &mut PgConnection,
    person: PersonId,
    words: Words,
    dedupe: String,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let above = territories::above(db, person).await?;
    let zone = above.into_iter().find_map(|t| t.zone).unwrap_or_else(|| DEFAULT_ZONE.to_owned());
    let said = Said { words, keyboard: None, picture: None };
    let notice = Notice { person, said, due: now, zone, dedupe, void_key: None };
    notices::queue(db, Class::Reminder, &[notice]).await.map(drop)
}

/// Where nobody says another.
const DEFAULT_ZONE: &str = "Europe/Moscow";

/// The remarks of refused proposals as they are read.
///
/// # Errors
/// When the database fails or a remark does not open.
pub async fn remarks(
    db: &mut PgConnection,
    vault: &Vault,
    ids: &[RequestId],
) -> Result<BTreeMap<RequestId, String>, Error> {
    let opened = proposals::remarks(db, ids).await?.into_iter().map(|(id, sealed)| {
        let plain = vault.open(remark_at(&id.0), &sealed)?;
        Ok((id, String::from_utf8_lossy(&plain).into_owned()))
    });
    opened.collect()
}

fn desk<'a>(acting: &Acting<'a>) -> Desk<'a> {
    Desk { vault: acting.vault, dice: acting.dice, staff: acting.person, now: acting.now }
}

/// `proposals.schools`: the schools that somebody belongs to and may ask a link for.
///
/// # Errors
/// When the database fails.
pub async fn schools(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let found = proposals::schools(acting.db, acting.person, SHOWN).await?;
    let named = |id: SchoolId| Place::School(id).named();
    Ok(match &found[..] {
        [] => Reply::plain("none").into(),
        [(id, _)] => reply("one", [("place", named(*id).into())]),
        several => {
            let option = |(id, name): &(SchoolId, String)| {
                Value::Record(
                    [("value".to_owned(), named(*id).into()), ("label".to_owned(), name.as_str().into())].into(),
                )
            };
            reply("several", [("options", Value::List(several.iter().map(option).collect()))])
        }
    })
}

/// `proposals.link`: the link of the form that a school's head fills.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn link(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let school = match Place::read(text(args, "place")?) {
        Some(Place::School(id)) => id,
        Some(Place::Territory(_)) => return Ok(Reply::plain("no_school").into()),
        None => return Ok(Reply::plain("unknown").into()),
    };
    let about = About { school: school.0 };
    let Some(name) = desk(acting).school(acting.db, about).await? else { return Ok(Reply::plain("unknown").into()) };
    let args = serde_json::to_value(about).map_err(|_| Error::Profile)?;
    Ok(match once::make_for(acting, FORM, &args, LINK_LIVES).await? {
        Made::Link(id) => {
            let days = LINK_LIVES.num_days();
            reply("ok", [("page", Value::Page(id)), ("school", name.into()), ("days", days.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
}

/// `proposals.page`: a page with what was proposed at a place.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn page(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    if may_grant(acting.db, acting.person, place).await?.is_none() {
        return Ok(Reply::plain("unknown").into());
    }
    Ok(match once::make(acting, PAGE, &serde_json::json!({"place": place.named()})).await? {
        Made::Link(id) => {
            let waiting = desk(acting).rows(acting.db, place).await?.iter().filter(|r| r.invitation.is_none()).count();
            let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", [("page", Value::Page(id)), ("waiting", waiting.into()), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Written {
        Written {
            last: " Ёлкина-Орлова ".into(),
            first: "Анна".into(),
            patronymic: String::new(),
            position: "deputy".into(),
            email: "Anna@School.example.ru".into(),
            phone: "+7 (3462) 00-00-01".into(),
        }
    }

    #[test]
    fn a_good_form_is_read_and_folded() {
        let read = written().read().unwrap();
        assert_eq!((read.full_name().as_str(), read.email.as_str()), ("Ёлкина-Орлова Анна", "anna@school.example.ru"));
        assert_eq!((read.short_name().as_str(), format!("{read:?}").as_str()), ("Анна Ё.", "Proposed(…)"));
    }

    #[test]
    fn each_field_is_held_to_its_shape() {
        let cases = [
            (Written { last: String::new(), ..written() }, Field::Last),
            (Written { first: "Анна1".into(), ..written() }, Field::First),
            (Written { patronymic: "<b>".into(), ..written() }, Field::Patronymic),
            (Written { position: "teacher".into(), ..written() }, Field::Position),
            (Written { email: "anna".into(), ..written() }, Field::Email),
            (Written { email: "@example.ru".into(), ..written() }, Field::Email),
            (Written { phone: "123".into(), ..written() }, Field::Phone),
            (Written { phone: "+7 звоните 999 000 00 00".into(), ..written() }, Field::Phone),
        ];
        for (form, field) in cases {
            assert_eq!(form.read().unwrap_err(), [field]);
        }
        assert_eq!(Written::default().read().unwrap_err().len(), 5);
    }
}
