//! A coordinator hands in a table on a page: judged first, written after a word, within the own scope; what was refused comes back.

use provodnik::import::table::{self, Cell};
use reqwest::{
    Method,
    multipart::{Form, Part},
};

use crate::{
    world::{Phone, World, seeded},
    world_broadcast::nina,
    world_staff::{ask, field},
};

const HEADER: &str = "ИНН школы;КПП школы;Роль;Email;Фамилия;Имя;Отчество;Пол (М или Ж);Дата рождения (ДД.ММ.ГГГГ);Номер класса 6-11;Буква класса;Учебный год";
const TEACHER: &str = "8600000100;860001100;учитель;petrov@example.ru;Петров;Пётр;Петрович;М;;7;Б;2026-2027";
const ZOYA: &str = "8600000100;860001100;ученик;;Зайцева;Зоя;—;Ж;03.04.2013;7;Б;2026-2027";
const EGOR: &str = "8600000100;860001100;ученик;;Егоров;Егор;—;М;1.20.2013;7;Б;2026-2027";

fn csv(rows: &[&str]) -> Vec<u8> {
    [HEADER].iter().chain(rows).flat_map(|row| [row.as_bytes(), b"\r\n"].concat()).collect()
}

/// The page, opened by its link; gives the pass.
async fn opens(world: &World, phone: &Phone<'_>) -> String {
    phone.says("импорт").await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (status, page) = ask(world, Method::POST, link, &[]).await;
    assert_eq!(status, 200, "{page}");
    field(&page, "pass").to_owned()
}

