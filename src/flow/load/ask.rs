//! The `ask` step.

use super::{
    lower::Lower,
    raw::{At, Formula, RawStep, WordOr},
};
use crate::fault::{Kind, Place};
use crate::flow::model::{ANSWER, Answer, AppButton, Ask, Does, Edges, Whose};

/// Wrong answers until help comes, where the flow does not say.
const ATTEMPTS: u16 = 3;

/// What may be asked for.
pub(super) const TYPES: [&str; 10] =
    ["choice", "choices", "text", "number", "digits", "date", "phone", "contact", "scale", "attachment"];

/// The longest free text that an answer may have (one Telegram message).
const LONGEST: i64 = 4_096;

/// The keys of a step that belong to a question.
pub(super) fn keys(step: &RawStep) -> Vec<(&'static str, Place)> {
    macro_rules! there {
        ($($key:ident),*) => { [$(step.$key.as_ref().map(|at| (stringify!($key), at.place))),*] };
    }
    let keys = there![
        of, options, length, min, max, from, to, whose, buttons, app, pii, attempts, invalid, remind, timeout,
        interrupt
    ];
    keys.into_iter().flatten().collect()
}

pub(super) fn ask(lower: &mut Lower<'_>, i: usize, name: &At<String>, step: &RawStep) -> Option<Does> {
    let answer = answer(lower, step)?;
    let buttons: Vec<_> = step.buttons.iter().flat_map(|at| &at.value).map(|button| button.value.clone()).collect();
    let next = edges(lower, i, name, step, &answer, &buttons)?;
    Some(Does::Ask(Box::new(question(lower, name, step, answer, next))))
}

/// All of a question but where its answers lead.
pub(super) fn question(lower: &mut Lower<'_>, name: &At<String>, step: &RawStep, answer: Answer, next: Edges) -> Ask {
    let buttons: Vec<_> = step.buttons.iter().flat_map(|at| &at.value).map(|button| button.value.clone()).collect();
    step.buttons.iter().flat_map(|at| &at.value).for_each(|button| lower.name(button));
    lower.distinct(step.of.iter().chain(&step.buttons).flat_map(|at| &at.value));
    let attempts = step.attempts.as_ref().map(|at| &at.value);
    let give_up = attempts.and_then(|attempts| attempts.to.clone()).and_then(|to| lower.target(&to));
    let remind: Vec<_> =
        step.remind.iter().flat_map(|at| &at.value).filter_map(|after| lower.duration(after)).collect();
    let timeout = step.timeout.as_ref().and_then(|at| {
        let after = lower.duration(&at.value.after);
        Some((after?, lower.target(&at.value.to)?))
    });
    if let (Some(at), Some((after, _))) = (&step.remind, &timeout)
        && remind.iter().any(|nudge| nudge >= after)
    {
        lower.fault(at.place, Kind::LateReminder {});
    }
    if let Some(at) = step.interrupt.as_ref().filter(|at| at.value == "off")
        && step.timeout.is_none()
        && attempts.is_none_or(|attempts| attempts.to.is_none())
    {
        lower.fault(at.place, Kind::Trap {});
    }
    let key = format!("{}-{}", lower.flow, name.value);
    Ask {
        nudges: key.clone(),
        key,
        app: app(lower, step, answer.wants_own_contact()),
        answer,
        picture: lower.picture(step),
        buttons,
        private: step.pii.as_ref().is_some_and(|at| at.value),
        attempts: attempts.and_then(|attempts| attempts.max.as_ref()).map_or(ATTEMPTS, |max| max.value.max(1)),
        give_up,
        invalid: step.invalid.as_ref().map(|text| format!("{}-{}", lower.flow, text.value)),
        remind,
        timeout,
        interrupt: interrupt(lower, step),
        next,
    }
}

/// `app: track`, or `app: {button: track, if: pupil}`.
fn app(lower: &mut Lower<'_>, step: &RawStep, shares: bool) -> Option<AppButton> {
    let at = step.app.as_ref()?;
    let (name, when) = match &at.value {
        WordOr::Word(word) => (At { value: word.clone(), place: at.place }, None),
        WordOr::Map(map) => (map.button.clone(), map.when.as_ref()),
    };
    lower.name(&name);
    if step.buttons.iter().flat_map(|at| &at.value).any(|button| button.value == name.value) {
        lower.fault(name.place, Kind::DuplicateName { name: name.value.clone() });
    }
    if shares {
        lower.fault(name.place, Kind::AppAtPhone {});
    }
    Some(AppButton { name: name.value, when: when.and_then(|when| lower.formula(when)) })
}

fn interrupt(lower: &mut Lower<'_>, step: &RawStep) -> bool {
    match &step.interrupt {
        None => true,
        Some(at) if at.value == "off" => false,
        Some(at) => {
            lower.fault(at.place, Kind::BadInterrupt {});
            true
        }
    }
}

