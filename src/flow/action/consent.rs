//! The actions of consents.

use super::{
    Kind, Outcome, Signature, Type,
    Type::{Flag, Moment, Number, Options, Shown, Text},
    signature::{gives, out},
};

type Fields = &'static [(&'static str, Type)];

const fn read(name: &'static str, args: Fields, outcomes: &'static [Outcome]) -> Signature {
    Signature { name, kind: Kind::Read, args, outcomes }
}

const fn write(name: &'static str, args: Fields, outcomes: &'static [Outcome]) -> Signature {
    Signature { name, kind: Kind::Write, args, outcomes }
}

/// `purpose`: processing, messages, photo, passing. `mark`: of the text that is read. `until`: the day from which profiles without
/// a consent are deleted, `late`: it has come.
const ASKED: Fields =
    &[("purpose", Text), ("title", Text), ("body", Text), ("mark", Text), ("until", Shown), ("late", Flag)];

pub(super) const STATUS: Signature = read(
    "consent.status",
    &[],
    const {
        &[
            // 14 or older, and something waits for an answer.
            gives("asked", &[("season", Text), ("until", Shown), ("late", Flag)]),
            // Everything is answered, by whoever decides.
            gives("settled", &[("season", Text)]),
            // Younger, or with ОВЗ: a parent has given it. `state`: uploaded, by_parent.
            gives("covered", &[("season", Text), ("state", Text)]),
            // Younger, or with ОВЗ, and nobody has. `parent`: there is one who can confirm on our page.
            gives("paper", &[("season", Text), ("until", Shown), ("late", Flag), ("parent", Flag)]),
            // A parent.
            gives("children", &[("lines", Shown), ("options", Options)]),
            // Nobody is asked just now.
            out("none"),
            out("stranger"),
        ]
    },
);
pub(super) const NEXT: Signature = read(
    "consent.next",
    &[],
    const {
        &[
            gives("ask", ASKED),
            out("done"),
            // ОВЗ meanwhile.
            out("parent"),
            // The season is over.
            out("unknown"),
        ]
    },
);
pub(super) const LOOK: Signature = read(
    "consent.look",
    &[("purpose", Text)],
    const { &[gives("ask", ASKED), gives("given", &[("purpose", Text)]), out("unknown")] },
);
pub(super) const ANSWER: Signature = write(
    "consent.answer",
    // `act`: given, refused.
    &[("purpose", Text), ("mark", Text), ("act", Text)],
    const {
        &[
            out("ok"),
            // There is a newer text.
            out("changed"),
            // ОВЗ meanwhile.
            out("parent"),
            // The season is over.
            out("unknown"),
        ]
    },
);
/// `about`: a child's id; empty: one's own.
pub(super) const WITHDRAW: Signature =
    write("consent.withdraw", &[("about", Text), ("purpose", Text)], const { &[out("ok"), out("unknown")] });
pub(super) const CHILD: Signature = read(
    "consent.child",
    // Empty: oneself.
    &[("child", Text)],
    const {
        &[
            gives("self", &[("season", Text), ("lines", Shown), ("options", Options)]),
            gives("owes", &[("name", Shown), ("until", Shown), ("late", Flag)]),
            gives("settled", &[("name", Shown), ("lines", Shown), ("options", Options)]),
            // 14 or older: decides in person.
            gives("own", &[("name", Shown)]),
            // Another parent has taken it back.
            gives("held", &[("name", Shown)]),
            out("unknown"),
        ]
    },
);
pub(super) const HELD: Signature = read(
    "consent.held",
    &[("about", Text), ("purpose", Text)],
    const { &[gives("given", &[("name", Shown), ("purpose", Text)]), out("unknown")] },
);
pub(super) const PAGE: Signature = write(
    "consent.page",
    &[("about", Text)],
    const {
        &[
            gives("ok", &[("about", Text), ("page", Shown), ("minutes", Number)]),
            gives("limited", &[("until", Moment)]),
            // No pages: `PUBLIC_URL` is not set.
            out("nowhere"),
            out("unknown"),
        ]
    },
);
pub(super) const ASK_PARENT: Signature = write("consent.ask_parent", &[], const { &[out("ok"), out("nobody")] });
