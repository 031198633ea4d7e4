//! The one message in which an author sees how a broadcast goes, as it changes. Pure.

use chrono::{DateTime, Utc};

use crate::{
    ids::BroadcastId,
    message::{Args, Offer, Said, SaidButton, SaidKeyboard, Style, Value, Words},
    store::{
        casts::{Cast, Counts},
        deliveries::Body,
    },
};

/// Squares of the bar.
const BAR: i64 = 10;

/// What a button under it does.
#[derive(Clone, Copy)]
enum Press {
    Cancel,
    Pause,
    Resume,
    More,
}

impl Press {
    fn button(self, id: BroadcastId) -> SaidButton {
        let (label, flow) = match self {
            Self::Cancel => ("notice-cast-cancel", "cast_cancel"),
            Self::Pause => ("notice-cast-pause", "cast_pause"),
            Self::Resume => ("notice-cast-resume", "cast_resume"),
            Self::More => ("notice-cast-more", "cast"),
        };
        let with = Some(id.0.simple().to_string());
        SaidButton { label: Words::plain(label), does: Offer::Begin { flow: flow.to_owned(), with } }
    }
}

fn said<const N: usize>(id: BroadcastId, key: &str, values: [(&str, Value); N], presses: &[Press]) -> Said {
    let args: Args = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let buttons: Vec<_> = presses.iter().map(|press| press.button(id)).collect();
    let keyboard = (!buttons.is_empty()).then_some(SaidKeyboard { style: Style::Inline, buttons, free: false });
    Said { words: Words { key: key.to_owned(), args }, keyboard, picture: None }
}

/// It goes in a minute, or `at` a moment, and can be undone. `night`: some get it in the morning.
#[must_use]
pub fn held(id: BroadcastId, (pupils, chats): (i64, i64), at: Option<DateTime<Utc>>, night: bool) -> Body {
    let values = [
        ("soon", at.is_none().into()),
        ("at", at.map_or(Value::Flag(false), Value::Moment)),
        ("pupils", pupils.into()),
        ("chats", chats.into()),
        ("night", night.into()),
    ];
    Body::Send(said(id, "notice-cast-held", values, &[Press::Cancel]))
}

/// It goes once more in a minute, to so many. `whom`: `failed`, `new`.
#[must_use]
pub fn again(id: BroadcastId, whom: &str, many: i64) -> Body {
    Body::Send(said(id, "notice-cast-again", [("whom", whom.into()), ("many", many.into())], &[Press::Cancel]))
}

/// How it stands.
#[must_use]
pub fn standing(cast: &Cast, counts: &Counts) -> Said {
    let id = cast.id;
    let lost = counts.failed + counts.blocked + counts.opted_out;
    if cast.doing != "send" && cast.state != "paused" {
        return undoing(cast, counts);
    }
    match cast.state.as_str() {
        "paused" => {
            let why = cast.why.clone().unwrap_or_default();
            let values = [
                ("why", why.into()),
                ("sent", counts.sent.into()),
                ("left", (counts.left + counts.later).into()),
                ("failed", counts.failed.into()),
            ];
            said(id, "notice-cast-paused", values, &[Press::Resume, Press::Cancel])
        }
        "cancelling" | "cancelled" => {
            let cancelled = counts.cancelled + counts.left + counts.later;
            said(
                id,
                "notice-cast-cancelled",
                [("sent", counts.sent.into()), ("cancelled", cancelled.into())],
                // Of one that never was there is nothing more to do.
                if counts.sent + cancelled > 0 { &[Press::More] } else { &[] },
            )
        }
        "done" => {
            let values = [
                ("sent", counts.sent.into()),
                ("lost", (lost + counts.cancelled).into()),
                ("blocked", counts.blocked.into()),
                ("opted", counts.opted_out.into()),
                ("failed", (counts.failed + counts.cancelled).into()),
            ];
            said(id, "notice-cast-done", values, &[Press::More])
        }
        _ => {
            let values = [
                ("bar", bar(counts).into()),
                ("sent", counts.sent.into()),
                ("left", counts.left.into()),
                ("lost", lost.into()),
                ("later", counts.later.into()),
                ("next", counts.next.map_or(Value::Flag(false), Value::Moment)),
                ("rate", (counts.rate.round() as i64).into()),
                ("minutes", minutes(counts).into()),
            ];
            said(id, "notice-cast-sending", values, &[Press::Pause, Press::Cancel])
        }
    }
}

/// How far the taking away, or the correcting, is.
fn undoing(cast: &Cast, counts: &Counts) -> Said {
    let over = matches!(cast.state.as_str(), "done" | "cancelled" | "cancelling");
    let lost = counts.failed + counts.blocked + counts.opted_out + counts.cancelled;
    let values = [
        ("doing", cast.doing.clone().into()),
        ("bar", bar(counts).into()),
        ("gone", counts.sent.into()),
        ("left", (counts.left + counts.later).into()),
        ("lost", lost.into()),
    ];
    if over {
        let [doing, _, gone, _, lost] = values;
        return said(cast.id, "notice-cast-undone", [doing, gone, lost], &[Press::More]);
    }
    said(cast.id, "notice-cast-undoing", values, &[Press::Pause, Press::Cancel])
}

/// How much of what was to go by now is through.
fn bar(counts: &Counts) -> String {
    let through = counts.sent + counts.failed + counts.blocked + counts.opted_out;
    let full = BAR * through / (through + counts.left).max(1);
    (0..BAR).map(|square| if square < full { '▓' } else { '░' }).collect()
}

/// Minutes until the rest is through at today's rate, rounded up; 0: nobody knows yet.
fn minutes(counts: &Counts) -> i64 {
    if counts.rate < 1.0 { 0 } else { (counts.left as f64 / counts.rate).ceil() as i64 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_its_rate_says() {
        let counts = |left, rate| Counts { left, rate, ..Counts::default() };
        assert_eq!(minutes(&counts(1440, 1440.0)), 1);
        assert_eq!(minutes(&counts(1441, 1440.0)), 2);
        assert_eq!(minutes(&counts(5, 0.0)), 0, "nobody knows yet");
    }

    proptest! {
        #[test]
        fn a_bar_is_ten_squares_and_full_only_at_the_end(sent in 0i64..100_000, left in 0i64..100_000) {
            let bar = bar(&Counts { sent, left, ..Counts::default() });
            prop_assert_eq!(bar.chars().count(), 10);
            prop_assert_eq!(!bar.contains('░'), left == 0 && sent > 0);
        }
    }
}
