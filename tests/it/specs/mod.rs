//! What passes between the engine and the messengers, held against the published descriptions of their APIs.
//!
//! [`check_log`] is for every test that has driven the engine through the stand-ins: it judges each request that the
//! engine made, each answer and each event that a stand-in gave.

mod autodial;
mod negative;
mod stand_ins;
mod telegram;
mod vk;

use std::sync::{LazyLock, Mutex, PoisonError};

use provodnik::sandbox::{Direction, LogEntry};

/// Read once: they are large, and many a test judges by them.
static TELEGRAM: LazyLock<telegram::Spec> = LazyLock::new(telegram::Spec::read);
static VK: LazyLock<Mutex<vk::Spec>> = LazyLock::new(|| Mutex::new(vk::Spec::read()));

/// Every fault of every entry; an empty list is the proof. The log must be whole, from its first entry on: what the stand-ins
/// have forgotten (they keep 2,000 entries) or left out is a fault too.
pub fn check_log(log: &[LogEntry]) -> Vec<String> {
    // Whoever panics with it leaves nothing half done: a validator is made or is not.
    let mut vk = VK.lock().unwrap_or_else(PoisonError::into_inner);
    let mut faults = gaps(log);
    for entry in log {
        let found = match (entry.channel.as_str(), entry.direction) {
            ("telegram", Direction::Request) => TELEGRAM.call(entry),
            ("telegram", Direction::Event) => TELEGRAM.update(&entry.body),
            ("vk", Direction::Request) => vk.call(entry),
            ("vk", Direction::Event) => vk.event(&entry.body),
            ("autodial", Direction::Request) => autodial::call(entry),
            (channel, direction) => vec![format!("nobody knows the channel {channel} with a {direction:?}")],
        };
        faults.extend(found.into_iter().map(|fault| format!("#{} {}: {fault}", entry.seq, entry.name)));
    }
    faults
}

/// What is not there to be judged.
fn gaps(log: &[LogEntry]) -> Vec<String> {
    if log.is_empty() {
        return vec!["nothing has passed".to_owned()];
    }
    let gap = |(entry, expected): (&LogEntry, u64)| {
        (entry.seq != expected)
            .then(|| format!("#{} stands where #{expected} belongs: the log is not whole", entry.seq))
    };
    // The first gap moves all that follow.
    log.iter().zip(1..).find_map(gap).into_iter().collect()
}
