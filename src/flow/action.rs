//! The actions that a flow may call: a closed list with typed arguments and outcomes.
//!
//! This list is data; what an action does lives in the programme's folders, behind one `match` in the turn. A missing arm
//! there fails the build, a missing outcome in a flow fails `flows check`.

use serde::{Deserialize, Serialize};

use super::shape::{EVENT, Shape};
use crate::message::Args;

/// An action's answer: one of its declared outcomes, with the values that the outcome gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The outcome's name.
    pub outcome: String,
    /// What the outcome gives.
    #[serde(default)]
    pub values: Args,
}

impl Reply {
    /// A reply that gives nothing.
    #[must_use]
    pub fn plain(outcome: &str) -> Self {
        Self { outcome: outcome.to_owned(), values: Args::new() }
    }
}

/// When an action runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Inside the turn's transaction, changing nothing.
    Read,
    /// Inside the turn's transaction.
    Write,
    /// After the commit, keyed (run, seq): the network, and what must be committed before it is judged.
    Outside,
}

/// The type of an argument or of a value that an outcome gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// [`crate::message::Value::Text`]
    Text,
    /// [`crate::message::Value::Number`]
    Number,
    /// [`crate::message::Value::Flag`]
    Flag,
    /// [`crate::message::Value::Moment`]
    Moment,
    /// A reference that is shown as a name, a masked phone or a one-time code; a day; lines of text by key.
    Shown,
    /// Records `{value: Text, label: Shown}`: the options of a choice.
    Options,
    /// Texts: what was chosen of several.
    List,
    /// Named values: the answers of a form.
    Record,
    /// Named values that are known by their type: `event.title`.
    Shape(Shape),
}

/// One outcome of an action.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Its name, as the flow's `next` map spells it.
    pub name: &'static str,
    /// What it gives.
    pub gives: &'static [(&'static str, Type)],
}

/// What is known of an action before it is called.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Its name in a flow.
    pub name: &'static str,
    /// When it runs.
    pub kind: Kind,
    /// Its arguments, all required.
    pub args: &'static [(&'static str, Type)],
    /// Its outcomes, all to be handled.
    pub outcomes: &'static [Outcome],
}

const fn out(name: &'static str) -> Outcome {
    Outcome { name, gives: &[] }
}

