//! The actions that a flow may call: a closed list with typed arguments and outcomes.
//!
//! This list is data; what an action does lives in the programme's folders, behind one `match` in the turn. A missing arm
//! there fails the build, a missing outcome in a flow fails `flows check`.

use serde::{Deserialize, Serialize};

use super::shape::Shape;
use crate::message::Args;

mod consent;
mod sending;
mod signature;
mod staff;
mod to_come;

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
    /// Who sees this person's data.
    OwnWho,
    /// A page with all of it.
    OwnPage,
    /// Have it erased.
    OwnErase,
    /// A page with the acts of erasure.
    ErasuresPage,
    /// The page that says to anybody who sees whose data, and why.
    OwnPrivacy,
    /// The requests that wait for first-line support.
    RequestsQueue,
    /// Take one into one's hand.
    RequestsTake,
    /// A page that shows the whole number.
    RequestsReveal,
    /// What it comes to.
    RequestsDecide,
    /// A page on which a table is uploaded.
    ImportPage,
    /// The classes that somebody sees.
    PupilsClasses,
    /// How the pupils of one of them stand, in numbers.
    PupilsNumbers,
    /// A page with their names, or with their cards.
    PupilsPage,
    /// Who of them lacks what, by name where the messenger may carry names.
    PupilsNames,
    /// Whom of them a reminder would reach.
    PupilsReach,
    /// Remind them.
    PupilsRemind,
    /// The places that somebody answers for.
    RolesPlaces,
    /// The roles that may be given at one of them.
    RolesOffers,
    /// A link by which somebody takes one.
    RolesInvite,
    /// A page with who holds which.
    RolesPeople,
    /// How many teachers of an imported table have not come yet.
    RolesAwaited,
    /// A page with an invitation for each of them.
    RolesAwaitedPage,
    /// The message for the next of them, to be forwarded.
    RolesLetter,
    /// The schools for which somebody may ask a link for the head.
    ProposalsSchools,
    /// The link of the form by which a head proposes an administrator.
    ProposalsLink,
    /// A page with what was proposed.
    ProposalsPage,
    /// Whether somebody of the staff has yet to say that they take part in the season.
    SeasonStaff,
    /// They do, or do not.
    SeasonStaffAnswer,
    /// What an invitation is to.
    RolesShow,
    /// Take the role.
    RolesAccept,
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
    /// When it would come to whom.
    BroadcastPlan,
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
    /// Let nothing more of one's own broadcast go out for now.
    BroadcastPause,
    /// Go on with it.
    BroadcastResume,
    /// Call off what has not gone out.
    BroadcastCancel,
    /// What may be done about one that is over.
    BroadcastShow,
    /// Let it go once more, to whom it failed or who came since.
    BroadcastAgain,
    /// Take away, or correct, what was sent.
    BroadcastRecall,
    /// A page with who got it and who did not.
    BroadcastLedger,
    /// What is asked of this pupil, or of a parent, about consents.
    ConsentStatus,
    /// The next purpose that waits for an answer, with its text.
    ConsentNext,
    /// One purpose, with its text unless it was given.
    ConsentLook,
    /// Give or refuse a purpose.
    ConsentAnswer,
    /// Take a purpose back.
    ConsentWithdraw,
    /// How one child stands.
    ConsentChild,
    /// One purpose of a child that may be taken back.
    ConsentHeld,
    /// A page on which texts are read and confirmed.
    ConsentPage,
    /// Write to a pupil's parents that their consent is waited for.
    ConsentAskParent,
    /// A page with the paper to print.
    ConsentTemplate,
    /// A code that makes whoever redeems it a parent of this pupil.
    ParentsCode,
    /// Redeem such a code.
    ParentsLink,
    /// Whose parent this person is.
    ParentsChildren,
    /// Be it no longer.
    ParentsUnlink,
    /// Ask the parents whether a pupil may go to an event.
    ApprovalsAsk,
    /// Remind them.
    ApprovalsRemind,
    /// Nobody has answered: let it lapse.
    ApprovalsDrop,
    /// What a parent is asked to approve.
    ApprovalsShow,
    /// A parent's yes or no.
    ApprovalsAnswer,
    /// A seat that has become free, kept for this pupil for a while.
    SeatsShow,
    /// Take it.
    SeatsTake,
    /// Let it go to the next in the list.
    SeatsPass,
    /// Put a question to first-line support.
    SupportAsk,
    /// A page for a file that belongs to it.
    SupportUpload,
    /// Say more about it.
    SupportMore,
    /// How good the answer was.
    SupportRate,
    /// The topics of notices, and which of them this person wants.
    TopicsList,
    /// Want one, or no longer.
    TopicsToggle,
    /// What the teacher's pupils still owe, by class.
    TeacherTasks,
    /// The same of one class.
    TeacherClass,
}

