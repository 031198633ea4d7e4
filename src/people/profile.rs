//! What names a person: sealed as one JSON value, opened only where it is needed.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    acting::Error,
    ids::{PersonId, SchoolId},
    seal::{Place, Vault},
};

/// As the programme's table spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// М
    Male,
    /// Ж
    Female,
}

/// A person's name and what tells namesakes apart. `Debug` masks it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Фамилия.
    pub last: String,
    /// Имя.
    pub first: String,
    /// Отчество; not everybody has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    /// Sex; not asked of whoever comes by an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Date of birth; required of pupils only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth: Option<NaiveDate>,
    /// In lower case; required of teachers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profile(…)")
    }
}

/// The domain of the blind index that finds the same pupil again.
const IDENTITY: &str = "pupil's identity";
/// The domain of the blind index over e-mails.
const EMAIL: &str = "email";

impl Profile {
    /// Opens a sealed profile of this person.
    ///
    /// # Errors
    /// When it does not open, or holds something else.
    pub fn open(vault: &Vault, person: PersonId, sealed: &[u8]) -> Result<Self, Error> {
        let plain = Zeroizing::new(vault.open(place(&person), sealed)?);
        serde_json::from_slice(&plain).map_err(|_| Error::Profile)
    }

    /// Seals it for this person's row.
    ///
    /// # Errors
    /// Never in practice: a profile always has a JSON spelling.
    pub fn seal(&self, vault: &Vault, person: PersonId) -> Result<Vec<u8>, Error> {
        let plain = Zeroizing::new(serde_json::to_vec(self).map_err(|_| Error::Profile)?);
        Ok(vault.seal(place(&person), &plain))
    }

    /// «Имя Ф.»
    #[must_use]
    pub fn short_name(&self) -> String {
        self.last.chars().next().map_or_else(|| self.first.clone(), |initial| format!("{} {initial}.", self.first))
    }

    /// ФИО folded for comparison: upper case, Ё as Е, single blanks.
    #[must_use]
    pub fn folded_name(&self) -> [String; 3] {
        [fold(&self.last), fold(&self.first), self.patronymic.as_deref().map(fold).unwrap_or_default()]
    }

    /// The blind index of ФИО, date, sex and school.
    #[must_use]
    pub fn identity(&self, vault: &Vault, school: SchoolId) -> [u8; 32] {
        let birth = self.birth.map(|date| date.to_string()).unwrap_or_default();
        let sex = self.sex.map(|sex| format!("{sex:?}")).unwrap_or_default();
        let key = format!("{}\n{birth}\n{sex}\n{school}", self.folded_name().join("\n"));
        vault.blind(IDENTITY, Zeroizing::new(key).as_bytes())
    }
}

/// The blind index of an e-mail.
#[must_use]
pub fn email_index(vault: &Vault, email: &str) -> [u8; 32] {
    vault.blind(EMAIL, email.to_lowercase().as_bytes())
}

fn place(person: &PersonId) -> Place<'_> {
    Place { table: "person", column: "profile", row: person.0.as_bytes() }
}

fn fold(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase().replace('Ё', "Е")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{ids::Dice, seal};

    fn anna() -> Profile {
        let birth = NaiveDate::from_ymd_opt(2012, 4, 3);
        Profile {
            last: "Ёлкина".into(),
            first: "Анна".into(),
            patronymic: None,
            sex: Some(Sex::Female),
            birth,
            email: None,
        }
    }

    fn vault() -> Vault {
        let dice = Dice::loaded(7);
        let fields = format!("1:{}", secrecy::ExposeSecret::expose_secret(&seal::fresh_key(&dice)));
        Vault::new(seal::Keys::parse(&fields.into(), &seal::fresh_key(&dice)).unwrap())
    }

    #[test]
    fn opens_for_its_own_person_only() {
        let (vault, me, other) = (vault(), PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let sealed = anna().seal(&vault, me).unwrap();
        assert_eq!(Profile::open(&vault, me, &sealed).unwrap(), anna());
        assert!(Profile::open(&vault, other, &sealed).is_err());
    }

    #[test]
    fn the_same_pupil_is_found_however_the_name_is_spelt() {
        let (vault, school) = (vault(), SchoolId(Uuid::from_u128(1)));
        let same = Profile { last: " ЕЛКИНА ".into(), email: Some("a@b.ru".into()), ..anna() };
        let other = Profile { sex: Some(Sex::Male), ..anna() };
        assert_eq!(anna().identity(&vault, school), same.identity(&vault, school));
        assert_ne!(anna().identity(&vault, school), other.identity(&vault, school));
        assert_ne!(anna().identity(&vault, school), anna().identity(&vault, SchoolId(Uuid::from_u128(2))));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", anna()), "Profile(…)");
    }
}
