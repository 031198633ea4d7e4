//! The stand-ins, driven over real HTTP; all that they say is held against the specifications.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::StatusCode, routing::post};
use chrono::DateTime;
use provodnik::{
    clock::Clock,
    ids::Dice,
    sandbox::{BotOptions, CommunityOptions, Options, Sandbox},
};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::check_log;

const BOT: &str = "telegram/bot700:secret";
const GROUP: i64 = 900;

/// Stand-ins on a port of their own.
struct Stage {
    sandbox: Sandbox,
    base: String,
    http: Client,
}

/// Serves a router; gives its address.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

fn options() -> Options {
    let clock = Clock::frozen(DateTime::from_timestamp(1_772_434_800, 0).unwrap());
    let mut options = Options::new(clock, Arc::new(Dice::loaded(7)));
    options.bots = vec![BotOptions {
        token: "700:secret".to_owned().into(),
        username: "bilet_bot".to_owned(),
        name: "Проводник".to_owned(),
    }];
    options.communities = vec![CommunityOptions {
        group_id: GROUP,
        token: "vk1.token".to_owned().into(),
        name: "Билет".to_owned(),
        confirmation: "c0ffee".to_owned(),
        app: None,
        callback: None,
    }];
    options.first_pause = Duration::from_millis(5);
    options
}

impl Stage {
    async fn new() -> Self {
        Self::of(options()).await
    }

    async fn of(options: Options) -> Self {
        let sandbox = Sandbox::new(options).unwrap();
        // Nested, as `dev` serves it.
        let base = serve(Router::new().nest_service("/sandbox/", sandbox.router())).await + "/sandbox";
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        Self { sandbox, base, http }
    }

    async fn raw(&self, path: &str, body: Value) -> Result<Response, reqwest::Error> {
        self.http.post(format!("{}/{path}", self.base)).json(&body).send().await
    }

