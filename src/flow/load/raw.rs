//! YAML as it is written, with positions. Plain structs with optional keys: `Spanned` loses its place under serde's untagged
//! and flattened shapes, so the few "word or map" places have visitors of their own.
//!
//! Serialised again as JSON, without places and comments, it is the normalised source that a version's hash is taken of.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_saphyr::Spanned;

use crate::fault::Place;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub value: T,
    pub place: Place,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(from)?;
        let place = spanned.referenced;
        let number = |n: u64| usize::try_from(n).unwrap_or(1).max(1);
        let length = usize::try_from(place.span().len()).unwrap_or(1).clamp(1, 200);
        Ok(Self {
            value: spanned.value,
            place: Place { line: number(place.line()), column: number(place.column()), length },
        })
    }
}

impl<T: Serialize> Serialize for At<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(to)
    }
}

/// A map in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Entries<V>(pub Vec<(At<String>, V)>);

impl<V> Entries<V> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Each<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Each<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        from.deserialize_map(Each(PhantomData))
    }
}

impl<V: Serialize> Serialize for Entries<V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (&key.value, value)))
    }
}

/// A word, or a map: `next: thanks`, `next: {yes: thanks, no: bye}`.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum WordOr<M> {
    Word(String),
    Map(M),
}

impl<'de, M: Deserialize<'de>> Deserialize<'de> for WordOr<M> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either<M>(PhantomData<M>);
        impl<'de, M: Deserialize<'de>> Visitor<'de> for Either<M> {
            type Value = WordOr<M>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word or a map")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
                Ok(WordOr::Word(word.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                M::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Map)
            }
        }
        from.deserialize_any(Either(PhantomData))
    }
}

/// An expression's source; a bare number or yes/no is one too.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Formula(pub String);

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl Visitor<'_> for Scalar {
            type Value = Formula;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an expression")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Formula, E> {
                Ok(Formula(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Formula, E> {
                Ok(Formula(number.to_string()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Formula, E> {
                Ok(Formula(number.to_string()))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Formula, E> {
                Ok(Formula(flag.to_string()))
            }
        }
        from.deserialize_any(Scalar)
    }
}

/// `flows/<flow>.yaml`
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFlow {
    pub flow: At<String>,
    /// The format's version; 1 so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<At<u16>>,
    /// Still being written: checked and played, but nothing live begins it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<bool>,
    #[serde(default)]
    pub args: Entries<At<String>>,
    /// The argument that a button outside of a conversation may begin the flow with: one or none. Absent: no such button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<At<Vec<At<String>>>>,
    #[serde(default)]
    pub outcomes: Vec<At<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<At<String>>,
    /// What becomes of runs that are under way when the logic changes: `migrate`, or they stay with what they began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<At<String>>,
    /// With `migrate`: what was called otherwise before, `old: new`.
    #[serde(default, skip_serializing_if = "Entries::is_empty")]
    pub renamed: Entries<At<String>>,
    pub steps: Entries<At<RawStep>>,
    /// Only in a normalised source: the subflows as they were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(skip)]
    pub runs: BTreeMap<String, RawFlow>,
}

macro_rules! optional_keys {
    ($(#[$doc:meta])* $name:ident { $($(#[$named:meta])? $key:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct $name {
            $($(#[$named])? #[serde(skip_serializing_if = "Option::is_none")] pub $key: Option<$type>,)*
        }
    };
}

optional_keys! {
    /// One step: exactly one kind key (the first nine), and what belongs to it.
    RawStep {
        say: At<String>,
        ask: At<String>,
        form: At<RawForm>,
        call: At<String>,
        branch: At<Vec<RawArm>>,
        wait: At<RawWait>,
        run: At<String>,
        set: At<Entries<At<Formula>>>,
        end: At<String>,
        questions: At<Vec<At<RawQuestion>>>,
        of: At<Vec<At<String>>>,
        options: At<String>,
        picture: At<String>,
        length: At<i64>,
        min: At<i64>,
        max: At<i64>,
        from: At<i64>,
        to: At<i64>,
        whose: At<String>,
        buttons: At<Vec<At<String>>>,
        app: At<WordOr<RawApp>>,
        pii: At<bool>,
        attempts: At<RawAttempts>,
        invalid: At<String>,
        remind: At<Vec<At<String>>>,
        timeout: At<RawTimeout>,
        interrupt: At<String>,
        with: At<Entries<At<Formula>>>,
        save: At<String>,
        next: At<WordOr<Entries<At<String>>>>,
    }
}

optional_keys! {
    /// `form: {progress: true, back: true, review: true}`
    RawForm { progress: bool, back: bool, review: bool, }
}

optional_keys! {
    /// One question of a form: what an `ask` has, and what only a form can do.
    RawQuestion {
        id: At<String>,
        #[serde(rename = "type")] kind: At<String>,
        of: At<Vec<At<String>>>,
        options: At<String>,
        picture: At<String>,
        length: At<i64>,
        min: At<i64>,
        max: At<i64>,
        from: At<i64>,
        to: At<i64>,
        whose: At<String>,
        pii: At<bool>,
        attempts: At<RawAttempts>,
        invalid: At<String>,
        when: At<Formula>,
        optional: bool,
        confirm: bool,
        stop: At<RawArm>,
    }
}

impl RawQuestion {
    /// The same as a question that stands alone.
    pub fn as_step(&self) -> RawStep {
        RawStep {
            ask: self.kind.clone(),
            of: self.of.clone(),
            options: self.options.clone(),
            picture: self.picture.clone(),
            length: self.length.clone(),
            min: self.min.clone(),
            max: self.max.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            whose: self.whose.clone(),
            pii: self.pii.clone(),
            attempts: self.attempts.clone(),
            invalid: self.invalid.clone(),
            ..RawStep::default()
        }
    }
}

optional_keys! {
    /// `attempts: {max: 3, to: give_up}`
    RawAttempts { max: At<u16>, to: At<String>, }
}

/// `app: {button: track, if: pupil}`
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApp {
    pub button: At<String>,
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<At<Formula>>,
}

/// `timeout: {after: 10m, to: give_up}`
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTimeout {
    pub after: At<String>,
    pub to: At<String>,
}

/// `wait: {for: 1d}`, `wait: {signal: approved, for: 3d, gives: {by: shown}}`
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWait {
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<At<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<At<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<At<Formula>>,
    #[serde(default, skip_serializing_if = "Entries::is_empty")]
    pub gives: Entries<At<String>>,
}

/// `{ if: nps >= 9, to: share }`
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArm {
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<At<Formula>>,
    pub to: At<String>,
}

/// `flows/_global.yaml`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGlobal {
    pub start: At<String>,
    #[serde(default)]
    pub commands: Entries<At<WordOr<RawCommand>>>,
    /// The commands that are offered as buttons when an answer fails again and again.
    #[serde(default)]
    pub stuck: Vec<At<String>>,
}

/// `menu: {flow: home, replaces: true}`
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCommand {
    pub flow: At<String>,
    #[serde(default)]
    pub replaces: bool,
}
