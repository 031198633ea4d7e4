//! Every command said and every button pressed that begins a flow, by people with phones.

use std::{fs, path::Path};

use provodnik::flow::entry;
use serde_json::json;

use super::{
    Level, Row, Where, reaches,
    stage::{Actor, Stage, Target},
    tells_nothing,
};

/// What the bot says since a moment, by the keys of its words, and in words.
struct Heard<'s, 'w> {
    stage: &'s Stage<'w>,
    actor: &'s Actor<'w>,
    since: i64,
}

impl<'s, 'w> Heard<'s, 'w> {
    async fn from(stage: &'s Stage<'w>, actor: &'s Actor<'w>) -> Self {
        // Whatever was asked before is over.
        let over = sqlx::query("update conversation set state = null where person = $1").bind(actor.person.0);
        over.execute(&stage.world.database.pool).await.unwrap();
        actor.phone.unread().await;
        let since = stage.world.count("select coalesce(max(id), 0) from delivery").await;
        Self { stage, actor, since }
    }

    async fn now(self) -> (String, String) {
        let sql = "select body #>> '{send,words,key}' from delivery
                   where id > $1 and account = $2 and body ? 'send' order by id";
        let keys = sqlx::query_scalar(sql).bind(self.since).bind(self.actor.account.0);
        let keys: Vec<String> = keys.fetch_all(&self.stage.world.database.pool).await.unwrap();
        // What is said first is the answer; a menu or a question may follow.
        (keys.first().cloned().unwrap_or_default(), self.actor.phone.unread().await.join("\n"))
    }
}

/// The commands of the program with a word for each.
fn known() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let (global, words) = (read("flows/_global.yaml"), read("locales/ru/global.ftl"));
    let lines = global.lines().skip_while(|line| !line.starts_with("commands:")).skip(1);
    let names = lines.take_while(|line| line.starts_with("  ")).filter_map(|line| line.trim().split_once(':'));
    let word = |name: &str| {
        let rest = words.split_once(&format!("\nglobal-{name} =\n")).unwrap_or_else(|| panic!("{name}")).1;
        let line = rest.split_once(".words = ").unwrap().1.lines().next().unwrap();
        line.split('|').next().unwrap().trim().to_owned()
    };
    let all: Vec<_> = names.map(|(name, _)| (name.to_owned(), word(name))).collect();
    assert!(all.len() > 10, "{all:?}");
    all
}

/// A row for every command.
pub async fn commands(stage: &Stage<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, word) in known() {
        let mut cells = Vec::new();
        for actor in &stage.actors {
            let heard = Heard::from(stage, actor).await;
            actor.phone.says(&word).await;
            let (key, said) = heard.now().await;
            if key.is_empty() {
                stage.complain(format!("«{word}» by {:?} is met with silence", actor.who));
            }
            tells_nothing(stage, actor.who, &name, &said);
            cells.push(key);
        }
        rows.push(Row { what: name, at: "–".to_owned(), cells });
    }
    rows
}

/// What the button of a flow brings with it, by the name of the flow's argument.
fn with(flow: &str, of: &Target) -> (Level, String) {
    match flow {
        "event_signup" => (Level::School, of.event.0.simple().to_string()),
        "feedback_trial" | "feedback_lesson" | "feedback_exhibition" | "reflection" => {
            (Level::School, of.visited.0.simple().to_string())
        }
        "cast" | "cast_cancel" | "cast_pause" | "cast_resume" => (Level::Class, of.cast.0.simple().to_string()),
        _ => panic!("{}", super::no_row(&format!("the button of «{flow}»"), "with", "chats.rs")),
    }
}

/// A row for every flow that begins by a button, at every distance of what the button is about.
pub async fn buttons(stage: &Stage<'_>) -> Vec<Row> {
    let program = stage.world.parts.program.current();
    let mut flows: Vec<String> = program.versions().map(|version| version.flow).collect();
    flows.sort();
    flows.dedup();
    let live = |flow: &String| !program.is_draft(flow);
    let mut rows = Vec::new();
    for flow in flows.iter().filter(|flow| live(flow)) {
        if program.begins(flow, false) == Some(true) {
            rows.push(row(stage, flow, None).await);
        }
        if program.begins(flow, true) == Some(true) {
            for at in Where::ALL {
                if with(flow, stage.target(at)).0.distances().contains(&at) {
                    rows.push(row(stage, flow, Some(at)).await);
                }
            }
        }
    }
    rows
}

async fn row(stage: &Stage<'_>, flow: &str, at: Option<Where>) -> Row {
    let mut cells = Vec::new();
    for actor in &stage.actors {
        let about = at.map(|at| with(flow, stage.target(at)));
        let (key, said) = pressed(stage, actor, flow, about.as_ref().map(|(_, with)| with.as_str())).await;
        if let (Some(at), Some((level, _))) = (at, about)
            && !reaches(actor.who, level, at)
        {
            let none = with(flow, &Target::missing()).1;
            let ask = async { pressed(stage, actor, flow, Some(&none)).await.1 };
            let nothing = stage.of_nothing(flow, actor.who, ask).await;
            if said != nothing {
                stage.complain(format!("{flow} by {:?}, {at:?}: {said}, and of nothing: {nothing}", actor.who));
            }
        }
        tells_nothing(stage, actor.who, flow, &said);
        cells.push(key.strip_prefix(&format!("{flow}-")).unwrap_or(&key).to_owned());
    }
    let at = at.map_or("–".to_owned(), |at| format!("{at:?}").to_lowercase());
    Row { what: flow.to_owned(), at, cells }
}

/// Presses a button that stands outside of a conversation, made by hand.
async fn pressed(stage: &Stage<'_>, actor: &Actor<'_>, flow: &str, with: Option<&str>) -> (String, String) {
    let heard = Heard::from(stage, actor).await;
    let from = json!({"id": actor.phone.id, "is_bot": false, "first_name": "Кто-то"});
    let chat = json!({"id": actor.phone.id, "type": "private", "first_name": "Кто-то"});
    let message = json!({"message_id": 1, "date": 1, "chat": chat, "text": "…"});
    let id = stage.world.parts.dice.below(1_000_000_000).to_string();
    let data = entry::make(flow, None, with);
    let press = json!({"id": id, "from": from, "message": message, "chat_instance": "1", "data": data});
    stage.world.bring_telegram(press).await;
    heard.now().await
}