pub(super) fn answer(lower: &mut Lower<'_>, step: &RawStep) -> Option<Answer> {
    let ask = step.ask.as_ref()?;
    let allowed: &[&str] = match ask.value.as_str() {
        "choice" => &["of", "options"],
        "choices" => &["of", "min", "max"],
        "text" | "number" => &["min", "max"],
        "digits" => &["length"],
        "scale" => &["from", "to"],
        "contact" => &["whose"],
        "date" | "phone" | "attachment" => &[],
        _ => {
            let known = TYPES.map(str::to_owned);
            lower.unknown(ask, Kind::UnknownAnswerType { kind: ask.value.clone() }, &known);
            return None;
        }
    };
    let shapes = ["of", "options", "length", "min", "max", "from", "to", "whose"];
    for (key, place) in keys(step) {
        if shapes.contains(&key) && !allowed.contains(&key) {
            lower.fault(place, Kind::ForeignAnswerKey { key: key.to_owned(), kind: ask.value.clone() });
        }
    }
    match ask.value.as_str() {
        "choice" => choice(lower, ask, step),
        "choices" => choices(lower, ask, step),
        "text" => {
            let (min, max) = range(lower, ask, step.min.as_ref(), step.max.as_ref(), (1, LONGEST))?;
            let length = |n: i64| usize::try_from(n).unwrap_or(0);
            Some(Answer::Text { min: length(min), max: length(max) })
        }
        "number" => range(lower, ask, step.min.as_ref(), step.max.as_ref(), (i64::MIN, i64::MAX))
            .map(|(min, max)| Answer::Number { min, max }),
        "scale" => {
            let (from, to) = range(lower, ask, step.from.as_ref(), step.to.as_ref(), (1, 5))?;
            if to - from > 10 || from < 0 {
                lower.fault(ask.place, Kind::ScaleRange {});
            }
            Some(Answer::Scale { from, to })
        }
        "digits" => match step.length.as_ref().map(|at| at.value) {
            Some(length @ 1..=32) => Some(Answer::Digits { length: usize::try_from(length).unwrap_or(1) }),
            _ => {
                lower.fault(ask.place, Kind::DigitsLength {});
                None
            }
        },
        "date" => Some(Answer::Date),
        "phone" => Some(Answer::Phone),
        "contact" => Some(Answer::Contact { whose: whose(lower, step) }),
        _ => Some(Answer::Attachment),
    }
}

fn whose(lower: &mut Lower<'_>, step: &RawStep) -> Whose {
    match step.whose.as_ref().map(|at| (at.value.as_str(), at)) {
        None => Whose::Any,
        Some(("own", _)) => Whose::Own,
        Some(("other", _)) => Whose::Other,
        Some((_, at)) => {
            lower.unknown(at, Kind::BadWhose {}, &["own", "other"].map(str::to_owned));
            Whose::Any
        }
    }
}

fn choice(lower: &mut Lower<'_>, ask: &At<String>, step: &RawStep) -> Option<Answer> {
    let of: Vec<_> = step.of.iter().flat_map(|at| &at.value).map(|option| option.value.clone()).collect();
    step.of.iter().flat_map(|at| &at.value).for_each(|option| lower.name(option));
    if of.is_empty() && step.options.is_none() {
        lower.fault(ask.place, Kind::ChoiceEmpty {});
        return None;
    }
    let options = match &step.options {
        None => None,
        Some(at) => Some(lower.formula(&At { value: Formula(at.value.clone()), place: at.place })?),
    };
    Some(Answer::Choice { of, options })
}

fn choices(lower: &mut Lower<'_>, ask: &At<String>, step: &RawStep) -> Option<Answer> {
    let of: Vec<_> = step.of.iter().flat_map(|at| &at.value).map(|option| option.value.clone()).collect();
    step.of.iter().flat_map(|at| &at.value).for_each(|option| lower.name(option));
    if of.len() < 2 {
        lower.fault(ask.place, Kind::ChoicesFew {});
        return None;
    }
    let all = i64::try_from(of.len()).unwrap_or(i64::MAX);
    let (min, max) = range(lower, ask, step.min.as_ref(), step.max.as_ref(), (1, all))?;
    if min < 1 || max > all {
        lower.fault(ask.place, Kind::ChoicesRange { all });
    }
    let count = |n: i64| usize::try_from(n).unwrap_or(1);
    Some(Answer::Choices { of, min: count(min), max: count(max) })
}

fn range(
    lower: &mut Lower<'_>,
    ask: &At<String>,
    min: Option<&At<i64>>,
    max: Option<&At<i64>>,
    default: (i64, i64),
) -> Option<(i64, i64)> {
    let (min, max) = (min.map_or(default.0, |at| at.value), max.map_or(default.1, |at| at.value));
    if min <= max {
        return Some((min, max));
    }
    lower.fault(ask.place, Kind::EmptyRange { min, max });
    None
}

/// `next: step` for every answer, or a map: options and buttons by name, `answer` for all the rest.
fn edges(
    lower: &mut Lower<'_>,
    i: usize,
    name: &At<String>,
    step: &RawStep,
    answer: &Answer,
    buttons: &[String],
) -> Option<Edges> {
    // What is chosen of several has no edges of its own.
    let of: &[String] = if let Answer::Choice { of, .. } = answer { of } else { &[] };
    let dynamic = !matches!(answer, Answer::Choice { options: None, .. });
    let Some(At { value: WordOr::Map(map), place }) = &step.next else {
        if let Some(at) = step.buttons.as_ref().filter(|_| !buttons.is_empty()) {
            lower.fault(at.place, Kind::ButtonWithoutEdge {});
        }
        let target = lower.onward(i, name, step)?;
        return Some([(ANSWER.to_owned(), target)].into());
    };
    let known: Vec<_> = of.iter().chain(buttons).cloned().chain([ANSWER.to_owned()]).collect();
    let edges = lower.mapped(map, &known, |option| Kind::UnknownOption { option });
    let rest = edges.contains_key(ANSWER);
    let mut wanted = buttons.to_vec();
    if !rest {
        wanted.extend_from_slice(of);
    }
    if dynamic {
        wanted.push(ANSWER.to_owned());
    }
    lower.all_handled(*place, &edges, &wanted, |names| Kind::UnhandledOption { names });
    Some(edges)
}
