use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{
    flow::{About, Alarm, Names, Reply, check},
    ids::PersonId,
    locale::Tone,
    message::{Args, Does, Offer, SaidButton, Style, Value},
};

mod answers;
mod any;
mod entering;
mod forms;
mod scales;
mod signals;
mod updates;

const GLOBAL: &str = "start: home
commands:
  menu: { flow: home, replaces: true }
  help: help
  cancel: cancel
stuck: [menu]
";
const HOME: &str = "flow: home
args: { said: text }
outcomes: [done]
steps:
  hello: { say: hello, end: done }
";
const HELP: &str = "flow: help
outcomes: [done]
steps:
  can: { say: can, end: done }
";
const CANCEL: &str = "flow: cancel
outcomes: [done]
steps:
  sure: { ask: choice, of: [stop, stay], next: { stop: stop, stay: stay } }
  stop: { end: all }
  stay: { end: done }
";
const PHONE: &str = "flow: phone
outcomes: [done, lost]
expires: 1d
steps:
  number:
    ask: phone
    pii: true
    buttons: [later]
    next: { answer: dial, later: lost }
  dial:
    call: verification.start
    with: { phone: number, relation: \"'self'\" }
    save: dial
    next: { ok: code, already: done, wait: nap, limited: lost, refused: lost, unavailable: lost }
  code:
    ask: digits
    length: 4
    pii: true
    remind: [90s]
    timeout: { after: 10m, to: lost }
    attempts: { max: 2 }
    buttons: [resend]
    next: { answer: done, resend: dial }
  nap: { wait: { for: 1d }, next: number }
  done: { end: done }
  lost: { end: lost }
";
const CALLER: &str = "flow: caller
outcomes: [done]
steps:
  who: { call: people.profiles, save: people, next: pick }
  pick: { ask: choice, options: people.options, next: sub }
  sub: { run: phone, next: { done: rate, lost: rate } }
  rate: { ask: scale, from: 1, to: 5, interrupt: off, attempts: { max: 9, to: done }, next: judge }
  judge:
    branch:
      - { if: rate >= 4 and pick != 'nobody', to: done }
      - { to: sub }
  done: { end: done }
";
const CIRCLE: &str = "flow: circle
outcomes: [done]
steps:
  again: { call: people.who, next: { nobody: more, pupil: done, adult: done, school: done, teacher: done, staff: done } }
  more: { run: quick, next: more2 }
  more2: { run: quick, next: { done: more, other: done } }
  done: { end: done }
";
const QUICK: &str = "flow: quick
outcomes: [done, other]
steps:
  done: { end: done }
";

const WORDS: &str = "global-menu =
    .label = Меню
    .words = меню
global-help =
    .words = помощь | помоги
global-cancel =
    .words = отмена
global-restarted = Начнём сначала
global-stale = Старая кнопка
global-busy = Секунду
global-invalid = Не понял
global-stuck = Не получается?
global-contact = Не нужно
global-foreign = Чужой
global-unsupported = Не умею
    .photo = Фото не нужно
global-option = { $label }
global-share_phone = Отправить
home-hello = Привет
help-can = Умею
cancel-sure = Точно?
    .o-stop = Да
    .o-stay = Нет
phone-number = Номер?
    .foreign = Чужой
    .b-later = Позже
phone-code = Код? Осталось { $left }
    .remind-1 = Не звонит?
    .b-resend = Ещё раз
caller-pick = Кто?
caller-rate = Сколько?
event-sure = Придёшь на { $event }?
    .o-yes = Да
    .o-no = Нет
event-thanks = Ждём
half-thanks = Ждём
seat-free = Мест: { $left }
seat-late = Мест нет
";

fn program() -> Program {
    let names = ["_global", "home", "help", "cancel", "phone", "caller", "circle", "quick", "event", "half", "seat"];
    let (event, half, seat) = (entering::EVENT, entering::HALF, signals::SEAT);
    let texts = [GLOBAL, HOME, HELP, CANCEL, PHONE, CALLER, CIRCLE, QUICK, event, half, seat];
    let flows: Vec<_> =
        names.iter().zip(texts).map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned())).collect();
    let (program, faults) = check::program(&flows, &[("locales/ru/all.ftl".to_owned(), check::filled(WORDS))]);
    assert_eq!(faults.iter().filter(|fault| fault.is_error()).map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    program.unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// A conversation whose state goes through JSON before every turn.
struct Talk {
    program: Program,
    stored: Vec<u8>,
    turns: u64,
    effects: Vec<Effect>,
    trace: Vec<Trace>,
    names: Names,
}

impl Talk {
    fn new() -> Self {
        Self {
            program: program(),
            stored: State::default().write(),
            turns: 0,
            effects: Vec::new(),
            trace: Vec::new(),
            names: Names::default(),
        }
    }

    fn put(&mut self, input: Input) -> Vec<String> {
        self.turns += 1;
        let about = About { lang: "ru".to_owned(), tone: Tone::default() };
        let env = Env { now: now(), seed: self.turns, about: &about, names: &self.names };
        let turn = step(&self.program, State::read(&self.stored), input, &env);
        self.stored = turn.state.write();
        self.effects = turn.effects;
        self.trace = turn.trace;
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send { said, .. } => Some(said.words.key.clone()),
                Effect::Toast(words) => Some(format!("({})", words.key)),
                _ => None,
            })
            .collect()
    }

    fn begin(&mut self, flow: &str) -> Vec<String> {
        self.put(Input::Begin { flow: flow.to_owned(), args: Args::new() })
    }

    fn say(&mut self, text: &str) -> Vec<String> {
        self.put(Input::Text(text.to_owned()))
    }

    fn answer(&mut self, outcome: &str, values: &[(&str, Value)]) -> Vec<String> {
        let call = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Call { run, seq, .. } => Some((run.clone(), *seq)),
            _ => None,
        });
        let (run, seq) = call.unwrap();
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.put(Input::Returned { run, seq, reply: Reply { outcome: outcome.to_owned(), values } })
    }

    fn called(&mut self) -> Vec<String> {
        self.begin("phone");
        self.say("9161234567");
        self.dialled()
    }

    fn dialled(&mut self) -> Vec<String> {
        let shown = Value::from("***");
        let left = Value::Number(3);
        self.answer(
            "ok",
            &[("attempt", "a1".into()), ("phone", shown), ("left", left), ("failed_calls", Value::Number(0))],
        )
    }

    fn buttons(&self) -> Vec<SaidButton> {
        let keyboard = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Send { said, .. } => said.keyboard.clone(),
            _ => None,
        });
        keyboard.map(|keyboard| keyboard.buttons).unwrap_or_default()
    }

    fn token(&self, nth: usize) -> Input {
        match &self.buttons()[nth].does {
            Offer::Plain(Does::Press(token)) => Input::Button { token: token.clone() },
            other => panic!("{other:?}"),
        }
    }

    fn alarm(&self, wanted: Alarm) -> Input {
        let found = self.effects.iter().find_map(|effect| match effect {
            Effect::Arm { run, wait, alarm, .. } if *alarm == wanted => {
                Some(Input::Timer { run: run.clone(), wait: *wait, alarm: *alarm })
            }
            _ => None,
        });
        found.unwrap()
    }

    fn state(&self) -> State {
        State::read(&self.stored)
    }
}