    async fn api(&self, path: &str, body: Value) -> Value {
        let answer = self.raw(&format!("api/{path}"), body).await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}/{path}", self.base)).send().await.unwrap().json().await.unwrap()
    }

    async fn bot(&self, method: &str, body: Value) -> Value {
        self.raw(&format!("{BOT}/{method}"), body).await.unwrap().json().await.unwrap()
    }

    async fn vk(&self, method: &str, form: &[(&str, &str)]) -> Value {
        let mut form = form.to_vec();
        form.extend([("access_token", "vk1.token"), ("v", "5.199")]);
        let request = self.http.post(format!("{}/vk/method/{method}", self.base)).form(&form);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn person(&self, channel: &str) -> i64 {
        let person = json!({"name": "Аня Смирнова", "channel": channel, "phone": "+79161234567"});
        self.api("people", person).await["id"].as_i64().unwrap()
    }

    async fn chat(&self, person: i64) -> Vec<Value> {
        self.get(&format!("api/people/{person}/chat")).await.as_array().unwrap().clone()
    }

    async fn clean(&self) {
        let faults = check_log(&self.sandbox.log().await);
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

fn inline() -> Value {
    json!({"inline_keyboard": [[{"text": "Да", "callback_data": "f1:aaaaaa:1:yes"}]]})
}

#[tokio::test]
async fn a_day_in_telegram_matches_the_specification() {
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    let refused = stage.bot("SendMessage", json!({"chat_id": anya, "text": "Привет"})).await;
    assert_eq!(refused["description"], "Forbidden: bot can't initiate conversation with a user");

    stage.api(&format!("people/{anya}/start"), json!({"payload": "CODE-1"})).await;
    stage.api(&format!("people/{anya}/share_contact"), json!({"foreign": true})).await;
    stage.api(&format!("people/{anya}/send_file"), json!({"kind": "photo", "caption": "это я"})).await;
    stage.api(&format!("people/{anya}/send_file"), json!({"kind": "sticker"})).await;
    let updates = stage.bot("getUpdates", json!({})).await["result"].clone();
    assert_eq!(updates[0]["message"]["text"], "/start CODE-1");
    assert!(updates[1]["message"]["contact"].get("user_id").is_none());
    assert_eq!(updates.as_array().unwrap().len(), 4);
    let next = updates[3]["update_id"].as_i64().unwrap() + 1;

    let sent = stage.bot("sendmessage", json!({"chat_id": anya, "text": "Это ты?", "reply_markup": inline()})).await;
    let bubble = sent["result"]["message_id"].clone();
    assert_eq!(stage.api(&format!("people/{anya}/press"), json!({"label": "Да"})).await["did"], "callback");
    let pressed = stage.bot("getUpdates", json!({"offset": next})).await["result"][0]["callback_query"].clone();
    assert_eq!(pressed["data"], "f1:aaaaaa:1:yes");
    let answer = json!({"callback_query_id": pressed["id"], "text": "Хорошо"});
    assert_eq!(stage.bot("answerCallbackQuery", answer.clone()).await["ok"], true);
    assert_eq!(stage.bot("answerCallbackQuery", answer).await["error_code"], 400);
    let edit = json!({"chat_id": anya, "message_id": bubble, "text": "Это ты."});
    assert_eq!(stage.bot("editMessageText", edit.clone()).await["ok"], true);
    let again = stage.bot("editMessageText", edit).await;
    assert!(again["description"].as_str().unwrap().contains("message is not modified"));
    let state = stage.get(&format!("api/people/{anya}/state")).await;
    assert_eq!(state["toasts"][0]["text"], "Хорошо");
    assert_eq!(stage.chat(anya).await.last().unwrap()["text"], "Это ты.");

    stage.api(&format!("people/{anya}/block"), json!({})).await;
    let blocked = stage.bot("sendMessage", json!({"chat_id": anya, "text": "?"})).await;
    assert_eq!(blocked["description"], "Forbidden: bot was blocked by the user");
    assert_eq!(
        stage.bot("sendMessage", json!({"chat_id": 1, "text": "?"})).await["description"],
        "Bad Request: chat not found"
    );
    stage.clean().await;
}

#[tokio::test]
async fn groups_move_and_throw_the_bot_out() {
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    let group =
        stage.api("groups", json!({"title": "7А", "channel": "telegram", "members": [anya]})).await["id"].clone();
    let say = |chat: &Value| json!({"chat_id": chat, "text": "Всем привет"});
    assert_eq!(stage.bot("sendMessage", say(&group)).await["ok"], true);
    let moved = stage.api(&format!("groups/{group}/migrate"), json!({})).await["id"].clone();
    let refused = stage.bot("sendMessage", say(&group)).await;
    assert_eq!(refused["parameters"]["migrate_to_chat_id"], moved);
    assert_eq!(stage.bot("sendMessage", say(&moved)).await["ok"], true);
    stage.api(&format!("groups/{moved}/bot"), json!({"in": false})).await;
    let kicked = stage.bot("sendMessage", say(&moved)).await;
    assert_eq!(kicked["description"], "Forbidden: bot was kicked from the supergroup chat");
    assert!(stage.bot("getUpdates", json!({})).await["result"].as_array().unwrap().len() >= 5);
    stage.clean().await;
}

#[tokio::test]
async fn a_reply_carries_what_it_answers_and_only_what_is_there() {
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    let said = stage.api(&format!("people/{anya}/say"), json!({"text": "Привет"})).await["id"].clone();
    let reply = |to: &Value| json!({"chat_id": anya, "text": "И тебе", "reply_parameters": {"message_id": to}});
    let first = stage.bot("sendMessage", reply(&said)).await["result"].clone();
    assert_eq!(
        (&first["reply_to_message"]["message_id"], &first["reply_to_message"]["text"]),
        (&said, &json!("Привет"))
    );
    let second = stage.bot("sendMessage", reply(&first["message_id"])).await["result"].clone();
    assert!(second["reply_to_message"].get("reply_to_message").is_none(), "one deep: {second}");
    assert_eq!(stage.chat(anya).await[1]["answers"], said);
    let refused = stage.bot("sendMessage", reply(&json!(999))).await;
    assert_eq!(refused["description"], "Bad Request: message to be replied not found");
    assert_eq!(stage.bot("getChat", json!({"chat_id": anya})).await["ok"], true);
    stage.clean().await;
}

#[tokio::test]
async fn a_call_in_the_answer_of_a_webhook_may_be_written_as_any_request() {
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    let part =
        |name: &str, value: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let parts = [("method", "sendMessage"), ("chat_id", &anya.to_string()), ("text", "И тебе")];
    let body: String =
        parts.into_iter().map(|(name, value)| part(name, value)).chain(["--b--\r\n".to_owned()]).collect();
    let answer = move || async move { ([("content-type", "multipart/form-data; boundary=b")], body) };
    let url = serve(Router::new().route("/", post(answer))).await;
    assert_eq!(stage.bot("setWebhook", json!({"url": url})).await["ok"], true);
    stage.api(&format!("people/{anya}/say"), json!({"text": "Привет"})).await;
    while stage.chat(anya).await.last().unwrap()["text"] != "И тебе" {
        tokio::task::yield_now().await;
    }
    stage.clean().await;
}

#[tokio::test]
async fn limits_answer_with_the_time_to_wait() {
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    stage.api(&format!("people/{anya}/say"), json!({"text": "Привет"})).await;
    for _ in 0..5 {
        assert_eq!(stage.bot("sendMessage", json!({"chat_id": anya, "text": "a"})).await["ok"], true);
    }
    let answer = stage.raw(&format!("{BOT}/sendMessage"), json!({"chat_id": anya, "text": "a"})).await.unwrap();
    assert_eq!(
        (answer.status(), answer.headers()["retry-after"].to_str().unwrap()),
        (StatusCode::TOO_MANY_REQUESTS, "1")
    );
    assert_eq!(answer.json::<Value>().await.unwrap()["parameters"]["retry_after"], 1);
    stage.clean().await;
}

#[tokio::test]
async fn a_second_get_updates_and_a_webhook_end_the_first() {
    let stage = Arc::new(Stage::new().await);
    let waiting = {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.bot("getUpdates", json!({"timeout": 10})).await })
    };
    while !waiting.is_finished() {
        stage.bot("getUpdates", json!({})).await;
    }
    assert_eq!(waiting.await.unwrap()["error_code"], 409);
    let url = serve(Router::new().route("/", post(async || StatusCode::OK))).await;
    assert_eq!(stage.bot("setWebhook", json!({"url": url})).await["ok"], true);
    let conflict = stage.bot("getUpdates", json!({})).await;
    assert!(
        conflict["description"].as_str().unwrap().starts_with("Conflict: can't use getUpdates method while webhook")
    );
    assert_eq!(stage.bot("deleteWebhook", json!({})).await["ok"], true);
    assert_eq!(stage.bot("getUpdates", json!({})).await["ok"], true);
}