async fn uploads(world: &World, pass: &str, file: Vec<u8>) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = Form::new().text("pass", pass.to_owned()).part("table", Part::bytes(file).file_name("т.csv"));
    let answer = client.post(format!("{}/page/import", world.base)).multipart(form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The rows that were refused, as they come back.
async fn faults(world: &World, pass: &str, upload: &str) -> table::Table {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/page/import/faults", world.base)).form(&[("pass", pass), ("upload", upload)]);
    table::read(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
}

const PUPILS: &str = "select count(*) from role where role = 'pupil' and revoked_at is null";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_judged_written_and_what_was_refused_comes_back_marked() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let before = world.count(PUPILS).await;
        let pass = opens(&world, &nina).await;
        let (_, page) = uploads(&world, &pass, csv(&[TEACHER, ZOYA, EGOR])).await;
        for words in
            ["ничего ещё не записано", "ученики: добавить 1", "учителя: добавить 1", "если это 20.01.2013, впишите так"]
        {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert_eq!(world.count(PUPILS).await, before, "judging writes nothing");
        let bare = "select count(*) from upload where position('Зайцева'::bytea in rows) > 0";
        assert_eq!((world.count(bare).await, world.count("select count(*) from upload").await), (0, 1));

        // What was refused, with its teacher's row above it, and a remark.
        let upload = field(&page, "upload").to_owned();
        let back = faults(&world, &pass, &upload).await;
        let seen: Vec<String> = back.rows.iter().map(|row| row.cell(4).text()).collect();
        assert_eq!(
            (seen, back.header.last().map(String::as_str)),
            (vec!["Петров".into(), "Егоров".into()], Some("Что исправить"))
        );
        assert!(back.rows[1].cell(12).text().contains("если это 20.01.2013"), "{:?}", back.rows[1]);
        assert_eq!(back.rows[0].cell(12), &Cell::Empty);

        let (status, page) =
            ask(&world, Method::POST, "/page/import/write", &[("pass", &pass), ("upload", &upload)]).await;
        assert!(status == 200 && page.contains("Записано"), "{page}");
        assert_eq!(world.count(PUPILS).await, before + 1);
        assert_eq!(
            ask(&world, Method::POST, "/page/import/write", &[("pass", &pass), ("upload", &upload)]).await.0,
            410,
            "once"
        );
        // The same again changes nothing; corrected, the rest comes in.
        let (_, page) = uploads(&world, &pass, csv(&[TEACHER, ZOYA])).await;
        assert!(page.contains("Записывать нечего"), "{page}");
        let (_, page) = uploads(&world, &pass, csv(&[TEACHER, &EGOR.replace("1.20.2013", "20.01.2013")])).await;
        let upload = field(&page, "upload").to_owned();
        ask(&world, Method::POST, "/page/import/write", &[("pass", &pass), ("upload", &upload)]).await;
        assert_eq!(world.count(PUPILS).await, before + 2);
        assert_eq!(world.count("select count(*) from journal where act = 'imported'").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_schools_look_as_if_there_were_none() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let pass = opens(&world, &nina).await;
    let elsewhere = |row: &str| row.replace("8600000100", "3900000101").replace("860001100", "390001101");
    let (_, theirs) = uploads(&world, &pass, csv(&[&elsewhere(TEACHER), &elsewhere(ZOYA)])).await;
    let nowhere = |row: &str| row.replace("8600000100", "3900000999").replace("860001100", "390001101");
    let (_, nobodys) = uploads(&world, &pass, csv(&[&nowhere(TEACHER), &nowhere(ZOYA)])).await;
    assert!(theirs.contains("школы с ИНН 3900000101 нет в программе"), "{theirs}");
    assert!(nobodys.contains("школы с ИНН 3900000999 нет в программе"), "{nobodys}");
    // Schools are handed in by operators, for their own region.
    let schools = "Регион;Муниципалитет;Часовой пояс;ИНН;КПП;Название школы\r\nМосква;Москва;Europe/Moscow;7700000777;770001777;Школа\r\n";
    let (_, page) = uploads(&world, &pass, schools.into()).await;
    assert!(page.contains("этого региона нет среди ваших"), "{page}");
    assert_eq!(world.count("select count(*) from school where inn = '7700000777'").await, 0);
    // Nobody else's upload opens, whatever a form says.
    let own = field(&page, "upload").to_owned();
    let code = seeded(&people, "Ольга");
    let olga = world.signed_in("telegram", "Ольга", &code).await;
    olga.says("импорт").await;
    assert!(olga.unread().await.iter().any(|said| said.contains("Таблицы загружают операторы и координаторы")));
    sqlx::query("update upload set person = (select person from role where role = 'teacher' limit 1)")
        .execute(&world.database.pool)
        .await
        .unwrap();
    assert_eq!(ask(&world, Method::POST, "/page/import/write", &[("pass", &pass), ("upload", &own)]).await.0, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_handed_in_is_answered_in_words() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let pass = opens(&world, &nina).await;
    let locked = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import/locked.xlsx")).unwrap();
    for (file, words) in [
        (b"%PDF-1.7\n\x00".to_vec(), "это не таблица"),
        (Vec::new(), "в таблице ничего нет"),
        (locked, "снимите пароль"),
        ("Имя;Возраст\r\nЗоя;12\r\n".into(), "в первой строке нет столбцов: ИНН школы"),
        (vec![b'a'; 10 * 1024 * 1024 + 1], "файл больше 10 МБ"),
    ] {
        let (status, page) = uploads(&world, &pass, file).await;
        assert!(status == 200 && page.contains(words) && page.contains("role=\"alert\""), "{words}: {page}");
    }
    assert_eq!(world.count("select count(*) from upload").await, 0);
    // A pass of another page, or none, takes nothing in.
    assert_eq!(uploads(&world, "none", csv(&[TEACHER])).await.0, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_are_offered_one_by_one_and_may_be_declined() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let pass = opens(&world, &nina).await;
    let egor = EGOR.replace("1.20.2013", "20.01.2013");
    let write = async |upload: &str, more: &[(&str, &str)]| {
        let form: Vec<_> =
            [("pass", pass.as_str()), ("upload", upload)].into_iter().chain(more.iter().copied()).collect();
        ask(&world, Method::POST, "/page/import/write", &form).await.1
    };
    let (_, page) = uploads(&world, &pass, csv(&[TEACHER, ZOYA, &egor])).await;
    assert!(!page.contains("name=\"offered\""), "nobody is moved: {page}");
    write(field(&page, "upload"), &[]).await;
    let other = |row: &str| row.replace(";7;Б;", ";7;Д;");
    let moved = csv(&[&other(TEACHER), &other(ZOYA), &other(&egor)]);
    let (_, page) = uploads(&world, &pass, moved.clone()).await;
    for words in ["Зоя З.: 7Б → 7Д", "Егор Е.: 7Б → 7Д", "name=\"move-3\" value=\"yes\" checked", "value=\"3 4\""]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    // Egor's tick was taken away.
    let written = write(field(&page, "upload"), &[("offered", "3 4"), ("move-3", "yes")]).await;
    assert!(written.contains("перевести в другой класс 1"), "{written}");
    let letters = "select c.letter from role r join class c on c.id = r.class join person p on p.id = r.person
                   where r.role = 'pupil' and r.revoked_at is null and c.grade = 7 and c.letter in ('Б', 'Д') order by 1";
    let seen: Vec<String> = sqlx::query_scalar(letters).fetch_all(&world.database.pool).await.unwrap();
    assert_eq!(seen, ["Б", "Д"]);
    // Offered again, and again only he; a new year's table moves everybody without such a list.
    let (_, page) = uploads(&world, &pass, moved).await;
    assert!(page.contains("value=\"4\"") && page.contains("Егор Е.: 7Б → 7Д"), "{page}");
    let next = |row: &str| row.replace(";7;Б;2026-2027", ";8;Б;2027-2028");
    let (_, page) = uploads(&world, &pass, csv(&[&next(TEACHER), &next(&egor)])).await;
    assert!(page.contains("перевести в другой класс 1") && !page.contains("name=\"offered\""), "{page}");
}