#[test]
fn a_stranger_is_sent_home() {
    let mut talk = Talk::new();
    assert_eq!(talk.say("привет"), ["home-hello"]);
    assert!(talk.state().is_idle());
    assert_eq!(talk.put(Input::Attachment { kind: "photo".to_owned() }), ["global-unsupported.photo", "home-hello"]);
    assert_eq!(talk.put(Input::Button { token: "f1:zzzzzz:3:x".to_owned() }), ["(global-stale)", "home-hello"]);
}

#[test]
fn a_phone_is_asked_dialled_and_confirmed() {
    let mut talk = Talk::new();
    assert_eq!(talk.begin("phone"), ["phone-number"]);
    assert_eq!(talk.buttons()[0].does, Offer::Plain(Does::ShareContact));
    assert_eq!(
        talk.put(Input::Contact { phone: "+7999".to_owned(), name: String::new(), own: false }),
        ["phone-number.foreign"]
    );
    assert_eq!(
        talk.put(Input::Contact { phone: "+79161234567".to_owned(), name: "Аня".to_owned(), own: true }),
        [""; 0]
    );
    assert_eq!(talk.dialled(), ["phone-code"]);
    let said = talk.effects.iter().find_map(|effect| match effect {
        Effect::Send { said, .. } => Some(said.clone()),
        _ => None,
    });
    let said = said.unwrap();
    assert_eq!(said.words.args, [("left".to_owned(), Value::Number(3))].into());
    assert_eq!(said.keyboard.unwrap().style, Style::Inline);
    assert_eq!(talk.say("12 34"), [""; 0]);
    assert!(talk.effects.contains(&Effect::End { flow: "phone".to_owned(), outcome: "done".to_owned() }));
    assert!(talk.state().is_idle());
}

