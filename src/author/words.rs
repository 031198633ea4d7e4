//! What the tools themselves say, in the languages that they know: Russian, and English for all others.

use std::fmt::Write;

use chrono::TimeDelta;

use crate::flow::{
    When,
    action::Type,
    duration as parsed,
    outline::{Kind, Why},
};

/// Everything that the tools say.
pub struct Interface {
    pub title: &'static str,
    pub keys: &'static str,
    pub ended: &'static str,
    pub outcome: &'static str,
    pub no_outcome: &'static str,
    pub meanwhile: &'static str,
    pub opens_link: &'static str,
    pub opens_app: &'static str,
    pub keyboard: &'static str,
    pub keyboard_gone: &'static str,
    pub edited: &'static str,
    pub begins: &'static str,
    pub answer: &'static str,
    pub otherwise: &'static str,
    pub only_if: &'static str,
    pub optional: &'static str,
    pub gave_up: [&'static str; 2],
    pub timeout: &'static str,
    pub signal: &'static str,
    pub after: &'static str,
    pub all_ends: &'static str,
    pub flows: &'static str,
    pub steps: &'static str,
    units: [&'static str; 4],
    kinds: [&'static str; 9],
    says: [&'static str; 9],
    expects: [&'static str; 4],
}

const RU: Interface = Interface {
    title: "Разговор из терминала",
    keys: "Пиши ответ, номер или подпись кнопки. +90s, +1d: проходит время. ^ имя {поле: значение}: приходит сигнал. > перед строкой: дословно. /quit: закончить.",
    ended: "Конец:",
    outcome: "исход",
    no_outcome: "такого исхода нет",
    meanwhile: "пока ответа нет, можно продолжать: > текст, +90s",
    opens_link: "эта кнопка открывает ссылку: в разговор ничего не приходит",
    opens_app: "эта кнопка открывает мини-приложение: в разговор ничего не приходит",
    keyboard: "вместо клавиатуры",
    keyboard_gone: "клавиатура убрана",
    edited: "изменено",
    begins: "начало",
    answer: "ответ",
    otherwise: "иначе",
    only_if: "если",
    optional: "можно пропустить",
    gave_up: ["не понято", "раза"],
    timeout: "молчание",
    signal: "сигнал",
    after: "через",
    all_ends: "конец всего",
    flows: "Потоки: кто кого запускает",
    steps: "Шаги",
    units: ["с", "мин", "ч", "дн."],
    kinds: ["говорит", "спрашивает", "анкета", "вызов", "развилка", "пауза", "подпоток", "запоминает", "конец"],
    says: [
        "Сообщение",
        "Ответ не понят",
        "Снова не понят",
        "Пришло не то",
        "Чужой контакт",
        "Напоминание",
        "Пока идёт вызов",
        "Верно ли понято",
        "Проверка всех ответов",
    ],
    expects: [
        "нужно целое число",
        "да или нет",
        "момент: 2026-11-26T15:00+05:00 или +2d",
        "варианты: [{value: p1, label: Аня}]",
    ],
};

const EN: Interface = Interface {
    title: "A conversation from the terminal",
    keys: "Type an answer, a button's number or its label. +90s, +1d: time passes. ^ name {field: value}: a signal comes. > before a line: exactly this. /quit: the end.",
    ended: "The end:",
    outcome: "outcome",
    no_outcome: "there is no such outcome",
    meanwhile: "while it is at work you may go on: > text, +90s",
    opens_link: "this button opens a link: nothing of that comes to the conversation",
    opens_app: "this button opens the mini app: nothing of that comes to the conversation",
    keyboard: "in place of the keyboard",
    keyboard_gone: "the keyboard is gone",
    edited: "edited",
    begins: "begins",
    answer: "answer",
    otherwise: "otherwise",
    only_if: "if",
    optional: "may be left out",
    gave_up: ["not understood", "times"],
    timeout: "silence",
    signal: "signal",
    after: "after",
    all_ends: "everything ends",
    flows: "Flows: who runs whom",
    steps: "Steps",
    units: ["s", "min", "h", "d"],
    kinds: ["says", "asks", "form", "call", "branch", "pause", "subflow", "sets", "end"],
    says: [
        "Message",
        "The answer is not understood",
        "Not understood again",
        "Something else came",
        "Somebody else's contact",
        "Reminder",
        "While the call is at work",
        "Is it understood",
        "All answers read back",
    ],
    expects: [
        "a whole number is wanted",
        "yes or no",
        "a moment: 2026-11-26T15:00+05:00 or +2d",
        "options: [{value: p1, label: Anna}]",
    ],
};

impl Interface {
    /// The words for a language.
    pub const fn of(lang: &str) -> &'static Self {
        match lang.as_bytes() {
            b"ru" => &RU,
            _ => &EN,
        }
    }

    /// What a step of this kind does.
    pub const fn kind(&self, kind: Kind) -> &'static str {
        self.kinds[kind as usize]
    }

    /// When something is said.
    pub fn when(&self, when: When) -> String {
        let [entered, invalid, stuck, unfit, foreign, remind, busy, confirm, review] = self.says;
        let plain = match when {
            When::Entered => entered,
            When::Invalid => invalid,
            When::Stuck => stuck,
            When::Unfit => unfit,
            When::Foreign => foreign,
            When::Busy => busy,
            When::Confirm => confirm,
            When::Review => review,
            When::Remind(after) => return format!("{remind} {} {}", self.after, self.lasts(after)),
        };
        plain.to_owned()
    }

    /// What leads on, without a label's words; nothing where there is no choice.
    pub fn why(&self, why: &Why) -> String {
        match why {
            Why::On | Why::Pressed(_) => String::new(),
            Why::Answer => self.answer.to_owned(),
            Why::Outcome(outcome) => outcome.clone(),
            Why::If(when) => when.clone(),
            Why::Otherwise => self.otherwise.to_owned(),
            Why::GaveUp(many) => format!("{} {many} {}", self.gave_up[0], self.gave_up[1]),
            Why::Timeout(after) => format!("{} {}", self.timeout, self.lasts(*after)),
            Why::Later(after) => format!("{} {}", self.after, self.lasts(*after)),
            Why::Signal(signal) => format!("{} {signal}", self.signal),
        }
    }

    /// What a value of this type looks like.
    pub const fn expects(&self, of: Type) -> &'static str {
        match of {
            Type::Number => self.expects[0],
            Type::Flag => self.expects[1],
            Type::Moment => self.expects[2],
            _ => self.expects[3],
        }
    }

    /// A duration, in its largest whole units.
    pub fn lasts(&self, lasts: TimeDelta) -> String {
        let mut left = lasts.num_seconds();
        let mut words = String::new();
        for (unit, seconds) in self.units.iter().zip([1, 60, 3_600, 86_400]).rev() {
            let many = left / seconds;
            left -= many * seconds;
            if many > 0 {
                let gap = if words.is_empty() { "" } else { " " };
                write!(words, "{gap}{many} {unit}").ok();
            }
        }
        words
    }
}

/// A duration as it is typed (`90s`), in words.
pub(super) fn duration(typed: &str, words: &Interface) -> String {
    let parts: Option<Vec<_>> = typed.split_whitespace().map(parsed).collect();
    parts.map_or_else(|| typed.to_owned(), |parts| words.lasts(parts.into_iter().sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_whole_units() {
        let words = Interface::of("ru");
        assert_eq!(words.lasts(TimeDelta::seconds(90)), "1 мин 30 с");
        assert_eq!(words.lasts(TimeDelta::days(3)), "3 дн.");
        assert_eq!(duration("2h 30m", words), "2 ч 30 мин");
        assert_eq!(words.why(&Why::GaveUp(3)), "не понято 3 раза");
        assert_eq!(Interface::of("en").why(&Why::Later(TimeDelta::hours(1))), "after 1 h");
    }
}
