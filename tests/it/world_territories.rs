//! Territories are handed in as a table: zones, phone destinations, contacts. Whoever answers for a place hands it in, and everybody
//! below reads its contacts in the help.

use provodnik::{import, people::roles::Role, store};
use reqwest::{
    Method,
    multipart::{Form, Part},
};

use crate::{
    world::{Phone, World, seeded},
    world_broadcast::nina,
    world_events::pupil,
    world_parents::{redeems, shows_code},
    world_staff::{ask, field, granted, takes},
};

const TABLE: &[u8] = include_bytes!("../data/import/territories.csv");
const HEADER: &str =
    "Регион;Муниципалитет;Часовой пояс;Куда можно звонить;Контактное лицо;Телефон;Email;Адрес;Кабинет\r\n";
const UGRA: &str = "Ханты-Мансийский автономный округ — Югра";

/// Imports a table as the command line does.
pub async fn imports(world: &World, table: &[u8], write: bool) -> import::Report {
    let (parts, now) = (&world.parts, world.clock.now());
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let options = import::Options { write, ..import::Options::default() };
    let report = import::run(&mut tx, &parts.vault, &parts.dice, now, table, &options).await.unwrap();
    tx.commit().await.unwrap();
    report
}

const TERRITORIES: &str = "select count(*) from territory";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_territories_comes_in_once_and_a_corrected_one_updates() {
    let world = World::new().await;
    let judged = imports(&world, TABLE, false).await;
    assert_eq!((judged.changes, judged.refused), (3, 0), "{}", judged.text);
    assert_eq!(world.count(TERRITORIES).await, 0, "judging writes nothing");
    assert!(imports(&world, TABLE, true).await.text.contains("территории: добавлено 3, изменено 0, без изменений 0"));
    // Three, and the district around the region.
    assert_eq!(world.count(TERRITORIES).await, 4);
    assert_eq!(imports(&world, TABLE, true).await.changes, 0, "the same again changes nothing");
    let sealed =
        "select count(*) from territory where contacts is not null and position('Орлова'::bytea in contacts) = 0";
    assert_eq!(world.count(sealed).await, 3);
    let zone = "select zone || ' ' || array_to_string(destinations, ',') from territory where name = 'Заречный'";
    let said: String = sqlx::query_scalar(zone).fetch_one(&world.database.pool).await.unwrap();
    assert_eq!(said, "Asia/Qyzylorda +77,+79");

    let text = String::from_utf8(TABLE.to_vec()).unwrap();
    let moved = text.replace("Уральский", "Сибирский").replace("каб. 7", "каб. 8");
    let report = imports(&world, moved.as_bytes(), true).await;
    assert!(report.text.contains("добавлено 0, изменено 2, без изменений 1"), "{}", report.text);
    let faulty = text.replace("+79, +77", "+1").replace("Asia/Yekaterinburg", "Урал");
    let report = imports(&world, faulty.as_bytes(), true).await;
    assert_eq!(report.refused, 2, "{}", report.text);
    assert!(report.text.contains("строка 2, «Часовой пояс»: такого часового пояса нет"), "{}", report.text);
    assert!(report.text.contains("строка 5, «Куда можно звонить»"), "{}", report.text);
}

/// Opens the page of the import by its link, and gives the pass.
pub async fn opens_import(world: &World, phone: &Phone<'_>) -> String {
    phone.says("импорт").await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (status, page) = ask(world, Method::POST, link, &[]).await;
    assert_eq!(status, 200, "{page}");
    field(&page, "pass").to_owned()
}

/// Hands a table in, and gives the page that judges it.
pub async fn uploads(world: &World, pass: &str, table: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let part = Part::bytes(table.as_bytes().to_vec()).file_name("t.csv");
    let form = Form::new().text("pass", pass.to_owned()).part("table", part);
    let answer = client.post(format!("{}/page/import", world.base)).multipart(form).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    answer.text().await.unwrap()
}

/// Hands a table in and has its good rows written.
pub async fn hands_in(world: &World, pass: &str, table: &str) -> String {
    let page = uploads(world, pass, table).await;
    let upload = field(&page, "upload").to_owned();
    let (status, page) = ask(world, Method::POST, "/page/import/write", &[("pass", pass), ("upload", &upload)]).await;
    assert!(status == 200 && page.contains("Записано"), "{page}");
    page
}

/// The help as somebody reads it.
async fn help(phone: &Phone<'_>) -> String {
    phone.says("помощь").await;
    phone.unread().await.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_handed_in_for_the_own_places_and_read_in_every_help_below() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let lev = pupil(&world, channel, &seeded(&people, "Лев")).await;
        assert!(help(&lev).await.contains("Серова Нина Павловна"), "what the demo says");

        let pass = opens_import(&world, &nina).await;
        let table = format!(
            "{HEADER}{UGRA};Сургут;;;Пробкина Канарейка;8 3462 00-00-77;;ул. Новая, 7;каб. 3\r\n{UGRA};Нягань;;;Другой;8 800 000-00-00;;;\r\n{UGRA};;;+77;;;;;\r\nКалининградская область;Калининград;Europe/Moscow;;;;;;\r\n"
        );
        let page = uploads(&world, &pass, &table).await;
        for words in [
            "«Муниципалитет»: этого муниципалитета нет среди ваших",
            "«Регион»: этого региона нет среди ваших",
            "добавлено 0, изменено 1, без изменений 0",
        ] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let page = hands_in(&world, &pass, &table).await;
        assert!(page.contains("изменено 1"), "{page}");
        let said = help(&lev).await;
        assert!(said.contains("Пробкина Канарейка\n8 3462 00-00-77\nул. Новая, 7, каб. 3"), "{said}");
        // Resolved when sending: nothing of it lies in the outbox, nor in the clear anywhere.
        let bare = "select (select count(*) from delivery where body::text like '%Канарейка%')
                    + (select count(*) from territory where position(convert_to('Канарейка', 'UTF8') in contacts) > 0)";
        assert_eq!(world.count(bare).await, 0);
        let zone = "select zone from territory where name = 'Калининград'";
        let zone: String = sqlx::query_scalar(zone).fetch_one(&world.database.pool).await.unwrap();
        assert_eq!(zone, "Europe/Kaliningrad");

        // Whoever answers for the region adds a town of it, and says where may be called.
        let code = granted(&world, Role::Operator, UGRA).await;
        let operator = takes(&world, channel, &code, ["Первова", "Вера"]).await;
        operator.unread().await;
        let pass = opens_import(&world, &operator).await;
        let page = hands_in(
            &world,
            &pass,
            &format!("{HEADER}{UGRA};Нягань;Asia/Yekaterinburg;+79;Отдел;8 800 000-00-00;;;\r\nМосква;;;;;;;;\r\n"),
        )
        .await;
        assert!(page.contains("добавлено 1, изменено 0") && page.contains("этого региона нет среди ваших"), "{page}");
        let within = "select count(*) from territory t join territory u on u.id = t.parent
                      where t.name = 'Нягань' and u.name like 'Ханты%'";
        assert_eq!(world.count(within).await, 1);
        assert_eq!(world.count("select count(*) from journal where act = 'imported'").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_reads_the_contacts_of_the_childs_town() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    let code = shows_code(&lev).await;
    let mother = world.vk("Мама").await;
    redeems(&mother, "Мама", Some(["Белова", "Ирина"]), &code).await;
    mother.unread().await;
    assert!(help(&mother).await.contains("Серова Нина Павловна"));
}