#[test]
fn wrong_answers_lead_to_help_and_a_way_out() {
    let mut talk = Talk::new();
    talk.called();
    assert_eq!(talk.say("не знаю"), ["global-invalid"]);
    assert_eq!(talk.say("совсем"), ["global-stuck"]);
    assert_eq!(talk.buttons().len(), 2);
    let menu = talk.token(1);
    assert_eq!(talk.put(menu), ["home-hello"]);
    assert!(talk.state().is_idle());
}

#[test]
fn numbers_are_the_buttons_as_a_text_numbers_them() {
    let mut talk = Talk::new();
    talk.called();
    talk.say("не знаю");
    assert_eq!(talk.say("2"), ["global-stuck"], "the way out is not shown yet");
    assert_eq!(talk.say("2"), ["home-hello"]);
    talk.called();
    assert_eq!(talk.say("1"), [""; 0]);
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::Call { .. })), "it rings once more");
    talk.say("/menu");
    talk.begin("phone");
    talk.say("1");
    assert!(
        talk.effects.contains(&Effect::End { flow: "phone".to_owned(), outcome: "lost".to_owned() }),
        "not a phone"
    );
    talk.begin("phone");
    talk.say("2");
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::Call { .. })), "no button: an action judges it");
}

#[test]
fn unasked_kinds_are_no_wrong_answers() {
    let mut talk = Talk::new();
    talk.called();
    for _ in 0..5 {
        assert_eq!(talk.put(Input::Unsupported { kind: "sticker".to_owned() }), ["global-unsupported"]);
        assert_eq!(talk.put(Input::Attachment { kind: "photo".to_owned() }), ["global-unsupported.photo"]);
    }
}

#[test]
fn help_interrupts_and_the_question_comes_back() {
    let mut talk = Talk::new();
    talk.called();
    assert_eq!(talk.say("/help@provodnik_bot"), ["help-can", "phone-code"]);
    assert_eq!(talk.say("Помоги!"), ["help-can", "phone-code"]);
    assert_eq!(talk.say("отмена"), ["cancel-sure"]);
    assert_eq!(talk.say("отмена"), ["cancel-sure"]);
    assert_eq!(talk.state().runs.len(), 2, "interrupts do not pile up");
    assert_eq!(talk.say("нет"), ["phone-code"]);
    talk.say("/cancel");
    assert_eq!(talk.say("1"), ["home-hello"]);
    assert!(talk.state().is_idle());
}

#[test]
fn a_command_over_nothing_ends_at_home() {
    let mut talk = Talk::new();
    assert_eq!(talk.say("/help"), ["help-can", "home-hello"]);
    talk.say("/cancel");
    assert_eq!(talk.say("нет"), ["home-hello"]);
    assert!(talk.state().is_idle());
    assert_eq!(talk.begin("help"), ["help-can"], "what was begun from outside ends where it ends");
}

#[test]
fn a_call_outside_leaves_the_person_served() {
    let mut talk = Talk::new();
    talk.begin("phone");
    talk.say("9161234567");
    let call = talk.effects.clone();
    assert_eq!(talk.say("ну что?"), ["global-busy"]);
    assert_eq!(talk.say("/help"), ["help-can", "global-busy"]);
    assert_eq!(talk.say("/cancel"), ["cancel-sure"]);
    talk.effects = call;
    assert_eq!(talk.dialled(), ["phone-code"], "what comes back takes the floor");
    assert_eq!(talk.put(Input::Returned { run: "nobody".to_owned(), seq: 1, reply: Reply::plain("ok") }), [""; 0]);
}

