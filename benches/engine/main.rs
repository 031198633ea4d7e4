//! What a turn costs beside the database: a step of the largest flow, an update read, a message written, for each messenger;
//! and what checking many flows and loading our own costs.
//!
//!     cargo bench --bench engine

use std::{hint::black_box, path::Path};

use chrono::{DateTime, Utc};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use provodnik::{
    channel::{Client, telegram, vk},
    content,
    flow::{self, About, Effect, Env, Input, Names, Program, Reply, State, Turn, check},
    ids::LaneId,
    locale::Tone,
    message::{Args, Button, Does, Keyboard, Message, Style},
};
use serde_json::json;

/// The flow with the most steps.
const FLOW: &str = "verify_phone";

/// Gives the answers of actions that are asked until the flow waits for a person: the one with no step is the rehearsal's end.
fn play(program: &Program, state: State, input: Input, env: &Env<'_>, replies: &[Reply]) -> Turn {
    let mut turn = flow::step(program, state, input, env);
    for reply in replies {
        let called = turn.effects.iter().find_map(|effect| match effect {
            Effect::Call { run, seq, .. } => Some((run.clone(), *seq)),
            _ => None,
        });
        let Some((run, seq)) = called else { break };
        turn = flow::step(program, turn.state, Input::Returned { run, seq, reply: reply.clone() }, env);
    }
    turn
}

