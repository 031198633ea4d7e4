//! How fast a lane may speak: to everybody, to one chat, to one group.
//!
//! The moment is an argument ([`Pace::set`]): a test moves it by hand, and a new owner of a lane replays what the old one
//! sent within the last minute.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::{NoOpMiddleware, StateInformationMiddleware},
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};

use crate::{channel::Channel, store::deliveries::Recent};

/// To one Telegram chat: one message a second, three at once after a silence.
const CHAT: (Duration, u32) = (Duration::from_secs(1), 3);
/// To one Telegram group: three at once, and never more than twenty within any minute (⌊60 / 3.5⌋ + 3).
const GROUP: (Duration, u32) = (Duration::from_millis(3500), 3);
/// Two chats that are told "too fast" within so long mean the whole bot.
const SAME_STORM: Duration = Duration::from_secs(5);
/// The moment a pace begins at: there is room before it for the minute that is replayed.
pub(super) const START: Duration = Duration::from_secs(60);
/// What broadcasts may take of a lane: the rest is kept for answers.
const BROADCASTS: f64 = 0.8;
/// From so many chats on, those that have rested are forgotten.
const MANY_CHATS: usize = 4096;

/// The limiters' clock: stands where it was set.
#[derive(Clone, Debug, Default)]
struct Hands(Arc<AtomicU64>);

impl Clock for Hands {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

type Bot = RateLimiter<NotKeyed, InMemoryState, Hands, NoOpMiddleware<Nanos>>;
type Chats = RateLimiter<String, HashMapStateStore<String>, Hands, StateInformationMiddleware>;

/// The pace of one lane.
pub struct Pace {
    hands: Hands,
    limits: Option<Limits>,
    /// What broadcasts have not used yet of the last second.
    spare: Option<Spare>,
    /// Until when a chat must rest.
    resting: HashMap<String, Duration>,
    /// Who was told "too fast" last, and when.
    told_off: Option<(String, Duration)>,
}

struct Limits {
    bot: Bot,
    by_chat: Option<ByChat>,
}

/// A second's worth at most, filled evenly.
#[derive(Clone, Copy, Debug)]
struct Spare {
    per_second: f64,
    whole: f64,
    at: Duration,
}

/// Telegram's limits of a chat. VK knows none below the community's own.
struct ByChat {
    chats: Chats,
    groups: Chats,
}

impl Pace {
    /// `rate` messages a second over all chats, evenly; 0: no limit, neither of the bot nor of a chat.
    #[must_use]
    pub fn new(channel: Channel, rate: u32) -> Self {
        let hands = Hands::default();
        let limits = NonZeroU32::new(rate).map(|rate| Limits {
            bot: RateLimiter::new(
                Quota::per_second(rate).allow_burst(NonZeroU32::MIN),
                InMemoryState::default(),
                hands.clone(),
            ),
            by_chat: (channel == Channel::Telegram)
                .then(|| ByChat { chats: chats(CHAT, &hands), groups: chats(GROUP, &hands) }),
        });
        let per_second = f64::from(rate) * BROADCASTS;
        let spare = (rate > 0).then_some(Spare { per_second, whole: per_second.max(1.0), at: START });
        let pace = Self { hands, limits, spare, resting: HashMap::new(), told_off: None };
        pace.set(START);
        pace
    }