#[test]
fn old_buttons_and_timers_are_recognised() {
    let mut talk = Talk::new();
    talk.called();
    let (resend, remind, timeout) = (talk.token(0), talk.alarm(Alarm::Remind(1)), talk.alarm(Alarm::Timeout));
    assert_eq!(talk.put(remind.clone()), ["phone-code.remind-1"]);
    assert_eq!(talk.put(resend.clone()), [""; 0]);
    assert_eq!(talk.dialled(), ["phone-code"]);
    assert_eq!(talk.put(resend), ["(global-stale)", "phone-code"]);
    assert_eq!(talk.put(remind), [""; 0]);
    assert_eq!(talk.put(timeout), [""; 0]);
    assert_eq!(talk.trace, [Trace::Ignored("a timer of an earlier wait")]);
}

#[test]
fn sleep_lets_others_speak_and_ends() {
    let mut talk = Talk::new();
    talk.begin("phone");
    talk.say("9161234567");
    talk.answer("wait", &[("seconds", Value::Number(60))]);
    let over = talk.alarm(Alarm::Over);
    assert_eq!(talk.put(Input::Start { payload: None }), ["home-hello"]);
    assert!(!talk.state().is_idle(), "a sleep survives /start");
    talk.say("/cancel");
    assert_eq!(talk.put(over), ["phone-number"]);
    assert_eq!(talk.say("Позже"), ["cancel-sure"], "the question below comes back");
}

/// The runs' ids, from the bottom to the top.
fn ids(talk: &Talk) -> Vec<String> {
    talk.state().runs.iter().map(|run| run.id.clone()).collect()
}

#[test]
fn a_ninth_run_takes_the_place_of_the_sleeper_that_has_waited_longest() {
    let mut talk = Talk::new();
    let nap = |talk: &mut Talk| {
        talk.begin("phone");
        talk.say("9161234567");
        talk.answer("wait", &[]);
        ids(talk)[0].clone()
    };
    // One that waits for a signal has waited longer than any, but nobody could tell it any more.
    talk.begin("seat");
    let listens = ids(&talk)[0].clone();
    let naps: Vec<_> = (0..7).map(|_| nap(&mut talk)).collect();
    for oldest in &naps[..2] {
        assert_eq!(talk.state().runs.len(), 8);
        talk.begin("phone");
        assert!(talk.trace.contains(&Trace::Dropped { flow: "phone".to_owned() }), "{:?}", talk.trace);
        assert!(talk.effects.contains(&Effect::Disarm { run: oldest.clone(), wait: None }));
        assert!(!ids(&talk).contains(oldest) && ids(&talk).contains(&listens) && ids(&talk).contains(&naps[6]));
    }
    // When nobody sleeps for a time, the question that was interrupted first.
    let questions: Vec<_> = (0..7).map(|_| (talk.begin("phone"), ids(&talk).pop().unwrap()).1).collect();
    talk.begin("phone");
    assert!(ids(&talk).contains(&listens) && !ids(&talk).contains(&questions[0]) && ids(&talk).contains(&questions[1]));
}

#[test]
fn subflows_options_and_conditions_work_together() {
    let mut talk = Talk::new();
    talk.begin("caller");
    let option = |value: &str, label: &str| {
        Value::Record([("value".to_owned(), value.into()), ("label".to_owned(), label.into())].into())
    };
    let options = Value::List(vec![option("p1", "Маша"), option("p2", "Катя")]);
    assert_eq!(talk.answer("several", &[("options", options)]), ["caller-pick"]);
    assert_eq!(talk.say("катя"), ["phone-number"]);
    assert_eq!(talk.say("позже"), ["caller-rate"]);
    for command in ["/help", "/cancel", "/menu@bot", "/start"] {
        assert_eq!(talk.say(command), ["global-first_this", "caller-rate"], "interrupt: off");
    }
    assert_eq!(talk.put(Input::Start { payload: None }), ["global-first_this", "caller-rate"]);
    assert_eq!(talk.say("/nothing"), ["global-invalid"], "no command");
    assert_eq!(talk.say("5"), [""; 0]);
    assert!(talk.state().is_idle());
}

#[test]
fn a_circle_ends_at_home() {
    let mut talk = Talk::new();
    talk.begin("circle");
    assert_eq!(talk.answer("nobody", &[]), ["global-restarted", "home-hello"]);
    assert!(talk.trace.contains(&Trace::Restarted("too many steps in one turn")));
    assert!(talk.state().is_idle());
}

