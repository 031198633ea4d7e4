//! Pictures: uploaded once per lane, sent by their name afterwards, left out where the messenger does not take them.

use std::{sync::Arc, time::Duration};

use provodnik::{
    channel::{Channel, Sender, telegram, vk},
    doors::Doors,
    ids::{Dice, LaneId},
    lane::{Lane, Settings},
    message::{Said, SaidPicture, Words},
    sandbox::{BotOptions, CommunityOptions, Options, Sandbox},
    store::deliveries::{self, Body, Class, NewDelivery},
};
use serde_json::{Value, json};

use crate::{
    core_room::{Platform, Room, lane},
    specs,
};

const TOKEN: &str = "7000000001:picture";
const GROUP: i64 = 700_000_001;

/// A room whose lanes speak to the stand-ins.
struct Gallery {
    room: Room,
    sandbox: Sandbox,
    base: String,
    http: reqwest::Client,
}

impl Gallery {
    async fn new() -> Self {
        let room = Room::new().await;
        let bot = BotOptions { token: TOKEN.to_owned().into(), username: "bot".to_owned(), name: "Бот".to_owned() };
        let community = CommunityOptions {
            group_id: GROUP,
            token: "vk-token".to_owned().into(),
            name: "Группа".to_owned(),
            confirmation: "ok".to_owned(),
            app: None,
            callback: None,
        };
        let options = Options::new(room.clock.clone(), Arc::new(Dice::loaded(3)));
        let options = Options { bots: vec![bot], communities: vec![community], limits: false, ..options };
        let sandbox = Sandbox::new(options).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
        Self { room, sandbox, base, http }
    }

    fn id(channel: Channel) -> LaneId {
        match channel {
            Channel::Telegram => LaneId("telegram:7000000001".to_owned()),
            Channel::Vk => LaneId(format!("vk:{GROUP}")),
        }
    }

    /// A lane of a process that has sent nothing yet.
    fn lane(&self, channel: Channel) -> Lane {
        let http = self.http.clone();
        let sender = match channel {
            Channel::Telegram => {
                Sender::Telegram(telegram::Api::new(http, &format!("{}/telegram", self.base), TOKEN.to_owned().into()))
            }
            Channel::Vk => {
                Sender::Vk(vk::Client::new(http, &format!("{}/vk", self.base), "vk-token".to_owned().into()))
            }
        };
        let settings = Settings {
            id: Self::id(channel),
            channel,
            rate: 0,
            app: None,
            name: Arc::default(),
            doors: Doors::default(),
        };
        Lane::new(settings, sender, Arc::clone(&self.room.parts))
    }

    async fn api(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}/api/{path}", self.base)).json(&body).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// Somebody who has written to us.
    async fn person(&self, channel: Channel) -> i64 {
        let person = self.api("people", json!({"name": "Аня Смирнова", "channel": channel.as_str()})).await;
        let id = person["id"].as_i64().unwrap();
        self.api(&format!("people/{id}/start"), json!({})).await;
        id
    }

    async fn put(&self, channel: Channel, chat: i64) {
        put(&self.room, Self::id(channel), &chat.to_string()).await;
    }

    /// Another text takes the place of that of the last message, which has a picture.
    async fn rewrite(&self, channel: Channel, chat: i64) {
        let message = self.last(chat).await["id"].to_string();
        let said = said("parent-late");
        post(&self.room, Self::id(channel), &chat.to_string(), Body::Rewrite { message, said }).await;
    }

    /// The last thing that was said to somebody.
    async fn last(&self, person: i64) -> Value {
        let url = format!("{}/api/people/{person}/chat", self.base);
        let chat: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        chat.as_array().unwrap().last().unwrap().clone()
    }

    /// All that passed was as the platforms describe it.
    async fn as_described(&self) {
        assert_eq!(specs::check_log(&self.sandbox.log().await), Vec::<String>::new());
    }

    /// How often a method was called.
    async fn sends(&self, method: &str) -> usize {
        self.sandbox.log().await.iter().filter(|entry| entry.name == method).count()
    }

    /// How often a picture went up.
    async fn uploads(&self) -> usize {
        let log = self.sandbox.log().await;
        let up = |method: &str, params: &serde_json::Map<String, Value>| match method {
            "sendPhoto" => params.get("photo").is_some_and(|photo| photo == "attach://picture"),
            other => other == "photos.saveMessagesPhoto",
        };
        log.iter().filter(|entry| up(&entry.name, &entry.params)).count()
    }
}

fn said(key: &str) -> Said {
    let picture = SaidPicture { name: "ticket".to_owned(), alt: Words::plain("parent-agreed.alt") };
    Said { words: Words::plain(key), keyboard: None, picture: Some(picture) }
}

async fn put(room: &Room, lane: LaneId, chat: &str) {
    post(room, lane, chat, Body::Send(said("parent-agreed"))).await;
}

async fn post(room: &Room, lane: LaneId, chat: &str, body: Body) {
    let delivery = NewDelivery {
        lane,
        chat: chat.to_owned(),
        class: Class::Reply,
        person: None,
        account: None,
        body,
        edits: None,
        due: room.clock.now(),
        drop_after: None,
        dedupe: None,
        zone: None,
    };
    deliveries::put(&mut room.pool.acquire().await.unwrap(), &[delivery]).await.unwrap();
}

/// What was put off is tried again at once.
async fn run_all(room: &Room, lane: &mut Lane) {
    loop {
        run(lane).await;
        let again = sqlx::query("update delivery set retry_at = null where state = 'queued' and retry_at is not null");
        if again.execute(&room.pool).await.unwrap().rows_affected() == 0 {
            break;
        }
    }
}

