//! Walks through flows with made-up input, and looks whether everything that must hold does.
//!
//! First breadth-first: every wait of every flow is come to in every state that makes a difference to it (`marks`), and there
//! everything is tried that people, time and actions may do (`moves`), and what they should not (`probes`). What a subflow
//! comes to is found once, for itself, and then repeated where it is run (`search`). Then at random, by a seed (`walk`).

use std::collections::{BTreeMap, BTreeSet};

use self::{
    live::Live,
    search::{Plans, RootKey},
};
use super::{
    About, Program, Source,
    chat::{Covered, Samples},
};
use crate::{
    locale::{FALLBACK, Tone},
    message::{Said, Words},
};

mod act;
mod answers;
mod checks;
mod key;
mod live;
mod marks;
mod moves;
mod probes;
mod replies;
mod search;
mod turn;
mod walk;
mod world;

/// Failures that are kept; of more only the number is told.
const MOST_FAILURES: usize = 20;

/// What to walk through.
#[derive(Clone, Copy, Debug)]
pub struct Options<'o> {
    /// This flow alone, with what it runs.
    pub flow: Option<&'o str>,
    /// How many turns to walk at random through each flow.
    pub turns: usize,
    /// What chance goes by: the same seed walks the same way.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// Different places where a conversation waited.
    pub waits: usize,
    /// Turns that were taken.
    pub turns: usize,
    /// Different things that were said.
    pub said: usize,
    /// Where the walk went.
    pub covered: Covered,
    /// Flows with more states than are tried.
    pub cut: BTreeSet<String>,
    /// What did not hold, each once.
    pub failures: Vec<Failure>,
    /// What did not hold either.
    pub more: usize,
}

/// Something that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The flow that the conversation began with.
    pub flow: String,
    /// What should have held.
    pub what: What,
    /// What happened.
    pub why: String,
    /// The conversation, as a transcript.
    pub chat: String,
}

/// What should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Every turn ends, and the conversation goes on.
    Ends,
    /// Calls that answer each other do not go round in a circle.
    Waits,
    /// What is said is whole, and fits wherever it is read.
    Sayable,
    /// A stored conversation reads as it was.
    Reread,
    /// The same again comes to the same.
    Replay,
    /// What comes twice acts once.
    Once,
    /// What nobody was offered changes nothing.
    Unmoved,
    /// After an interruption the question stands as it stood.
    Resumed,
}

impl What {
    /// The word for it, for tools.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ends => "turn-does-not-end",
            Self::Waits => "calls-in-a-circle",
            Self::Sayable => "not-sayable",
            Self::Reread => "state-reads-otherwise",
            Self::Replay => "replay-differs",
            Self::Once => "acts-twice",
            Self::Unmoved => "moved-by-nothing",
            Self::Resumed => "question-lost",
        }
    }
}

/// Something that a reader sees.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'s> {
    /// A message.
    Message(&'s Said),
    /// A short answer to a press.
    Toast(&'s Words),
}

/// What is wrong with something that is shown, to any reader in any channel, in words; nothing: nothing.
pub type Judge<'j> = dyn Fn(Shown<'_>) -> Vec<String> + 'j;

/// Walks. Values that calls give are taken from transcripts where they have some.
///
/// # Errors
/// There is no such flow; says which may have been meant.
pub fn explore(
    program: &Program,
    chats: &[Source],
    options: &Options<'_>,
    judge: &Judge<'_>,
) -> Result<Report, String> {
    let flows: Vec<String> = match options.flow {
        Some(flow) if program.current(flow).is_none() => return Err(program.missing(flow)),
        Some(flow) => vec![flow.to_owned()],
        None => program.names().map(str::to_owned).collect(),
    };
    let mut explorer = Explorer::new(program, chats, judge);
    for long in [false, true] {
        explorer.long = long;
        explorer.roots.clear();
        for flow in &flows {
            for args in explorer.beginnings(flow) {
                explorer.root(flow, &args);
            }
        }
    }
    explorer.long = false;
    for (nth, flow) in (0..).zip(&flows) {
        explorer.walk(flow, options.turns, options.seed.wrapping_add(nth));
    }
    Ok(explorer.report())
}

/// A walk under way.
struct Explorer<'e> {
    program: &'e Program,
    judge: &'e Judge<'e>,
    /// By flow: what its own transcripts give comes first.
    samples: BTreeMap<String, Samples>,
    live: BTreeMap<String, Live>,
    about: About,
    /// Values are as long as they may be.
    long: bool,
    roots: BTreeMap<RootKey, std::rc::Rc<Plans>>,
    /// Where everything was tried that should change nothing.
    probed: BTreeSet<String>,
    /// What was judged already.
    said: BTreeSet<String>,
    waits: BTreeSet<String>,
    failed: BTreeSet<(What, String)>,
    report: Report,
}

impl<'e> Explorer<'e> {
    fn new(program: &'e Program, chats: &[Source], judge: &'e Judge<'e>) -> Self {
        let begins = world::beginning().fixed_offset();
        Self {
            program,
            judge,
            samples: Samples::read_all(chats, program.names(), FALLBACK, begins),
            live: Live::of_all(program),
            about: About { lang: FALLBACK.to_owned(), tone: Tone::default() },
            long: false,
            roots: BTreeMap::new(),
            probed: BTreeSet::new(),
            said: BTreeSet::new(),
            waits: BTreeSet::new(),
            failed: BTreeSet::new(),
            report: Report::default(),
        }
    }

    fn report(self) -> Report {
        Report { waits: self.waits.len(), said: self.said.len(), ..self.report }
    }
}

#[cfg(test)]
mod tests;
