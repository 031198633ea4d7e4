//! What every page of a class begins with: its fields, its pass, and who looks at what.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::{Pages, Refusal, passed, reader, say::Say};
use crate::{
    flow::Program,
    ids::PersonId,
    once::{Opened, Pass},
    pupils::{About, Look, PAGE, Place, View, filter::Filter, hand::Hand},
};

/// A form's fields; of several of one name the last.
pub(super) type Fields = BTreeMap<String, String>;

/// Somebody at work on a page of a class.
pub(super) struct Visit<'v> {
    pub pages: &'v Pages,
    pub opened: Opened,
    fields: &'v Fields,
    /// The list behind it.
    pub filter: Filter,
    /// How far it was turned.
    pub past: usize,
}

impl<'v> Visit<'v> {
    /// Reads a form.
    pub fn of(pages: &'v Pages, fields: &'v Fields) -> Result<Self, Refusal> {
        let pass = fields.get("pass").cloned().unwrap_or_default();
        let pass: Pass = serde_json::from_value(pass.into()).map_err(|_| Refusal::Over)?;
        let opened = passed(pages, &pass, PAGE)?;
        let filter = fields.get("filter").and_then(|word| Filter::read(word)).unwrap_or_default();
        let past = fields.get("past").and_then(|past| past.parse().ok()).unwrap_or(0);
        Ok(Self { pages, opened, fields, filter, past })
    }

    pub fn look(&self) -> Look {
        Look { reader: self.opened.person, now: self.pages.clock.now() }
    }

    pub fn hand(&self) -> Hand<'v> {
        Hand { vault: &self.pages.vault, dice: &self.pages.dice, look: self.look() }
    }

    /// What the page is about.
    pub fn place(&self) -> Result<Place, Refusal> {
        super::place(&self.opened)
    }

    /// The school that it lies in, if it is theirs to see.
    pub async fn school(&self, db: &mut PgConnection) -> Result<crate::ids::SchoolId, Refusal> {
        self.place()?.school(db, self.opened.person).await?.ok_or(Refusal::NotFound)
    }

    /// The same page about another place.
    pub fn turned(&self, place: Place) -> Opened {
        let about = About { place: place.named(), view: View::List, filter: Filter::ALL };
        self.opened.turned(serde_json::to_value(about).unwrap_or_default())
    }

    pub fn pass(&self) -> Pass {
        self.opened.pass(&self.pages.vault)
    }

    pub fn says(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub fn id(&self, name: &str) -> Option<Uuid> {
        self.fields.get(name).and_then(|id| Uuid::try_parse(id).ok())
    }

    /// The people whom fields of this beginning name: `p-<id>`.
    pub fn people(&self, prefix: &str) -> Vec<PersonId> {
        let ids = self.fields.keys().filter_map(|name| name.strip_prefix(prefix));
        ids.filter_map(|id| Uuid::try_parse(id).ok()).map(PersonId).collect()
    }

    /// In whose words.
    pub async fn say<'p>(&self, db: &mut PgConnection, program: &'p Program) -> Result<Say<'p>, Refusal> {
        let (lang, zone) = reader(self.pages, db, self.opened.person).await?;
        Ok(Say::to(program, lang, zone))
    }
}
