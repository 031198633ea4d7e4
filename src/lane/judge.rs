//! What an answer of a platform means for the delivery, its chat and its lane. Pure.

use std::time::Duration;

use crate::{
    channel::{Channel, Gone, Scope, SendError, sender::Sent},
    store::deliveries::Fate,
};

/// 1 s, 5 s, 30 s, 2 min, 10 min, then every hour, and given up after about a day.
const RETRY: [u64; 5] = [1, 5, 30, 120, 600];
/// After the table.
const HOURLY: u64 = 3600;
/// A message that failed so often is given up.
const GIVE_UP: i16 = 28;
/// VK drops a repeat within about an hour; past this age of the first try an unknown outcome may repeat a message.
const VK_FORGETS: f64 = 50.0 * 60.0;
/// A bot that its platform refuses is tried again after this: somebody has to look after it meanwhile.
pub(super) const REFUSED_BOT: Duration = Duration::from_secs(300);

/// What follows besides the delivery's own fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing.
    Nothing,
    /// The chat must rest.
    Rest(Duration),
    /// The lane must pause.
    Pause(Duration),
    /// The person or chat can't be written to.
    Lose(Gone),
    /// The chat has another id.
    Move(String),
    /// The bot itself is refused: a person has to act.
    Alarm(String),
}

/// Judges one answer. `tries`: failed ones before; `age`: seconds since the first.
pub(super) fn judge(tries: i16, result: Result<Sent, SendError>) -> (Fate, Then) {
    match result {
        Ok(sent) => (Fate::Sent(sent.message_id), Then::Nothing),
        Err(error) => {
            let why = error.to_string();
            let again = |after: Duration, counts| Fate::Again { after: after.as_secs_f64(), counts, why: why.clone() };
            match error {
                SendError::TooFast { after, scope: Scope::Chat } => (again(after, false), Then::Rest(after)),
                SendError::TooFast { after, scope: Scope::Lane } => (again(after, false), Then::Pause(after)),
                SendError::Later(_) | SendError::Unknown(_) if tries + 1 >= GIVE_UP => {
                    (Fate::Failed(why), Then::Nothing)
                }
                SendError::Later(_) | SendError::Unknown(_) => (again(backoff(tries), true), Then::Nothing),
                SendError::Gone(gone) => (Fate::Failed(why), Then::Lose(gone)),
                SendError::Moved(to) => (again(Duration::ZERO, false), Then::Move(to)),
                SendError::Refused { .. } => (Fate::Failed(why), Then::Nothing),
                SendError::Account { .. } => (again(REFUSED_BOT, false), Then::Alarm(why)),
            }
        }
    }
}

fn backoff(tries: i16) -> Duration {
    let seconds = usize::try_from(tries).ok().and_then(|tries| RETRY.get(tries));
    Duration::from_secs(seconds.copied().unwrap_or(HOURLY))
}

/// Whether trying again after an unknown outcome may show a message twice. `age`: seconds since the first try.
pub(super) fn may_repeat(channel: Channel, age: f64) -> bool {
    match channel {
        Channel::Telegram => true,
        Channel::Vk => age > VK_FORGETS,
    }
}

/// The error's kind, for counting.
pub(super) const fn kind(result: &Result<Sent, SendError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(SendError::TooFast { .. }) => "too_fast",
        Err(SendError::Later(_)) => "later",
        Err(SendError::Unknown(_)) => "unknown",
        Err(SendError::Gone(_)) => "gone",
        Err(SendError::Moved(_)) => "moved",
        Err(SendError::Refused { .. }) => "refused",
        Err(SendError::Account { .. }) => "account",
    }
}

/// VK's key against repeats: the same for every try of one delivery, never zero, different for the next 2³¹ − 1.
pub(super) fn random_id(delivery: i64) -> i32 {
    let most = i64::from(i32::MAX);
    i32::try_from(delivery.rem_euclid(most) + 1).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn too_fast_is_not_a_try_and_waits_exactly_as_told() {
        let after = Duration::from_secs(2282);
        let (fate, then) = judge(27, Err(SendError::TooFast { after, scope: Scope::Chat }));
        assert!(matches!(fate, Fate::Again { after, counts: false, .. } if after == 2282.0));
        assert_eq!(then, Then::Rest(after));
    }

    #[test]
    fn an_outage_is_waited_out_for_a_day_and_no_longer() {
        let mut waited = 0.0;
        for tries in 0.. {
            match judge(tries, Err(SendError::Later("502".into()))).0 {
                Fate::Again { after, counts: true, .. } => waited += after,
                fate => {
                    assert!(matches!(fate, Fate::Failed(_)), "{fate:?}");
                    break;
                }
            }
        }
        assert!((22.0..26.0).contains(&(waited / 3600.0)), "{waited}");
    }

    #[test]
    fn who_is_gone_and_what_is_refused_never_comes_again() {
        let (fate, then) = judge(0, Err(SendError::Gone(Gone::Blocked)));
        assert!(matches!(fate, Fate::Failed(_)) && then == Then::Lose(Gone::Blocked));
        let (fate, then) = judge(0, Err(SendError::Refused { code: 400, why: "bad".into() }));
        assert!(matches!(fate, Fate::Failed(_)) && then == Then::Nothing);
    }

    #[test]
    fn vk_remembers_for_fifty_minutes() {
        assert!(!may_repeat(Channel::Vk, 49.0 * 60.0) && may_repeat(Channel::Vk, 51.0 * 60.0));
        assert!(may_repeat(Channel::Telegram, 0.0));
    }

    proptest! {
        #[test]
        fn a_random_id_is_positive_and_its_neighbours_differ(id in 1i64..i64::MAX) {
            prop_assert!(random_id(id) > 0);
            prop_assert_ne!(random_id(id), random_id(id - 1));
        }
    }
}
