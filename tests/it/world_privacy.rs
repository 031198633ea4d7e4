//! What must be nowhere in clear, and what people send who mean ill.

use std::{
    io::Write,
    sync::{LazyLock, Mutex},
};

use provodnik::import::Report;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

use crate::world::{Phone, World, card};

/// Every column that could hold a word.
const COLUMNS: &str = "select table_name::text, column_name::text, data_type::text from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'jsonb', 'bytea', 'character varying', 'ARRAY')";

/// Every log line of this process.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static LISTENING: LazyLock<bool> = LazyLock::new(|| {
    let filter = EnvFilter::new("info,provodnik=trace,sqlx=debug");
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Log).finish();
    tracing::subscriber::set_global_default(logger).is_ok()
});

struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Where a canary is found: in tables, and in the log.
async fn found(world: &World, canary: &str) -> Vec<String> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(COLUMNS).fetch_all(&world.database.pool).await.unwrap();
    assert!(columns.len() > 50, "{}", columns.len());
    let mut places = Vec::new();
    for (table, column, kind) in columns {
        let test = match kind.as_str() {
            "bytea" => format!("position(convert_to($1, 'UTF8') in \"{column}\") > 0"),
            _ => format!("position(lower($1) in lower(\"{column}\"::text)) > 0"),
        };
        let sql = format!("select count(*) from \"{table}\" where {test}");
        let rows = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).bind(canary);
        if rows.fetch_one(&world.database.pool).await.unwrap() > 0 {
            places.push(format!("{table}.{column}: {canary}"));
        }
    }
    if logged(canary) {
        places.push(format!("log: {canary}"));
    }
    places
}

/// Whether the log of this process holds it. Whoever asks first makes the log listen.
pub fn logged(canary: &str) -> bool {
    assert!(*LISTENING || !LOG.lock().unwrap().is_empty());
    String::from_utf8_lossy(&LOG.lock().unwrap()).to_lowercase().contains(&canary.to_lowercase())
}

