//! What else goes on while the campaign's people talk: pupils sign in with their codes, compete for seats, are asked how it was
//! and answer; at the end a coordinator writes to all of them. Each disaster strikes in the middle of one scene.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use futures_util::future::join_all;
use provodnik::{
    clock::Clock,
    ids::{Dice, EventId, TerritoryId},
    store::{self, events::NewEvent},
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{account::outbox, region, running::Control};

/// The pupils of Surgut in the demo region, who compete.
const RIVALS: [&str; 5] = ["Артём", "Алина", "Вера", "Лев", "Майя"];
/// Seats of each event.
const SEATS: i32 = 3;
/// Pupils with cards who sign in within one scene.
const NEWCOMERS: usize = 10;
/// What a visitor presses under the question with several answers, and what it shows then.
const TICKS: [(&str, &str); 4] = [
    ("☐ Наставник", "☑ Наставник"),
    ("☐ Само место", "☑ Само место"),
    ("☑ Наставник", "☐ Наставник"),
    ("☐ Наставник", "☑ Наставник"),
];
const LETTER: &str = "Завтра в 15:00 экскурсия на завод";

/// What is played next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    SignIn,
    Seats,
    Feedback,
    Broadcast,
}

/// The scenes of a campaign with so many disasters: sign-ins, seats and answers by turns, at last the broadcast.
pub fn scenes(disasters: usize) -> Vec<Scene> {
    let round = [Scene::SignIn, Scene::Seats, Scene::Feedback];
    round.into_iter().cycle().take(disasters - 1).chain([Scene::Broadcast]).collect()
}

/// The story so far.
pub struct Story {
    control: Control,
    pool: PgPool,
    clock: Clock,
    dice: Dice,
    /// Updates that it has made.
    acts: AtomicUsize,
    rivals: Vec<(i64, String)>,
    coordinator: (i64, String),
    cards: Vec<String>,
    /// Who has signed in.
    here: Vec<i64>,
    /// Who had a seat of the latest event.
    visitors: Vec<i64>,
    rounds: usize,
    answered: usize,
}

impl Story {
    /// The people, who have not said a word yet.
    pub async fn new(control: Control, pool: PgPool, clock: Clock) -> Self {
        let people = region::seeded(&pool, &clock).await;
        let cards = region::imported(&pool, &clock).await;
        let code = |first: &str| people.iter().find(|one| one.name.starts_with(first)).unwrap().code.clone().unwrap();
        let mut rivals = Vec::new();
        for (number, first) in RIVALS.into_iter().enumerate() {
            rivals.push((control.person(["telegram", "vk"][number % 2], first).await, code(first)));
        }
        let coordinator = (control.person("telegram", "Нина").await, code("Нина"));
        let (acts, here) = (AtomicUsize::new(0), Vec::new());
        Self {
            control,
            pool,
            clock,
            dice: Dice::loaded(17),
            acts,
            rivals,
            coordinator,
            cards,
            here,
            visitors: Vec::new(),
            rounds: 0,
            answered: 0,
        }
    }

    /// Updates that it has made.
    pub fn acts(&self) -> usize {
        self.acts.load(Ordering::Relaxed)
    }

    /// What a scene needs of the database itself: no disaster may strike meanwhile, for a stop of Postgres would break our own
    /// query off.
    pub async fn prepare(&mut self, scene: Scene) {
        match scene {
            Scene::Seats => self.open_event().await,
            Scene::Feedback => self.end_event().await,
            Scene::SignIn | Scene::Broadcast => {}
        }
    }

    /// Plays one scene to its end, by what people say and hear alone.
    pub async fn play(&mut self, scene: Scene) {
        match scene {
            Scene::SignIn => self.sign_in().await,
            Scene::Seats => self.seats().await,
            Scene::Feedback => self.feedback().await,
            Scene::Broadcast => self.broadcast().await,
        }
    }

