//! Wake-ups: a hint that there is work. Losing one costs time only, since everybody who waits also polls.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

/// Who is to wake up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The lanes: something was put into the outbox.
    Outbox,
    /// A timer was set or civil time was advanced.
    Timers,
    /// A call outside was asked for.
    Calls,
    /// Civil time was advanced.
    Clock,
}

/// Wakes the tasks of this process. Clones share the bells.
#[derive(Clone, Debug, Default)]
pub struct Nudge(Arc<[Notify; 4]>);

impl Nudge {
    /// Wakes everybody who waits for `topic`, and the next one who will.
    pub fn wake(&self, topic: Topic) {
        let bell = &self.0[topic as usize];
        bell.notify_waiters();
        bell.notify_one();
    }

    /// Waits for a nudge, at most so long.
    pub async fn woken(&self, topic: Topic, at_most: Duration) {
        // Either way there may be work: which of the two it was changes nothing.
        let _ = tokio::time::timeout(at_most, self.0[topic as usize].notified()).await;
    }
}
