//! What the actions take and come to by which an author looks after a broadcast on its way.

use super::{
    Kind, Signature,
    Type::{Moment, Number, Shown, Text},
    signature::{gives, out},
};

pub(super) const PAUSE: Signature = Signature {
    name: "broadcast.pause",
    kind: Kind::Write,
    args: &[("cast", Text)],
    outcomes: const {
        &[
            out("ok"),
            // Nothing of it is on its way.
            out("over"),
            // Not the author's.
            out("unknown"),
        ]
    },
};
pub(super) const RESUME: Signature = Signature {
    name: "broadcast.resume",
    kind: Kind::Write,
    args: &[("cast", Text)],
    outcomes: const {
        &[
            out("ok"),
            out("over"),
            // Does not answer any more for all whom it goes to.
            out("stranger"),
            out("unknown"),
        ]
    },
};
pub(super) const CANCEL: Signature = Signature {
    name: "broadcast.cancel",
    kind: Kind::Write,
    args: &[("cast", Text)],
    outcomes: const {
        &[
            // Within its minute: nothing has gone out.
            out("undone"),
            // So many have it.
            gives("ok", &[("sent", Number)]),
            out("over"),
            out("unknown"),
        ]
    },
};
pub(super) const SHOW: Signature = Signature {
    name: "broadcast.show",
    kind: Kind::Read,
    args: &[("cast", Text)],
    outcomes: const {
        &[
            // `lost`: did not get it; `new`: came since; `gone`: from so many it was taken away.
            gives("ok", &[("letter", Shown), ("sent", Number), ("lost", Number), ("new", Number), ("gone", Number)]),
            // Something of it is on its way.
            out("going"),
            // Not the author's.
            out("unknown"),
        ]
    },
};
pub(super) const AGAIN: Signature = Signature {
    name: "broadcast.again",
    kind: Kind::Write,
    // `whom`: failed, new.
    args: &[("cast", Text), ("whom", Text)],
    outcomes: const {
        &[
            gives("ok", &[("many", Number)]),
            out("nobody"),
            out("going"),
            // Does not answer any more for all whom it goes to.
            out("stranger"),
            out("unknown"),
        ]
    },
};
pub(super) const RECALL: Signature = Signature {
    name: "broadcast.recall",
    kind: Kind::Write,
    // `draft`: whose text comes in its place; empty: it is taken away.
    args: &[("cast", Text), ("draft", Text)],
    outcomes: const {
        &[
            gives("ok", &[("sent", Number)]),
            // Nobody has it.
            out("nobody"),
            // The draft is not there, or was used before.
            out("gone"),
            out("going"),
            out("stranger"),
            out("unknown"),
        ]
    },
};
pub(super) const LEDGER: Signature = Signature {
    name: "broadcast.ledger",
    kind: Kind::Write,
    args: &[("cast", Text)],
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
pub(super) const PLAN: Signature = Signature {
    name: "broadcast.plan",
    kind: Kind::Read,
    // `to`: everybody, pupils, chats. `at`: as it was written. `by`: local, mine.
    args: &[("to", Text), ("at", Text), ("by", Text)],
    outcomes: const {
        &[
            // `lines`: when it comes to whom; `at`: the same moment, whenever it is read.
            gives("ok", &[("at", Text), ("lines", Shown)]),
            // No day and hour.
            out("unread"),
            out("past"),
            // People sleep then.
            out("night"),
            // Too far ahead.
            out("far"),
            out("empty"),
            out("stranger"),
        ]
    },
};