impl Action {
    /// All of them, in the order of this file.
    pub const ALL: [Self; 98] = [
        Self::PeopleWho,
        Self::PeopleRedeem,
        Self::PeopleProfiles,
        Self::PeopleSwitch,
        Self::PeopleLinkCode,
        Self::PeopleLanguage,
        Self::PeoplePlain,
        Self::OwnWho,
        Self::OwnPage,
        Self::OwnErase,
        Self::ErasuresPage,
        Self::OwnPrivacy,
        Self::RequestsQueue,
        Self::RequestsTake,
        Self::RequestsReveal,
        Self::RequestsDecide,
        Self::ImportPage,
        Self::PupilsClasses,
        Self::PupilsNumbers,
        Self::PupilsPage,
        Self::PupilsNames,
        Self::PupilsReach,
        Self::PupilsRemind,
        Self::RolesPlaces,
        Self::RolesOffers,
        Self::RolesInvite,
        Self::RolesPeople,
        Self::RolesAwaited,
        Self::RolesAwaitedPage,
        Self::RolesLetter,
        Self::ProposalsSchools,
        Self::ProposalsLink,
        Self::ProposalsPage,
        Self::SeasonStaff,
        Self::SeasonStaffAnswer,
        Self::RolesShow,
        Self::RolesAccept,
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
        Self::BroadcastPlan,
        Self::BroadcastSend,
        Self::BroadcastStanding,
        Self::BroadcastPlaces,
        Self::BroadcastChatCode,
        Self::BroadcastChats,
        Self::BroadcastChat,
        Self::BroadcastDisconnect,
        Self::BroadcastPause,
        Self::BroadcastResume,
        Self::BroadcastCancel,
        Self::BroadcastShow,
        Self::BroadcastAgain,
        Self::BroadcastRecall,
        Self::BroadcastLedger,
        Self::ConsentStatus,
        Self::ConsentNext,
        Self::ConsentLook,
        Self::ConsentAnswer,
        Self::ConsentWithdraw,
        Self::ConsentChild,
        Self::ConsentHeld,
        Self::ConsentPage,
        Self::ConsentAskParent,
        Self::ConsentTemplate,
        Self::ParentsCode,
        Self::ParentsLink,
        Self::ParentsChildren,
        Self::ParentsUnlink,
        Self::ApprovalsAsk,
        Self::ApprovalsRemind,
        Self::ApprovalsDrop,
        Self::ApprovalsShow,
        Self::ApprovalsAnswer,
        Self::SeatsShow,
        Self::SeatsTake,
        Self::SeatsPass,
        Self::SupportAsk,
        Self::SupportUpload,
        Self::SupportMore,
        Self::SupportRate,
        Self::TopicsList,
        Self::TopicsToggle,
        Self::TeacherTasks,
        Self::TeacherClass,
    ];

    /// Those that are declared and whose service is yet to come: only drafts call them.
    const TO_COME: [Self; 15] = [
        Self::ConsentTemplate,
        Self::ApprovalsAsk,
        Self::ApprovalsRemind,
        Self::ApprovalsDrop,
        Self::ApprovalsShow,
        Self::ApprovalsAnswer,
        Self::SeatsShow,
        Self::SeatsTake,
        Self::SeatsPass,
        Self::SupportAsk,
        Self::SupportUpload,
        Self::SupportMore,
        Self::SupportRate,
        Self::TopicsList,
        Self::TopicsToggle,
    ];

    /// Whether the programme can carry it out.
    #[must_use]
    pub fn is_served(self) -> bool {
        !Self::TO_COME.contains(&self)
    }

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
}

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
