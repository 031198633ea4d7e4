//! Later work that is not a message: timers that come due, calls outside, reminders, the civil clock.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{cache::Nudges, ids::Dice};

pub mod answers;
pub mod birthdays;
pub mod broadcasts;
pub mod calls;
pub mod clock;
pub mod dial;
pub mod digest;
pub mod drafts;
pub mod erasure;
pub mod feedback;
pub mod lapses;
pub mod reminders;
pub mod signals;
pub mod timers;

/// The longest pause between two looks for work; the shortest is half of it.
const POLL: Duration = Duration::from_secs(1);

/// Repeats `work` until `shutdown`: at once while there is more of it, else when nudged, and at the latest by a jittered poll.
///
/// `work` gives how much it found to do.
pub async fn repeat<F>(mut nudges: Nudges, dice: &Dice, shutdown: CancellationToken, mut work: impl FnMut() -> F)
where
    F: Future<Output = usize>,
{
    while !shutdown.is_cancelled() {
        if work().await > 0 {
            continue;
        }
        let pause = POLL.mul_f64(0.5 + dice.below(1000) as f64 / 2000.0);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = nudges.next() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
