//! Forms: what is asked, what is dropped, what going back comes to.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::locale;

const FLOW: &str = "flow: survey
outcomes: [done, young]
steps:
  ask:
    form: { progress: true, back: true, review: true }
    questions:
      - { id: age, type: number, min: 5, max: 99, stop: { if: age < 10, to: young } }
      - { id: score, type: scale, from: 1, to: 5 }
      - { id: liked, type: choices, of: [mentor, place, other], max: 2, when: score >= 4 }
      - { id: wrong, type: choice, of: [boring, other], when: score <= 3 }
      - { id: other, type: text, max: 50, when: \"'other' in liked or wrong == 'other'\" }
      - { id: phone, type: phone, pii: true, optional: true }
      - { id: sure, type: choice, of: [mine, other], confirm: true }
    remind: [1d]
    next: thanks
  thanks: { say: thanks, end: done }
  young: { end: young }
";
const WORDS: &str = "survey-age = Сколько лет?
survey-score = Какая оценка?
    .short = Оценка
survey-liked = Что понравилось?
    .o-mentor = Наставник
    .o-place = Место, люди
    .o-other = Другое
survey-wrong = Что не так?
    .o-boring = Скучно
    .o-other = Другое
survey-other = Что же?
survey-phone = Телефон?
survey-sure = Чьё?
    .o-mine = Моё
    .o-other = Чужое
survey-ask =
    .remind-1 = Ещё здесь?
survey-thanks = Спасибо
home-hello = Привет
global-option = { $label }
form-progress = { $at }/{ $of } { $text }
form-confirm = { $answer }, да?
    .o-yes = Да
    .o-change = Нет
form-review = { $lines }
    .o-send = Отправить
form-line = { $question }: { $answer }
form-edit = Изменить: { $question }
form-hidden = записано
form-picked = + { $label }
form-unpicked = - { $label }
form-done = Готово
form-keep = Оставить
form-skip = Пропустить
form-back = Назад
";

fn survey() -> Talk {
    let flows = [
        ("flows/_global.yaml".to_owned(), "start: home\ncommands: { survey: survey }\n".to_owned()),
        ("flows/home.yaml".to_owned(), HOME.to_owned()),
        ("flows/survey.yaml".to_owned(), FLOW.to_owned()),
    ];
    let (program, faults) = check::program(&flows, &[("locales/ru/all.ftl".to_owned(), check::filled(WORDS))]);
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    Talk { program: program.unwrap(), ..Talk::new() }
}

impl Talk {
    /// What is said last, with its buttons.
    fn read(&self) -> String {
        let said = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Send { said, .. } | Effect::Edit { said, .. } => Some(said),
            _ => None,
        });
        let Some(said) = said else { return String::new() };
        let text = |words: &crate::message::Words| {
            let leaf = |value: &Value| locale::plain(value, "ru", chrono_tz::UTC);
            self.program.locales().words("ru", words, Tone::default(), &leaf).unwrap()
        };
        let buttons = said.keyboard.iter().flat_map(|keyboard| &keyboard.buttons);
        let buttons: String = buttons.map(|button| format!(" [{}]", text(&button.label))).collect();
        text(&said.words) + &buttons
    }

    fn says(&mut self, text: &str) -> String {
        self.say(text);
        self.read()
    }

    fn presses(&mut self, label: &str) -> String {
        let said = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Send { said, .. } | Effect::Edit { said, .. } => said.keyboard.clone(),
            _ => None,
        });
        let leaf = |value: &Value| locale::plain(value, "ru", chrono_tz::UTC);
        let reads =
            |words: &crate::message::Words| self.program.locales().words("ru", words, Tone::default(), &leaf).unwrap();
        let button = said.unwrap().buttons.into_iter().find(|button| reads(&button.label) == label);
        let Offer::Plain(Does::Press(token)) = button.unwrap().does else { panic!() };
        self.put(Input::Button { token });
        self.read()
    }

    fn kept(&self) -> Vec<(String, Option<Value>)> {
        let kept = |effect: &Effect| match effect {
            Effect::Answer { question, value, .. } => Some((question.clone(), value.clone())),
            _ => None,
        };
        self.effects.iter().filter_map(kept).collect()
    }
}

