//! «Мои данные»: who sees what is held of a person, and all of that on a page: for that person alone, or a parent.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Profile, load, profiles_of, reply};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    ids::{PersonId, VerificationId},
    message::{Args, Value, Words},
    once::{self, Made},
    seal::{Place, Vault},
    store::{
        guardians, held,
        own::{self, Account, Held},
    },
};

/// The page, in links.
pub const PAGE: &str = "own";
/// The page for anybody, under our own address.
pub const PRIVACY: &str = "privacy";

/// `own.who`: who sees this person's data.
///
/// # Errors
/// When the database fails.
pub async fn who(acting: &mut Acting<'_>) -> Result<Acted, Error> {
    if !load(acting.db, acting.person).await?.is_some_and(|row| row.record) {
        return Ok(Reply::plain("stranger").into());
    }
    let watchers = own::watchers(acting.db, acting.person).await?;
    let parents = guardians::parents(acting.db, acting.person).await?.len();
    let line = |role: &str, place: &str, many: i64| {
        let args = [("role", role.into()), ("place", place.into()), ("many", many.into())];
        Words {
            key: "own-line".to_owned(),
            args: args.map(|(name, value): (_, Value)| (name.to_owned(), value)).into(),
        }
    };
    let mut lines: Vec<Words> = watchers.iter().map(|seen| line(&seen.role, &seen.place, seen.many)).collect();
    if parents > 0 {
        lines.push(line("parent", "", i64::try_from(parents).unwrap_or(i64::MAX)));
    }
    lines.push(Words::plain("own-support"));
    let several = !guardians::children(acting.db, acting.person).await?.is_empty();
    Ok(reply("ok", [("lines", Value::Lines(lines)), ("parent", several.into())]))
}

/// `own.privacy`: the page that tells anybody who sees whose data, and why.
#[must_use]
pub fn privacy(acting: &Acting<'_>) -> Acted {
    if acting.pages { reply("ok", [("page", Value::Site(PRIVACY.to_owned()))]) } else { Reply::plain("nowhere").into() }
}

/// `own.page`: a page with all that is held of this person, or of a child of theirs.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn page(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let about = text(args, "about")?;
    let whom = if about.is_empty() {
        Some(acting.person)
    } else {
        let children = guardians::children(acting.db, acting.person).await?;
        children.into_iter().find(|child| child.to_string() == about)
    };
    let Some(whom) = whom else { return Ok(Reply::plain("unknown").into()) };
    Ok(match once::make(acting, PAGE, &serde_json::json!({"about": whom})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", [("page", Value::Page(id)), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
}

/// All that is held of a person.
#[derive(Debug)]
pub struct Own {
    /// Who, if the programme knows.
    pub profile: Option<Profile>,
    /// What they are.
    pub roles: Vec<Held>,
    /// By which messengers they speak.
    pub accounts: Vec<Account>,
    /// Their proved phone: by which verification, whose it is, since when.
    pub phone: Option<(VerificationId, String, Option<DateTime<Utc>>)>,
    /// Their parents' names, short.
    pub parents: Vec<String>,
    /// What they have signed up for, and the mark that they gave.
    pub visits: Vec<(String, DateTime<Utc>, Option<i16>)>,
    /// What they answered: the text's key, the answer as it is kept, when.
    pub answers: Vec<(String, String, DateTime<Utc>)>,
}

/// All that is held of somebody, for a reader who is that person or a parent. `None`: neither.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn all(
    db: &mut PgConnection,
    vault: &Vault,
    reader: PersonId,
    about: PersonId,
) -> Result<Option<Own>, Error> {
    if reader != about && !guardians::children(&mut *db, reader).await?.contains(&about) {
        return Ok(None);
    }
    let parents = guardians::parents(&mut *db, about).await?;
    let mut known = profiles_of(&mut *db, vault, &[parents.as_slice(), &[about]].concat()).await?;
    let visits =
        own::visits(&mut *db, about).await?.into_iter().map(|visit| (visit.title, visit.starts_at, visit.mark));
    let visits = visits.collect();
    let answers = own::answers(&mut *db, about).await?.into_iter().map(|answer| {
        let row = format!("{}:{}:{}", answer.run, answer.flow, answer.question);
        let plain = vault.open(Place { table: "answer", column: "value", row: row.as_bytes() }, &answer.value)?;
        let value = serde_json::from_slice(&plain).map(|value: Value| told(&value)).unwrap_or_default();
        Ok((format!("{}-{}", answer.flow, answer.question), value, answer.given_at))
    });
    Ok(Some(Own {
        answers: answers.collect::<Result<_, Error>>()?,
        profile: known.remove(&about),
        roles: own::roles(&mut *db, about).await?,
        accounts: own::accounts(&mut *db, about).await?,
        phone: own::phone(db, about).await?,
        parents: parents.iter().filter_map(|parent| known.get(parent)).map(Profile::short_name).collect(),
        visits,
    }))
}

/// One table's rows about a person, as they lie there; what is sealed is opened, under its column's name.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    /// The table.
    pub table: &'static str,
    /// Its rows.
    pub rows: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// Every row that is held of somebody, for a reader who is that person or a parent. `None`: neither. What a table holds that is
/// empty of them is left out.
///
/// # Errors
/// When the database fails or something sealed does not open.
pub async fn every(
    db: &mut PgConnection,
    vault: &Vault,
    reader: PersonId,
    about: PersonId,
) -> Result<Option<Vec<Section>>, Error> {
    if reader != about && !guardians::children(&mut *db, reader).await?.contains(&about) {
        return Ok(None);
    }
    let people = own::selves(&mut *db, about).await?;
    let mut sections = Vec::new();
    for (table, column) in held::SHOWN {
        let mut rows = Vec::new();
        for found in held::of(&mut *db, table, &people).await? {
            let serde_json::Value::Object(mut row) = found.row.0 else { continue };
            if let Some(sealed) = &found.sealed {
                let plain = vault.open(Place { table, column, row: &found.place }, sealed)?;
                let text = || serde_json::Value::from(String::from_utf8_lossy(&plain).into_owned());
                let value = serde_json::from_slice(&plain).ok().filter(|value: &serde_json::Value| !value.is_number());
                row.insert((*column).to_owned(), value.unwrap_or_else(text));
            }
            row.retain(|_, value| !value.is_null());
            rows.push(row);
        }
        if !rows.is_empty() {
            sections.push(Section { table, rows });
        }
    }
    Ok(Some(sections))
}

/// An answer as it was given, whatever the question's words are by now.
fn told(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::List(values) => values.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Record(fields) => fields.values().map(told).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}