async fn run(lane: &mut Lane) {
    while lane.beat().await.unwrap().claimed > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_uploaded_once_and_shown_to_everybody() {
    for channel in [Channel::Telegram, Channel::Vk] {
        let gallery = Gallery::new().await;
        let people = [gallery.person(channel).await, gallery.person(channel).await, gallery.person(channel).await];
        gallery.put(channel, people[0]).await;
        gallery.put(channel, people[1]).await;
        let mut lane = gallery.lane(channel);
        run_all(&gallery.room, &mut lane).await;
        lane.close().await.unwrap();
        gallery.put(channel, people[2]).await;
        let mut lane_again = gallery.lane(channel);
        run(&mut lane_again).await;
        for person in people {
            let seen = gallery.last(person).await;
            assert_eq!((&seen["kind"], &seen["text"]), (&json!("photo"), &json!("Можно")), "{channel:?} {seen}");
            assert_eq!(seen["file"]["name"], "Билет и рюкзак.png");
            let file = format!("{}/api/files/{}", gallery.base, seen["file"]["id"].as_str().unwrap());
            let bytes = gallery.http.get(file).send().await.unwrap().bytes().await.unwrap();
            assert_eq!(bytes, crate::core_room::PICTURE);
        }
        gallery.rewrite(channel, people[2]).await;
        run(&mut lane_again).await;
        let seen = gallery.last(people[2]).await;
        let rewritten = (&seen["kind"], &seen["text"], &seen["edited"]);
        assert_eq!(rewritten, (&json!("photo"), &json!("Нельзя"), &json!(true)), "{channel:?}");
        assert_eq!(gallery.uploads().await, 1, "{channel:?}");
        assert_eq!(gallery.room.count("select count(*) from picture").await, 1);
        gallery.as_described().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_good_any_more_is_replaced() {
    let gallery = Gallery::new().await;
    let anya = gallery.person(Channel::Telegram).await;
    gallery.put(Channel::Telegram, anya).await;
    run(&mut gallery.lane(Channel::Telegram)).await;
    sqlx::query("update picture set handle = 'gone'").execute(&gallery.room.pool).await.unwrap();
    sqlx::query("delete from lane").execute(&gallery.room.pool).await.unwrap();
    gallery.put(Channel::Telegram, anya).await;
    run(&mut gallery.lane(Channel::Telegram)).await;
    assert_eq!(gallery.uploads().await, 2);
    assert_eq!(gallery.last(anya).await["kind"], "photo");
    assert_eq!(gallery.room.count("select count(*) from picture where handle <> 'gone'").await, 1);
    gallery.as_described().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_left_out_and_the_text_goes() {
    let (room, platform) = (Room::new().await, Platform::new().await);
    let no = json!({"ok": false, "error_code": 400, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS"});
    platform.will_answer(400, no);
    put(&room, lane(), "7").await;
    run(&mut room.lane(&platform, 0)).await;
    assert_eq!(platform.heard().last().unwrap(), &("7".to_owned(), "Можно".to_owned()));
    assert_eq!(room.count("select count(*) from delivery where state = 'sent'").await, 1);
    assert_eq!(room.count("select count(*) from picture").await, 0);

    let gallery = Gallery::new().await;
    let anya = gallery.person(Channel::Vk).await;
    let fault = json!({"channel": "vk", "kind": "server_error", "method": "photos.getMessagesUploadServer"});
    gallery.api("faults", fault).await;
    gallery.put(Channel::Vk, anya).await;
    run_all(&gallery.room, &mut gallery.lane(Channel::Vk)).await;
    let seen = gallery.last(anya).await;
    assert_eq!((&seen["kind"], &seen["text"]), (&json!("text"), &json!("Можно")));
    gallery.as_described().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_upload_is_kept_though_the_message_fails() {
    let gallery = Gallery::new().await;
    let anya = gallery.person(Channel::Vk).await;
    let fault = json!({"channel": "vk", "kind": "server_error", "method": "messages.send", "count": 1});
    gallery.api("faults", fault).await;
    gallery.put(Channel::Vk, anya).await;
    run_all(&gallery.room, &mut gallery.lane(Channel::Vk)).await;
    assert_eq!(gallery.last(anya).await["kind"], "photo");
    assert_eq!(gallery.uploads().await, 1);
    gallery.as_described().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_hangs_holds_nobody_else_up() {
    let gallery = Gallery::new().await;
    let people = [gallery.person(Channel::Telegram).await, gallery.person(Channel::Telegram).await];
    let reader = gallery.person(Channel::Telegram).await;
    let fault = json!({"channel": "telegram", "kind": "hold", "method": "sendPhoto", "count": 1});
    gallery.api("faults", fault).await;
    for person in people {
        gallery.put(Channel::Telegram, person).await;
    }
    let plain = Said { picture: None, ..said("parent-late") };
    post(&gallery.room, Gallery::id(Channel::Telegram), &reader.to_string(), Body::Send(plain)).await;
    let mut lane = gallery.lane(Channel::Telegram);
    run(&mut lane).await;
    assert_eq!(gallery.last(reader).await["text"], "Нельзя");
    let waiting = "select count(*) from delivery where state = 'queued' and error = 'its picture goes up'";
    assert_eq!(gallery.room.count(waiting).await, 1);
    gallery.http.delete(format!("{}/api/faults", gallery.base)).send().await.unwrap();
    while gallery.room.count("select count(*) from delivery where state = 'queued'").await > 0 {
        run_all(&gallery.room, &mut lane).await;
    }
    for person in people {
        assert_eq!(gallery.last(person).await["kind"], "photo");
    }
    assert_eq!((gallery.uploads().await, gallery.sends("sendPhoto").await), (1, 2), "nothing twice");
    gallery.as_described().await;
}
