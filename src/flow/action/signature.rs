//! What each action takes and what it comes to.

use super::{Action, Kind, Outcome, Signature, Type, consent, sending, staff, to_come};
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
                        // `consent`: `no` is owed, the `pupil` owes it, a `parent` does, or it was taken back: `blocked`.
                        gives("pupil", &[("name", Shown), ("verified", Flag), ("profiles", Number), ("consent", Text)]),
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
            Self::OwnWho => staff::OWN_WHO,
            Self::OwnPage => staff::OWN_PAGE,
            Self::OwnErase => staff::OWN_ERASE,
            Self::ErasuresPage => staff::ERASURES_PAGE,
            Self::OwnPrivacy => staff::OWN_PRIVACY,
            Self::RequestsQueue => staff::REQUESTS_QUEUE,
            Self::RequestsTake => staff::REQUESTS_TAKE,
            Self::RequestsReveal => staff::REQUESTS_REVEAL,
            Self::RequestsDecide => staff::REQUESTS_DECIDE,
            Self::ImportPage => staff::IMPORT_PAGE,
            Self::PupilsClasses => staff::PUPILS_CLASSES,
            Self::PupilsNumbers => staff::PUPILS_NUMBERS,
            Self::PupilsPage => staff::PUPILS_PAGE,
            Self::PupilsNames => staff::PUPILS_NAMES,
            Self::PupilsReach => staff::PUPILS_REACH,
            Self::PupilsRemind => staff::PUPILS_REMIND,
            Self::RolesPlaces => staff::ROLES_PLACES,
            Self::RolesOffers => staff::ROLES_OFFERS,
            Self::RolesInvite => staff::ROLES_INVITE,
            Self::RolesPeople => staff::ROLES_PEOPLE,
            Self::RolesAwaited => staff::ROLES_AWAITED,
            Self::RolesAwaitedPage => staff::ROLES_AWAITED_PAGE,
            Self::RolesLetter => staff::ROLES_LETTER,
            Self::ProposalsSchools => staff::PROPOSALS_SCHOOLS,
            Self::ProposalsLink => staff::PROPOSALS_LINK,
            Self::ProposalsPage => staff::PROPOSALS_PAGE,
            Self::SeasonStaff => staff::SEASON_STAFF,
            Self::SeasonStaffAnswer => staff::SEASON_STAFF_ANSWER,
            Self::RolesShow => staff::ROLES_SHOW,
            Self::RolesAccept => staff::ROLES_ACCEPT,
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
                args: &[("draft", Text), ("to", Text)],
                outcomes: const {
                    &[
                        // `place`: whose name stands under it, of `several` the first; `coordinator`: as whose words. `night`: somebody would get it in the
                        // morning; `again`: the same text was let go within the hour.
                        gives(
                            "ok",
                            &[
                                ("place", Text),
                                ("coordinator", Flag),
                                ("several", Flag),
                                ("pupils", Number),
                                ("chats", Number),
                                ("night", Flag),
                                ("again", Flag),
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
            Self::BroadcastPlan => sending::PLAN,
            Self::BroadcastSend => Signature {
                name: "broadcast.send",
                kind: Kind::Write,
                // `to`: everybody, pupils, chats. `at`: as it was written, empty for at once. `by`: local, mine.
                args: &[("draft", Text), ("to", Text), ("at", Text), ("by", Text)],
                outcomes: const {
                    &[
                        // `night`: somebody gets it in the morning.
                        gives("ok", &[("pupils", Number), ("chats", Number), ("night", Flag)]),
                        out("empty"),
                        // The draft is not there, or was sent before.
                        out("gone"),
                        // Its moment is over.
                        out("past"),
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
            Self::BroadcastPause => sending::PAUSE,
            Self::BroadcastResume => sending::RESUME,
            Self::BroadcastCancel => sending::CANCEL,
            Self::BroadcastShow => sending::SHOW,
            Self::BroadcastAgain => sending::AGAIN,
            Self::BroadcastRecall => sending::RECALL,
            Self::BroadcastLedger => sending::LEDGER,
            Self::ConsentStatus => consent::STATUS,
            Self::ConsentNext => consent::NEXT,
            Self::ConsentLook => consent::LOOK,
            Self::ConsentAnswer => consent::ANSWER,
            Self::ConsentWithdraw => consent::WITHDRAW,
            Self::ConsentChild => consent::CHILD,
            Self::ConsentHeld => consent::HELD,
            Self::ConsentPage => consent::PAGE,
            Self::ConsentAskParent => consent::ASK_PARENT,
            Self::ConsentTemplate => to_come::CONSENT_TEMPLATE,
            Self::ParentsCode => staff::PARENTS_CODE,
            Self::ParentsLink => staff::PARENTS_LINK,
            Self::ParentsChildren => staff::PARENTS_CHILDREN,
            Self::ParentsUnlink => staff::PARENTS_UNLINK,
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
            Self::TeacherTasks => staff::TEACHER_TASKS,
            Self::TeacherClass => staff::TEACHER_CLASS,
        }
    }
}

/// What is told of a territory's chat; `channel`: telegram, vk.
const CHAT: [(&str, Type); 3] = [("title", Type::Text), ("channel", Type::Text), ("place", Type::Text)];
