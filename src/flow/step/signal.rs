//! Signals: something that happened elsewhere, and that a run waits for.

use super::{
    Trace,
    events::keep,
    say::look,
    work::{Stop, Work},
};
use crate::{
    flow::{
        Edge, Program, State,
        model::{Awaited, Does, SIGNAL, Step},
        state::{Run, Waits},
    },
    message::{Args, Value},
};

/// The run that a signal is for, and what it waits for: of several the one that has waited longest.
pub(in crate::flow) fn listener<'p>(
    program: &'p Program,
    state: &State,
    signal: &str,
    about: Option<&str>,
) -> Option<(String, &'p Awaited)> {
    // Whoever falls asleep lies down at the bottom.
    let listening = |run: &Run| {
        let frame = run.frames.last().filter(|_| run.waits == Waits::Sleep)?;
        let Does::Await(awaited) = &program.flow(&frame.hash)?.step(&frame.step)?.does else { return None };
        let wanted = awaited.about.as_ref().map(|about| about.expr.value(&|name| look(frame, name)));
        let meant = wanted.is_none_or(|wanted| wanted.is_some() && wanted == about.map(Value::from));
        (awaited.signal == signal && meant).then(|| (run.id.clone(), &**awaited))
    };
    state.runs.iter().rev().find_map(listening)
}

impl Work<'_> {
    /// A signal came. What nobody waits for changes nothing.
    pub fn signal(&mut self, signal: &str, about: Option<&str>, mut values: Args) -> Result<(), Stop> {
        let Some((run, awaited)) = listener(self.program, &self.state, signal, about) else {
            self.trace.push(Trace::Unheard { signal: signal.to_owned() });
            return Ok(());
        };
        if !awaited.gives.iter().all(|(name, of)| values.get(name).is_some_and(|value| of.takes(value))) {
            self.ignore("a signal without what is wanted of it");
            return Ok(());
        }
        values.retain(|name, _| awaited.gives.iter().any(|(given, _)| given == name));
        self.raise(&run);
        let Some((_, Step { does: Does::Await(awaited), .. })) = self.here() else {
            return Err(Stop("a signal where nobody waits"));
        };
        if let Some(name) = &awaited.save {
            keep(self.frame()?, name, values);
        }
        let target = awaited.next.get(SIGNAL).cloned().ok_or(Stop("a signal that nobody handles"))?;
        self.took_of_step(Edge::Signal);
        self.leave_to(target)
    }
}