#[test]
fn a_form_is_walked_through_looked_over_and_sent() {
    let mut talk = survey();
    talk.begin("survey");
    assert_eq!(talk.read(), "1/7 Сколько лет?");
    assert_eq!(talk.says("12"), "2/7 Какая оценка? [1] [2] [3] [4] [5] [Назад]");
    assert_eq!(talk.says("5"), "3/6 Что понравилось? [- Наставник] [- Место, люди] [- Другое] [Назад]");
    assert_eq!(
        talk.presses("- Другое"),
        "3/6 Что понравилось? [- Наставник] [- Место, люди] [+ Другое] [Готово] [Назад]"
    );
    talk.presses("- Место, люди");
    talk.presses("- Наставник");
    assert!(matches!(talk.effects.as_slice(), [Effect::Toast(words)] if words.key == "form-most"), "two at most");
    talk.say("чушь");
    assert_eq!(talk.presses("Готово"), "4/6 Что же? [Назад]");
    assert_eq!(talk.kept(), [("liked".to_owned(), Some(Value::List(vec!["place".into(), "other".into()])))]);
    assert_eq!(talk.says("обед"), "5/6 Телефон? [.] [Пропустить] [Назад]");
    assert_eq!(talk.says("+79161234567"), "6/6 Чьё? [Моё] [Чужое] [Назад]");
    assert_eq!(talk.says("чужое"), "Чужое, да? [Да] [Нет]");
    assert!(talk.kept().is_empty(), "it does not count yet");
    assert_eq!(talk.says("нет"), "6/6 Чьё? [Моё] [Чужое] [Назад]");
    talk.say("моё");
    let review = talk.says("да");
    assert_eq!(
        review.split(" [").next().unwrap(),
        "Сколько лет?: 12\nОценка: 5\nЧто понравилось?: Место, люди, Другое\nЧто же?: обед\nТелефон?: записано\nЧьё?: Моё"
    );
    assert!(review.ends_with("[Изменить: Чьё?] [Отправить]"), "{review}");
    assert_eq!(talk.says("отправить"), "Спасибо");
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::Complete { flow, .. } if flow == "survey")));
    assert!(talk.state().is_idle());
}

#[test]
fn what_applies_no_more_is_dropped_and_what_was_not_asked_is_asked() {
    let mut talk = survey();
    talk.begin("survey");
    talk.say("12");
    talk.say("5");
    talk.say("1, 3");
    talk.say("обед");
    talk.say("пропустить");
    talk.say("моё");
    talk.say("да");
    assert!(
        talk.read().starts_with(
            "Сколько лет?: 12\nОценка: 5\nЧто понравилось?: Наставник, Другое\nЧто же?: обед\nЧьё?: Моё ["
        )
    );
    talk.presses("Изменить: Оценка");
    assert_eq!(talk.read(), "2/6 Какая оценка? [1] [2] [3] [4] [5] [Оставить] [Назад]");
    assert_eq!(talk.says("2"), "3/6 Что не так? [Скучно] [Другое] [Назад]");
    let dropped = [("score", Some(2.into())), ("liked", None), ("other", None)];
    assert_eq!(talk.kept(), dropped.map(|(id, value)| (id.to_owned(), value)));
    assert!(talk.says("скучно").starts_with("Сколько лет?: 12\nОценка: 2\nЧто не так?: Скучно\nЧьё?: Моё ["));
    talk.say("назад");
    assert!(talk.read().contains("Отправить"), "at the review there is nothing to go back to");
}

#[test]
fn one_goes_back_leaves_as_it_is_and_is_stopped() {
    let mut talk = survey();
    talk.begin("survey");
    talk.say("12");
    talk.say("4");
    talk.say("Место, люди");
    assert_eq!(
        talk.says("назад"),
        "3/5 Что понравилось? [- Наставник] [+ Место, люди] [- Другое] [Готово] [Оставить] [Назад]"
    );
    talk.say("назад");
    assert_eq!(talk.says("назад"), "1/5 Сколько лет? [Оставить]");
    assert!(talk.says("оставить").starts_with("4/5 Телефон?"), "to the first that has no answer");
    for _ in 0..3 {
        talk.say("назад");
    }
    talk.say("9");
    assert!(talk.effects.contains(&Effect::End { flow: "survey".to_owned(), outcome: "young".to_owned() }));
}

#[test]
fn a_reminder_is_the_forms_and_an_old_button_brings_the_question() {
    let mut talk = survey();
    talk.begin("survey");
    let nudge = talk.alarm(Alarm::Remind(1));
    assert_eq!(talk.put(nudge.clone()), ["survey-ask.remind-1"]);
    talk.say("12");
    let mark = talk.token(4);
    talk.put(nudge);
    assert!(talk.effects.is_empty(), "a reminder of an earlier question");
    talk.put(mark.clone());
    assert_eq!(talk.put(mark), ["(global-stale)", "form-progress"]);
}

