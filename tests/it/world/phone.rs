//! A person with a phone: what they do, and what they see.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    World,
    parts::{GROUP, bot_name},
};

/// A person's messenger.
pub struct Phone<'w> {
    world: &'w World,
    pub id: i64,
    read: AtomicUsize,
}

/// A group chat, as everybody in it sees it.
pub struct GroupChat<'w> {
    world: &'w World,
    pub id: i64,
    read: AtomicUsize,
}

impl<'w> Phone<'w> {
    pub(super) async fn new(world: &'w World, person: Value) -> Self {
        let person = world.post("people", person).await;
        Self::of(world, person["id"].as_i64().unwrap())
    }

    pub(super) fn of(world: &'w World, id: i64) -> Self {
        Self { world, id, read: AtomicUsize::new(0) }
    }

    /// The same phone after a [restart](World::restarted).
    pub fn after<'n>(&self, world: &'n World) -> Phone<'n> {
        Phone { world, id: self.id, read: AtomicUsize::new(self.read.load(Ordering::Relaxed)) }
    }

    /// Whoever waits for what comes of an act is in no hurry: a second has passed since the last one.
    async fn act(&self, what: &str, body: Value) -> Value {
        self.world.watch.advance(Duration::from_secs(1));
        let answer = self.does(what, body).await;
        self.world.settle().await;
        answer
    }

    /// Acts without waiting for what comes of it, in no time.
    pub async fn does(&self, what: &str, body: Value) -> Value {
        self.world.post(&format!("people/{}/{what}", self.id), body).await
    }

    pub async fn starts(&self) {
        self.act("start", json!({})).await;
    }

    /// Opens the bot by a deep link.
    pub async fn follows_link(&self, payload: &str) {
        self.act("start", json!({"payload": payload})).await;
    }

    pub async fn says(&self, text: &str) {
        self.act("say", json!({"text": text})).await;
    }

    /// Presses the newest button with this label.
    pub async fn presses(&self, label: &str) {
        self.act("press", json!({"label": label})).await;
    }

    /// Presses a button of an older message: the newest one whose text holds these words.
    pub async fn presses_at(&self, words: &str, label: &str) {
        let bubbles = self.chat().await;
        let bubble = bubbles.iter().rev().find(|bubble| bubble["text"].as_str().unwrap().contains(words)).unwrap();
        self.act("press", json!({"bubble": bubble["id"], "label": label})).await;
    }

    pub async fn shares_own_contact(&self, phone: &str) {
        self.act("share_contact", json!({"phone": phone})).await;
    }

    pub async fn shares_foreign_contact(&self, phone: &str) {
        self.act("share_contact", json!({"phone": phone, "foreign": true})).await;
    }

    /// Signs in with a card's code, for which a number is asked.
    pub async fn signs_in(&self, code: &str) {
        self.says(code).await;
        assert!(self.last().await.contains("омер мобильного"));
    }

    /// Gives a number, says whose it is if one is a pupil, and reads the digits off the call.
    pub async fn is_rung(&self, number: &str, whose: Option<&str>) -> String {
        self.says(number).await;
        if let Some(whose) = whose {
            self.presses(whose).await;
            if whose != "Мой" {
                self.presses("Да, не против").await;
            }
        }
        assert!(self.last().await.contains("4 последние цифры"));
        self.world.rang(number).await.unwrap()
    }

    /// The whole way: number, ring, digits.
    pub async fn verifies(&self, number: &str, whose: Option<&str>) {
        let digits = self.is_rung(number, whose).await;
        self.says(&digits).await;
        assert!(self.unread().await.iter().any(|bubble| bubble.contains("Номер подтверждён")));
    }

    /// Does nothing for a while.
    pub async fn waits(&self, long: TimeDelta) {
        self.world.advance(long).await;
    }

    /// What it says now, of the newest bubble of the bot whose text holds these words.
    pub async fn bubble(&self, words: &str) -> Option<String> {
        let bubbles = self.chat().await;
        let bubble = bubbles.iter().rev().find(|bubble| bubble["text"].as_str().unwrap().contains(words));
        bubble.map(shown)
    }

    /// `photo`, `document`, `sticker`, `voice`
    pub async fn sends(&self, kind: &str) {
        self.act("send_file", json!({"kind": kind})).await;
    }

    pub async fn blocks_the_bot(&self) {
        self.act("block", json!({})).await;
    }

    pub async fn unblocks_the_bot(&self) {
        self.act("unblock", json!({})).await;
    }

    /// Every bubble.
    pub async fn chat(&self) -> Vec<Value> {
        self.world.get(&format!("people/{}/chat", self.id)).await.as_array().unwrap().clone()
    }

    /// How many toasts there were.
    pub async fn toasts(&self) -> usize {
        let state = self.world.get(&format!("people/{}/state", self.id)).await;
        state["toasts"].as_array().map_or(0, Vec::len)
    }

    /// The text of the last toast.
    pub async fn toast(&self) -> Option<String> {
        let state = self.world.get(&format!("people/{}/state", self.id)).await;
        state["toasts"].as_array()?.last()?["text"].as_str().map(str::to_owned)
    }

    /// What the bot has said since one last looked: `text [button] [button]`, one string a bubble.
    pub async fn unread(&self) -> Vec<String> {
        unread(&self.chat().await, &self.read)
    }

    /// What the bot has said since one last looked is exactly this many bubbles, and each holds its words: parts that are
    /// separated by `…` in their order.
    #[track_caller]
    pub fn sees<'a>(&'a self, expected: &'a [&'a str]) -> impl Future<Output = ()> + 'a {
        let place = std::panic::Location::caller();
        async move { compare(&self.unread().await, expected, place) }
    }

    /// The last thing the bot said, whatever came before it.
    pub async fn last(&self) -> String {
        self.unread().await.pop().unwrap_or_default()
    }
}