const fn gives(name: &'static str, gives: &'static [(&'static str, Type)]) -> Outcome {
    Outcome { name, gives }
}

/// Every action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Who is speaking: nobody yet, a pupil, an adult or staff of a territory; signed in, verified?
    PeopleWho,
    /// Redeem a one-time code: from a card, or shown by the other messenger.
    PeopleRedeem,
    /// The profiles of this account.
    PeopleProfiles,
    /// Speak as another profile of this account.
    PeopleSwitch,
    /// A code that brings this person's profile into another messenger.
    PeopleLinkCode,
    /// The language from now on.
    PeopleLanguage,
    /// Plain words from now on, or the usual ones.
    PeoplePlain,
    /// How this person's verification stands.
    VerificationStatus,
    /// Judge a phone before anything is dialled: shape, destination.
    VerificationCheckPhone,
    /// Place a call.
    VerificationStart,
    /// Judge four digits.
    VerificationConfirm,
    /// Ask first-line support to verify by hand.
    VerificationManual,
    /// The contacts of this person's territory.
    TerritoryContacts,
    /// The pupil's stages of the running season.
    SeasonTrack,
    /// The events that the pupil may come to.
    EventsList,
    /// One of them, and what can be done about it.
    EventsShow,
    /// Take a seat.
    EventsSignUp,
    /// Give the seat back.
    EventsLeave,
    /// Whether this person may say how an event was.
    FeedbackOpen,
    /// Keep what is said.
    FeedbackSave,
    /// Whom the author of a broadcast would reach.
    BroadcastReach,
    /// Who would get it, and how it is signed.
    BroadcastPreview,
    /// Keep what the author wrote, to be shown before it goes.
    BroadcastDraft,
    /// Let it go.
    BroadcastSend,
    /// What came of the latest.
    BroadcastStanding,
    /// The territories whose chat a group may become.
    BroadcastPlaces,
    /// A code that makes a group a chat of one of them.
    BroadcastChatCode,
    /// The chats of the author's territories.
    BroadcastChats,
    /// One of them.
    BroadcastChat,
    /// Make one of them nobody's.
    BroadcastDisconnect,
}

impl Action {
    /// All of them, in the order of this file.
    pub const ALL: [Self; 30] = [
        Self::PeopleWho,
        Self::PeopleRedeem,
        Self::PeopleProfiles,
        Self::PeopleSwitch,
        Self::PeopleLinkCode,
        Self::PeopleLanguage,
        Self::PeoplePlain,
        Self::VerificationStatus,
        Self::VerificationCheckPhone,
        Self::VerificationStart,
        Self::VerificationConfirm,
        Self::VerificationManual,
        Self::TerritoryContacts,
        Self::SeasonTrack,
        Self::EventsList,
        Self::EventsShow,
        Self::EventsSignUp,
        Self::EventsLeave,
        Self::FeedbackOpen,
        Self::FeedbackSave,
        Self::BroadcastReach,
        Self::BroadcastPreview,
        Self::BroadcastDraft,
        Self::BroadcastSend,
        Self::BroadcastStanding,
        Self::BroadcastPlaces,
        Self::BroadcastChatCode,
        Self::BroadcastChats,
        Self::BroadcastChat,
        Self::BroadcastDisconnect,
    ];

    /// Finds an action by its name in a flow.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.signature().name == name)
    }

    /// The outcome that a call outside comes to when it can't be carried out at all: nobody is left waiting for it. None for
    /// an action that runs inside a turn.
    #[must_use]
    pub const fn gave_up(self) -> Option<&'static str> {
        match self {
            Self::VerificationStart => Some("unavailable"),
            Self::VerificationConfirm => Some("expired"),
            _ => None,
        }
    }

    /// What is known of it before it is called.
    #[must_use]
    pub const fn signature(self) -> Signature {
        use Type::{Flag, Moment, Number, Options, Record, Shown, Text};
        match self {
            Self::PeopleWho => Signature {
                name: "people.who",
                kind: Kind::Read,
                args: &[],
                outcomes: const {
                    &[
                        out("nobody"),
                        gives("pupil", &[("name", Shown), ("verified", Flag), ("profiles", Number)]),
                        gives("adult", &[("name", Shown), ("verified", Flag), ("profiles", Number)]),
                        // An adult who answers for a territory.
                        gives("staff", &[("name", Shown), ("verified", Flag), ("profiles", Number)]),
                    ]
                },
            },
            Self::PeopleRedeem => Signature {
                name: "people.redeem",
                kind: Kind::Write,
                args: &[("code", Text)],
                outcomes: const {
                    &[
                        // `first`: nobody had signed in with this profile before.
                        gives("ok", &[("name", Shown), ("verified", Flag), ("first", Flag), ("pupil", Flag)]),
                        gives("yours", &[("name", Shown)]),
                        out("used"),
                        out("expired"),
                        out("unknown"),
                        // Words that have no code's shape: not counted as a try.
                        out("not_a_code"),
                        gives("limited", &[("until", Moment)]),
                    ]
                },
            },
            Self::PeopleProfiles => Signature {
                name: "people.profiles",
                kind: Kind::Read,
                args: &[],
                outcomes: const { &[gives("one", &[("options", Options)]), gives("several", &[("options", Options)])] },
            },
            Self::PeopleSwitch => Signature {
                name: "people.switch",
                kind: Kind::Write,
                args: &[("profile", Text)],
                outcomes: const { &[gives("ok", &[("name", Shown)]), out("unknown")] },
            },
            Self::PeopleLinkCode => Signature {
                name: "people.link_code",
                kind: Kind::Write,
                args: &[],
                outcomes: const {
                    &[gives("ok", &[("code", Shown), ("minutes", Number)]), gives("limited", &[("until", Moment)])]
                },
            },
            Self::PeopleLanguage => Signature {
                name: "people.language",
                kind: Kind::Write,
                args: &[("lang", Text)],
                outcomes: const { &[out("ok")] },
            },
            Self::PeoplePlain => Signature {
                name: "people.plain",
                kind: Kind::Write,
                args: &[("on", Flag)],
                outcomes: const { &[out("ok")] },
            },
            Self::VerificationStatus => Signature {
                name: "verification.status",
                kind: Kind::Read,
                args: &[],
                outcomes: const {
                    &[
                        gives("verified", &[("phone", Shown), ("relation", Text)]),
                        gives("open", &[("days", Number)]),
                        out("late"),
                    ]
                },
            },
            Self::VerificationCheckPhone => Signature {
                name: "verification.check_phone",
                kind: Kind::Read,
                args: &[("phone", Text)],
                outcomes: const {
                    &[
                        out("ok"),
                        out("not_a_phone"),
                        out("landline"),
                        out("abroad"),
                        // Allowed by the territory's data, but no provider rings there: the manual path is shown first.
                        out("by_hand"),
                        // Outside 07:00–23:00 local: a hint and a one-tap override.
                        gives("late_hour", &[("from", Text), ("to", Text)]),
                    ]
                },
            },
            Self::VerificationStart => Signature {
                name: "verification.start",
                kind: Kind::Outside,
                // `relation`: self, mother, father, grandparent, aunt_uncle, guardian, other.
                args: &[("phone", Text), ("relation", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("attempt", Text), ("phone", Shown), ("left", Number), ("failed_calls", Number)]),
                        gives("already", &[("phone", Shown)]),
                        gives("wait", &[("seconds", Number)]),
                        gives("limited", &[("until", Moment)]),
                        out("refused"),
                        out("unavailable"),
                    ]
                },
            },
            Self::VerificationConfirm => Signature {
                name: "verification.confirm",
                kind: Kind::Outside,
                args: &[("attempt", Text), ("code", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("phone", Shown), ("replaced", Flag)]),
                        gives("wrong", &[("left", Number)]),
                        out("exhausted"),
                        out("expired"),
                        out("full"),
                    ]
                },
            },
            Self::VerificationManual => Signature {
                name: "verification.manual",
                kind: Kind::Write,
                // `reason`: no_call, landline, abroad, other.
                args: &[("phone", Text), ("reason", Text)],
                outcomes: const {
                    &[gives("ok", &[("number", Text)]), gives("already", &[("number", Text)]), out("limited")]
                },
            },
            Self::TerritoryContacts => Signature {
                name: "territory.contacts",
                kind: Kind::Read,
                args: &[],
                outcomes: const { &[gives("ok", &[("contacts", Text)]), out("none")] },
            },
            Self::SeasonTrack => Signature {
                name: "season.track",
                kind: Kind::Read,
                args: &[],
                outcomes: const {
                    &[
                        gives("ok", &[("season", Text), ("stages", Shown)]),
                        // The holidays.
                        out("none"),
                        // Somebody who is no pupil.
                        out("stranger"),
                    ]
                },
            },
            Self::EventsList => Signature {
                name: "events.list",
                kind: Kind::Read,
                args: &[],
                outcomes: const { &[gives("some", &[("options", Options), ("lines", Shown)]), out("none"), out("stranger")] },
            },
            Self::EventsShow => Signature {
                name: "events.show",
                kind: Kind::Read,
                args: &[("event", Text)],
                outcomes: const {
                    &[
                        gives("free", EVENT),
                        gives("full", EVENT),
                        gives("mine", EVENT),
                        gives("closed", EVENT),
                        // Or out of scope.
                        out("unknown"),
                    ]
                },
            },
            Self::EventsSignUp => Signature {
                name: "events.sign_up",
                kind: Kind::Write,
                args: &[("event", Text)],
                outcomes: const {
                    &[
                        gives("ok", EVENT),
                        gives("already", EVENT),
                        gives("full", EVENT),
                        gives("closed", EVENT),
                        gives("overlap", &[("other", Text), ("other_at", Moment)]),
                        out("unknown"),
                    ]
                },
            },
            Self::EventsLeave => Signature {
                name: "events.leave",
                kind: Kind::Write,
                args: &[("event", Text)],
                outcomes: const { &[gives("ok", EVENT), gives("closed", EVENT), out("unknown")] },
            },
            Self::FeedbackOpen => Signature {
                name: "feedback.open",
                kind: Kind::Read,
                args: &[("event", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("title", Text)]),
                        gives("already", &[("title", Text)]),
                        gives("early", &[("title", Text), ("until", Moment)]),
                        // Or was not signed up.
                        out("unknown"),
                    ]
                },
            },
            Self::FeedbackSave => Signature {
                name: "feedback.save",
                kind: Kind::Write,
                args: &[("event", Text), ("mark", Number), ("answers", Record)],
                // `closed`: and with it a stage.
                outcomes: const { &[out("ok"), out("closed"), out("already"), out("unknown")] },
            },
            Self::BroadcastReach => Signature {
                name: "broadcast.reach",
                kind: Kind::Read,
                args: &[],
                outcomes: const {
                    &[gives("ok", &[("place", Text), ("pupils", Number), ("chats", Number)]), out("stranger")]
                },
            },
            Self::BroadcastPreview => Signature {
                name: "broadcast.preview",
                kind: Kind::Read,
                // `to`: everybody, pupils, chats.
                args: &[("to", Text)],
                outcomes: const {
                    &[
                        // `place`: whose name stands under it, of `several` the first; `coordinator`: as whose words. `night`: somebody would get it in the
                        // morning.
                        gives(
                            "ok",
                            &[
                                ("place", Text),
                                ("coordinator", Flag),
                                ("several", Flag),
                                ("pupils", Number),
                                ("chats", Number),
                                ("night", Flag),
                            ],
                        ),
                        out("empty"),
                        out("stranger"),
                    ]
                },
            },
            Self::BroadcastDraft => Signature {
                name: "broadcast.draft",
                kind: Kind::Write,
                args: &[("text", Text)],
                outcomes: const { &[gives("ok", &[("draft", Text), ("letter", Shown)])] },
            },
            Self::BroadcastSend => Signature {
                name: "broadcast.send",
                kind: Kind::Write,
                // `to`: everybody, pupils, chats.
                args: &[("draft", Text), ("to", Text)],
                outcomes: const {
                    &[
                        // `night`: somebody gets it in the morning.
                        gives("ok", &[("pupils", Number), ("chats", Number), ("night", Flag)]),
                        out("empty"),
                        // The draft is not there, or was sent before.
                        out("gone"),
                        out("stranger"),
                    ]
                },
            },
            Self::BroadcastStanding => Signature {
                name: "broadcast.standing",
                kind: Kind::Read,
                args: &[],
                outcomes: const {
                    &[
                        gives("ok", &[("at", Moment), ("sent", Number), ("waiting", Number), ("failed", Number)]),
                        out("none"),
                    ]
                },
            },
            Self::BroadcastPlaces => Signature {
                name: "broadcast.places",
                kind: Kind::Read,
                // `like`: a part of the name; empty for all.
                args: &[("like", Text)],
                outcomes: const {
                    &[
                        gives("one", &[("territory", Text)]),
                        gives("several", &[("options", Options)]),
                        // More than can be shown.
                        out("many"),
                        out("none"),
                        out("stranger"),
                    ]
                },
            },
            Self::BroadcastChatCode => Signature {
                name: "broadcast.chat_code",
                kind: Kind::Write,
                args: &[("territory", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("command", Shown), ("code", Shown), ("minutes", Number), ("place", Text)]),
                        gives("limited", &[("until", Moment)]),
                        out("unknown"),
                        out("stranger"),
                    ]
                },
            },
            Self::BroadcastChats => Signature {
                name: "broadcast.chats",
                kind: Kind::Read,
                // `after`: the last that was shown; empty for the first.
                args: &[("after", Text)],
                outcomes: const {
                    &[
                        gives("some", &[("options", Options), ("lines", Shown)]),
                        gives("more", &[("options", Options), ("lines", Shown), ("last", Text)]),
                        out("none"),
                        out("stranger"),
                    ]
                },
            },
            Self::BroadcastChat => Signature {
                name: "broadcast.chat",
                kind: Kind::Read,
                args: &[("chat", Text)],
                outcomes: const { &[gives("ok", &CHAT), out("unknown")] },
            },
            Self::BroadcastDisconnect => Signature {
                name: "broadcast.disconnect",
                kind: Kind::Write,
                args: &[("chat", Text)],
                outcomes: const { &[gives("ok", &CHAT), out("unknown")] },
            },
        }
    }
}

/// What is told of a territory's chat; `channel`: telegram, vk.
const CHAT: [(&str, Type); 3] = [("title", Type::Text), ("channel", Type::Text), ("place", Type::Text)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_outside_has_an_outcome_to_give_up_with_and_it_gives_nothing() {
        for action in Action::ALL {
            let signature = action.signature();
            let plain = |name: &&str| signature.outcomes.iter().any(|one| one.name == *name && one.gives.is_empty());
            assert_eq!(action.gave_up().filter(plain).is_some(), signature.kind == Kind::Outside, "{}", signature.name);
        }
    }
}
