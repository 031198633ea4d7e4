//! What the actions take and come to by which people look after people: roles, tables, requests, parents, one's own data.

use super::{
    Kind, Signature,
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
            // Answers for no territory.
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
                &[("name", Text), ("pupils", Number), ("signed_in", Number), ("verified", Number), ("parents", Number)],
            ),
            out("unknown"),
        ]
    },
};
pub(super) const PUPILS_PAGE: Signature = Signature {
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