    /// Somebody does something, and goes on when the bot has said one of these words since.
    async fn act(&self, person: i64, what: &str, body: Value, awaited: &[&str]) {
        let before = self.control.heard(person).await.len();
        self.acts.fetch_add(1, Ordering::Relaxed);
        self.control.does(person, what, body).await;
        self.hears(person, before, awaited).await;
    }

    async fn hears(&self, person: i64, before: usize, awaited: &[&str]) {
        self.control
            .until(&awaited.join(" or "), async || {
                let heard = self.control.heard(person).await;
                // Shown if it is never heard.
                eprintln!("{person} waits for {awaited:?}, heard: {:?}", heard.last());
                let said = |text: &String| awaited.iter().any(|words| text.contains(words));
                heard.iter().skip(before).any(said).then_some(())
            })
            .await;
    }

    async fn says(&self, person: i64, text: &str, awaited: &str) {
        self.act(person, "say", json!({"text": text}), &[awaited]).await;
    }

    async fn presses(&self, person: i64, label: &str, awaited: &[&str]) {
        self.act(person, "press", json!({"label": label}), awaited).await;
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// The rivals and the coordinator with the first newcomers, later newcomers alone: all at once.
    async fn sign_in(&mut self) {
        let mut new = if self.here.is_empty() { self.rivals.clone() } else { Vec::new() };
        for (number, code) in self.cards.drain(..NEWCOMERS).enumerate() {
            new.push((self.control.person(["telegram", "vk"][number % 2], "Ученик").await, code));
        }
        if self.here.is_empty() {
            let (nina, code) = &self.coordinator;
            self.says(*nina, code, "номер мобильного").await;
            self.presses(*nina, "Позже", &["чем помочь"]).await;
            self.here.push(*nina);
        }
        join_all(new.iter().map(async |(person, code)| {
            self.says(*person, code, "номер мобильного").await;
            self.presses(*person, "Позже", &["сталось подтвердить"]).await;
        }))
        .await;
        self.here.extend(new.iter().map(|(person, _)| *person));
    }

    fn title(&self) -> String {
        format!("Мастерская {}", self.rounds)
    }

    /// An event with three seats opens.
    async fn open_event(&mut self) {
        self.rounds += 1;
        let (title, now) = (self.title(), self.clock.now());
        let region = "select parent from territory where name = 'Сургут'";
        let region = sqlx::query_scalar(region).fetch_one(&self.pool).await.unwrap();
        let event = NewEvent {
            id: EventId(self.dice.uuid(now)),
            territory: Some(TerritoryId(region)),
            school: None,
            title: title.clone(),
            place: "Сургут".to_owned(),
            starts_at: now + TimeDelta::hours(1),
            ends_at: now + TimeDelta::hours(2),
            seats: SEATS,
            grades: (6, 11),
            season: "2026-2027".to_owned(),
            stage: Some("try".to_owned()),
        };
        store::events::add(&mut self.pool.acquire().await.unwrap(), &event, now).await.unwrap();
    }

    /// All five look at the event, and then press at once.
    async fn seats(&mut self) {
        let title = self.title();
        join_all(self.rivals.iter().map(async |(person, _)| {
            self.says(*person, "события", &title).await;
            self.presses(*person, &title, &["Записать тебя?"]).await;
        }))
        .await;
        let answers = ["Готово, место твоё", "все места уже заняты"];
        join_all(self.rivals.iter().map(|(person, _)| self.presses(*person, "Записаться", &answers))).await;
    }

    /// Three have a seat, and the event is over.
    async fn end_event(&mut self) {
        // Not by the clock: processes follow an advanced one after another, and to some the event would still go on.
        let over = "update event set starts_at = $2 - interval '2 minutes', ends_at = $2 - interval '1 minute' where title = $1";
        let over = sqlx::query(over).bind(self.title()).bind(self.clock.now());
        assert_eq!(over.execute(&self.pool).await.unwrap().rows_affected(), 1);
        let visitors = "select a.external from event_signup s join event e on e.id = s.event
                        join account_person p on p.person = s.person join account a on a.id = p.account
                        where e.title = $1 and s.state = 'signed'";
        let visitors: Vec<String> =
            sqlx::query_scalar(visitors).bind(self.title()).fetch_all(&self.pool).await.unwrap();
        assert_eq!(visitors.len(), usize::try_from(SEATS).unwrap(), "{}", self.title());
        self.visitors = visitors.iter().map(|external| external.parse().unwrap()).collect();
    }

    /// Whoever had a seat says how it was.
    async fn feedback(&mut self) {
        join_all(self.visitors.iter().map(|person| self.tells(*person))).await;
        self.answered += usize::try_from(SEATS).unwrap();
    }

    async fn tells(&self, person: i64) {
        let asked = format!("После «{}»", self.title());
        self.hears(person, 0, &[&asked]).await;
        let chat = self.control.get(&format!("people/{person}/chat")).await;
        let mut bubbles = chat.as_array().unwrap().iter();
        let bubble = bubbles.find(|one| one["text"].as_str().unwrap().contains(&asked)).unwrap()["id"].clone();
        let question = format!("Как тебе «{}»?", self.title());
        self.act(person, "press", json!({"bubble": bubble, "label": "Рассказать"}), &[&question]).await;
        self.presses(person, "5", &["Что понравилось?"]).await;
        for (tick, then) in TICKS {
            self.ticks(person, tick, then).await;
        }
        self.presses(person, "Готово", &["Хочется узнать об этой профессии"]).await;
        self.presses(person, "Да, хочу ещё", &["Расскажи парой слов"]).await;
        self.says(person, "Было здорово", "Спасибо!").await;
    }

    /// A tick is no message: the one that it was pressed under changes.
    async fn ticks(&self, person: i64, tick: &str, then: &str) {
        let buttons = async || {
            let chat = self.control.get(&format!("people/{person}/chat")).await;
            let buttons =
                chat.as_array().unwrap().iter().flat_map(|bubble| bubble["buttons"].as_array().unwrap().clone());
            buttons.map(|button| button["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let count = |labels: &[String]| labels.iter().filter(|label| *label == then).count();
        let before = count(&buttons().await);
        self.acts.fetch_add(1, Ordering::Relaxed);
        self.control.does(person, "press", json!({"label": tick})).await;
        self.control.until(then, async || (count(&buttons().await) > before).then_some(())).await;
    }

    async fn broadcast(&mut self) {
        let nina = self.coordinator.0;
        self.says(nina, "рассылка", "можно писать").await;
        self.presses(nina, "Ученикам", &["Пришлите текст"]).await;
        self.says(nina, LETTER, "Так это прочитают").await;
        self.presses(nina, "Отправить", &["уйдёт через минуту"]).await;
        // The minute in which it can be undone is over.
        for over in [
            "update broadcast_place set due = due - interval '1 minute'",
            "update broadcast set starts_at = starts_at - interval '1 minute' where state = 'held'",
        ] {
            sqlx::query(over).execute(&self.pool).await.unwrap();
        }
        join_all(self.rivals.iter().map(|(person, _)| self.hears(*person, 0, &[LETTER]))).await;
    }

    /// Everything is on record exactly once, and was shown as often as it may be. Gives the figures.
    pub async fn is_right(&self) -> String {
        let (here, seats) = (self.here.len(), usize::try_from(SEATS).unwrap() * self.rounds);
        let late = RIVALS.len() * self.rounds - seats;
        let pupils = usize::try_from(self.count(PUPILS_OF_SURGUT).await).unwrap();
        assert!(pupils > RIVALS.len(), "newcomers of Surgut read it too");
        for (sql, expected) in [
            (CODES_USED, here),
            (SIGNED_IN, here),
            (ACCOUNTS, here),
            (WELCOMES, here),
            (SEATS_TAKEN, seats),
            (SIGN_UPS, seats),
            (TOLD_A_SEAT, seats),
            (TOLD_NO_SEAT, late),
            (ASKED, seats),
            (ANSWERS, self.answered),
            (TICKED, TICKS.len() * self.answered),
            (FEEDBACK, self.answered),
            (THANKED, self.answered),
            (STAGES_MISSING, 0),
            (STAGES_BESIDE, 0),
            (BROADCASTS, 1),
            (LETTERS, pupils),
            (READERS, pupils),
        ] {
            assert_eq!(self.count(sql).await, i64::try_from(expected).unwrap(), "{sql}");
        }
        let again = self.chats_are_right().await;
        format!(
            "{here} people signed in, {seats} seats of {} events went to {} rivals, {} of {seats} told how it was, {pupils} letters \
             of one broadcast: each on record once, {again} of their messages shown again in Telegram",
            self.rounds,
            RIVALS.len(),
            self.answered,
        )
    }

    /// Nobody saw less than was sent, in VK nobody more, in Telegram nobody more than may be.
    async fn chats_are_right(&self) -> usize {
        let mut again = 0;
        let telegram = self.control.get("people").await;
        for person in &self.here {
            let seen = self.control.heard(*person).await.len();
            let outbox = outbox(&self.pool, *person).await;
            assert!(outbox.states.iter().all(|state| state == "sent"), "{:?}", outbox.states);
            let of_telegram =
                telegram.as_array().unwrap().iter().any(|one| one["id"] == *person && one["channel"] == "telegram");
            let most = if of_telegram { outbox.may_repeat } else { 0 };
            assert!((outbox.states.len()..=outbox.states.len() + most).contains(&seen), "{seen} of {most}");
            again += seen - outbox.states.len();
        }
        again
    }
}

/// Those who have signed in and whose class is in Surgut.
const PUPILS_OF_SURGUT: &str = "
    select count(distinct p.person) from sign_in_code c join account_person p on p.person = c.person
    join role r on r.person = p.person and r.role = 'pupil' join class k on k.id = r.class
    join school s on s.id = k.school join territory t on t.id = s.territory
    where c.used_at is not null and t.name = 'Сургут'";
const CODES_USED: &str = "select count(*) from sign_in_code where used_at is not null";
const SIGNED_IN: &str = "
    select count(distinct c.person) from sign_in_code c
    join account_person p on p.person = c.person and p.account = c.used_by where c.used_at is not null";
const ACCOUNTS: &str = "
    select count(*) from account_person where person in (select person from sign_in_code where used_at is not null)";
const WELCOMES: &str = "select count(*) from delivery where body #>> '{send,words,key}' = 'sign_in-welcome'";
const SEATS_TAKEN: &str = "select count(*) from event_signup where state = 'signed'";
const SIGN_UPS: &str = "select count(*) from event_signup";
const TOLD_A_SEAT: &str = "select count(*) from delivery where body #>> '{send,words,key}' = 'event_signup-joined'";
const TOLD_NO_SEAT: &str = "select count(*) from delivery where body #>> '{send,words,key}' = 'event_signup-full'";
const ASKED: &str = "select count(*) from delivery where body #>> '{send,words,key}' = 'notice-feedback'";
/// Each with all four of its answers, once.
const ANSWERS: &str = "
    select count(*) from feedback f where mark = 5 and answers is not null
    and (select count(*) = 4 * (select count(*) from feedback g where g.person = f.person) and bool_and(complete)
         from answer a where a.person = f.person)";
/// Every tick changed a message once: none was lost, none undone by a press that was brought again.
const TICKED: &str = "select count(*) from delivery where body ? 'rewrite' and state in ('sent', 'dropped')";
const FEEDBACK: &str = "select count(*) from feedback";
const THANKED: &str = "
    select count(*) from delivery
    where body #>> '{send,words,key}' in ('feedback_trial-thanks', 'feedback_trial-closed')";
const STAGES_MISSING: &str = "
    select count(*) from feedback f
    where not exists (select from stage_done s where s.person = f.person and s.stage = 'try')";
const STAGES_BESIDE: &str = "select count(*) from stage_done where person not in (select person from feedback)";
const BROADCASTS: &str = "select count(*) from broadcast where sent_at is not null";
const LETTERS: &str = "select count(*) from delivery where broadcast is not null";
const READERS: &str = "select count(distinct person) from delivery where broadcast is not null and state = 'sent'";
