//! Transcripts: `flows/<flow>.chat` is a flow's test and its documentation.
//!
//! `# title` and `@ channel [en] [adult] [plain] time [flow] [{args}]` begin a conversation. `>` is said by the person, `<` by the bot
//! (`…`: a message that was there before; `🖼` first: what can be seen on its picture; `| ` continues it; `~` is a short answer to a press), `!` is a call with its scripted
//! outcome, `^ name(about) {value: …}` a signal that somebody waits for, `+ 90s` lets time pass, `= outcome` is how the flow ended. If the person speaks first, nothing is begun before.

use std::{collections::BTreeSet, fmt};

use super::{edge::Edge, load::Source, program::Program, step::Trace};
use crate::fault::Fault;

mod complete;
mod failure;
mod found;
mod live;
mod play;
mod reader;
mod samples;
mod script;
mod stage;
mod timers;
mod told;
mod unknown;
mod value;
mod written;

pub use failure::Failure;
pub use live::{Called, Happening, Live, Setting};
pub use reader::Reader;
pub(in crate::flow) use reader::heed;
pub use samples::Samples;
pub(in crate::flow) use timers::{Timer, Timers};
pub use told::{Line, Told, told};
pub(crate) use value::{map, moment, retyped};
pub(in crate::flow) use written::{Begun, Fed, Put, written};

/// What came of playing transcripts.
#[derive(Debug, Default)]
pub struct Report {
    /// Conversations that were played.
    pub played: usize,
    /// What did not go as written.
    pub failures: Vec<Failure>,
    /// Files whose `<` lines should read otherwise or whose `!` lines are lacking, with their new text: only where blessing was
    /// asked for.
    pub blessed: Vec<Source>,
    /// What is wrong with the content itself; with an error among them nothing is played.
    pub faults: Vec<Fault>,
    /// Where they went.
    pub covered: Covered,
}

/// Where conversations went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// Steps that were entered: flow, step.
    pub steps: BTreeSet<(String, String)>,
    /// Ways on that were taken: flow, step or question, way.
    pub edges: BTreeSet<(String, String, Edge)>,
}

impl Covered {
    pub(super) fn add(&mut self, trace: Vec<Trace>) {
        for one in trace {
            match one {
                Trace::Entered { flow, step } => {
                    self.steps.insert((flow, step));
                }
                Trace::Took { flow, step, edge } => {
                    self.edges.insert((flow, step, edge));
                }
                Trace::Moved { .. }
                | Trace::Dropped { .. }
                | Trace::Refused { .. }
                | Trace::Unheard { .. }
                | Trace::Ignored(_)
                | Trace::Restarted(_) => {}
            }
        }
    }
}

impl Report {
    /// Whether everything went as written.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.failures.is_empty() && !self.faults.iter().any(Fault::is_error)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in self.faults.iter().filter(|fault| fault.is_error()) {
            writeln!(f, "{fault}")?;
        }
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        for (file, _) in &self.blessed {
            writeln!(f, "blessed: {file}")?;
        }
        write!(f, "{} conversations, {} failed", self.played, self.failures.len())
    }
}

/// Plays transcripts, each a (path, text). With `bless` the report has the files that read otherwise than what happens, made anew:
/// the `<` lines say what was said, and a conversation without its `!` lines gets them where an answer to every call is found
/// with which the bot says what is written. Nothing else in them changes.
#[must_use]
pub fn run(program: &Program, chats: Vec<Source>, bless: bool) -> Report {
    let mut report = Report::default();
    for (file, text) in chats {
        match script::parse(&file, &text) {
            Err(failure) => report.failures.push(*failure),
            Ok(conversations) => {
                let new = play_file(program, &file, &conversations, bless, &mut report);
                if bless && new != text {
                    report.blessed.push((file, new));
                }
            }
        }
    }
    report
}

fn play_file(
    program: &Program,
    file: &str,
    script: &[script::Conversation],
    bless: bool,
    report: &mut Report,
) -> String {
    let mut lines = Vec::new();
    for conversation in script {
        report.played += 1;
        let whole = bless.then(|| complete::complete(program, conversation)).flatten();
        let played = play::play(program, file, whole.as_ref().unwrap_or(conversation), bless);
        report.failures.extend(played.failure);
        report.covered.steps.extend(played.covered.steps);
        report.covered.edges.extend(played.covered.edges);
        lines.extend(played.lines);
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
