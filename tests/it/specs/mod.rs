//! What passes between the engine and the messengers, held against the published descriptions of their APIs.
//!
//! [`check_log`] is for every test that has driven the engine through the stand-ins: it judges each request that the
//! engine made, each answer and each event that a stand-in gave.

mod autodial;
mod negative;
mod stand_ins;
mod telegram;
mod vk;

use provodnik::sandbox::{Direction, LogEntry};

/// Every fault of every entry; an empty list is the proof. The log must be whole, from its first entry on: what the stand-ins
/// have forgotten (they keep 2,000 entries) or left out is a fault too.
pub fn check_log(log: &[LogEntry]) -> Vec<String> {
    let (telegram, mut vk) = (telegram::Spec::read(), vk::Spec::read());
    let mut faults = gaps(log);
    for entry in log {
        let found = match (entry.channel.as_str(), entry.direction) {
            ("telegram", Direction::Request) => telegram.call(entry),
            ("telegram", Direction::Event) => telegram.update(&entry.body),
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
