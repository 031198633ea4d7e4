//! Teachers of an imported table are invited all at once: a list, a print, messages to forward. Whoever takes such an invitation
//! is the teacher of that row, once, within seven days.

use chrono::TimeDelta;
use provodnik::people::{codes, roles::Role};
use reqwest::Method;

use crate::{
    paper,
    world::{Phone, World},
    world_broadcast::nina,
    world_staff::{ask, field, granted, takes},
    world_territories::{hands_in, imports, opens_import},
};

const HEADER: &str = "ИНН школы;КПП школы;Роль;Email;Фамилия;Имя;Отчество;Пол (М или Ж);Дата рождения (ДД.ММ.ГГГГ);Номер класса 6-11;Буква класса;Учебный год";

/// A table of these teachers of the demo school, each with two classes.
fn table(teachers: &[&str]) -> String {
    let mut rows = vec![HEADER.to_owned()];
    for (n, last) in teachers.iter().enumerate() {
        let grade = 7 + n % 5;
        let teacher = format!("8600000100;860001100;учитель;canary{n}@example.ru;{last};Анна;—;Ж;");
        rows.push(format!("{teacher};{grade};Я{n};2026-2027"));
        rows.push(format!("{teacher};{grade};Ю{n};2026-2027"));
    }
    rows.join("\r\n")
}

/// Hands the table in, and opens the invitations behind it: the page and its pass.
async fn invites(world: &World, phone: &Phone<'_>, teachers: &[&str]) -> (String, String) {
    let pass = opens_import(world, phone).await;
    let page = hands_in(world, &pass, &table(teachers)).await;
    let behind = page.split_once("action=\"/page/invitations\"").unwrap_or_else(|| panic!("{page}")).1;
    let pass = field(behind, "pass").to_owned();
    let (status, page) = ask(world, Method::POST, "/page/invitations", &[("pass", &pass)]).await;
    assert_eq!(status, 200, "{page}");
    (page, pass)
}

/// The codes that a page or a sheet shows, in order.
fn codes_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let whole = |word: &&str| word.len() == 9 && codes::Code::read(word).is_some_and(|code| code.shown() == **word);
    let mut found: Vec<String> = words.filter(whole).map(str::to_owned).collect();
    found.dedup();
    found
}

/// Takes an invitation that asks for no name.
async fn comes<'w>(world: &'w World, channel: &str, code: &str) -> Phone<'w> {
    let phone = if channel == "vk" { world.vk("Педагог").await } else { world.telegram("Педагог").await };
    phone.follows_link(code).await;
    phone.sees(&["Вас приглашают в «Билет в будущее»…педагог-навигатор…МБОУ СОШ № 100"]).await;
    phone.presses("Да, согласен на роль").await;
    phone
}

const WAITING: &str =
    "select count(*) from invitation where person is not null and used_at is null and revoked_at is null";