#[test]
fn a_start_ends_no_form_that_has_an_answer() {
    let mut talk = survey();
    talk.begin("survey");
    assert_eq!(talk.put(Input::Start { payload: None }), ["home-hello"], "nothing is lost yet");
    talk.begin("survey");
    talk.say("12");
    assert_eq!(talk.put(Input::Start { payload: None }), ["global-resumed", "form-progress"]);
    assert_eq!(talk.read(), "2/7 Какая оценка? [1] [2] [3] [4] [5] [Назад]");
    assert_eq!(talk.say("/start"), ["global-resumed", "form-progress"]);
    assert_eq!(talk.put(Input::Start { payload: Some("CODE".to_owned()) }), ["home-hello"], "a code is for somebody");
}

/// What somebody does at a question.
#[derive(Clone, Copy, Debug)]
enum Act {
    Answer(u8),
    Back,
    Keep,
    Skip,
    Junk,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => any::<u8>().prop_map(Act::Answer),
        2 => Just(Act::Back),
        1 => Just(Act::Keep),
        1 => Just(Act::Skip),
        1 => Just(Act::Junk),
    ];
    proptest::collection::vec(act, 0..60)
}

/// An answer to whatever is asked.
fn text(asked: &str, n: u8) -> String {
    match asked {
        "age" => (10 + n % 80).to_string(),
        "score" => (1 + n % 5).to_string(),
        "liked" => ["1", "2, 3", "3"][usize::from(n % 3)].to_owned(),
        "wrong" => ["скучно", "другое"][usize::from(n % 2)].to_owned(),
        "other" => format!("слово {n}"),
        "sure" => ["моё", "чужое"][usize::from(n % 2)].to_owned(),
        _ => format!("+7916{:07}", n),
    }
}

fn asked(talk: &Talk) -> Option<String> {
    use crate::flow::state::Spot;
    match &talk.state().runs.last()?.frames.last()?.filling.as_ref()?.at {
        Spot::Question(id) => Some(id.clone()),
        Spot::Confirm { .. } => Some("confirm".to_owned()),
        Spot::Review => None,
    }
}

fn given(talk: &Talk) -> BTreeMap<String, Value> {
    let state = talk.state();
    let values = &state.runs.last().unwrap().frames.last().unwrap().values;
    values.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What is kept after a turn, as the table of answers would.
fn fold(talk: &Talk, rows: &mut BTreeMap<String, Value>) {
    for (question, value) in talk.kept() {
        match value {
            Some(value) => drop(rows.insert(question, value)),
            None => drop(rows.remove(&question)),
        }
    }
}

/// To the review by the shortest way, with the same luck for each question.
fn finish(talk: &mut Talk, luck: &BTreeMap<String, u8>) {
    for _ in 0..20 {
        let Some(asked) = asked(talk) else { return };
        match asked.as_str() {
            "confirm" => talk.say("да"),
            "phone" => talk.say("пропустить"),
            asked => talk.say(&text(asked, luck.get(asked).copied().unwrap_or_default())),
        };
    }
}

proptest! {
    #[test]
    fn going_back_and_changing_is_answering_anew(acts in acts()) {
        let mut talk = survey();
        talk.begin("survey");
        let mut luck = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for act in acts {
            fold(&talk, &mut rows);
            let Some(at) = asked(&talk) else { break };
            match act {
                Act::Answer(_) if at == "confirm" => drop(talk.say("да")),
                Act::Answer(n) => {
                    talk.say(&text(&at, n));
                    luck.insert(at, n);
                }
                Act::Back => drop(talk.say("назад")),
                // Where nothing is kept or skipped, the words are an answer to a free question.
                Act::Keep | Act::Skip if at == "other" => {}
                Act::Keep => drop(talk.say("оставить")),
                Act::Skip => drop(talk.say("пропустить")),
                Act::Junk => drop(talk.put(Input::Unsupported { kind: "voice".to_owned() })),
            }
        }
        fold(&talk, &mut rows);
        prop_assert_eq!(&rows, &given(&talk), "what is kept is what stands");
        finish(&mut talk, &luck);
        let mut after = given(&talk);
        let mut anew = survey();
        anew.begin("survey");
        let mut said: BTreeMap<String, u8> = luck.clone();
        for name in ["age", "score", "liked", "wrong", "other"] {
            if !after.contains_key(name) {
                said.remove(name);
            }
        }
        finish(&mut anew, &said);
        let mut fresh = given(&anew);
        for values in [&mut after, &mut fresh] {
            values.remove("phone");
        }
        prop_assert_eq!(&after, &fresh);
        let score = after.get("score");
        let high = matches!(score, Some(Value::Number(n)) if *n >= 4);
        prop_assert_eq!(after.contains_key("liked"), high);
        prop_assert_eq!(after.contains_key("wrong"), !high);
    }
}
