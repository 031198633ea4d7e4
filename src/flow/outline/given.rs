//! What a step may find set when it is entered: sample values, so that its texts can be read.

use serde_json::Value as Json;

use crate::{
    flow::{
        action::{Action, Outcome, Type},
        chat::Samples,
        model::{Answer, Does, Flow, Target},
    },
    message::{Args, Value},
};

/// Values by name, and what calls gave by the name of `save`, the latest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    pub(in crate::flow) values: Args,
    pub(in crate::flow) saved: Vec<(String, Args)>,
}

impl Given {
    /// Something for every name that the flow ever sets; what leads straight to the step counts most.
    pub(in crate::flow) fn sample(flow: &Flow, step: usize, samples: &Samples) -> Self {
        let mut given = Self::default();
        for (name, kind) in &flow.args {
            given.values.insert(name.clone(), typed(&samples.arg(&flow.name, name, kind.of), kind.of));
        }
        for part in &flow.steps {
            match &part.does {
                Does::Ask(ask) => {
                    given.values.insert(part.name.clone(), answered(&part.name, &ask.answer));
                }
                Does::Call { action, save: Some(save), .. } => {
                    for outcome in action.signature().outcomes {
                        given.keep(save, *action, outcome, samples);
                    }
                }
                _ => {}
            }
        }
        // A value may be set from one that a later step sets.
        for _ in 0..3 {
            given.set(flow);
        }
        given.lead(flow, step, samples);
        given
    }

    fn keep(&mut self, save: &str, action: Action, outcome: &Outcome, samples: &Samples) {
        let at = self.saved.iter().position(|(name, _)| name == save);
        let mut record = at.map(|i| self.saved.remove(i).1).unwrap_or_default();
        let value = |(field, of): &(&'static str, Type)| {
            ((*field).to_owned(), typed(&samples.given(action, outcome.name, field, *of), *of))
        };
        record.extend(outcome.gives.iter().map(value));
        self.saved.push((save.to_owned(), record));
    }

    fn set(&mut self, flow: &Flow) {
        for part in &flow.steps {
            let Does::Set { values, .. } = &part.does else { continue };
            for (name, sited) in values {
                if let Some(value) = sited.expr.value(&|name| self.look(name)) {
                    self.values.insert(name.clone(), value);
                }
            }
        }
    }

    fn look(&self, name: &str) -> Option<&Value> {
        match name.split_once('.') {
            None => self.values.get(name),
            Some((record, field)) => self.saved.iter().find(|(saved, _)| saved == record)?.1.get(field),
        }
    }

    /// What the calls give whose outcome leads straight to the step.
    fn lead(&mut self, flow: &Flow, step: usize, samples: &Samples) {
        for part in &flow.steps {
            let Does::Call { action, save: Some(save), next, .. } = &part.does else { continue };
            let leads = |outcome: &&Outcome| next.get(outcome.name) == Some(&Target::Step(step));
            for outcome in action.signature().outcomes.iter().filter(leads) {
                self.keep(save, *action, outcome, samples);
            }
        }
    }
}

fn typed(json: &Json, of: Type) -> Value {
    Samples::typed(json, of)
}

fn answered(name: &str, answer: &Answer) -> Value {
    match answer {
        Answer::Choice { of, .. } => of.first().map_or_else(|| Value::from("p1"), |first| Value::from(first.as_str())),
        Answer::Number { min, .. } => Value::Number(*min.max(&1)),
        Answer::Scale { to, .. } => Value::Number(*to),
        Answer::Digits { length } => Value::Text("1234567890".chars().cycle().take(*length).collect()),
        Answer::Date => Value::from("2012-03-17"),
        Answer::Phone => Value::from("+7 916 123-45-67"),
        Answer::Text { .. } | Answer::Attachment => Value::Text(format!("‹{name}›")),
    }
}
