//! What a turn costs beside the database: the turns of the largest flow (turns a second), an update read, a message with buttons
//! written, for each messenger; and what checking many flows and loading our own costs.
//!
//!     cargo bench --bench engine

use std::{hint::black_box, path::Path};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use provodnik::{
    channel::{Client, telegram, vk},
    content,
    flow::{State, check},
    ids::LaneId,
    message::{Button, Does, Keyboard, Message, Style},
};
use serde_json::json;

mod turns;

use turns::{Ready, Stage};

/// As the program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn steps(bench: &mut Criterion) {
    let stage = Stage::new();
    let turns = stage.turns();
    let mut group = bench.benchmark_group("step/verify_phone");
    group.throughput(Throughput::Elements(1));
    for Ready { name, state, input } in &turns {
        group.bench_function(*name, |timing| {
            timing.iter_batched(
                || (state.clone(), input.clone()),
                |(state, input)| black_box(stage.step(state, input)),
                BatchSize::SmallInput,
            );
        });
    }
    group.throughput(Throughput::Elements(turns.len() as u64));
    group.bench_function("all of these", |timing| {
        timing.iter_batched(
            || turns.iter().map(|turn| (turn.state.clone(), turn.input.clone())).collect::<Vec<_>>(),
            |turns| turns.into_iter().map(|(state, input)| stage.step(state, input)).collect::<Vec<_>>(),
            BatchSize::SmallInput,
        );
    });
    group.finish();

    let stored = turns.iter().map(|turn| turn.state.write()).max_by_key(Vec::len).unwrap_or_default();
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
        keyboard: Some(Keyboard { style: Style::Inline, buttons: (1..=4).map(button).collect(), free: false }),
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
  who: { call: people.who, save: me, next: { nobody: name, pupil: hello, adult: hello, school: hello, teacher: hello, staff: hello } }
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
