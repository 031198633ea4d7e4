//! The actions whose service is yet to come: what is agreed of them, so that drafts can be written, checked and played.

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

/// A page of ours, for one person and so many minutes.
const PAGE: Fields = &[("page", Shown), ("minutes", Number)];

pub(super) const CONSENT_TEMPLATE: Signature =
    write("consent.template", &[], const { &[gives("ok", PAGE), gives("limited", &[("until", Moment)])] });

/// `until`: the seat is kept so long. `title`, `place`, `at`: the event.
const REQUEST: Fields =
    &[("approval", Text), ("title", Text), ("place", Text), ("at", Moment), ("until", Moment), ("parents", Number)];
pub(super) const APPROVALS_ASK: Signature = write(
    "approvals.ask",
    &[("event", Text)],
    const {
        &[
            gives("ok", REQUEST),
            gives("already", REQUEST),
            // On site.
            out("not_needed"),
            gives("no_parent", &[("title", Text)]),
            gives("closed", &[("title", Text)]),
            out("unknown"),
        ]
    },
);
pub(super) const APPROVALS_REMIND: Signature =
    write("approvals.remind", &[("approval", Text)], const { &[out("ok"), out("over")] });
pub(super) const APPROVALS_DROP: Signature =
    write("approvals.drop", &[("approval", Text)], const { &[gives("ok", &[("title", Text)]), out("over")] });
pub(super) const APPROVALS_SHOW: Signature = read(
    "approvals.show",
    &[("approval", Text)],
    const {
        &[
            // `who`: who goes with the children.
            gives(
                "open",
                &[("name", Shown), ("title", Text), ("place", Text), ("at", Moment), ("who", Text), ("until", Moment)],
            ),
            gives("answered", &[("name", Shown), ("title", Text), ("approved", Flag)]),
            gives("over", &[("title", Text)]),
            out("unknown"),
        ]
    },
);
pub(super) const APPROVALS_ANSWER: Signature = write(
    "approvals.answer",
    &[("approval", Text), ("approved", Flag)],
    const { &[out("ok"), gives("over", &[("title", Text)]), out("unknown")] },
);

pub(super) const SEATS_SHOW: Signature = read(
    "seats.show",
    &[("offer", Text)],
    const {
        &[
            // `outing`: off site, a parent approves.
            gives(
                "open",
                &[
                    ("event", Text),
                    ("title", Text),
                    ("place", Text),
                    ("at", Moment),
                    ("until", Moment),
                    ("outing", Flag),
                ],
            ),
            gives("over", &[("title", Text)]),
            out("unknown"),
        ]
    },
);
pub(super) const SEATS_TAKE: Signature = write(
    "seats.take",
    &[("offer", Text)],
    const { &[out("ok"), out("over"), gives("overlap", &[("other", Text), ("other_at", Moment)])] },
);
pub(super) const SEATS_PASS: Signature = write("seats.pass", &[("offer", Text)], const { &[out("ok"), out("over")] });

pub(super) const SUPPORT_ASK: Signature = write(
    "support.ask",
    // `topic`: sign_in, phone, events, consent, other.
    &[("topic", Text), ("text", Text)],
    const { &[gives("ok", &[("request", Text), ("number", Text)]), gives("limited", &[("until", Moment)])] },
);
pub(super) const SUPPORT_UPLOAD: Signature =
    write("support.upload", &[("request", Text)], const { &[gives("ok", PAGE), out("closed")] });
pub(super) const SUPPORT_MORE: Signature =
    write("support.more", &[("request", Text), ("text", Text)], const { &[out("ok"), out("closed")] });
pub(super) const SUPPORT_RATE: Signature =
    write("support.rate", &[("request", Text), ("mark", Number)], const { &[out("ok")] });

pub(super) const TOPICS_LIST: Signature =
    read("topics.list", &[], const { &[gives("ok", &[("options", Options), ("lines", Shown)]), out("stranger")] });
pub(super) const TOPICS_TOGGLE: Signature =
    write("topics.toggle", &[("topic", Text)], const { &[out("ok"), out("unknown")] });