/// A receiver that refuses the first `refusals` requests; tells secret and body of each.
async fn receiver(refusals: u32, answer: &'static str) -> (String, mpsc::UnboundedReceiver<(String, Value, bool)>) {
    let (tell, told) = mpsc::unbounded_channel();
    let left = Arc::new(AtomicU32::new(refusals));
    let take = move |headers: axum::http::HeaderMap, axum::Json(body): axum::Json<Value>| {
        let (tell, left) = (tell.clone(), Arc::clone(&left));
        async move {
            let named = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            let secret = named("x-telegram-bot-api-secret-token") + &named("x-retry-counter");
            let confirms = body["type"] == "confirmation";
            let refused =
                !confirms && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            tell.send((secret, body, refused)).unwrap();
            match (confirms, refused) {
                (true, _) => (StatusCode::OK, "c0ffee"),
                (_, true) => (StatusCode::INTERNAL_SERVER_ERROR, "later"),
                _ => (StatusCode::OK, answer),
            }
        }
    };
    (serve(Router::new().route("/hook", post(take))).await + "/hook", told)
}

#[tokio::test]
async fn a_webhook_that_fails_gets_the_same_update_again_in_order() {
    let stage = Stage::new().await;
    let (url, mut told) = receiver(3, "").await;
    let hook = json!({"url": url, "secret_token": "s-1"});
    assert_eq!(stage.bot("setWebhook", hook).await["ok"], true);
    let anya = stage.person("telegram").await;
    stage.api(&format!("people/{anya}/say"), json!({"text": "один"})).await;
    stage.api(&format!("people/{anya}/say"), json!({"text": "два"})).await;
    let mut texts = Vec::new();
    while texts.len() < 5 {
        let (secret, body, refused) = told.recv().await.unwrap();
        assert_eq!(secret, "s-1");
        texts.push((body["message"]["text"].as_str().unwrap().to_owned(), refused));
    }
    let (one, two) = ("один".to_owned(), "два".to_owned());
    assert_eq!(texts, [(one.clone(), true), (one.clone(), true), (one.clone(), true), (one, false), (two, false)]);
    stage.clean().await;
}

