//! What the actions take and come to by which an author looks after a broadcast on its way.

use super::{
    Kind, Signature,
    Type::{Number, Text},
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
