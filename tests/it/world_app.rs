//! «Мой трек»: from the button in a chat to the page, as a person's messenger and its browser do it.

use chrono::TimeDelta;
use provodnik::http::BEARER_LIVES;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Phone, World, card, everywhere};

const BUTTON: &str = "Открыть мой трек";

/// The header with which the page shows its launch.
fn proof(url: &str) -> String {
    let url: reqwest::Url = url.parse().unwrap();
    let of = |text: &str, name: &str| {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap();
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    };
    match url.fragment().and_then(|fragment| of(fragment, "tgWebAppData")) {
        Some(init_data) => format!("tma {init_data}"),
        None => format!("VK {}", url.query().unwrap()),
    }
}

/// A phone that opens the app by the button of the menu.
async fn opens(phone: &Phone<'_>) -> String {
    proof(phone.does("open_app", json!({"label": BUTTON})).await["url"].as_str().unwrap())
}

async fn ask(world: &World, method: Method, path: &str, authorization: Option<&str>) -> (StatusCode, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.request(method, format!("{}/app/api/{path}", world.base));
    let request = authorization.into_iter().fold(request, |request, one| request.header("authorization", one));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status(), answer.json().await.unwrap())
}

/// The bearer for a launch.
async fn session(world: &World, proof: &str) -> String {
    let (status, session) = ask(world, Method::POST, "session", Some(proof)).await;
    assert_eq!(status, StatusCode::OK, "{session}");
    format!("Bearer {}", session["bearer"].as_str().unwrap())
}

async fn track(world: &World, bearer: &str) -> (StatusCode, Value) {
    ask(world, Method::GET, "track", Some(bearer)).await
}

fn refused(answer: (StatusCode, Value)) -> (u16, String) {
    let (status, body) = answer;
    for lang in ["ru", "en"] {
        assert!(body["error"][lang].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{body}");
    }
    (status.as_u16(), body["error"]["code"].as_str().unwrap().to_owned())
}

fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Launch → session → track, before and after the phone is proved.
#[tokio::test]
async fn a_pupil_opens_the_track_and_sees_what_comes_next() {
    everywhere(async |world, channel| {
        let cards = world.school().await;
        let phone = world.signed_in(channel, "Петя", &card(&cards, "Ёлкина Анна")).await;
        phone.presses("Позже").await;
        let bearer = session(world, &opens(&phone).await).await;
        let (status, shown) = track(world, &bearer).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (&shown["phone"], &shown["next"]),
            (&json!({"state": "open", "days": 7}), &json!("phone")),
            "{shown}"
        );
        assert_eq!((&shown["several"], &shown["adult"]), (&json!(false), &json!(false)));
        let stages = shown["stages"].as_array().unwrap();
        let first =
            json!({"key": "engage", "name": {"ru": "Увлекаюсь", "en": "Engaged"}, "by": "2026-10-10", "state": "now"});
        assert_eq!((stages.len(), &stages[0]), (6, &first));
        assert!(stages[1..].iter().all(|stage| stage["state"] == "ahead"), "{stages:?}");
        let name = shown["name"].as_str().unwrap().to_owned();
        assert!(phone.last().await.contains(&name));

        phone.presses("Подтвердить телефон").await;
        phone.verifies("+7 912 345-67-89", Some("Мой")).await;
        let (_, shown) = track(world, &bearer).await;
        let masked = json!({"state": "verified", "masked": "+7 912 ***-**-89"});
        assert_eq!((&shown["phone"], &shown["next"], &shown["name"]), (&masked, &json!("stage"), &json!(name)));
    })
    .await;
}

/// The page itself: nothing but ours runs in it, and the messengers may frame it.
#[tokio::test]
async fn the_page_is_served_with_its_policy() {
    let world = World::new().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for file in ["", "track.css", "main.js", "host.js", "api.js", "view.js", "words.js", "icon.svg"] {
        let answer = client.get(format!("{}/app/{file}", world.base)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        let parts: Vec<&str> = policy.split(';').map(str::trim).collect();
        assert!(parts.contains(&"script-src 'self'") && parts.contains(&"default-src 'none'"), "{policy}");
        let frames = parts.iter().find_map(|part| part.strip_prefix("frame-ancestors ")).unwrap();
        let wanted = "https://vk.com https://*.vk.com https://vk.ru https://*.vk.ru https://web.telegram.org https://*.telegram.org";
        assert!(frames.ends_with(wanted), "{frames}");
        assert!(!answer.headers().contains_key("x-frame-options"));
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("<script>") && !text.contains(" style=") && !text.contains(" onclick="), "{file}");
    }
}