#[tokio::test]
async fn a_callback_server_confirms_and_gets_each_event_until_it_says_ok() {
    let stage = Stage::new().await;
    let (url, mut told) = receiver(1, "ok").await;
    let added = stage
        .vk("groups.addCallbackServer", &[("group_id", "900"), ("url", &url), ("title", "p"), ("secret_key", "s2")])
        .await;
    assert_eq!(added["response"]["server_id"], 1);
    assert_eq!(told.recv().await.unwrap().1["type"], "confirmation");
    while stage.get("api/lines").await["vk"][0]["callback"][0]["status"] != "ok" {
        tokio::task::yield_now().await;
    }
    let boris = stage.person("vk").await;
    stage.api(&format!("people/{boris}/start"), json!({})).await;
    let (first, event, refused) = told.recv().await.unwrap();
    assert_eq!((first.as_str(), refused, &event["secret"]), ("", true, &json!("s2")));
    assert_eq!(event["object"]["message"]["payload"], "{\"command\":\"start\"}");
    let (counter, again, refused) = told.recv().await.unwrap();
    assert_eq!((counter.as_str(), refused, &again["event_id"]), ("1", false, &event["event_id"]));
    stage.clean().await;
}

#[tokio::test]
async fn a_day_in_vk_matches_the_specification() {
    let stage = Stage::new().await;
    let (boris, stranger) = (stage.person("vk").await, stage.person("vk").await);
    let server = stage.vk("groups.getLongPollServer", &[("group_id", "900")]).await["response"].clone();
    let poll = |ts: &Value| {
        let (server, key, ts) =
            (server["server"].as_str().unwrap(), server["key"].as_str().unwrap(), ts.as_str().unwrap());
        stage.http.get(format!("{server}?act=a_check&key={key}&ts={ts}&wait=5"))
    };
    stage.api(&format!("people/{boris}/say"), json!({"text": "Привет"})).await;
    stage.api(&format!("people/{boris}/send_file"), json!({"kind": "photo"})).await;
    let told: Value = poll(&server["ts"]).send().await.unwrap().json().await.unwrap();
    assert_eq!(told["updates"][0]["object"]["message"]["text"], "Привет");

    let button =
        json!({"action": {"type": "callback", "label": "Да", "payload": "{\"t\":\"f1\"}"}, "color": "secondary"});
    let keyboard = json!({"inline": true, "one_time": false, "buttons": [[button]]}).to_string();
    let peers = format!("{boris},{stranger}");
    let form = [("peer_ids", peers.as_str()), ("random_id", "77"), ("message", "Это ты?"), ("keyboard", &keyboard)];
    let sent = stage.vk("messages.send", &form).await["response"].clone();
    assert_eq!(sent[1]["error"]["code"], 901);
    assert_eq!(
        stage.vk("messages.send", &form).await["response"],
        sent,
        "a repeated random_id makes no second message"
    );
    assert_eq!(stage.chat(boris).await.len(), 3);
    stage.api(&format!("people/{boris}/press"), json!({"label": "Да"})).await;
    let told: Value = poll(&told["ts"]).send().await.unwrap().json().await.unwrap();
    let press = &told["updates"][0]["object"];
    assert_eq!(press["payload"], json!({"t": "f1"}));
    let (user, id) = (boris.to_string(), press["event_id"].as_str().unwrap().to_owned());
    let snackbar = json!({"type": "show_snackbar", "text": "Хорошо"}).to_string();
    let answer = [("event_id", id.as_str()), ("user_id", &user), ("peer_id", &user), ("event_data", &snackbar)];
    assert_eq!(stage.vk("messages.sendMessageEventAnswer", &answer).await["response"], 1);
    let place = sent[0]["conversation_message_id"].to_string();
    let edit = [("peer_id", user.as_str()), ("conversation_message_id", &place), ("message", "Это ты.")];
    assert_eq!(stage.vk("messages.edit", &edit).await["response"], 1);
    stage.vk("users.get", &[("user_ids", &user)]).await;
    stage.vk("groups.getById", &[]).await;
    stage.vk("messages.getConversationsById", &[("peer_ids", &user)]).await;
    stage.vk("groups.getCallbackConfirmationCode", &[("group_id", "900")]).await;
    stage.api(&format!("people/{boris}/block"), json!({})).await;
    let denied = stage.vk("messages.send", &[("peer_id", &user), ("random_id", "78"), ("message", "?")]).await;
    assert_eq!(denied["error"]["error_code"], 901);
    let told: Value = poll(&told["ts"]).send().await.unwrap().json().await.unwrap();
    assert_eq!(told["updates"][0]["type"], "message_deny");
    stage.clean().await;
}