/// A day of somebody in two messengers; gives what must not be found.
async fn day(world: &World, school: &Report) -> Vec<String> {
    let [telegram, vk] = world.both().await;
    let code = card(school, "Ёлкина Алия");
    telegram.follows_link(&code).await;
    telegram.says("канарейка живёт у нас").await;
    telegram.says("8 (495) 777-66-55").await;
    telegram.presses("Оставить заявку").await;
    telegram.presses("Отправить заявку").await;
    telegram.presses("Подтвердить телефон").await;
    let first = telegram.is_rung("+7 999 111-22-33", Some("Мамы")).await;
    telegram.says(if first == "0001" { "0002" } else { "0001" }).await;
    telegram.says(&first).await;
    telegram.says("другой мессенджер").await;
    let shown = telegram.unread().await;
    let link = shown.iter().find_map(|said| said.split("код: ").nth(1)).unwrap()[..9].to_owned();
    vk.says(&link).await;
    vk.presses("Сменить номер").await;
    vk.presses("Сменить номер").await;
    let second = vk.is_rung("+79994445566", Some("Мой")).await;
    vk.says(&second).await;
    assert!(telegram.last().await.contains("Алия: номер телефона сменён"));
    let quoted = [first, second].map(|digits| format!("\"{digits}\""));
    let plain = ["Алия", "Рустамовна", "канарейка", "4957776655", "777-66-55", "9991112233", "111-22-33", "9994445566"];
    let codes = [code.replace('-', ""), code, link.replace('-', ""), link];
    plain.into_iter().map(str::to_owned).chain(codes).chain(quoted).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_phone_word_or_code_lies_anywhere_in_clear() {
    assert!(*LISTENING);
    let world = World::new().await;
    let school = world.school().await;
    let mut places = Vec::new();
    for canary in day(&world, &school).await {
        places.extend(found(&world, &canary).await);
    }
    assert_eq!(places, Vec::<String>::new());
    assert!(!found(&world, "telegram:7000000001").await.is_empty(), "the search itself works");
    assert!(!LOG.lock().unwrap().is_empty());
    world.done().await;
}

/// What is typed to break things.
fn nasty() -> Vec<String> {
    let texts = [
        "'; drop table person; --",
        "<b>жирно</b> *звёзды* _черта_ [ссылка](https://example.org) `код`",
        "😀😀😀😀😀😀",
        "\u{202e}\u{2066}مرحبا בעולם\u{2069}",
        "f1:aaaaaa:1:stop",
        "{ $name } { $phone } {{ 7*7 }} %s %n ${jndi:ldap://x}",
        "\u{0}\u{7}\u{fffd}\u{feff}текст",
        "/whatever",
        "-1",
        "٠٤٢٧",
    ];
    texts.into_iter().map(str::to_owned).chain(["я".repeat(9_000), "👩‍👩‍👧‍👦".repeat(700)]).collect()
}

/// Whatever is typed, the answer is short, kind, and none of it comes back.
async fn bears(phone: &Phone<'_>) {
    for text in nasty() {
        phone.says(&text).await;
        let seen = phone.unread().await;
        assert!(!seen.is_empty() && seen.len() <= 4, "{text}: {seen:?}");
        for said in seen {
            assert!(!said.contains("drop table") && !said.contains("жирно") && !said.contains("яяя"), "{said}");
            assert!(said.chars().count() < 900, "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_bears_whatever_is_typed() {
    let world = World::new().await;
    let school = world.school().await;
    for (phone, (name, number)) in
        world.both().await.iter().zip([("Хмуров Иван", "+79161234567"), ("Цой Юлия", "+79261234568")])
    {
        bears(phone).await;
        phone.says("меню").await;
        phone.unread().await;
        phone.signs_in(&card(&school, name)).await;
        bears(phone).await;
        phone.says("меню").await;
        phone.unread().await;
        bears(phone).await;
        phone.says("меню").await;
        phone.presses("Подтвердить телефон").await;
        phone.says(number).await;
        phone.unread().await;
        bears(phone).await;
        phone.says("меню").await;
        phone.presses("Подтвердить телефон").await;
        let digits = phone.is_rung(number, Some("Мой")).await;
        bears(phone).await;
        phone.says(&digits).await;
        let seen = phone.unread().await;
        assert!(seen.iter().any(|said| said.contains("Номер подтверждён")), "{seen:?}");
    }
    assert_eq!(
        world.count("select count(*) from person where kind = 'record'").await,
        world.count("select count(distinct person) from role").await
    );
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_somebody_else_does_nothing() {
    let world = World::new().await;
    let school = world.school().await;
    let [victim, thief] = [world.telegram("Иван").await, world.telegram("Вор").await];
    victim.signs_in(&card(&school, "Хмуров Иван")).await;
    victim.says("+79161234567").await;
    victim.sees(&["Чей это телефон?"]).await;
    thief.signs_in(&card(&school, "Цой Иван")).await;
    let token = victim.chat().await.last().unwrap()["buttons"][0]["token"].as_str().unwrap().to_owned();
    for data in [token.as_str(), "f1:aaaaaa:1:self", "f1::4294967296:", "stop", "{\"t\":1}"] {
        world.bring_telegram(press(thief.id, data)).await;
        thief.sees(&["Напиши номер мобильного"]).await;
    }
    victim.sees(&[]).await;
    assert_eq!(world.calls().await, 0);
    victim.presses("Мой").await;
    victim.sees(&["Минутку", "сейчас позвонит робот", "Пришли 4"]).await;
    world.done().await;
}

/// A press as Telegram brings it, of whatever button the sender likes.
fn press(by: i64, data: &str) -> Value {
    let from = json!({"id": by, "is_bot": false, "first_name": "Вор"});
    let chat = json!({"id": by, "type": "private", "first_name": "Вор"});
    let message = json!({"message_id": 1, "date": 1, "chat": chat, "text": "…"});
    json!({"id": "77", "from": from, "message": message, "chat_instance": "1", "data": data})
}
