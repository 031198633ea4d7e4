//! What the actions take and come to by which people look after people: roles, tables, requests, parents, one's own data.

use super::{
    Kind, Signature, Type,
    Type::{Flag, Moment, Number, Options, Shown, Text},
    signature::{gives, out},
};

pub(super) const PARENTS_CODE: Signature = Signature {
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
};
pub(super) const PARENTS_LINK: Signature = Signature {
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
};
pub(super) const PARENTS_CHILDREN: Signature = Signature {
    name: "parents.children",
    kind: Kind::Read,
    args: &[],
    outcomes: const { &[gives("some", &[("options", Options)]), out("none")] },
};
pub(super) const PARENTS_UNLINK: Signature = Signature {
    name: "parents.unlink",
    kind: Kind::Write,
    args: &[("child", Text)],
    outcomes: const { &[gives("ok", &[("name", Shown)]), out("unknown")] },
};
pub(super) const OWN_WHO: Signature = Signature {
    name: "own.who",
    kind: Kind::Read,
    args: &[],
    outcomes: const {
        &[
            // `parent`: has children in the programme.
            gives("ok", &[("lines", Shown), ("parent", Flag)]),
            out("stranger"),
        ]
    },
};
pub(super) const OWN_PRIVACY: Signature = Signature {
    name: "own.privacy",
    kind: Kind::Read,
    args: &[],
    outcomes: const {
        &[
            gives("ok", &[("page", Shown)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
        ]
    },
};
pub(super) const OWN_PAGE: Signature = Signature {
    name: "own.page",
    kind: Kind::Write,
    // `about`: a child's id; empty: one's own.
    args: &[("about", Text)],
    outcomes: const {
        &[
            gives("ok", &[("page", Shown), ("minutes", Number)]),
            gives("limited", &[("until", Moment)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
            out("unknown"),
        ]
    },
};
pub(super) const OWN_ERASE: Signature = Signature {
    name: "own.erase",
    kind: Kind::Write,
    // `about`: a child's id; empty: one's own.
    args: &[("about", Text)],
    outcomes: const {
        &[
            // `code` takes it back `until` then. Of one's own, the run goes on with a stand-in of the account.
            gives("ok", &[("number", Text), ("code", Shown), ("until", Moment)]),
            out("unknown"),
        ]
    },
};
pub(super) const ERASURES_PAGE: Signature = Signature {
    name: "erasures.page",
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
};
pub(super) const REQUESTS_QUEUE: Signature = Signature {
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
};
pub(super) const REQUESTS_TAKE: Signature = Signature {
    name: "requests.take",
    kind: Kind::Write,
    args: &[("request", Text)],
    outcomes: const {
        &[
            // `pupils`: how many others have this phone already.
            gives("ok", &[("number", Text), ("phone", Shown), ("reason", Text), ("at", Moment), ("pupils", Number)]),
            // Somebody else was faster.
            gives("taken", &[("until", Moment)]),
            // Decided, or out of scope.
            out("gone"),
        ]
    },
};
pub(super) const REQUESTS_REVEAL: Signature = Signature {
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
};
pub(super) const REQUESTS_DECIDE: Signature = Signature {
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
};
pub(super) const IMPORT_PAGE: Signature = Signature {
    name: "import.page",
    kind: Kind::Write,
    args: &[],
    outcomes: const {
        &[
            gives("ok", &[("page", Shown), ("minutes", Number)]),
            gives("limited", &[("until", Moment)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
            // Answers for no territory, and teaches: the table goes to whoever does.
            gives("teacher", &[("page", Shown), ("minutes", Number)]),
            // Neither.
            out("stranger"),
        ]
    },
};
pub(super) const PUPILS_CLASSES: Signature = Signature {
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
            // Sees no class, and may make one.
            out("empty"),
            // Sees no class.
            out("stranger"),
        ]
    },
};
pub(super) const PUPILS_NUMBERS: Signature = Signature {
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
                    ("consents", Number),
                    ("parents", Number),
                ],
            ),
            out("unknown"),
        ]
    },
};
pub(super) const PUPILS_PAGE: Signature = Signature {
    name: "pupils.page",
    kind: Kind::Write,
    // `view`: list, cards, papers, make (a class; the place may be empty). `filter`: what those lack who are shown first.
    args: &[("place", Text), ("view", Text), ("filter", Text)],
    outcomes: const {
        &[
            gives("ok", &[("page", Shown), ("minutes", Number)]),
            gives("limited", &[("until", Moment)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
            out("unknown"),
        ]
    },
};
pub(super) const PUPILS_NAMES: Signature = Signature {
    name: "pupils.names",
    kind: Kind::Read,
    // `filter`: all, or what they lack: absent, unverified, consentless, orphans, several joined by `-`. `past`: behind so many.
    args: &[("place", Text), ("filter", Text), ("past", Number)],
    outcomes: const {
        &[
            // `next`: where the rest begins.
            gives(
                "ok",
                &[
                    ("lines", Shown),
                    ("first", Number),
                    ("last", Number),
                    ("pupils", Number),
                    ("more", Flag),
                    ("next", Number),
                ],
            ),
            // This messenger carries no names.
            gives("hidden", &[("pupils", Number)]),
            out("nobody"),
            out("unknown"),
        ]
    },
};
pub(super) const PUPILS_REACH: Signature = Signature {
    name: "pupils.reach",
    kind: Kind::Read,
    args: &[("place", Text), ("filter", Text)],
    outcomes: const {
        &[
            // Why the others get nothing: have not signed in, can't be written to, owe nothing of it.
            gives(
                "ok",
                &[("pupils", Number), ("reached", Number), ("absent", Number), ("closed", Number), ("settled", Number)],
            ),
            gives("nobody", &[("absent", Number), ("closed", Number), ("settled", Number)]),
            // Once a day.
            out("already"),
            out("unknown"),
        ]
    },
};
pub(super) const PUPILS_REMIND: Signature = Signature {
    name: "pupils.remind",
    kind: Kind::Write,
    args: &[("place", Text), ("filter", Text)],
    outcomes: const {
        &[
            // `night`: they get it in the morning.
            gives("ok", &[("pupils", Number), ("night", Flag)]),
            out("already"),
            out("nobody"),
            out("unknown"),
        ]
    },
};
pub(super) const TEACHER_TASKS: Signature = Signature {
    name: "teacher.tasks",
    kind: Kind::Read,
    args: &[],
    outcomes: const {
        &[
            // The classes in which somebody owes something; `lines`: what, by class, in numbers.
            gives("some", &[("options", Options), ("lines", Shown)]),
            gives("none", &[("pupils", Number)]),
            out("stranger"),
        ]
    },
};
pub(super) const TEACHER_CLASS: Signature = Signature {
    name: "teacher.class",
    kind: Kind::Read,
    args: &[("class", Text)],
    outcomes: const {
        &[
            gives(
                "some",
                &[
                    ("title", Text),
                    ("pupils", Number),
                    ("absent", Number),
                    ("unverified", Number),
                    ("consentless", Number),
                ],
            ),
            gives("none", &[("title", Text)]),
            out("unknown"),
        ]
    },
};
pub(super) const ROLES_PLACES: Signature = Signature {
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
};
pub(super) const ROLES_OFFERS: Signature = Signature {
    name: "roles.offers",
    kind: Kind::Read,
    args: &[("place", Text)],
    outcomes: const { &[gives("ok", &[("options", Options), ("name", Text)]), out("unknown")] },
};
pub(super) const ROLES_INVITE: Signature = Signature {
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
};
pub(super) const ROLES_PEOPLE: Signature = Signature {
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
};
pub(super) const ROLES_AWAITED: Signature = Signature {
    name: "roles.awaited",
    kind: Kind::Read,
    args: &[("place", Text)],
    outcomes: const {
        &[
            // `invited`: have an invitation that is good.
            gives("some", &[("name", Text), ("teachers", Number), ("invited", Number)]),
            gives("none", &[("name", Text)]),
            out("unknown"),
        ]
    },
};
pub(super) const ROLES_AWAITED_PAGE: Signature = Signature {
    name: "roles.awaited_page",
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
};
/// `after`: to be said next time.
const LETTER: &[(&str, Type)] =
    &[("link", Shown), ("name", Shown), ("school", Text), ("classes", Text), ("until", Moment), ("after", Text)];
pub(super) const ROLES_LETTER: Signature = Signature {
    name: "roles.letter",
    kind: Kind::Write,
    // `after`: what the last letter gave; empty for the first.
    args: &[("place", Text), ("after", Text)],
    outcomes: const {
        &[
            // VK: names may stand in the chat.
            gives("named", LETTER),
            gives("unnamed", LETTER),
            out("done"),
            out("unknown"),
        ]
    },
};
pub(super) const PROPOSALS_SCHOOLS: Signature = Signature {
    name: "proposals.schools",
    kind: Kind::Read,
    args: &[],
    outcomes: const { &[gives("one", &[("place", Text)]), gives("several", &[("options", Options)]), out("none")] },
};
pub(super) const PROPOSALS_LINK: Signature = Signature {
    name: "proposals.link",
    kind: Kind::Write,
    args: &[("place", Text)],
    outcomes: const {
        &[
            gives("ok", &[("page", Shown), ("school", Text), ("days", Number)]),
            // A territory: a school must be chosen.
            out("no_school"),
            gives("limited", &[("until", Moment)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
            out("unknown"),
        ]
    },
};
pub(super) const PROPOSALS_PAGE: Signature = Signature {
    name: "proposals.page",
    kind: Kind::Write,
    args: &[("place", Text)],
    outcomes: const {
        &[
            gives("ok", &[("page", Shown), ("waiting", Number), ("minutes", Number)]),
            gives("limited", &[("until", Moment)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
            out("unknown"),
        ]
    },
};
pub(super) const SEASON_STAFF: Signature = Signature {
    name: "season.staff",
    kind: Kind::Read,
    args: &[],
    outcomes: const { &[gives("owes", &[("season", Text)]), out("settled")] },
};
pub(super) const SEASON_STAFF_ANSWER: Signature = Signature {
    name: "season.staff_answer",
    kind: Kind::Write,
    args: &[("taking_part", Flag)],
    outcomes: const { &[out("ok")] },
};
pub(super) const ROLES_SHOW: Signature = Signature {
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
};
pub(super) const ROLES_ACCEPT: Signature = Signature {
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
};
