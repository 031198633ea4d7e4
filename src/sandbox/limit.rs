//! Token buckets. Time is an argument.

use std::time::{Duration, Instant};

/// How fast a bucket fills and how much it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Tokens per second.
    pub(super) per_second: f64,
    /// Tokens that it holds at most.
    pub(super) burst: f64,
}

/// Telegram: about 30 messages a second over all chats.
pub(super) const TELEGRAM_BOT: Rate = Rate { per_second: 30.0, burst: 30.0 };
/// Telegram: one message a second in one chat, short bursts pass.
pub(super) const TELEGRAM_CHAT: Rate = Rate { per_second: 1.0, burst: 5.0 };
/// Telegram: 20 messages a minute in one group.
pub(super) const TELEGRAM_GROUP: Rate = Rate { per_second: 20.0 / 60.0, burst: 20.0 };
/// VK: 20 requests a second per community.
pub(super) const VK_COMMUNITY: Rate = Rate { per_second: 20.0, burst: 20.0 };

/// A bucket; it begins full.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket(Option<(f64, Instant)>);

impl Bucket {
    /// What the bucket holds at `now`.
    fn level(&self, rate: Rate, now: Instant) -> f64 {
        self.0.map_or(rate.burst, |(level, at)| {
            (level + now.saturating_duration_since(at).as_secs_f64() * rate.per_second).min(rate.burst)
        })
    }

    /// How long until one token can be taken; `None`: at once.
    pub(super) fn wait(&self, rate: Rate, now: Instant) -> Option<Duration> {
        let missing = 1.0 - self.level(rate, now);
        // A billionth of slack: a wait that was obeyed exactly must not fail on rounding.
        (missing > 1e-9).then(|| Duration::from_secs_f64(missing / rate.per_second))
    }

    /// Takes one token; the caller has seen [`Bucket::wait`] say that there is one.
    pub(super) fn take(&mut self, rate: Rate, now: Instant) {
        self.0 = Some((self.level(rate, now) - 1.0, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    /// How many of `tries` at one moment pass.
    fn pass(bucket: &mut Bucket, rate: Rate, now: Instant, tries: usize) -> usize {
        (0..tries)
            .filter(|_| {
                let free = bucket.wait(rate, now).is_none();
                if free {
                    bucket.take(rate, now);
                }
                free
            })
            .count()
    }

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let start = clock::tick();
        let mut bucket = Bucket::default();
        assert_eq!(pass(&mut bucket, TELEGRAM_BOT, start, 100), 30);
        assert_eq!(pass(&mut bucket, TELEGRAM_BOT, start + Duration::from_secs(1), 100), 30);
        assert_eq!(pass(&mut bucket, TELEGRAM_BOT, start + Duration::from_millis(1100), 100), 3);
    }

    #[test]
    fn a_chat_takes_five_at_once_and_one_a_second_after() {
        let start = clock::tick();
        let mut bucket = Bucket::default();
        assert_eq!(pass(&mut bucket, TELEGRAM_CHAT, start, 9), 5);
        assert_eq!(bucket.wait(TELEGRAM_CHAT, start), Some(Duration::from_secs(1)));
        assert_eq!(pass(&mut bucket, TELEGRAM_CHAT, start + Duration::from_secs(1), 9), 1);
    }

    #[test]
    fn a_group_takes_twenty_a_minute() {
        let start = clock::tick();
        let mut bucket = Bucket::default();
        assert_eq!(pass(&mut bucket, TELEGRAM_GROUP, start, 50), 20);
        assert_eq!(pass(&mut bucket, TELEGRAM_GROUP, start + Duration::from_secs(60), 50), 20);
    }

    #[test]
    fn waiting_exactly_as_told_is_enough() {
        let mut now = clock::tick();
        let mut bucket = Bucket::default();
        for _ in 0..200 {
            if let Some(wait) = bucket.wait(VK_COMMUNITY, now) {
                now += wait;
            }
            assert!(bucket.wait(VK_COMMUNITY, now).is_none_or(|rest| rest < Duration::from_micros(1)));
            bucket.take(VK_COMMUNITY, now);
        }
    }
}
