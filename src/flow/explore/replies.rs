//! What calls may come back with: each declared outcome, with every value that makes a difference.

use super::Explorer;
use crate::{
    flow::{
        Action, Reply,
        action::{Outcome, Type},
        chat::Samples,
        check::longest_of,
        model::{Awaited, Does, Flow, Step},
    },
    message::{Args, Value},
};

/// Combinations of values that are tried of one outcome.
const MOST: usize = 64;
/// How many there may be to choose from, besides as many as a transcript has: one, and more than VK has room for under a message.
const OPTIONS: [usize; 2] = [1, 12];
/// A number with as many digits as the check counts on.
const NUMBER: i64 = 999_999;

impl Explorer<'_> {
    /// All that the call of a step may come back with.
    pub(super) fn replies(&self, flow: &Flow, step: &Step, action: Action) -> Vec<Reply> {
        let save = if let Does::Call { save, .. } = &step.does { save.as_deref() } else { None };
        let reply = |outcome: &'static Outcome| {
            let values = self.given(flow, action, outcome, save);
            values.into_iter().map(|values| Reply { outcome: outcome.name.to_owned(), values })
        };
        action.signature().outcomes.iter().flat_map(reply).collect()
    }

    fn given(&self, flow: &Flow, action: Action, outcome: &Outcome, save: Option<&str>) -> Vec<Args> {
        let usual = |name: &str, of: Type| {
            let sample = self.samples.get(&flow.name).map(|samples| samples.given(action, outcome.name, name, of));
            sample.map_or_else(|| Value::from(""), |json| Samples::typed(&json, of))
        };
        let gives = outcome.gives.iter().map(|(name, of)| (*name, *of, usual(name, *of)));
        self.fields(&flow.name, save, gives)
    }

    /// All that the signal may bring that a flow waits for.
    pub(super) fn brought(&self, flow: &str, awaited: &Awaited) -> Vec<Args> {
        let usual = |name: &str, of: Type| {
            let sample = self.samples.get(flow).map(|samples| samples.brought(&awaited.signal, name, of));
            sample.map_or_else(|| Value::from(""), |json| Samples::typed(&json, of))
        };
        let gives = awaited.gives.iter().map(|(name, of)| (name.as_str(), *of, usual(name, *of)));
        self.fields(flow, awaited.save.as_deref(), gives)
    }

    /// The fields of a record that is known by this name, in every combination that makes a difference.
    fn fields<'n>(
        &self,
        flow: &str,
        record: Option<&str>,
        fields: impl Iterator<Item = (&'n str, Type, Value)>,
    ) -> Vec<Args> {
        let candidates = fields.map(|(name, of, usual)| {
            let known = record.map(|record| format!("{record}.{name}"));
            (name.to_owned(), self.values_of(flow, known.as_deref(), of, usual))
        });
        product(candidates.collect())
    }

    /// Values of a type: where they make a difference under the name that the flow knows them by all that do, else one; as long
    /// as it may be, if that is wanted.
    fn values_of(&self, flow: &str, known: Option<&str>, of: Type, usual: Value) -> Vec<Value> {
        if let (Type::Shape(shape), Value::Record(record)) = (of, &usual) {
            let field = |(name, of): &(&'static str, Type)| Some((*name, *of, record.get(*name)?.clone()));
            let fields = shape.fields().iter().filter_map(field);
            return self.fields(flow, known, fields).into_iter().map(Value::Record).collect();
        }
        let usual = if self.long { longest(of).unwrap_or(usual) } else { usual };
        let marks = known.and_then(|known| self.live.get(flow)?.marks(known));
        match (of, marks) {
            (Type::Options, _) if !self.long => {
                std::iter::once(usual).chain(OPTIONS.map(|many| options(many, 8))).collect()
            }
            (_, Some(marks)) => marks.values(of, usual),
            _ => vec![usual],
        }
    }

    /// What a flow may be begun with.
    pub(super) fn beginnings(&self, flow: &str) -> Vec<Args> {
        let Some(flow) = self.program.current(flow) else { return Vec::new() };
        let candidates = flow.args.iter().map(|(name, kind)| {
            let sample = self.samples.get(&flow.name).map(|samples| samples.arg(&flow.name, name, kind.of));
            let usual = sample.map_or_else(|| Value::from(""), |json| Samples::typed(&json, kind.of));
            let mut values = self.values_of(&flow.name, Some(name), kind.of, usual);
            // A transcript may begin with just what a condition asks for.
            let matters = self.live.get(&flow.name).is_some_and(|live| live.marks(name).is_some());
            values.extend((kind.of == Type::Text && matters).then(|| Value::from("ъъъъъ")));
            (name.clone(), values)
        });
        product(candidates.collect())
    }
}

