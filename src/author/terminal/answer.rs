//! Answers to the calls of a flow: an outcome, and what it gives.

use std::io::{self, BufRead, Write};

use serde_json::{Map, Value as Json};

use super::{Heard, Terminal};
use crate::flow::{
    action::{Outcome, Type},
    chat::{Called, retyped},
    duration,
};

impl<I: BufRead, O: Write> Terminal<'_, I, O> {
    /// Asks for the answer to a call. While an action outside is at work the person may go on: `>` and `+` begin such a line.
    pub(super) fn answers(&mut self, called: &Called) -> io::Result<Heard> {
        let signature = called.action.signature();
        let outcomes = signature.outcomes;
        self.look.call(&mut self.output, signature.name, &called.args)?;
        for (n, outcome) in (1..).zip(outcomes) {
            let gives: Vec<_> = outcome.gives.iter().map(|(name, _)| *name).collect();
            self.look.outcome(&mut self.output, n, outcome.name, &gives)?;
        }
        if called.is_outside() {
            self.look.aside(&mut self.output, self.words.meanwhile)?;
        }
        loop {
            let first = outcomes.first().map_or("", |outcome| outcome.name);
            let Some(line) = self.ask(&format!("  {} [{first}]: ", self.words.outcome))? else {
                return Ok(Heard::Nothing);
            };
            if line.starts_with(['>', '+', '^']) && called.is_outside() {
                self.acts(&line)?;
                return Ok(Heard::More);
            }
            let (word, map) = line.split_once('{').map_or((line.as_str(), None), |(word, map)| (word, Some(map)));
            let Some(outcome) = chosen(outcomes, word.trim()) else {
                self.look.aside(&mut self.output, self.words.no_outcome)?;
                continue;
            };
            let values = match map {
                Some(map) => match given(&format!("{{{map}"), outcome) {
                    Ok(values) => values,
                    Err(why) => {
                        self.look.aside(&mut self.output, &why)?;
                        continue;
                    }
                },
                None => Map::new(),
            };
            let Some(values) = self.values(called, outcome, values, map.is_some())? else { return Ok(Heard::Nothing) };
            if let Err(why) = self.live.answer(outcome.name, values) {
                self.look.aside(&mut self.output, &why)?;
                continue;
            }
            return Ok(Heard::More);
        }
    }

    /// What the outcome gives: asked for one by one, unless some of it was written behind the outcome.
    fn values(
        &mut self,
        called: &Called,
        outcome: &Outcome,
        mut values: Map<String, Json>,
        written: bool,
    ) -> io::Result<Option<Map<String, Json>>> {
        for (name, of) in outcome.gives {
            if values.contains_key(*name) {
                continue;
            }
            let sample = self.samples.given(called.action, outcome.name, name, *of);
            let value = if written { Some(sample) } else { self.value(name, *of, sample)? };
            let Some(value) = value else { return Ok(None) };
            values.insert((*name).to_owned(), value);
        }
        Ok(Some(values))
    }

    fn value(&mut self, name: &str, of: Type, sample: Json) -> io::Result<Option<Json>> {
        let shown = sample.as_str().map_or_else(|| sample.to_string(), str::to_owned);
        loop {
            let Some(line) = self.ask(&format!("    {name} [{shown}]: "))? else { return Ok(None) };
            if line.is_empty() {
                return Ok(Some(sample));
            }
            let after = duration(line.trim_start_matches('+').trim()).filter(|_| of == Type::Moment);
            let typed = after.map_or(Json::String(line), |after| (self.live.now() + after).to_rfc3339().into());
            match retyped(&typed, of) {
                Some(value) => return Ok(Some(value)),
                None => self.look.aside(&mut self.output, self.words.expects(of))?,
            }
        }
    }
}

/// By name, by number; nothing is the first.
fn chosen(outcomes: &'static [Outcome], word: &str) -> Option<&'static Outcome> {
    if word.is_empty() {
        return outcomes.first();
    }
    let number = word.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    outcomes.iter().find(|outcome| outcome.name == word).or_else(|| outcomes.get(number?))
}

/// `{left: 2}` behind an outcome.
fn given(map: &str, outcome: &Outcome) -> Result<Map<String, Json>, String> {
    let mut values = crate::flow::chat::map(map)?;
    for (name, value) in &mut values {
        let known = outcome.gives.iter().find(|(given, _)| given == name);
        let (_, of) = known.ok_or_else(|| format!("`{}` does not give `{name}`", outcome.name))?;
        *value = retyped(value, *of).ok_or_else(|| format!("`{name}` is no {of:?}"))?;
    }
    Ok(values)
}
