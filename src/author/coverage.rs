//! How much of the flows the transcripts go through, for people and for tools.

use std::fmt::Write;

use crate::flow::{
    Edge,
    coverage::{Coverage, Missing, Share},
};

mod json;

pub use json::json;

/// What is left out, by its kind: in Russian and in English.
const LEFT_OUT: [(&str, [&str; 2]); 19] = [
    ("step", ["сюда не приходит ни один разговор", "no conversation comes here"]),
    ("question", ["вопрос не задан", "the question is not asked"]),
    ("answer", ["ответ", "answer"]),
    ("option", ["вариант", "option"]),
    ("button", ["кнопка", "button"]),
    ("outcome", ["исход", "outcome"]),
    ("branch", ["ветка", "branch"]),
    ("attempts", ["кончились попытки (attempts)", "attempts used up"]),
    ("remind", ["напоминание", "reminder"]),
    ("timeout", ["молчание (timeout)", "silence (timeout)"]),
    ("wait", ["конец паузы", "the end of the pause"]),
    ("skip", ["«пропустить»", "skip"]),
    ("back", ["«назад»", "back"]),
    ("keep", ["«оставить»", "keep"]),
    ("stop", ["досрочный конец (stop)", "early end (stop)"]),
    ("confirm", ["ответ подтверждён (confirm)", "answer confirmed"]),
    ("correct", ["ответ исправлен (confirm)", "answer corrected (confirm)"]),
    ("send", ["всё отправлено (review)", "all sent (review)"]),
    ("change", ["ответ изменён (review)", "answer changed (review)"]),
];

const STEPS: [&str; 2] = ["шаги", "steps"];
const EDGES: [&str; 2] = ["переходы", "edges"];
const TOTAL: [&str; 2] = ["всего", "total"];
const OTHERWISE: [&str; 2] = ["иначе", "otherwise"];

/// The list: flow by flow with what is left out, and the total. In Russian, or in English for all other languages.
#[must_use]
pub fn text(coverage: &Coverage, lang: &str) -> String {
    let tongue = usize::from(lang != "ru");
    let mut text = String::new();
    for part in &coverage.flows {
        writeln!(text, "{}: {}", part.flow, counted((part.steps, part.edges), tongue)).ok();
        for missing in &part.missing {
            let place = missing.place;
            let what = left_out(missing, tongue);
            writeln!(text, "  {}:{}:{}: {}: {what}", part.file, place.line, place.column, missing.at).ok();
        }
    }
    write!(text, "{}: {}", TOTAL[tongue], counted(coverage.total(), tongue)).ok();
    text
}

fn counted((steps, edges): (Share, Share), tongue: usize) -> String {
    let share = |share: Share, of: &str| format!("{of} {}/{} ({} %)", share.played, share.of, share.percent());
    format!("{}, {}", share(steps, STEPS[tongue]), share(edges, EDGES[tongue]))
}

fn left_out(missing: &Missing, tongue: usize) -> String {
    let kind = missing.edge.as_ref().map_or("step", Edge::kind);
    let words = LEFT_OUT.iter().find(|(of, _)| *of == kind).map_or(kind, |(_, words)| words[tongue]);
    let name = missing.edge.as_ref().and_then(Edge::name).or_else(|| missing.when.clone());
    match name {
        Some(name) => format!("{words} `{name}`"),
        None if kind == "branch" => format!("{words} ({})", OTHERWISE[tongue]),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests;