/// The longest that the check counts on; `None` where length makes no difference.
fn longest(of: Type) -> Option<Value> {
    match of {
        Type::Text | Type::Shown => Some(Value::Text(long(longest_of(of)))),
        Type::Number => Some(Value::Number(NUMBER)),
        Type::Options => Some(options(12, longest_of(Type::Shown))),
        Type::Flag | Type::Moment | Type::List | Type::Record | Type::Shape(_) => None,
    }
}

/// Words of so many letters in all.
fn long(letters: usize) -> String {
    "длинное слово ".chars().cycle().take(letters.saturating_sub(1)).chain(['.']).collect()
}

/// So many options with labels of so many letters.
fn options(many: usize, letters: usize) -> Value {
    let option = |n: usize| {
        let label = format!("{n} {}", long(letters)).chars().take(letters).collect::<String>();
        let fields = [("value", format!("p{n}")), ("label", label.trim().to_owned())];
        Value::Record(fields.map(|(name, text)| (name.to_owned(), Value::Text(text))).into())
    };
    Value::List((1..=many).map(option).collect())
}

/// One of each, in every combination; where those are too many, each of one name's with the first of the others.
fn product(candidates: Vec<(String, Vec<Value>)>) -> Vec<Args> {
    let many = candidates.iter().try_fold(1_usize, |many, (_, values)| many.checked_mul(values.len()));
    let first = |(name, values): &(String, Vec<Value>)| Some((name.clone(), values.first()?.clone()));
    if many.is_none_or(|many| many > MOST) {
        let usual: Args = candidates.iter().filter_map(first).collect();
        let other = |(name, values): &(String, Vec<Value>)| {
            let with = |value: &Value| {
                let mut args = usual.clone();
                args.insert(name.clone(), value.clone());
                args
            };
            values.iter().skip(1).map(with).collect::<Vec<_>>()
        };
        return std::iter::once(usual.clone()).chain(candidates.iter().flat_map(other)).collect();
    }
    let mut all = vec![Args::new()];
    for (name, values) in candidates {
        let with = |args: Args| {
            let name = name.clone();
            values.clone().into_iter().map(move |value| {
                let mut args = args.clone();
                args.insert(name.clone(), value);
                args
            })
        };
        all = all.into_iter().flat_map(with).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_bounded() {
        let name = |n: usize| format!("n{n}");
        let numbers = |many: usize| (0..many).map(|n| Value::Number(n as i64)).collect::<Vec<_>>();
        assert_eq!(product(Vec::new()), [Args::new()]);
        assert_eq!(product((0..2).map(|n| (name(n), numbers(3))).collect()).len(), 9);
        assert_eq!(product((0..4).map(|n| (name(n), numbers(3))).collect()).len(), 1 + 4 * 2, "one at a time");
    }

    #[test]
    fn long_is_as_long_as_it_may_be() {
        assert_eq!(long(200).chars().count(), 200);
        let Value::List(options) = options(12, 64) else { panic!("no options") };
        let Some(Value::Record(first)) = options.first() else { panic!("no option") };
        assert_eq!(first.get("label"), Some(&Value::Text(format!("1 {}", long(64)).chars().take(64).collect())));
    }
}