fn steps(bench: &mut Criterion) {
    let (program, faults) = content::load(Path::new(env!("CARGO_MANIFEST_DIR")));
    let program = program.unwrap_or_else(|| panic!("{faults:?}"));
    let about = About { lang: "ru".to_owned(), tone: Tone::default() };
    let names = Names::default();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let env = Env { now, seed: 7, about: &about, names: &names };
    let begin = || Input::Begin { flow: FLOW.to_owned(), args: Args::new() };
    let open = Reply { outcome: "open".to_owned(), values: Args::from([("days".to_owned(), 7.into())]) };
    let begun = [Reply::plain("pupil"), open];

    let asked = play(&program, State::default(), begin(), &env, &begun);
    assert!(asked.effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{:?}", asked.effects);
    bench.bench_function("step/verify_phone begins and asks for the number", |timing| {
        timing.iter_batched(
            || (State::default(), begin()),
            |(state, input)| black_box(play(&program, state, input, &env, &begun)),
            BatchSize::SmallInput,
        );
    });

    let number = || Input::Text("+7 916 123-45-67".to_owned());
    let judged = flow::step(&program, asked.state.clone(), number(), &env);
    assert!(judged.effects.iter().any(|effect| matches!(effect, Effect::Call { .. })), "{:?}", judged.effects);
    bench.bench_function("step/verify_phone takes the number", |timing| {
        timing.iter_batched(
            || (asked.state.clone(), number()),
            |(state, input)| black_box(flow::step(&program, state, input, &env)),
            BatchSize::SmallInput,
        );
    });

    let stored = asked.state.write();
    bench.bench_function("state/read and written", |timing| {
        timing.iter(|| black_box(State::read(black_box(&stored)).write()));
    });
}

fn parsing(bench: &mut Criterion) {
    let lane = LaneId("telegram:7000000001".to_owned());
    let name = telegram::BotName("provodnik_bot".to_owned());
    let update = json!({"update_id": 9_000_000_001_i64, "message": {
        "message_id": 3, "date": 1_700_000_000, "text": "+7 916 123-45-67",
        "chat": {"id": 5_000_000_001_i64, "type": "private", "first_name": "Анна"},
        "from": {"id": 5_000_000_001_i64, "is_bot": false, "first_name": "Анна", "language_code": "ru"},
    }});
    let update = update.to_string();
    assert!(telegram::parse(update.as_bytes(), &lane, &name).is_ok());
    bench.bench_function("parse/telegram", |timing| {
        timing.iter(|| black_box(telegram::parse(black_box(update.as_bytes()), &lane, &name)));
    });

    let lane = LaneId("vk:1".to_owned());
    let event = json!({"type": "message_new", "group_id": 1, "event_id": "e", "v": "5.199", "object": {
        "client_info": {"button_actions": ["text", "callback", "open_link"], "keyboard": true, "inline_keyboard": true},
        "message": {"date": 1_700_000_000, "from_id": 573, "id": 9, "out": 0, "peer_id": 573, "text": "+7 916 123-45-67",
            "conversation_message_id": 9, "fwd_messages": [], "important": false, "attachments": [], "is_hidden": false},
    }});
    let event = event.to_string();
    assert!(vk::parse(event.as_bytes(), &lane).is_ok());
    bench.bench_function("parse/vk", |timing| {
        timing.iter(|| black_box(vk::parse(black_box(event.as_bytes()), &lane)));
    });
}

fn rendering(bench: &mut Criterion) {
    let button = |number: usize| Button {
        label: format!("Вариант {number}"),
        does: Does::Press(format!("a1b2c3d4:{number}:o{number}")),
    };
    let message = Message {
        text: "👋 *Аня*, какой номер подтверждаем? Подробности – [на сайте](https://bvbinfo.ru/).".to_owned(),
        keyboard: Some(Keyboard { style: Style::Inline, buttons: (1..=4).map(button).collect() }),
        picture: None,
    };
    bench.bench_function("render/telegram", |timing| {
        timing.iter(|| black_box(telegram::render("5000000001", black_box(&message))));
    });
    let client = Client::default();
    bench.bench_function("render/vk", |timing| {
        timing.iter(|| black_box(vk::render(573, black_box(&message), &client, 42)));
    });
}

/// Files: path and text.
type Sources = Vec<(String, String)>;

/// Flows of nine steps with their words in two languages: choices, conditions, a form, a call, a circle through a question.
fn many(flows: usize) -> (Sources, Sources) {
    let named = |n: usize| format!("flow_{n}");
    let flow = |n: usize| {
        let steps = "  pick: { ask: choice, of: [more, less, stop], next: { more: mark, less: name, stop: bye } }
  mark: { ask: scale, from: 1, to: 5 }
  way:
    branch:
      - { if: mark >= 4, to: who }
      - { if: mark == 1 or mark == 2, to: pick }
      - { to: form }
  who: { call: people.who, save: me, next: { nobody: name, pupil: hello, adult: hello, staff: hello } }
  hello: { say: hello, next: form }
  name: { ask: text, max: 40, remind: [1d], timeout: { after: 3d, to: bye } }
  told: { say: told, next: bye }
  form:
    form: { progress: true, back: true }
    questions:
      - { id: liked, type: choices, of: [food, talk, place] }
      - { id: why, type: text, max: 300, when: \"'food' in liked\" }
    next: bye
  bye: { say: bye, end: done }
";
        (format!("flows/flow_{n}.yaml"), format!("flow: flow_{n}\noutcomes: [done]\nsteps:\n{steps}"))
    };
    let commands: String = (0..flows).map(|n| format!("  c{n}: {}\n", named(n))).collect();
    let global = ("flows/_global.yaml".to_owned(), format!("start: flow_0\ncommands:\n{commands}"));
    let words = |n: usize| {
        format!(
            "flow_{n}-pick = Как?\n    .o-more = Больше\n    .o-less = Меньше\n    .o-stop = Хватит\nflow_{n}-mark = Оценка?
flow_{n}-hello = {{ $name }}, привет!\nflow_{n}-name = Имя?\n    .remind-1 = Имя?\nflow_{n}-told = {{ $name }}
flow_{n}-liked = Что?\n    .o-food = Еда\n    .o-talk = Речь\n    .o-place = Место\nflow_{n}-why = Почему?\nflow_{n}-bye = Пока\n"
        )
    };
    let own = check::SAID_BY_CODE.iter().map(|(key, args)| {
        let args: String = args.iter().map(|name| format!(" {{ ${name} }}")).collect();
        key.split_once('.').map_or_else(|| format!("{key} = .{args}\n"), |(_, name)| format!("    .{name} = .\n"))
    });
    let own: String = own.filter(|line| !line.starts_with("track") && !line.starts_with("events")).collect();
    let locales = ["ru", "en"].into_iter().flat_map(|lang| {
        let one = (format!("locales/{lang}/own.ftl"), own.clone());
        (0..flows).map(move |n| (format!("locales/{lang}/flow_{n}.ftl"), words(n))).chain([one])
    });
    ((0..flows).map(flow).chain([global]).collect(), locales.collect())
}

fn checking(bench: &mut Criterion) {
    for count in [50, 500] {
        let (flows, locales) = many(count);
        let (_, faults) = check::program(&flows, &locales);
        assert!(faults.is_empty(), "{faults:#?}");
        bench.bench_function(&format!("check/{count} flows"), |timing| {
            timing.iter(|| black_box(check::program(black_box(&flows), black_box(&locales))));
        });
    }
}

fn loading(bench: &mut Criterion) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"));
    bench.bench_function("load/our own content from its files", |timing| {
        timing.iter(|| black_box(content::load(black_box(directory))));
    });
}

criterion_group!(benches, steps, parsing, rendering, checking, loading);
criterion_main!(benches);