/// Whoever has not written to the bot, or not signed in, is told what to do first.
#[tokio::test]
async fn nobody_is_told_to_open_the_bot_and_a_newcomer_to_sign_in() {
    everywhere(async |world, channel| {
        let cards = world.school().await;
        let phone = world.signed_in(channel, "Петя", &card(&cards, "Ёлкина Анна")).await;
        phone.presses("Позже").await;
        let launch = opens(&phone).await;
        // The same messenger vouches for somebody else, who has never written to the bot.
        let forget = "update account set external = '1' where external = $1";
        sqlx::query(forget).bind(phone.id.to_string()).execute(&world.database.pool).await.unwrap();
        assert_eq!(refused(ask(world, Method::POST, "session", Some(&launch)).await), code(404, "open_bot_first"));

        // Back, but with nobody signed in.
        sqlx::query("update account set external = $1")
            .bind(phone.id.to_string())
            .execute(&world.database.pool)
            .await
            .unwrap();
        let bearer = session(world, &launch).await;
        let newcomer = "update account set person = (select id from person where kind = 'provisional' limit 1)";
        sqlx::query(newcomer).execute(&world.database.pool).await.unwrap();
        assert_eq!(refused(track(world, &bearer).await), code(404, "sign_in_first"));
    })
    .await;
}

/// A launch lives a day in Telegram and an hour in VK; a bearer half an hour.
#[tokio::test]
async fn a_launch_and_a_bearer_run_out() {
    everywhere(async |world, channel| {
        let cards = world.school().await;
        let phone = world.signed_in(channel, "Петя", &card(&cards, "Ёлкина Анна")).await;
        phone.presses("Позже").await;
        let launch = opens(&phone).await;
        let bearer = session(world, &launch).await;
        world.advance(BEARER_LIVES - TimeDelta::seconds(1)).await;
        assert_eq!(track(world, &bearer).await.0, StatusCode::OK);
        world.advance(TimeDelta::seconds(1)).await;
        assert_eq!(refused(track(world, &bearer).await), code(401, "session_over"));

        // The page begins a session again with the launch that it has, while that is fresh.
        assert_eq!(track(world, &session(world, &launch).await).await.0, StatusCode::OK);
        let lives = if channel == "vk" { TimeDelta::hours(1) } else { TimeDelta::hours(24) };
        world.advance(lives - BEARER_LIVES).await;
        session(world, &launch).await;
        world.advance(TimeDelta::seconds(1)).await;
        assert_eq!(refused(ask(world, Method::POST, "session", Some(&launch)).await), code(401, "stale"));
    })
    .await;
}

/// What is changed, shortened, of another bot, or no proof at all opens nothing.
#[tokio::test]
async fn a_launch_that_was_tampered_with_opens_nothing() {
    let world = World::new().await;
    let cards = world.school().await;
    for (channel, pupil) in [("telegram", "Ёлкина Анна"), ("vk", "Лебедева Полина")] {
        let phone = world.signed_in(channel, "Кто", &card(&cards, pupil)).await;
        phone.presses("Позже").await;
        let launch = opens(&phone).await;
        let id = phone.id.to_string();
        let another = (phone.id + 1).to_string();
        for changed in [
            launch.replace(&id, &another),
            launch.replacen("sign", "sigh", 1),
            launch[..launch.len() - 1].to_owned(),
            format!("{launch}&a=%zz"),
            format!("{launch}&{}", &launch[launch.find(' ').unwrap() + 1..]),
            format!("{launch}{}", "a".repeat(5_000)),
        ] {
            assert_ne!(changed, launch);
            assert_eq!(
                refused(ask(&world, Method::POST, "session", Some(&changed)).await),
                code(401, "forged"),
                "{changed}"
            );
        }
        // One messenger's proof is none of the other's.
        let swapped = match launch.strip_prefix("tma ") {
            Some(init_data) => format!("VK {init_data}"),
            None => launch.replacen("VK ", "tma ", 1),
        };
        assert_eq!(refused(ask(&world, Method::POST, "session", Some(&swapped)).await), code(401, "forged"));
    }
    for none in [None, Some(""), Some("tma"), Some("Basic YTpi"), Some("Bearer x")] {
        assert_eq!(refused(ask(&world, Method::POST, "session", none).await), code(401, "unproved"), "{none:?}");
    }
    assert_eq!(refused(ask(&world, Method::GET, "track", None).await), code(401, "unproved"));
}

