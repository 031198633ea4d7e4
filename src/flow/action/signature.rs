//! What each action takes and what it comes to.

use super::{Action, Kind, Outcome, Signature, Type, to_come};
use crate::flow::shape::EVENT;

pub(super) const fn out(name: &'static str) -> Outcome {
    Outcome { name, gives: &[] }
}

pub(super) const fn gives(name: &'static str, gives: &'static [(&'static str, Type)]) -> Outcome {
    Outcome { name, gives }
}

impl Action {
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
                        // An administrator of a school.
                        gives("school", &[("name", Shown), ("verified", Flag), ("profiles", Number)]),
                        // Teaches a class, and is none of the two others.
                        gives("teacher", &[("name", Shown), ("verified", Flag), ("profiles", Number)]),
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
                        // It gives a role.
                        out("invitation"),
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
            Self::RequestsQueue => Signature {
                name: "requests.queue",
                kind: Kind::Read,
                args: &[],
                outcomes: const {
                    &[
                        // `all`: whoever has them in hand.
                        gives("some", &[("all", Number), ("options", Options)]),
                        gives("none", &[("all", Number)]),
                        // Not of first-line support.
                        out("stranger"),
                    ]
                },
            },
            Self::RequestsTake => Signature {
                name: "requests.take",
                kind: Kind::Write,
                args: &[("request", Text)],
                outcomes: const {
                    &[
                        // `pupils`: how many others have this phone already.
                        gives(
                            "ok",
                            &[("number", Text), ("phone", Shown), ("reason", Text), ("at", Moment), ("pupils", Number)],
                        ),
                        // Somebody else was faster.
                        gives("taken", &[("until", Moment)]),
                        // Decided, or out of scope.
                        out("gone"),
                    ]
                },
            },
            Self::RequestsReveal => Signature {
                name: "requests.reveal",
                kind: Kind::Write,
                // `why`: call_back, compare, other.
                args: &[("request", Text), ("why", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("page", Shown), ("minutes", Number)]),
                        gives("limited", &[("until", Moment)]),
                        // No pages: `PUBLIC_URL` is not set.
                        out("nowhere"),
                        out("gone"),
                    ]
                },
            },
            Self::RequestsDecide => Signature {
                name: "requests.decide",
                kind: Kind::Write,
                // `verdict`: verified, not_reached, not_theirs, not_a_phone, duplicate.
                args: &[("request", Text), ("verdict", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("number", Text)]),
                        // The phone is full: a second person has to agree.
                        gives("second", &[("number", Text)]),
                        // Who has agreed already is no second person.
                        out("own"),
                        out("gone"),
                    ]
                },
            },
            Self::ImportPage => Signature {
                name: "import.page",
                kind: Kind::Write,
                args: &[],
                outcomes: const {
                    &[
                        gives("ok", &[("page", Shown), ("minutes", Number)]),
                        gives("limited", &[("until", Moment)]),
                        // No pages: `PUBLIC_URL` is not set.
                        out("nowhere"),
                        // Answers for no territory.
                        out("stranger"),
                    ]
                },
            },
            Self::PupilsClasses => Signature {
                name: "pupils.classes",
                kind: Kind::Read,
                // `like`: a class, or a part of a school's name; empty for all.
                args: &[("like", Text)],
                outcomes: const {
                    &[
                        gives("one", &[("place", Text)]),
                        gives("several", &[("options", Options)]),
                        // More than can be shown.
                        out("many"),
                        out("none"),
                        // Sees no class.
                        out("stranger"),
                    ]
                },
            },
            Self::PupilsNumbers => Signature {
                name: "pupils.numbers",
                kind: Kind::Read,
                args: &[("place", Text)],
                outcomes: const {
                    &[
                        gives(
                            "ok",
                            &[
                                ("name", Text),
                                ("pupils", Number),
                                ("signed_in", Number),
                                ("verified", Number),
                                ("parents", Number),
                            ],
                        ),
                        out("unknown"),
                    ]
                },
            },
            Self::PupilsPage => Signature {
                name: "pupils.page",
                kind: Kind::Write,
                // `view`: list, cards.
                args: &[("place", Text), ("view", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("page", Shown), ("minutes", Number)]),
                        gives("limited", &[("until", Moment)]),
                        // No pages: `PUBLIC_URL` is not set.
                        out("nowhere"),
                        out("unknown"),
                    ]
                },
            },
            Self::RolesPlaces => Signature {
                name: "roles.places",
                kind: Kind::Read,
                // `like`: a part of the name; empty for all.
                args: &[("like", Text)],
                outcomes: const {
                    &[
                        gives("one", &[("place", Text)]),
                        gives("several", &[("options", Options)]),
                        // More than can be shown.
                        out("many"),
                        out("none"),
                        // Answers for nothing.
                        out("stranger"),
                    ]
                },
            },
            Self::RolesOffers => Signature {
                name: "roles.offers",
                kind: Kind::Read,
                args: &[("place", Text)],
                outcomes: const { &[gives("ok", &[("options", Options), ("name", Text)]), out("unknown")] },
            },
            Self::RolesInvite => Signature {
                name: "roles.invite",
                kind: Kind::Write,
                // `note`: for whom, in the maker's words.
                args: &[("place", Text), ("role", Text), ("note", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("link", Shown), ("role", Shown), ("place", Text), ("days", Number)]),
                        gives("limited", &[("until", Moment)]),
                        out("unknown"),
                    ]
                },
            },
            Self::RolesPeople => Signature {
                name: "roles.people",
                kind: Kind::Write,
                args: &[("place", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("page", Shown), ("minutes", Number)]),
                        gives("limited", &[("until", Moment)]),
                        // No pages: `PUBLIC_URL` is not set.
                        out("nowhere"),
                        out("unknown"),
                    ]
                },
            },
            Self::RolesShow => Signature {
                name: "roles.show",
                kind: Kind::Read,
                args: &[("code", Text)],
                outcomes: const {
                    &[
                        // `known`: a person of the programme takes it; nobody else has yet to be asked for a name.
                        gives("ok", &[("role", Shown), ("place", Text), ("known", Flag)]),
                        gives("held", &[("role", Shown), ("place", Text), ("known", Flag)]),
                        out("used"),
                        // Or taken back, or made by one who may no longer give it.
                        out("expired"),
                        out("unknown"),
                    ]
                },
            },
            Self::RolesAccept => Signature {
                name: "roles.accept",
                kind: Kind::Write,
                // Names: of whoever is nobody yet; else empty.
                args: &[("code", Text), ("last", Text), ("first", Text), ("patronymic", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("name", Shown), ("role", Shown), ("place", Text)]),
                        out("used"),
                        out("expired"),
                        out("unknown"),
                    ]
                },
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
                        // `grade`: the pupil's own, 0 for none.
                        gives("ok", &[("title", Text), ("grade", Number)]),
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
            Self::ConsentStatus => to_come::CONSENT_STATUS,
            Self::ConsentConfirm => to_come::CONSENT_CONFIRM,
            Self::ConsentTemplate => to_come::CONSENT_TEMPLATE,
            Self::ConsentPage => to_come::CONSENT_PAGE,
            Self::ParentsCode => Signature {
                name: "parents.code",
                kind: Kind::Write,
                args: &[],
                outcomes: const {
                    &[
                        gives("ok", &[("code", Shown), ("minutes", Number)]),
                        // As many parents as there may be.
                        out("full"),
                        gives("limited", &[("until", Moment)]),
                    ]
                },
            },
            Self::ParentsLink => Signature {
                name: "parents.link",
                kind: Kind::Write,
                // `relation`: mother, father, guardian. Names: of whoever the programme does not know; else empty.
                args: &[("code", Text), ("relation", Text), ("last", Text), ("first", Text)],
                outcomes: const {
                    &[
                        gives("ok", &[("name", Shown)]),
                        gives("already", &[("name", Shown)]),
                        // As many parents as there may be.
                        out("full"),
                        out("used"),
                        out("expired"),
                        out("unknown"),
                        gives("limited", &[("until", Moment)]),
                    ]
                },
            },
            Self::ParentsChildren => Signature {
                name: "parents.children",
                kind: Kind::Read,
                args: &[],
                outcomes: const { &[gives("some", &[("options", Options)]), out("none")] },
            },
            Self::ParentsUnlink => Signature {
                name: "parents.unlink",
                kind: Kind::Write,
                args: &[("child", Text)],
                outcomes: const { &[gives("ok", &[("name", Shown)]), out("unknown")] },
            },
            Self::ApprovalsAsk => to_come::APPROVALS_ASK,
            Self::ApprovalsRemind => to_come::APPROVALS_REMIND,
            Self::ApprovalsDrop => to_come::APPROVALS_DROP,
            Self::ApprovalsShow => to_come::APPROVALS_SHOW,
            Self::ApprovalsAnswer => to_come::APPROVALS_ANSWER,
            Self::SeatsShow => to_come::SEATS_SHOW,
            Self::SeatsTake => to_come::SEATS_TAKE,
            Self::SeatsPass => to_come::SEATS_PASS,
            Self::SupportAsk => to_come::SUPPORT_ASK,
            Self::SupportUpload => to_come::SUPPORT_UPLOAD,
            Self::SupportMore => to_come::SUPPORT_MORE,
            Self::SupportRate => to_come::SUPPORT_RATE,
            Self::TopicsList => to_come::TOPICS_LIST,
            Self::TopicsToggle => to_come::TOPICS_TOGGLE,
            Self::TeacherTasks => to_come::TEACHER_TASKS,
            Self::TeacherClass => to_come::TEACHER_CLASS,
            Self::TeacherRemind => to_come::TEACHER_REMIND,
        }
    }
}

/// What is told of a territory's chat; `channel`: telegram, vk.
const CHAT: [(&str, Type); 3] = [("title", Type::Text), ("channel", Type::Text), ("place", Type::Text)];