#[tokio::test]
async fn vk_keeps_the_low_half_of_a_long_random_id_and_the_message_that_is_answered() {
    let stage = Stage::new().await;
    let boris = stage.person("vk").await;
    let said = stage.api(&format!("people/{boris}/say"), json!({"text": "Привет"})).await["id"].clone();
    let peer = boris.to_string();
    let forward = json!({"peer_id": boris, "conversation_message_ids": [1], "is_reply": true}).to_string();
    let send = async |random_id: &str| {
        let form = [("peer_id", peer.as_str()), ("random_id", random_id), ("message", "И тебе"), ("forward", &forward)];
        stage.vk("messages.send", &form).await["response"].clone()
    };
    // 2³² + 7 and 7 are one id.
    assert_eq!(send("4294967303").await, send("7").await);
    assert_eq!(stage.chat(boris).await.len(), 2);
    assert_eq!(stage.chat(boris).await[1]["answers"], said);
}

#[tokio::test]
async fn an_old_vk_client_sees_no_buttons() {
    let stage = Stage::new().await;
    let person = json!({"name": "Вера", "channel": "vk", "old_client": true});
    let vera = stage.api("people", person).await["id"].as_i64().unwrap();
    stage.api(&format!("people/{vera}/say"), json!({"text": "Привет"})).await;
    let keyboard = json!({"buttons": [[{"action": {"type": "text", "label": "Да"}}]]}).to_string();
    let peer = vera.to_string();
    stage
        .vk("messages.send", &[("peer_id", &peer), ("random_id", "1"), ("message", "?"), ("keyboard", &keyboard)])
        .await;
    assert_eq!(stage.chat(vera).await[1]["buttons"], json!([]));
    assert!(stage.get(&format!("api/people/{vera}/keyboard")).await.is_null());
}