#[tokio::test(flavor = "multi_thread")]
async fn teachers_of_a_table_are_invited_and_come_to_their_own_classes() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let (page, pass) = invites(&world, &nina, &["Щукина", "Окунева"]).await;
        // Ольга of the demo has not come either.
        for words in ["все ваши места", "Ещё не вошли: 3", "С действующим приглашением: 0", "Анна Щ.", "Анна О."]
        {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert!(!page.contains("Щукина") && !page.contains("canary"), "no family names, no addresses: {page}");
        let (_, page) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass), ("make", "yes")]).await;
        assert!(page.contains("Сделано приглашений: 3") && page.contains("С действующим приглашением: 3"), "{page}");
        assert_eq!(world.count(WAITING).await, 3);
        let codes = codes_of(&page);
        let shown = page.split_once("Анна О.").unwrap().1;
        let code = codes_of(shown)[0].clone();
        for words in [
            "Анна О., вас приглашают",
            "классы: 8Ю1, 8Я1",
            &format!("https://t.me/provodnik_bot?start={code}"),
            &format!("https://vk.me/club700000001?ref={code}"),
            "до 8 октября",
        ] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        // Asked for again they are the same, until one is made anew.
        let (_, again) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass), ("make", "yes")]).await;
        assert!(again.contains("Сделано приглашений: 0") && codes_of(&again) == codes, "{again}");

        let teacher = comes(&world, if channel == "vk" { "telegram" } else { "vk" }, &code).await;
        let said = teacher.unread().await.join("\n");
        assert!(said.contains("Анна, готово ✅ Ваша роль: педагог-навигатор, МБОУ СОШ № 100"), "{said}");
        assert!(said.contains("[Мои ученики]"), "{said}");
        teacher.says("ученики").await;
        let said = teacher.unread().await.join("\n");
        assert!(said.contains("[8Ю1]") && said.contains("[8Я1]") && !said.contains("7Я0"), "the own classes: {said}");
        // Used, gone from the list; nobody else comes by it.
        let late = world.vk("Чужой").await;
        late.says(&code).await;
        assert!(late.unread().await.iter().any(|bubble| bubble.contains("Это приглашение уже приняли")));
        let (_, page) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass)]).await;
        assert!(page.contains("Ещё не вошли: 2") && !page.contains("Анна О."), "{page}");
        let acts = "select count(*) from journal where act = 'invitation_taken'";
        assert_eq!(world.count(acts).await, 1);
        let line: String = sqlx::query_scalar("select detail from journal where act = 'invited'")
            .fetch_one(&world.database.pool)
            .await
            .unwrap();
        assert!(line.contains("\"invitations\":\"3\""), "one line for all: {line}");
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_invitation_voids_the_old_one_and_seven_days_void_both() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let (_, pass) = invites(&world, &nina, &["Щукина"]).await;
    let (_, page) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass), ("make", "yes")]).await;
    let behind = |page: &str| codes_of(page.split("Анна Щ.").nth(1).unwrap())[0].clone();
    let old = behind(&page);
    let row = page.split("Анна Щ.").nth(1).unwrap();
    let person = field(row, "renew").to_owned();
    let (_, page) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass), ("renew", &person)]).await;
    assert!(page.contains("прежнее больше не работает"), "{page}");
    let new = behind(&page);
    assert_ne!(old, new);
    let phone = world.telegram("Педагог").await;
    phone.starts().await;
    phone.says(&old).await;
    assert!(phone.unread().await.iter().any(|bubble| bubble.contains("больше не действует")));
    world.advance(TimeDelta::days(7)).await;
    phone.unread().await;
    phone.says(&new).await;
    assert!(phone.unread().await.iter().any(|bubble| bubble.contains("больше не действует")));
    assert_eq!(world.count("select count(*) from invitation where used_at is not null").await, 0);

    // The table's role was taken away: nobody comes by an invitation to it.
    let page = asks(&world, &nina).await;
    let pass = field(&page, "pass").to_owned();
    let (_, page) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass), ("make", "yes")]).await;
    let code = behind(&page);
    let revoke = "update role set revoked_at = granted_at where role = 'teacher'";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
    phone.says(&code).await;
    assert!(phone.unread().await.iter().any(|bubble| bubble.contains("больше не действует")));
}