    /// Sets the moment, counted from a minute before the pace began.
    pub fn set(&self, now: Duration) {
        self.hands.0.store(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn now(&self) -> Duration {
        self.hands.now().into()
    }

    /// Counts in what another owner sent, the oldest first, and what it let rest.
    pub fn replay(&mut self, recent: &[Recent], resting: Vec<(String, f64)>) {
        let now = self.now();
        for sent in recent {
            self.set(now.saturating_sub(Duration::try_from_secs_f64(sent.age).unwrap_or_default()));
            if let Some(limits) = &self.limits {
                // Its owner has sent it already, whether we would have let it or not.
                let _ = limits.bot.check();
            }
            self.spend(&sent.chat, sent.group);
        }
        self.set(now);
        for (chat, left) in resting {
            self.rest(&chat, Duration::try_from_secs_f64(left).unwrap_or_default());
        }
    }

    /// Takes the bot's next turn, or tells how long it is until then.
    #[must_use]
    pub fn turn(&self) -> Option<Duration> {
        let limits = self.limits.as_ref()?;
        limits.bot.check().err().map(|not_yet| not_yet.wait_time_from(self.hands.now()))
    }

    /// Takes a chat's next turn. `false`: it must rest first.
    pub fn spend(&mut self, chat: &str, group: bool) -> bool {
        let Some(limits) = self.limits.as_ref().and_then(|limits| limits.by_chat.as_ref()) else { return true };
        let (limiter, period) = if group { (&limits.groups, GROUP.0) } else { (&limits.chats, CHAT.0) };
        if limiter.len() > MANY_CHATS {
            limiter.retain_recent();
        }
        match limiter.check_key(&chat.to_owned()) {
            Ok(state) if state.remaining_burst_capacity() > 0 => true,
            Ok(_) => {
                self.rest(chat, period);
                true
            }
            Err(not_yet) => {
                let wait = not_yet.wait_time_from(self.hands.now());
                self.rest(chat, wait);
                false
            }
        }
    }

    /// How many messages of broadcasts may wait to be sent at a time, and how many of them may come now; `None`: any number.
    pub fn broadcasts(&mut self) -> Option<(i64, i64)> {
        let now = self.now();
        let spare = self.spare.as_mut()?;
        let most = spare.per_second.max(1.0);
        let since = now.saturating_sub(spare.at).as_secs_f64();
        spare.whole = (spare.whole + since * spare.per_second).min(most);
        spare.at = now;
        Some((most.ceil() as i64, spare.whole.floor() as i64))
    }

    /// So many of them came.
    pub fn spend_broadcasts(&mut self, many: u64) {
        if let Some(spare) = &mut self.spare {
            spare.whole -= many as f64;
        }
    }

    /// A chat gets nothing for so long; a longer rest stays.
    pub fn rest(&mut self, chat: &str, long: Duration) {
        let until = self.now() + long;
        let rest = self.resting.entry(chat.to_owned()).or_default();
        *rest = until.max(*rest);
    }

    /// The chats that get nothing now, and how long until the first of them may.
    pub fn resting(&mut self) -> (Vec<String>, Option<Duration>) {
        let now = self.now();
        self.resting.retain(|_, until| *until > now);
        let first = self.resting.values().min().map(|until| *until - now);
        (self.resting.keys().cloned().collect(), first)
    }

    /// A chat was told "too fast". `true`: so was another one just before, and the whole lane must pause.
    pub fn tell_off(&mut self, chat: &str, after: Duration) -> bool {
        let now = self.now();
        self.rest(chat, after);
        let before = self.told_off.replace((chat.to_owned(), now));
        before.is_some_and(|(other, then)| other != chat && now.saturating_sub(then) <= SAME_STORM)
    }
}

fn chats((period, burst): (Duration, u32), hands: &Hands) -> Chats {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
    RateLimiter::new(quota, HashMapStateStore::default(), hands.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: u64) -> Duration {
        START + Duration::from_millis(millis)
    }

    #[test]
    fn the_bot_speaks_evenly() {
        let pace = Pace::new(Channel::Telegram, 20);
        assert_eq!(pace.turn(), None);
        assert_eq!(pace.turn(), Some(Duration::from_millis(50)));
        pace.set(at(50));
        assert_eq!(pace.turn(), None);
    }

    #[test]
    fn a_chat_gets_three_at_once_then_one_a_second() {
        let mut pace = Pace::new(Channel::Telegram, 30);
        assert!((0..3).all(|_| pace.spend("7", false)));
        assert_eq!(pace.resting().0, ["7"]);
        assert!(!pace.spend("7", false));
        pace.set(at(1000));
        assert!(pace.resting().0.is_empty());
        assert!(pace.spend("7", false) && !pace.spend("7", false));
        assert!(pace.spend("8", false), "another chat does not wait for it");
    }

    #[test]
    fn vk_knows_no_limit_of_a_chat() {
        let mut pace = Pace::new(Channel::Vk, 20);
        assert!((0..100).all(|_| pace.spend("7", false) && pace.spend("2000000001", true)));
        assert!(pace.turn().is_none() && pace.turn().is_some(), "the community's own holds");
    }

    #[test]
    fn zero_is_no_limit_at_all() {
        let mut pace = Pace::new(Channel::Telegram, 0);
        assert!((0..1000).all(|_| pace.turn().is_none() && pace.spend("7", true)));
    }

    #[test]
    fn a_new_owner_goes_on_at_the_old_ones_pace() {
        let mut pace = Pace::new(Channel::Telegram, 30);
        let recent = [2.9, 0.4, 0.2, 0.1].map(|age| Recent { chat: "7".into(), group: false, age });
        pace.replay(&recent, vec![("8".into(), 30.0)]);
        let (mut resting, _) = pace.resting();
        resting.sort();
        assert_eq!(resting, ["7", "8"]);
        assert!(pace.spend("9", false));
    }

    #[test]
    fn a_second_chat_told_off_within_five_seconds_means_the_bot() {
        let mut pace = Pace::new(Channel::Telegram, 30);
        assert!(!pace.tell_off("7", Duration::from_secs(3)));
        assert!(!pace.tell_off("7", Duration::from_secs(3)), "the same chat again");
        pace.set(at(5_001));
        assert!(!pace.tell_off("8", Duration::from_secs(3)), "too long after");
        pace.set(at(10_000));
        assert!(pace.tell_off("9", Duration::from_secs(3)));
    }

    #[test]
    fn broadcasts_wait_a_second_ahead_and_no_more() {
        let mut pace = Pace::new(Channel::Telegram, 30);
        assert_eq!(pace.broadcasts(), Some((24, 24)));
        pace.spend_broadcasts(24);
        assert_eq!(pace.broadcasts(), Some((24, 0)));
        pace.set(at(500));
        assert_eq!(pace.broadcasts(), Some((24, 12)));
        pace.set(at(60_000));
        assert_eq!(pace.broadcasts(), Some((24, 24)), "silence is not saved up");
        assert_eq!(Pace::new(Channel::Vk, 1).broadcasts(), Some((1, 1)), "a slow lane has its turn too");
        assert_eq!(Pace::new(Channel::Vk, 0).broadcasts(), None);
    }

    proptest! {
        #[test]
        fn broadcasts_take_at_most_four_fifths_of_any_while(
            rate in 1u32..1000, steps in proptest::collection::vec((0u64..3000, 0u64..2000), 1..100)
        ) {
            let mut pace = Pace::new(Channel::Telegram, rate);
            let (mut now, mut came) = (0, Vec::new());
            for (gap, wanted) in steps {
                now += gap;
                pace.set(at(now));
                let (_, may) = pace.broadcasts().unwrap();
                let many = wanted.min(u64::try_from(may).unwrap());
                pace.spend_broadcasts(many);
                came.push((now, many));
            }
            let share = f64::from(rate) * BROADCASTS;
            for (place, (first, _)) in came.iter().enumerate() {
                let mut all = 0;
                for (then, many) in &came[place..] {
                    all += many;
                    prop_assert!(all as f64 <= share.max(1.0) + share * (then - first) as f64 / 1000.0 + 0.001);
                }
            }
        }

        #[test]
        fn a_group_gets_at_most_twenty_within_any_minute(gaps in proptest::collection::vec(0u64..4000, 1..200)) {
            let mut pace = Pace::new(Channel::Telegram, 1000);
            let (mut now, mut sent) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                pace.set(at(now));
                if pace.spend("-1", true) {
                    sent.push(now);
                }
            }
            for first in &sent {
                prop_assert!(sent.iter().filter(|then| (*first..first + 60_000).contains(*then)).count() <= 20);
            }
        }
    }
}
