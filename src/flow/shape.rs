//! Records whose fields flows know: what a flow may be given as one argument, as `event: event`.
//!
//! A closed list, like that of the actions: what is in such a record is checked wherever a flow looks into it.

use super::action::Type;
use crate::message::Value;

/// A record with known fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Something one may come to.
    Event,
    /// A phone and whose it is, as somebody shared or typed it. Personal.
    Contact,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Event, Self::Contact];

    /// Its name in a flow.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Contact => "contact",
        }
    }

    /// Finds one by its name in a flow.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// What is in it.
    #[must_use]
    pub const fn fields(self) -> &'static [(&'static str, Type)] {
        match self {
            Self::Event => EVENT,
            Self::Contact => CONTACT,
        }
    }

    /// Whether what is in it never gets into a text.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Contact)
    }

    /// The type of a field.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Type> {
        self.fields().iter().find(|(field, _)| *field == name).map(|(_, of)| *of)
    }
}

/// What is told of an event; `left`: free seats.
pub(super) const EVENT: &[(&str, Type)] =
    &[("id", Type::Text), ("title", Type::Text), ("place", Type::Text), ("at", Type::Moment), ("left", Type::Number)];

/// What is told of a contact; `own`: the messenger says that it is the sender's. What is typed nobody vouches for.
const CONTACT: &[(&str, Type)] = &[("phone", Type::Text), ("name", Type::Text), ("own", Type::Flag)];

impl Type {
    /// How a flow calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Moment => "moment",
            Self::Shown => "shown",
            Self::Options => "options",
            Self::List => "list",
            Self::Record => "record",
            Self::Shape(shape) => shape.name(),
        }
    }

    /// Finds one by its name in a flow.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let plain =
            [Self::Text, Self::Number, Self::Flag, Self::Moment, Self::Shown, Self::Options, Self::List, Self::Record];
        plain.into_iter().find(|of| of.name() == name).or_else(|| Shape::by_name(name).map(Self::Shape))
    }

    /// Whether a value that comes from outside is of this type.
    #[must_use]
    pub fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::Text(_))
            | (Self::Number, Value::Number(_))
            | (Self::Flag, Value::Flag(_))
            | (Self::Moment, Value::Moment(_))
            | (Self::Options | Self::List, Value::List(_))
            | (Self::Record, Value::Record(_)) => true,
            (Self::Shape(shape), Value::Record(record)) => {
                shape.fields().iter().all(|(field, of)| record.get(*field).is_some_and(|value| of.takes(value)))
            }
            // A plain text stands for a shown name or phone.
            (Self::Shown, value) => !matches!(
                value,
                Value::Number(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) | Value::Record(_)
            ),
            _ => false,
        }
    }
}
