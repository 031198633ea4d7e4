//! ОВЗ and disability: what staff say of a pupil, one by one, never by import. Sealed; whoever shows or sets it tells the journal.

use std::fmt;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use zeroize::Zeroizing;

use crate::{
    acting::Error,
    ids::PersonId,
    seal::{Place, Vault},
    store,
};

/// The groups of the programme's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Слабовидящие.
    LowVision,
    /// Слепые.
    Blind,
    /// Глухие.
    Deaf,
    /// Слабослышащие.
    HardOfHearing,
    /// ОДА, мобильные.
    Mobile,
    /// ОДА, маломобильные и на кресло-коляске.
    Wheelchair,
    /// ЗПР.
    DevelopmentalDelay,
    /// РАС.
    Autism,
    /// Интеллектуальные нарушения (лёгкая степень).
    Intellectual,
    /// Общие заболевания.
    GeneralIllness,
    /// Тяжёлое недоразвитие речи.
    Speech,
}

impl Group {
    /// All of them, in the order of the programme's table.
    pub const ALL: [Self; 11] = [
        Self::LowVision,
        Self::Blind,
        Self::Deaf,
        Self::HardOfHearing,
        Self::Mobile,
        Self::Wheelchair,
        Self::DevelopmentalDelay,
        Self::Autism,
        Self::Intellectual,
        Self::GeneralIllness,
        Self::Speech,
    ];

    /// The word in forms and keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LowVision => "low_vision",
            Self::Blind => "blind",
            Self::Deaf => "deaf",
            Self::HardOfHearing => "hard_of_hearing",
            Self::Mobile => "mobile",
            Self::Wheelchair => "wheelchair",
            Self::DevelopmentalDelay => "developmental_delay",
            Self::Autism => "autism",
            Self::Intellectual => "intellectual",
            Self::GeneralIllness => "general_illness",
            Self::Speech => "speech",
        }
    }
}

/// What staff say of a pupil. `Debug` shows nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// ОВЗ: consent is given on paper or by a parent, whatever the age.
    pub limited_health: bool,
    /// Инвалидность.
    pub disability: bool,
    /// One of the groups, if it is either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
}

impl fmt::Debug for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Need(…)")
    }
}

impl Need {
    /// Opens what is kept of this person.
    ///
    /// # Errors
    /// When it does not open, or holds something else.
    pub fn open(vault: &Vault, person: PersonId, sealed: &[u8]) -> Result<Self, Error> {
        let plain = Zeroizing::new(vault.open(place(&person), sealed)?);
        serde_json::from_slice(&plain).map_err(|_| Error::Profile)
    }
}

fn place(person: &PersonId) -> Place<'_> {
    Place { table: "pupil_need", column: "sealed", row: person.0.as_bytes() }
}

/// What staff said of this pupil; nothing is neither.
///
/// # Errors
/// When the database fails or it does not open.
pub async fn of(db: &mut PgConnection, vault: &Vault, person: PersonId) -> Result<Need, Error> {
    match store::needs::of(db, person).await? {
        Some(sealed) => Need::open(vault, person, &sealed),
        None => Ok(Need::default()),
    }
}

/// Keeps what staff say of this pupil; whoever calls has judged that they may, and tells the journal
/// ([`crate::journal::Act::NeedSet`]). With neither, nothing is kept. The state of the consent follows by itself.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &mut PgConnection, vault: &Vault, person: PersonId, need: Need) -> Result<(), Error> {
    if !need.limited_health && !need.disability {
        return Ok(store::needs::clear(db, person).await?);
    }
    let plain = Zeroizing::new(serde_json::to_vec(&need).map_err(|_| Error::Profile)?);
    Ok(store::needs::set(db, person, &vault.seal(place(&person), &plain)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_spelt_in_one_way_and_debug_shows_nothing() {
        for group in Group::ALL {
            assert_eq!(serde_json::to_value(group).unwrap(), group.word());
        }
        let need = Need { limited_health: true, disability: false, group: Some(Group::Deaf) };
        assert_eq!(format!("{need:?}"), "Need(…)");
    }
}