#[test]
fn what_is_not_understood_begins_afresh() {
    let mut talk = Talk::new();
    talk.called();
    let mut state = talk.state();
    state.runs[0].frames[0].hash = "gone".to_owned();
    talk.stored = state.write();
    assert_eq!(talk.say("1234"), ["global-restarted", "home-hello"]);
    talk.stored = br#"{"seq": 41, "runs": "what?"}"#.to_vec();
    assert_eq!(talk.say("1234"), ["global-restarted", "home-hello"]);
    assert!(matches!(talk.effects[0], Effect::Send { seq: 42, .. }));
    talk.called();
    assert_eq!(talk.say("1234"), [""; 0]);
    talk.begin("phone");
    talk.say("916");
    assert_eq!(talk.answer("never heard of", &[]), ["global-restarted", "home-hello"]);
}

#[test]
fn a_run_moves_to_another_person() {
    let mut talk = Talk::new();
    talk.called();
    let mut state = talk.state();
    let run = state.part().unwrap();
    assert!(state.is_idle());
    let mut other = Talk::new();
    other.begin("caller");
    let mut state = other.state();
    state.join(run, "none");
    assert_eq!(state.needs().len(), 2);
    other.stored = state.write();
    assert_eq!(other.say("what?"), ["global-invalid"]);
    assert_eq!(other.say("1234"), ["global-busy"]);
}

#[test]
fn of_two_menus_the_one_that_comes_stays_and_over_a_question_none() {
    let coming = || {
        let mut talk = Talk::new();
        talk.called();
        let mut run = talk.state().part().unwrap();
        let mut home = run.frames[0].clone();
        home.flow = "home".to_owned();
        run.frames.insert(0, home);
        run
    };
    let mut menu = coming();
    (menu.id, menu.waits) = ("menu".to_owned(), Waits::Answer);
    menu.frames.truncate(1);
    let mut state = State::default();
    state.join(menu.clone(), "home");
    state.join(coming(), "home");
    assert_eq!((state.runs.len(), state.runs[0].frames[0].flow.as_str()), (1, "home"));
    let mut state = State::default();
    menu.frames[0].flow = "phone".to_owned();
    state.join(menu, "home");
    state.join(coming(), "home");
    assert_eq!(state.runs.len(), 2);
    assert!(state.runs.iter().all(|run| run.frames[0].flow != "home"));
}

#[test]
fn a_shown_name_may_be_typed() {
    let [anya, alina, other] = [1, 2, 3].map(|n| Value::FirstName(PersonId(uuid::Uuid::from_u128(n))));
    let option = |value: &str, label: &Value| {
        Value::Record([("value".to_owned(), value.into()), ("label".to_owned(), label.clone())].into())
    };
    let asked = |names: &[(&Value, &str)]| {
        let mut talk = Talk::new();
        talk.begin("caller");
        let options = Value::List(vec![option("p1", &anya), option("p2", &alina), option("p3", &other)]);
        talk.answer("several", &[("options", options)]);
        assert_eq!(talk.state().offers().collect::<Vec<_>>(), [&anya, &alina, &other]);
        talk.names = names.iter().map(|(label, name)| ((*label).clone(), (*name).to_owned())).collect();
        talk
    };
    let named = [(&anya, "Аня"), (&alina, "Алёна")];
    let mut talk = asked(&named);
    assert_eq!(talk.say("алена!"), ["phone-number"]);
    assert!(!String::from_utf8_lossy(&talk.stored).contains("Алёна"));
    assert!(!format!("{:?} {:?} {:?}", talk.effects, talk.trace, talk.names).contains("Ал"));
    assert_eq!(asked(&named).say("Оля"), ["global-invalid"]);
    assert_eq!(asked(&[(&anya, "Аня"), (&alina, "Аня")]).say("Аня"), ["global-invalid"]);
    assert_eq!(asked(&[]).say("Аня"), ["global-invalid"]);
    assert_eq!(asked(&[]).say("2"), ["phone-number"]);
}

#[test]
fn a_pinned_version_is_learned_from_its_source() {
    let mut program = program();
    let caller = program.versions().find(|version| version.flow == "caller").unwrap();
    let mut bare = super::super::program::tests::empty();
    assert!(!bare.knows(&caller.hash));
    bare.learn(&caller.hash, &caller.source).unwrap();
    assert!(bare.knows(&caller.hash));
    let phone = program.versions().find(|version| version.flow == "phone").unwrap();
    assert!(bare.knows(&phone.hash), "subflows come with it");
    assert!(program.learn("0000", &phone.source).is_err());
    assert!(program.learn("0000", "flow: [").is_err());
}
