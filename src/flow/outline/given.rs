//! What a step may find set when it is entered: sample values, so that its texts can be read.

use serde_json::Value as Json;

use crate::{
    flow::{
        action::{Action, Outcome, Type},
        chat::Samples,
        model::{Answer, Awaited, Does, Flow, Form, Question, Target},
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
                Does::Form(form) => {
                    let answers = form.questions.iter().map(|q| (q.id.clone(), answered(&q.id, &q.ask.answer)));
                    let answers: Args = answers.collect();
                    given.values.extend(answers.clone());
                    given.values.insert(part.name.clone(), Value::Record(answers));
                }
                Does::Call { action, save: Some(save), .. } => {
                    for outcome in action.signature().outcomes {
                        given.keep(save, *action, outcome, samples);
                    }
                }
                Does::Await(awaited) => given.bring(awaited, samples),
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

    /// What a signal brings.
    fn bring(&mut self, awaited: &Awaited, samples: &Samples) {
        let Some(save) = &awaited.save else { return };
        let value =
            |(field, of): &(String, Type)| (field.clone(), typed(&samples.brought(&awaited.signal, field, *of), *of));
        self.saved.push((save.clone(), awaited.gives.iter().map(value).collect()));
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
            Some((record, field)) => match self.saved.iter().find(|(saved, _)| saved == record) {
                Some((_, fields)) => fields.get(field),
                None => self.values.get(record)?.field(field),
            },
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

impl Given {
    /// As it may stand when this question of a form is asked: what comes before is answered so that it applies, where that can be
    /// seen to; nothing else of the form is answered.
    pub(in crate::flow) fn before(mut self, form: &Form, question: &Question) -> Self {
        let earlier = form.questions.iter().take_while(|one| one.id != question.id);
        let earlier: Vec<_> = earlier.collect();
        for one in form.questions.iter().skip(earlier.len()) {
            self.values.remove(&one.id);
        }
        let Some(when) = &question.when else { return self };
        let holds = |given: &Self| when.expr.value(&|name| given.look(name)) == Some(Value::Flag(true));
        if holds(&self) {
            return self;
        }
        for one in earlier {
            for value in possible(&one.ask.answer) {
                let mut other = self.clone();
                other.values.insert(one.id.clone(), value);
                if holds(&other) {
                    return other;
                }
            }
        }
        self
    }
}

/// All answers, where they can be told.
fn possible(answer: &Answer) -> Vec<Value> {
    match answer {
        Answer::Scale { from, to } => (*from..=*to).map(Value::Number).collect(),
        Answer::Choice { of, .. } => of.iter().map(|option| Value::from(option.as_str())).collect(),
        Answer::Choices { of, .. } => of.iter().map(|option| Value::List(vec![Value::from(option.as_str())])).collect(),
        _ => Vec::new(),
    }
}

fn typed(json: &Json, of: Type) -> Value {
    Samples::typed(json, of)
}

fn answered(name: &str, answer: &Answer) -> Value {
    match answer {
        Answer::Choice { of, .. } => of.first().map_or_else(|| Value::from("p1"), |first| Value::from(first.as_str())),
        Answer::Choices { of, .. } => {
            Value::List(of.first().map(|first| Value::from(first.as_str())).into_iter().collect())
        }
        Answer::Number { min, .. } => Value::Number(*min.max(&1)),
        Answer::Scale { to, .. } => Value::Number(*to),
        Answer::Digits { length } => Value::Text("1234567890".chars().cycle().take(*length).collect()),
        Answer::Date => Value::from("2012-03-17"),
        Answer::Phone => Value::from("+7 916 123-45-67"),
        Answer::Contact { .. } => Value::Record(Args::from([
            ("phone".to_owned(), Value::from("+7 916 123-45-67")),
            ("name".to_owned(), Value::Text(format!("‹{name}›"))),
            ("own".to_owned(), Value::Flag(false)),
        ])),
        Answer::Text { .. } | Answer::Attachment => Value::Text(format!("‹{name}›")),
    }
}