/// The page for the demo school, asked for in the chat and opened.
async fn asks(world: &World, phone: &Phone<'_>) -> String {
    phone.says("люди").await;
    if phone.last().await.contains("Для какого места") {
        phone.presses("МБОУ СОШ № 100").await;
    }
    phone.presses("Педагоги из таблицы").await;
    phone.presses("Страница").await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    ask(world, Method::POST, link, &[]).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_printed_and_the_paper_brings_a_teacher_in() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let names: Vec<String> = ["а", "б", "в", "г", "д", "е", "ж", "з", "и", "к"].map(|end| format!("Лещ{end}ва")).into();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_, pass) = invites(&world, &nina, &names).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/page/invitations/print", world.base)).form(&[("pass", &pass)]);
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/pdf".parse().unwrap())
    );
    let pdf = answer.bytes().await.unwrap().to_vec();
    let text = paper::text(&pdf);
    let codes = codes_of(&text);
    assert_eq!(codes.len(), 11, "Ольга among them: {text}");
    for words in ["Приглашение педагогу-навигатору", "Анна Л.", "МБОУ СОШ № 100, 7Ю0, 7Я0", "именное", "октября"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("Лещ"), "no family names: {text}");
    let sheets = paper::squares(&pdf);
    assert_eq!(sheets.len(), 2, "ten to a sheet");
    let mut links: Vec<String> = codes
        .iter()
        .flat_map(|code| {
            [format!("https://t.me/provodnik_bot?start={code}"), format!("https://vk.me/club700000001?ref={code}")]
        })
        .collect();
    let mut read = sheets.concat();
    links.sort();
    read.sort();
    assert_eq!(read, links);
    assert_eq!(world.count(WAITING).await, 11);
    let teacher = comes(&world, "telegram", &codes[3]).await;
    assert!(teacher.unread().await.join("\n").contains("[Мои ученики]"));
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_come_one_by_one_with_names_in_vk_only() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let names: Vec<String> =
            ["а", "б", "в", "г", "д", "е", "ж", "з", "и", "к"].map(|end| format!("Лещ{end}ва")).into();
        invites(&world, &nina, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        nina.says("люди").await;
        nina.presses("МБОУ СОШ № 100").await;
        nina.unread().await;
        nina.presses("Педагоги из таблицы").await;
        nina.sees(&["МБОУ СОШ № 100…не вошли: 11. С действующим приглашением: 0…[Прислать сюда] [Страница] [Назад]"])
            .await;
        nina.presses("Прислать сюда").await;
        let mut letters = Vec::new();
        loop {
            let said = nina.unread().await.remove(0);
            if said.contains("Это все") {
                break;
            }
            letters.push(said);
            nina.presses("Следующее").await;
        }
        assert_eq!(letters.len(), 11, "{letters:?}");
        let named = letters.iter().filter(|letter| letter.contains("Анна Л.") || letter.contains("Ольга М.")).count();
        assert_eq!(named, if channel == "vk" { 11 } else { 0 }, "{letters:?}");
        assert!(letters.iter().all(|letter| letter.contains("МБОУ СОШ № 100, ") && !codes_of(letter).is_empty()));
        assert_eq!(world.count(WAITING).await, 11);
        let bare = "select count(*) from delivery where body::text like '%Лещ%' or body::text like '%Анна%'";
        assert_eq!(world.count(bare).await, 0);
        // What the chat said and what the page says is the same.
        let page = asks(&world, &nina).await;
        for letter in &letters {
            assert!(page.contains(&codes_of(letter)[0]), "{letter}");
        }
        let teacher = comes(&world, "vk", &codes_of(&letters[4])[0]).await;
        assert!(teacher.unread().await.join("\n").contains("[Мои ученики]"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_teachers_are_nobodys() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let (page, _) = invites(&world, &nina, &["Щукина"]).await;
    let person = field(page.split("Анна Щ.").nth(1).unwrap(), "renew").to_owned();
    let theirs =
        table(&["Корюшкина"]).replace("8600000100;860001100", "3900000101;390001101").replace("canary", "other");
    imports(&world, theirs.as_bytes(), true).await;
    let code = granted(&world, Role::Coordinator, "Калининград").await;
    let marta = takes(&world, "vk", &code, ["Чужова", "Марта"]).await;
    marta.unread().await;
    marta.says("люди").await;
    marta.presses("Калининград").await;
    marta.presses("Педагоги из таблицы").await;
    marta.presses("Страница").await;
    let said = marta.unread().await.join("\n");
    assert!(!said.contains("Анна"), "{said}");
    // A page of hers opens hers only, whatever its form says.
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (_, page) = ask(&world, Method::POST, link, &[]).await;
    assert!(!page.contains("Анна Щ."), "{page}");
    let pass = field(&page, "pass").to_owned();
    let (_, page) = ask(&world, Method::POST, "/page/invitations", &[("pass", &pass), ("renew", &person)]).await;
    assert!(page.contains("Этого педагога здесь уже нет"), "{page}");
    assert_eq!(world.count(WAITING).await, 0);
    // And nothing once the role is gone.
    let revoke = "update role set revoked_at = granted_at where role = 'coordinator'";
    sqlx::query(revoke).execute(&world.database.pool).await.unwrap();
    for to in ["/page/invitations", "/page/invitations/print"] {
        assert_eq!(ask(&world, Method::POST, to, &[("pass", &pass)]).await.0, 404, "{to}");
    }
}