impl<'w> GroupChat<'w> {
    pub(super) async fn new(
        world: &'w World,
        title: &str,
        channel: &str,
        members: &[&Phone<'_>],
        hears_all: bool,
    ) -> Self {
        let members: Vec<i64> = members.iter().map(|member| member.id).collect();
        let group = json!({"title": title, "channel": channel, "members": members, "hears_all": hears_all});
        let group = world.post("groups", group).await;
        world.settle().await;
        Self::of(world, group["id"].as_i64().unwrap())
    }

    pub(super) fn of(world: &'w World, id: i64) -> Self {
        Self { world, id, read: AtomicUsize::new(0) }
    }

    /// A command of ours as it is written in the group, so that we hear of it.
    pub fn command(&self, command: &str) -> String {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        // VK's conversations have positive ids.
        let call = if self.id > 0 { format!("@club{GROUP} /{name}") } else { format!("/{name}@{}", bot_name().0) };
        format!("{call} {rest}").trim().to_owned()
    }

    /// Somebody of the group writes a command of ours.
    pub async fn commands(&self, from: &Phone<'_>, command: &str) {
        self.hears(from, &self.command(command)).await;
    }

    /// Somebody of the group says something in it.
    pub async fn hears(&self, from: &Phone<'_>, text: &str) {
        self.act("say", json!({"text": text, "person": from.id})).await;
    }

    pub async fn act(&self, what: &str, body: Value) -> Value {
        let answer = self.does(what, body).await;
        self.world.settle().await;
        answer
    }

    /// Something happens in it, and nobody waits for what comes of that.
    pub async fn does(&self, what: &str, body: Value) -> Value {
        self.world.post(&format!("groups/{}/{what}", self.id), body).await
    }

    /// Every bubble.
    pub async fn chat(&self) -> Vec<Value> {
        self.world.get(&format!("groups/{}/chat", self.id)).await.as_array().unwrap().clone()
    }

    /// What the bot has said since it was last looked at.
    pub async fn unread(&self) -> Vec<String> {
        unread(&self.chat().await, &self.read)
    }

    /// The supergroup that it becomes.
    pub async fn becomes_a_supergroup(&self) -> GroupChat<'w> {
        let id = self.act("migrate", json!({})).await["id"].as_i64().unwrap();
        Self::of(self.world, id)
    }

    #[track_caller]
    pub fn sees<'a>(&'a self, expected: &'a [&'a str]) -> impl Future<Output = ()> + 'a {
        let place = std::panic::Location::caller();
        async move {
            compare(&self.unread().await, expected, place);
        }
    }
}

fn unread(bubbles: &[Value], read: &AtomicUsize) -> Vec<String> {
    let from = read.swap(bubbles.len(), Ordering::Relaxed);
    bubbles[from..].iter().filter(|bubble| bubble["from"] == "bot").map(shown).collect()
}

fn shown(bubble: &Value) -> String {
    let buttons = bubble["buttons"].as_array().unwrap().iter();
    let labels: String = buttons.map(|button| format!(" [{}]", button["label"].as_str().unwrap())).collect();
    format!("{}{labels}", bubble["text"].as_str().unwrap())
}

fn compare(seen: &[String], expected: &[&str], place: &std::panic::Location<'_>) {
    let all = seen.len() == expected.len() && seen.iter().zip(expected).all(|(seen, expected)| holds(seen, expected));
    assert!(all, "{place}\nexpected: {expected:#?}\nseen: {seen:#?}");
}

fn holds(seen: &str, expected: &str) -> bool {
    let mut rest = seen;
    expected.split('…').all(|part| match rest.find(part.trim()) {
        Some(at) => {
            rest = &rest[at + part.trim().len()..];
            true
        }
        None => false,
    })
}
