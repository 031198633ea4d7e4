//! How far an import is, for whoever waits for it: a terminal, or a page that is sent bit by bit.

use std::fmt;

use tokio::sync::watch;

/// So many rows at once are a step that is worth telling.
const STEP: usize = 500;

/// How far it is. In the words of whoever waits: as the import's refusals, Russian in code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Far {
    /// The file is being unpacked and read.
    #[default]
    Reading,
    /// Rows are judged one by one: so many of so many.
    Judged(usize, usize),
    /// Profiles that the programme has are opened, to be compared: so many of so many.
    Compared(usize, usize),
    /// People are written: so many of so many.
    Written(usize, usize),
}

impl fmt::Display for Far {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading => f.write_str("читаем таблицу"),
            Self::Judged(done, all) => write!(f, "проверено строк: {done} из {all}"),
            Self::Compared(done, all) => write!(f, "сравнено с профилями: {done} из {all}"),
            Self::Written(done, all) => write!(f, "записано людей: {done} из {all}"),
        }
    }
}

/// Where an import tells how far it is; by default nobody listens.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<watch::Sender<Far>>);

impl Progress {
    /// One that is listened to.
    #[must_use]
    pub fn heard() -> (Self, watch::Receiver<Far>) {
        let (tells, hears) = watch::channel(Far::default());
        (Self(Some(tells)), hears)
    }

    /// Tells it.
    pub fn tell(&self, far: Far) {
        if let Some(tells) = &self.0 {
            tells.send_replace(far);
        }
    }

    /// Counts on to `done`, and tells it where a step is full or all are done.
    pub fn count(&self, far: impl FnOnce(usize, usize) -> Far, done: usize, all: usize) {
        if done.is_multiple_of(STEP) || done == all {
            self.tell(far(done, all));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_by_steps_and_at_the_end() {
        let (progress, mut hears) = Progress::heard();
        let mut told = Vec::new();
        for done in 1..=1_200 {
            progress.count(Far::Judged, done, 1_200);
            if hears.has_changed().unwrap() {
                told.push(hears.borrow_and_update().to_string());
            }
        }
        assert_eq!(told, [500, 1_000, 1_200].map(|done| format!("проверено строк: {done} из 1200")));
        Progress::default().count(Far::Written, 1, 1);
    }
}