/// Whoever forges is turned away after a while, and nobody behind the same address for it.
#[tokio::test]
async fn whoever_forges_is_limited_and_costs_nobody_else_anything() {
    let world = World::new().await;
    let cards = world.school().await;
    let phone = world.signed_in("vk", "Кто", &card(&cards, "Лебедева Полина")).await;
    phone.presses("Позже").await;
    let launch = opens(&phone).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut statuses = Vec::new();
    // An old date makes no forgery late: it was never proved.
    let forged = [("session", "VK a=b&sign=c"), ("session", "tma auth_date=1&hash=x"), ("track", "Bearer AQ")];
    for n in 0..31 {
        let (path, proof) = forged[n % forged.len()];
        let method = if path == "session" { Method::POST } else { Method::GET };
        let request = client.request(method, format!("{}/app/api/{path}", world.base)).header("authorization", proof);
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    assert!(statuses[..30].iter().all(|status| *status == 401) && statuses[30] == 429, "{statuses:?}");
    let bearer = session(&world, &launch).await;
    assert_eq!(track(&world, &bearer).await.0, StatusCode::OK);
}

/// A bearer shows its own account's track and no other; a launch is no bearer.
#[tokio::test]
async fn a_bearer_is_good_for_its_own_account_only() {
    let world = World::new().await;
    let cards = world.school().await;
    let mut bearers = Vec::new();
    for (channel, pupil) in [("telegram", "Ёлкина Анна"), ("vk", "Лебедева Полина")] {
        let phone = world.signed_in(channel, "Кто", &card(&cards, pupil)).await;
        phone.presses("Позже").await;
        let launch = opens(&phone).await;
        assert_eq!(refused(track(&world, &launch).await), code(401, "unproved"));
        bearers.push(session(&world, &launch).await);
    }
    let mut names = Vec::new();
    for bearer in &bearers {
        names.push(track(&world, bearer).await.1["name"].clone());
    }
    assert_ne!(names[0], names[1]);
    // The head of one, the hash of the other.
    let mixed = format!("{}{}", &bearers[0][..43], &bearers[1][43..]);
    assert_eq!(refused(track(&world, &mixed).await), code(401, "forged"));
    world.done().await;
}

/// Two pupils share an account: the page says whose track it is, and follows a switch.
#[tokio::test]
async fn of_several_profiles_the_current_one_is_shown() {
    everywhere(async |world, channel| {
        let cards = world.school().await;
        let phone = world.signed_in(channel, "Мама", &card(&cards, "Ёлкина Анна")).await;
        phone.presses("Позже").await;
        let bearer = session(world, &opens(&phone).await).await;
        let (_, first) = track(world, &bearer).await;
        assert_eq!(first["several"], false);
        phone.says(&card(&cards, "Лебедева Полина")).await;
        let (_, second) = track(world, &bearer).await;
        assert_eq!(second["several"], true);
        assert_ne!(first["name"], second["name"]);
    })
    .await;
}

/// Adults have no track, and nobody has before signing in.
#[tokio::test]
async fn the_button_stands_in_the_menu_of_pupils_only() {
    let world = World::new().await;
    let people = world.seed().await;
    let teacher = people.iter().find(|person| person.role == "teacher" && person.code.is_some()).unwrap();
    let phone = world.signed_in("vk", "Учитель", teacher.code.as_deref().unwrap()).await;
    phone.presses("Позже").await;
    let menu = phone.last().await;
    assert!(menu.contains("[Мои ученики]") && !menu.contains(BUTTON), "{menu}");
}
