//! «Мои ученики»: numbers in the chat, names on a page, cards to sign in with; everybody within the own scope.

use chrono::TimeDelta;
use provodnik::{
    ids::{PersonId, SchoolId},
    import,
    people::{
        codes,
        roles::{Place, Role, invite},
    },
    store,
};
use reqwest::Method;
use uuid::Uuid;

use crate::{
    paper,
    world::{Phone, World, card, seeded},
    world_broadcast::nina,
    world_events::uuid,
    world_staff::{ask, field},
};

const HEADER: &str = "ИНН школы;КПП школы;Роль;Email;Фамилия;Имя;Отчество;Пол (М или Ж);Дата рождения (ДД.ММ.ГГГГ);Номер класса 6-11;Буква класса;Учебный год";
const FIRST: [&str; 5] = ["Пётр", "Иван", "Олег", "Артур", "Семён"];
const MIDDLES: [&str; 12] = ["р", "л", "ст", "нд", "кт", "мп", "рж", "гн", "дм", "вр", "зб", "хт"];
const LETTERS: [&str; 5] = ["А", "Б", "В", "Г", "Д"];

/// Imports classes of the demo school, «7А», «7Б» …, each with a teacher of its own and so many pupils. The cards are in the report.
pub async fn classes(world: &World, sizes: &[usize]) -> import::Report {
    let mut rows = vec![HEADER.to_owned()];
    for (class, size) in sizes.iter().enumerate() {
        let letter = LETTERS[class];
        rows.push(format!(
            "8600000100;860001100;учитель;teacher{class}@example.ru;Учителева;{letter}нна;—;Ж;;7;{letter};2026-2027"
        ));
        for pupil in 0..*size {
            let family = format!("{}{}ов", ["Аба", "Бри", "Ёла", "Еду", "Жу"][pupil % 5], MIDDLES[pupil / 5]);
            let (day, month) = (pupil % 28 + 1, pupil / 28 + 1);
            rows.push(format!(
                "8600000100;860001100;ученик;;{family};{};Ильич;М;{day:02}.{month:02}.2013;7;{letter};2026-2027",
                FIRST[class]
            ));
        }
    }
    let options = import::Options { write: true, codes: true, ..import::Options::default() };
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let (parts, now) = (&world.parts, world.clock.now());
    let table = rows.join("\r\n");
    let report = import::run(&mut tx, &parts.vault, &parts.dice, now, table.as_bytes(), &options).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(report.refused, 0, "{}", report.text);
    report
}

/// A code for the teacher of such a class of the seventh grade.
pub async fn code_of_teacher(world: &World, letter: &str) -> String {
    let sql = "select r.person from role r join class c on c.id = r.class
               where r.role = 'teacher' and c.grade = 7 and c.letter = $1";
    let id: Uuid = sqlx::query_scalar(sql).bind(letter).fetch_one(&world.database.pool).await.unwrap();
    let (parts, now) = (&world.parts, world.clock.now());
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let made = codes::issue(&mut tx, &parts.vault, &parts.dice, now, &[PersonId(id)]).await.unwrap();
    tx.commit().await.unwrap();
    made[0].1.shown()
}

/// A teacher who has just signed in.
pub async fn teacher<'w>(world: &'w World, channel: &str, name: &str, code: &str) -> Phone<'w> {
    let phone = world.signed_in(channel, name, code).await;
    phone.presses("Позже").await;
    let said = phone.unread().await.join("\n");
    assert!(said.contains("[Мои ученики]") && !said.contains("Рассылка"), "{said}");
    phone
}

/// Presses a button that gives a link, and opens what is behind it.
pub async fn opens(world: &World, phone: &Phone<'_>, button: &str) -> String {
    phone.presses(button).await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (status, page) = ask(world, Method::POST, link, &[]).await;
    assert_eq!(status, 200, "{page}");
    page
}

pub async fn posts(world: &World, to: &str, pass: &str, more: &[(&str, &str)]) -> (u16, String) {
    let form: Vec<_> = [("pass", pass)].into_iter().chain(more.iter().copied()).collect();
    ask(world, Method::POST, to, &form).await
}

/// The cards that a pass prints.
async fn prints(world: &World, pass: &str, whose: &str) -> Vec<u8> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/page/class/print", world.base)).form(&[("pass", pass), ("whose", whose)]);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.bytes().await.unwrap().to_vec()
}

/// The names of a page's table, in order.
pub fn names(page: &str) -> Vec<&str> {
    page.split("<th scope=\"row\">").skip(1).map(|row| row.split('<').next().unwrap()).collect()
}