#[tokio::test]
async fn faults_drop_refuse_and_lie() {
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    stage.api(&format!("people/{anya}/say"), json!({"text": "Привет"})).await;
    let path = format!("{BOT}/sendMessage");
    let send = || stage.raw(&path, json!({"chat_id": anya, "text": "a"}));
    let fault = async |kind: &str| {
        stage.api("faults", json!({"channel": "telegram", "kind": kind, "count": 1, "method": "sendMessage"})).await;
    };
    fault("drop_before").await;
    assert!(send().await.is_err());
    assert_eq!(stage.chat(anya).await.len(), 1);
    fault("drop_after").await;
    assert!(send().await.is_err());
    assert_eq!(stage.chat(anya).await.len(), 2);
    fault("server_error").await;
    assert_eq!(send().await.unwrap().status(), StatusCode::BAD_GATEWAY);
    fault("blocked").await;
    assert_eq!(send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert!(send().await.unwrap().status().is_success());
    stage.clean().await;
}

#[tokio::test]
async fn a_call_rings_and_the_quirks_are_the_providers() {
    let stage = Stage::new().await;
    let call = |code: &str, unique: &str| {
        let body = json!({"phone": 79_161_234_567_i64, "code": code, "unique": unique});
        stage.http.post(format!("{}/autodial/ucaller/v1.0/initCall", stage.base)).bearer_auth("k.1").json(&body).send()
    };
    let placed: Value = call("0427", "u-1").await.unwrap().json().await.unwrap();
    assert_eq!((&placed["status"], &placed["code"]), (&json!(true), &json!("0427")));
    let again: Value = call("0427", "u-1").await.unwrap().json().await.unwrap();
    assert_eq!((&again["exists"], &again["ucaller_id"]), (&json!(true), &placed["ucaller_id"]));
    let rang = stage.get("api/calls?phone=%2B79161234567").await;
    assert_eq!((rang.as_array().unwrap().len(), &rang[0]["last4"]), (1, &json!("0427")));
    stage.api("faults", json!({"channel": "autodial", "kind": "status_false", "count": 1})).await;
    let odd: Value = call("1111", "u-2").await.unwrap().json().await.unwrap();
    assert!(odd["status"] == false && odd.get("error").is_none() && odd["ucaller_id"].is_number());
    stage.api("faults", json!({"channel": "autodial", "kind": "integer_code", "count": 1})).await;
    let code = stage.get("autodial/smsru/code/call?api_id=x&phone=79161234567&json=1").await;
    assert_eq!((&code["status_code"], &code["code"]), (&json!(100), &json!(427)));
    let check = stage.get("autodial/smsru/callcheck/add?api_id=x&phone=79161234567&json=1").await;
    let status = async || {
        stage.get(&format!("autodial/smsru/callcheck/status?check_id={}", check["check_id"].as_str().unwrap())).await
    };
    assert_eq!(status().await["check_status"], "400");
    let anya = stage.person("telegram").await;
    stage.api(&format!("people/{anya}/dial"), json!({"number": check["call_phone"]})).await;
    assert_eq!(status().await["check_status"], "401");
}

#[tokio::test]
async fn chats_survive_a_restart_and_no_id_comes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let stage = Stage::new().await;
    let anya = stage.person("telegram").await;
    let first = stage.api(&format!("people/{anya}/say"), json!({"text": "Привет"})).await["id"].as_i64().unwrap();
    for _ in 0..2 {
        stage.sandbox.save(&path).await.unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "phones and codes are in it");
    }
    let stage = Stage::of(Options { snapshot: Some(path), ..options() }).await;
    assert_eq!(stage.chat(anya).await[0]["text"], "Привет");
    let waiting = stage.bot("getUpdates", json!({})).await["result"].clone();
    let second = stage.api(&format!("people/{anya}/say"), json!({"text": "Ещё"})).await["id"].as_i64().unwrap();
    assert!(second > first + 500);
    let both = stage.bot("getUpdates", json!({})).await["result"].clone();
    assert!(both[1]["update_id"].as_i64().unwrap() > waiting[0]["update_id"].as_i64().unwrap() + 500);
    assert_ne!(stage.person("telegram").await, anya);
}

#[tokio::test]
async fn tokens_stay_out_of_the_log() {
    let stage = Stage::new().await;
    stage.bot("getMe", json!({})).await;
    stage.vk("users.get", &[]).await;
    let seen = stage.get("api/log").await.to_string();
    assert!(seen.contains("bot700:***") && !seen.contains("700:secret") && !seen.contains("vk1.token"), "{seen}");
}
