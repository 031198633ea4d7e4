//! What passes between the engine and the messengers, held against the published descriptions of their APIs.
//!
//! [`check_log`] is for every test that has driven the engine through the stand-ins: it judges each request that the
//! engine made, each answer and each event that a stand-in gave.

mod stand_ins;
mod telegram;
mod vk;

use provodnik::sandbox::{Direction, LogEntry};

/// Every fault of every entry; an empty list is the proof.
pub fn check_log(log: &[LogEntry]) -> Vec<String> {
    let (telegram, mut vk) = (telegram::Spec::read(), vk::Spec::read());
    let mut faults = Vec::new();
    for entry in log {
        let found = match (entry.channel.as_str(), entry.direction) {
            ("telegram", Direction::Request) => telegram.call(entry),
            ("telegram", Direction::Event) => telegram.update(&entry.body),
            ("vk", Direction::Request) => vk.call(entry),
            ("vk", Direction::Event) => vk.event(&entry.body),
            _ => Vec::new(),
        };
        faults.extend(found.into_iter().map(|fault| format!("#{} {}: {fault}", entry.seq, entry.name)));
    }
    faults
}