/// The codes of a sheet's text layer, in the order of its cards.
fn codes_of(text: &str) -> Vec<String> {
    let whole = |word: &&str| word.len() == 9 && codes::Code::read(word).is_some_and(|code| code.shown() == **word);
    text.split_whitespace().filter(whole).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_sees_numbers_in_the_chat_and_names_on_a_page() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let olga = teacher(&world, channel, "Ольга", &seeded(&people, "Ольга")).await;
        olga.presses("Мои ученики").await;
        olga.sees(&["Какой класс? [Все классы, МБОУ СОШ № 100] [6Б] [8А] [Найти по названию] [Создать класс] [Назад]"])
            .await;
        let artem = world.signed_in("telegram", "Артём", &seeded(&people, "Артём")).await;
        artem.verifies("+7 922 345-67-89", Some("Мой")).await;
        olga.presses("8А").await;
        let said = olga.unread().await.join("\n");
        for number in [
            "8А, МБОУ СОШ № 100",
            "Учеников: 2",
            "Вошли в бот: 1",
            "Подтвердили телефон: 1",
            "С согласием: 0",
            "С родителем: 0",
        ] {
            assert!(said.contains(number), "{number} in {said}");
        }
        assert!(!said.contains("Артём") && !said.contains("Алина"), "no names: {said}");

        let page = opens(&world, &olga, "Список").await;
        assert_eq!(names(&page), ["Артём Б.", "Алина С."]);
        assert!(page.contains("<th scope=\"col\">Верификация</th>") && page.contains("подтверждён"), "{page}");
        for hidden in ["Белов", "Соколова", "Лев", "слабовидящие", "+7 922", "2012"] {
            assert!(!page.contains(hidden), "{hidden} in {page}");
        }
        let pass = field(&page, "pass");
        for (filter, left) in [("absent", 1), ("unverified", 1), ("orphans", 2), ("all", 2)] {
            let (_, page) = posts(&world, "/page/class", pass, &[("filter", filter)]).await;
            assert_eq!(names(&page).len(), left, "{filter}");
            assert!(filter == "all" || page.contains(&format!("name=\"{filter}\" value=\"yes\" checked")), "{page}");
        }
        let (_, page) = posts(&world, "/page/class", pass, &[("filter", "absent")]).await;
        assert_eq!(names(&page), ["Алина С."]);
        // Each opening is on record, and nothing of anybody in it.
        let lines: Vec<(String, String)> =
            sqlx::query_as("select act, detail from journal").fetch_all(&world.database.pool).await.unwrap();
        assert_eq!((lines.len(), lines[0].0.as_str()), (1, "page_opened"));
        assert!(lines[0].1.contains("\"page\":\"class\""), "{lines:?}");
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_printed_read_back_and_sign_in() {
    let world = World::new().await;
    world.seed().await;
    let report = classes(&world, &[12]).await;
    let anna = teacher(&world, "vk", "Анна", &code_of_teacher(&world, "А").await).await;
    let first = world.signed_in("telegram", "Пётр", &card(&report, "Абаров")).await;
    first.unread().await;
    let old = card(&report, "Бриров");

    anna.says("ученики").await;
    let page = opens(&world, &anna, "Карточки для входа").await;
    for words in [
        "прежние карточки этих учеников сразу перестанут работать",
        "Сейчас действующих карточек: 11",
        "Тем, кто не вошёл: 11 · 2 листа",
        "Всем: 12 · 2 листа",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let pass = field(&page, "pass");
    let pdf = prints(&world, pass, "absent").await;
    let text = paper::text(&pdf);
    let codes = codes_of(&text);
    assert_eq!(codes.len(), 11, "{text}");
    for words in [
        "Пётр И. Б.",
        "7А, МБОУ СОШ № 100",
        "Билет в будущее",
        "Код для входа",
        "@provodnik_bot",
        "vk.me/club700000001",
        "Работает один раз, до",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("Бриров"), "no family names: {text}");
    // What cameras read says the same as the text beside it.
    let mut links: Vec<String> = codes
        .iter()
        .flat_map(|code| {
            [format!("https://t.me/provodnik_bot?start={code}"), format!("https://vk.me/club700000001?ref={code}")]
        })
        .collect();
    links.sort();
    let sheets = paper::squares(&pdf);
    assert_eq!(sheets.len(), 2, "ten to a sheet");
    let mut read = sheets.concat();
    read.sort();
    assert_eq!(read, links);

    // The old card is void, the new one signs in, once.
    let second = world.telegram("Второй").await;
    second.starts().await;
    second.unread().await;
    second.says(&old).await;
    let said = second.unread().await.join("\n");
    assert!(said.contains("Срок этого кода вышел"), "{said}");
    second.follows_link(&codes[1]).await;
    assert!(second.last().await.contains("номер мобильного"), "{}", second.last().await);
    let third = world.vk("Третий").await;
    third.starts().await;
    third.says(&codes[1]).await;
    assert!(!third.last().await.contains("номер мобильного"), "used up");
    // And for thirty days.
    world.advance(TimeDelta::days(30)).await;
    third.unread().await;
    third.says(&codes[2]).await;
    assert!(!third.last().await.contains("номер мобильного"), "run out");

    let line: (String, String) = sqlx::query_as("select act, detail from journal where act = 'cards_printed'")
        .fetch_one(&world.database.pool)
        .await
        .unwrap();
    assert!(line.1.contains("\"cards\":\"11\"") && line.1.contains("absent"), "{line:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_card_is_replaced_in_one_tap() {
    let world = World::new().await;
    world.seed().await;
    let report = classes(&world, &[3]).await;
    let anna = teacher(&world, "telegram", "Анна", &code_of_teacher(&world, "А").await).await;
    anna.says("мои ученики").await;
    let page = opens(&world, &anna, "Список").await;
    let pass = field(&page, "pass");
    let peter = field(page.split_once("Пётр Б.").unwrap().1, "code").to_owned();
    let (status, page) = posts(&world, "/page/class", pass, &[("code", &peter), ("filter", "absent")]).await;
    assert_eq!(status, 200, "{page}");
    let code = page.split_once("<p class=\"code\">").unwrap().1.split('<').next().unwrap();
    assert!(
        page.contains("Новый код: Пётр Б., 7А") && page.contains("<svg") && page.contains("@provodnik_bot"),
        "{page}"
    );
    // The list does not show it again.
    let (_, list) = posts(&world, "/page/class", pass, &[]).await;
    assert!(!list.contains(code), "{list}");
    let pupil = world.telegram("Пётр").await;
    pupil.starts().await;
    pupil.says(&card(&report, "Бриров")).await;
    assert!(!pupil.last().await.contains("номер мобильного"), "the old one is void");
    pupil.says(code).await;
    assert!(pupil.last().await.contains("номер мобильного"), "{}", pupil.last().await);
    let subject = uuid(&world, "select subject from journal where act = 'code_reissued'").await;
    assert_eq!(subject.to_string(), peter);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_comes_in_pages_and_in_the_order_of_the_alphabet() {
    let world = World::new().await;
    world.seed().await;
    classes(&world, &[60]).await;
    let anna = teacher(&world, "vk", "Анна", &code_of_teacher(&world, "А").await).await;
    anna.says("ученики").await;
    let page = opens(&world, &anna, "Список").await;
    let pass = field(&page, "pass").to_owned();
    assert_eq!(names(&page).len(), 50);
    assert!(page.contains("Все: 60") && page.contains("name=\"past\" value=\"50\""), "{page}");
    // Namesakes are told apart as far as initials go; Ё is where Е is.
    assert_eq!(names(&page)[0], "Пётр И. А. (1)");
    let (_, rest) = posts(&world, "/page/class", &pass, &[("filter", "all"), ("past", "50")]).await;
    assert_eq!(names(&rest).len(), 10);
    assert!(names(&rest).iter().all(|name| name.contains("Ж.")), "{:?}", names(&rest));
    let order: String =
        names(&page).iter().map(|name| name.split(' ').nth(2).unwrap().chars().next().unwrap()).collect();
    assert_eq!(order, format!("{}{}", ["А", "Б", "Е", "Ё"].map(|letter| letter.repeat(12)).concat(), "ЖЖ"));
    assert_eq!(paper::squares(&prints(&world, &pass, "all").await).len(), 6);
}

/// Somebody new who has taken an invitation of the command line.
async fn takes<'w>(world: &'w World, channel: &str, role: Role, place: Place, name: [&str; 2]) -> Phone<'w> {
    let (parts, now) = (&world.parts, world.clock.now());
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let id = invite::keep(&mut tx, &parts.vault, &parts.dice, (role, place), None, "", now).await.unwrap();
    tx.commit().await.unwrap();
    let phone = world.person(channel, name[1]).await;
    phone.follows_link(&codes::of_link(&parts.vault, id).shown()).await;
    phone.presses("Да, согласен на роль").await;
    phone.says(name[0]).await;
    phone.says(name[1]).await;
    phone.presses("Нет отчества").await;
    phone.unread().await;
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_and_a_town_are_seen_by_those_who_answer_for_them() {
    let world = World::new().await;
    let people = world.seed().await;
    classes(&world, &[2, 2, 2, 2, 2]).await;
    let school = SchoolId(uuid(&world, "select id from school where inn = '8600000100'").await);
    let head = takes(&world, "vk", Role::SchoolAdmin, Place::School(school), ["Завучева", "Вера"]).await;
    head.says("меню").await;
    assert!(head.last().await.contains("[Ученики]"));
    // Nine classes: the school first, then one by its name.
    head.presses("Ученики").await;
    let said = head.unread().await.join("\n");
    assert!(said.contains("МБОУ СОШ № 100") && said.contains("Учеников: 15"), "{said}");
    head.presses("Другой класс").await;
    head.says("7 «б»").await;
    let said = head.unread().await.join("\n");
    assert!(said.contains("7Б, МБОУ СОШ № 100") && said.contains("Учеников: 2"), "{said}");
    head.presses("Другой класс").await;
    head.says("7").await;
    assert!(head.last().await.contains("[Все классы, МБОУ СОШ № 100]"), "{}", head.last().await);
    head.presses("Все классы, МБОУ СОШ № 100").await;
    let page = opens(&world, &head, "Список").await;
    assert_eq!(names(&page).len(), 15, "{page}");

    // A coordinator finds a class of the town, an operator of the country asks for a name first.
    let nina = nina(&world, "telegram", &people).await;
    nina.says("ученики").await;
    nina.presses("Другой класс").await;
    nina.says("сош 9б").await;
    let said = nina.unread().await.join("\n");
    assert!(said.contains("9Б, МБОУ СОШ № 100") && said.contains("Учеников: 1"), "{said}");
    nina.presses("Другой класс").await;
    nina.says("лицей").await;
    assert!(nina.unread().await.join("\n").contains("Такого класса среди ваших нет"), "Kaliningrad's");
}

/// A card of one class prints, shows and renews nothing of another, whatever a form says, and nothing once the class is gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_scope_looks_like_what_is_not_there() {
    let world = World::new().await;
    let people = world.seed().await;
    classes(&world, &[2, 2]).await;
    let anna = teacher(&world, "telegram", "Анна", &code_of_teacher(&world, "А").await).await;
    anna.says("ученики").await;
    let page = opens(&world, &anna, "Список").await;
    let pass = field(&page, "pass").to_owned();
    let open = "select count(*) from sign_in_code where used_at is null and kind = 'card'";
    let before = world.count(open).await;
    let pupils: Vec<PersonId> = sqlx::query_scalar::<_, Uuid>(
        "select r.person from role r join class c on c.id = r.class where r.role = 'pupil' and not (c.grade = 7 and c.letter = 'А'
         and c.school = (select id from school where inn = '8600000100'))",
    )
    .fetch_all(&world.database.pool)
    .await
    .unwrap()
    .into_iter()
    .map(PersonId)
    .collect();
    assert!(pupils.len() > 5);
    let nobody = Uuid::from_u128(1).to_string();
    let (_, not_there) = posts(&world, "/page/class", &pass, &[("code", &nobody)]).await;
    for pupil in &pupils {
        let (status, page) = posts(&world, "/page/class", &pass, &[("code", &pupil.to_string())]).await;
        assert_eq!((status, &page), (404, &not_there));
    }
    assert_eq!(world.count(open).await, before);
    // Another class of the same school is not there for her, nor for a teacher of another school.
    for said in ["7Б", "8А", "школа"] {
        anna.says("ученики").await;
        anna.presses("Другой класс").await;
        anna.says(said).await;
        let said = anna.unread().await.join("\n");
        assert!(said.contains("Такого класса среди ваших нет"), "{said}");
        anna.presses("Назад").await;
        anna.unread().await;
    }
    let olga = teacher(&world, "vk", "Ольга", &seeded(&people, "Ольга")).await;
    olga.says("ученики").await;
    assert!(!olga.last().await.contains("7А"), "{}", olga.last().await);
    // A pass of another page opens none of these.
    let nina = nina(&world, "vk", &people).await;
    nina.says("люди").await;
    nina.presses("Сургут").await;
    let theirs = opens(&world, &nina, "Кто есть").await;
    assert_eq!(posts(&world, "/page/class", field(&theirs, "pass"), &[]).await.0, 410);
    assert_eq!(posts(&world, "/page/people", &pass, &[]).await.0, 410);
    // Pupils and whoever has no class are told whom to ask.
    let lev = world.signed_in("telegram", "Лев", &seeded(&people, "Лев")).await;
    lev.says("мои ученики").await;
    assert!(lev.unread().await.join("\n").contains("За вами классов пока нет"));
    // The class is somebody else's from now on: the pass is good, and opens nothing.
    sqlx::query("update role set revoked_at = granted_at where role = 'teacher'")
        .execute(&world.database.pool)
        .await
        .unwrap();
    for to in ["/page/class", "/page/class/cards"] {
        assert_eq!(posts(&world, to, &pass, &[]).await.0, 404, "{to}");
    }
    assert_eq!(posts(&world, "/page/class/print", &pass, &[("whose", "all")]).await.0, 404);
    world.advance(TimeDelta::minutes(31)).await;
    assert_eq!(posts(&world, "/page/class", &pass, &[]).await.0, 410);
}
