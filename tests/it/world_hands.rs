//! What a teacher does with classes by hand: the list of nine columns, ОВЗ, filters and reminders, adding, moving, archiving, groups.

use chrono::TimeDelta;
use provodnik::people::roles::Role;
use uuid::Uuid;

use crate::{
    world::{Phone, World, card, seeded},
    world_pupils::{classes, code_of_teacher, names, opens, posts, teacher},
    world_staff::{field, granted, takes},
};

/// The value of a button or field whose name and label stand in the row of somebody.
fn of<'p>(page: &'p str, whose: &str, name: &str) -> &'p str {
    field(page.split_once(whose).unwrap_or_else(|| panic!("no {whose} in {page}")).1, name)
}

pub async fn counted(world: &World, act: &str) -> i64 {
    let sql = "select count(*) from journal where act = $1";
    sqlx::query_scalar(sql).bind(act).fetch_one(&world.database.pool).await.unwrap()
}

/// Anna of «7А» has the list open: her phone, the page and its pass.
async fn anna<'w>(world: &'w World, channel: &str) -> (Phone<'w>, String, String) {
    let anna = teacher(world, channel, "Анна", &code_of_teacher(world, "А").await).await;
    anna.says("мои ученики").await;
    let page = opens(world, &anna, "Список").await;
    let pass = field(&page, "pass").to_owned();
    (anna, page, pass)
}

const PETER: [(&str, &str); 6] = [
    ("last", "Снежинский"),
    ("first", "Никита"),
    ("patronymic", "Олегович"),
    ("sex", "м"),
    ("birth", "09.11.2012"),
    ("email", ""),
];

/// The form of a pupil, with some answers other.
fn typed<'t>(other: &[(&'t str, &'t str)]) -> Vec<(&'t str, &'t str)> {
    let mut form: Vec<_> = PETER.to_vec();
    for (name, value) in other {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    form.push(("send", "yes"));
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_all_its_columns_and_needs_are_looked_at_one_by_one() {
    let world = World::new().await;
    world.seed().await;
    classes(&world, &[2]).await;
    let (_anna, page, pass) = anna(&world, "telegram").await;
    for column in [
        "Имя",
        "Класс",
        "Группы",
        "ОВЗ",
        "Инвалидность",
        "Активность",
        "Профиль",
        "Верификация",
        "Согласие",
        "Родитель",
    ] {
        assert!(page.contains(&format!("<th scope=\"col\">{column}</th>")), "{column} in {page}");
    }
    assert_eq!(names(&page), ["Пётр А.", "Пётр Б."]);
    // Born in 2013: a parent decides.
    assert!(page.contains("✗ необходимо загрузить"), "{page}");
    assert!(!page.contains("ЗПР"), "{page}");
    let pupil = of(&page, "Пётр А.", "pupil").to_owned();
    let (_, closed) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil)]).await;
    assert!(!closed.contains("<select id=\"group\"") && closed.contains("value=\"needs\""), "{closed}");
    assert_eq!(counted(&world, "need_opened").await, 0);
    let (_, open) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil), ("do", "needs")]).await;
    assert!(open.contains("тяжёлое недоразвитие речи") && !open.contains(" checked"), "{open}");
    assert_eq!(counted(&world, "need_opened").await, 1);
    let said = [("pupil", pupil.as_str()), ("do", "needs_set"), ("limited", "yes"), ("group", "developmental_delay")];
    let (_, kept) = posts(&world, "/page/class/pupil", &pass, &said).await;
    assert!(kept.contains("Сохранено.") && !kept.contains("ЗПР"), "what was set is closed again: {kept}");
    assert_eq!(counted(&world, "need_set").await, 1);
    let (_, open) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil), ("do", "needs")]).await;
    assert!(
        open.contains("value=\"developmental_delay\" selected")
            && open.contains("name=\"limited\" value=\"yes\" checked")
    );
    // Nothing of it stands in clear.
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("select person, sealed from pupil_need").fetch_all(&world.database.pool).await.unwrap();
    assert_eq!((rows.len(), rows[0].0.to_string()), (1, pupil));
    assert!(!String::from_utf8_lossy(&rows[0].1).contains("delay"));
    let details: Vec<String> = sqlx::query_scalar("select detail from journal where act like 'need%'")
        .fetch_all(&world.database.pool)
        .await
        .unwrap();
    assert!(details.iter().all(|detail| !detail.contains("delay") && !detail.contains("limited")), "{details:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_lack_several_things_are_reminded_once_a_day_each_of_their_own() {
    let world = World::new().await;
    world.seed().await;
    let report = classes(&world, &[4, 1]).await;
    let (phone, _, pass) = anna(&world, "vk").await;
    let first = world.signed_in("telegram", "Первый", &card(&report, "Абаров")).await;
    first.presses("Позже").await;
    let second = world.signed_in("vk", "Второй", &card(&report, "Бриров")).await;
    second.verifies("+7 922 345-67-89", Some("Мой")).await;
    let other = world.signed_in("vk", "Чужой", &card(&report, "Иван")).await;
    other.presses("Позже").await;
    for phone in [&first, &second, &other] {
        phone.unread().await;
    }
    // Ticked together: who lacks both.
    let ticked = [("pick", "yes"), ("absent", "yes"), ("unverified", "yes")];
    let (_, both) = posts(&world, "/page/class", &pass, &ticked).await;
    assert_eq!(names(&both), ["Пётр Е.", "Пётр Ё."]);
    assert!(both.contains("value=\"absent-unverified\""), "{both}");
    // Nobody of them can be written to, and it is said why.
    let (_, sure) = posts(&world, "/page/class/remind", &pass, &[("filter", "absent-unverified")]).await;
    assert!(
        sure.contains("Получат: 0") && sure.contains("ещё не входили: 2") && !sure.contains("name=\"send\""),
        "{sure}"
    );
    let (_, sure) = posts(&world, "/page/class/remind", &pass, &[("filter", "consentless")]).await;
    assert!(sure.contains("Получат: 2") && sure.contains("ещё не входили: 2"), "{sure}");
    assert_eq!(counted(&world, "pupils_reminded").await, 0, "a question is no answer");
    let (_, sent) = posts(&world, "/page/class/remind", &pass, &[("filter", "unverified"), ("send", "yes")]).await;
    assert!(sent.contains("Напоминания ушли."), "{sent}");
    world.settle().await;
    let heard = first.unread().await.join("\n");
    assert!(heard.contains("подтвердить телефон") && heard.contains("[Подтвердить телефон]"), "{heard}");
    assert!(!heard.contains("согласие") && !heard.contains("Анна"), "only what was asked for: {heard}");
    first.presses("Подтвердить телефон").await;
    assert!(first.unread().await.join("\n").contains("номер мобильного"));
    assert_eq!(second.unread().await.len() + other.unread().await.len(), 0, "nobody else is told");
    let (_, again) = posts(&world, "/page/class/remind", &pass, &[("filter", "unverified"), ("send", "yes")]).await;
    assert!(again.contains("вы сегодня уже напоминали"), "{again}");
    assert_eq!(counted(&world, "pupils_reminded").await, 1);

    // In VK the names may be said, as lines that can be read out; there too one reminds.
    phone.says("мои ученики").await;
    phone.presses("Кто не сделал").await;
    phone.presses("Без согласия").await;
    let said = phone.last().await;
    assert!(said.contains("Всего: 4") && said.contains("1. Пётр А., 7А: телефон не подтверждён"), "{said}");
    assert!(said.contains("3. Пётр Е., 7А: ещё не входил; согласие необходимо загрузить."), "{said}");
    phone.presses("Напомнить этим").await;
    assert!(phone.last().await.contains("Получат: 2 из 4"), "{}", phone.last().await);
    phone.presses("Напомнить").await;
    assert!(phone.unread().await.join("\n").contains("Получат 2 ученика"));
    assert!(second.unread().await.join("\n").contains("с подписью родителя"));
    world.advance(TimeDelta::days(1)).await;
    first.unread().await;
    phone.says("мои ученики").await;
    let page = opens(&world, &phone, "Список").await;
    let pass = field(&page, "pass").to_owned();
    let (_, sent) = posts(&world, "/page/class/remind", &pass, &[("filter", "all"), ("send", "yes")]).await;
    assert!(sent.contains("Напоминания ушли."), "{sent}");
    world.settle().await;
    let heard = first.unread().await.join("\n");
    assert!(heard.contains("подтвердить телефон") && heard.contains("согласие"), "all that is owed: {heard}");
    let detail: Vec<String> =
        sqlx::query_scalar("select detail from journal where act = 'pupils_reminded' order by seq")
            .fetch_all(&world.database.pool)
            .await
            .unwrap();
    assert_eq!(detail.len(), 3);
    assert!(detail[0].contains("\"filter\":\"unverified\"") && detail[0].contains("\"pupils\":\"1\""), "{detail:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_telegram_the_chat_says_how_many_and_the_page_who() {
    let world = World::new().await;
    world.seed().await;
    classes(&world, &[3]).await;
    let (phone, ..) = anna(&world, "telegram").await;
    phone.says("мои ученики").await;
    phone.presses("Кто не сделал").await;
    phone.presses("Не вошли").await;
    let said = phone.last().await;
    assert!(said.contains("Таких учеников: 3") && !said.contains("Пётр"), "{said}");
    let page = opens(&world, &phone, "Открыть страницу").await;
    assert_eq!(names(&page).len(), 3);
    assert!(page.contains("name=\"absent\" value=\"yes\" checked"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_is_added_by_the_rules_of_the_table() {
    let world = World::new().await;
    world.seed().await;
    classes(&world, &[2, 1]).await;
    let (_phone, page, pass) = anna(&world, "vk").await;
    let (_, form) = posts(&world, "/page/class/add", &pass, &[]).await;
    for label in ["<label for=\"last\">Фамилия</label>", "<label for=\"birth\">Дата рождения (ДД.ММ.ГГГГ)</label>"]
    {
        assert!(form.contains(label), "{label} in {form}");
    }
    let add = async |other: &[(&str, &str)]| posts(&world, "/page/class/add", &pass, &typed(other)).await.1;
    let people = "select count(*) from person";
    let before = world.count(people).await;
    for (other, fault) in [
        (
            ("birth", "1.20.2012"),
            "«Дата рождения (ДД.ММ.ГГГГ)»: даты в таком виде нет; если это 20.01.2012, впишите так",
        ),
        (("birth", "09.11.2018"), "младше 10 лет"),
        (("birth", ""), "«Дата рождения (ДД.ММ.ГГГГ)»: пусто"),
        (("sex", "да"), "впишите М или Ж"),
        (("last", "Иванов1"), "в имени лишние знаки"),
        (("email", "нет адреса"), "это не адрес почты"),
    ] {
        let page = add(&[other]).await;
        assert!(page.contains(fault) && page.contains("aria-invalid=\"true\""), "{fault} in {page}");
        assert!(page.contains("value=\"Никита\""), "nothing is lost: {page}");
    }
    assert_eq!(world.count(people).await, before);
    let done = add(&[]).await;
    assert!(done.contains("Ученик добавлен.") && !done.contains("value=\"Никита\""), "{done}");
    assert_eq!(counted(&world, "pupil_added").await, 1);
    let (_, list) = posts(&world, "/page/class", &pass, &[]).await;
    assert_eq!(names(&list), ["Пётр А.", "Пётр Б.", "Никита С."]);
    // The same again, and one letter off: refused with a way to whom it is; a namesake is added after a word.
    let again = add(&[]).await;
    assert!(again.contains("Этот ученик уже есть.") && again.contains("Открыть того, кто уже есть"), "{again}");
    let near = add(&[("last", "Снежинскай")]).await;
    assert!(near.contains("Проверьте, нет ли описки") && near.contains("name=\"alike\""), "{near}");
    let (_, other) =
        posts(&world, "/page/class/pupil", &pass, &[("pupil", of(&near, "page/class/pupil", "pupil"))]).await;
    assert!(other.contains("Никита С., 7А"), "{other}");
    let alike = add(&[("last", "Снежинскай"), ("alike", "yes")]).await;
    assert!(alike.contains("Ученик добавлен."), "{alike}");
    // One who sits in a class of somebody else: nothing of whom or where is said.
    let theirs = [("last", "Абаров"), ("first", "Иван"), ("patronymic", "Ильич"), ("birth", "01.01.2013")];
    let elsewhere = add(&theirs).await;
    assert!(
        elsewhere.contains("уже есть в другом классе школы") && !elsewhere.contains("name=\"pupil\""),
        "{elsewhere}"
    );
    // A class that is not theirs is not there.
    let strange: Uuid = sqlx::query_scalar("select id from class where grade = 7 and letter = 'Б'")
        .fetch_one(&world.database.pool)
        .await
        .unwrap();
    let strange = strange.to_string();
    let form = typed(&[("class", &strange), ("last", "Другой")]);
    assert_eq!(posts(&world, "/page/class/add", &pass, &form).await.0, 404);
    assert!(page.contains("Добавить ученика"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_is_moved_archived_and_brought_back() {
    let world = World::new().await;
    let people = world.seed().await;
    let olga = teacher(&world, "telegram", "Ольга", &seeded(&people, "Ольга")).await;
    let artem = world.signed_in("telegram", "Артём", &seeded(&people, "Артём")).await;
    artem.presses("Позже").await;
    olga.presses("Мои ученики").await;
    olga.presses("8А").await;
    let page = opens(&world, &olga, "Список").await;
    let pass = field(&page, "pass").to_owned();
    let pupil = of(&page, "Артём Б.", "pupil").to_owned();
    let (_, one) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil)]).await;
    let to =
        one.split_once("<select id=\"to\"").unwrap().1.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(one.contains("6Б, 2026-2027") && !one.contains("8А, 2026-2027</option>"), "her other class only: {one}");
    let (_, list) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil), ("do", "move"), ("to", to)]).await;
    assert!(list.contains("Ученик переведён."), "{list}");
    assert_eq!(names(&list), ["Алина С."]);
    let line: String = sqlx::query_scalar("select detail from journal where act = 'pupil_moved'")
        .fetch_one(&world.database.pool)
        .await
        .unwrap();
    assert!(line.contains(to), "{line}");

    // In the other class, and from there into the archive: asked first.
    olga.presses("Другой класс").await;
    olga.presses("6Б").await;
    let page = opens(&world, &olga, "Список").await;
    let pass = field(&page, "pass").to_owned();
    assert_eq!(names(&page), ["Артём Б.", "Вера С."]);
    let (_, sure) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil), ("do", "archive_ask")]).await;
    assert!(sure.contains("Убрать ученика в архив?") && counted(&world, "pupil_archived").await == 0, "{sure}");
    let (_, list) = posts(&world, "/page/class/pupil", &pass, &[("pupil", &pupil), ("do", "archive")]).await;
    assert_eq!(names(&list), ["Вера С."]);
    artem.unread().await;
    artem.says("меню").await;
    assert!(!artem.unread().await.join("\n").contains("События"), "no pupil any more");
    // Who comes again by hand is found there, and brought back as he was.
    let (_, kept) = posts(&world, "/page/class/archive", &pass, &[]).await;
    assert!(kept.contains("<b>Артём Б.</b>") && kept.contains("6Б"), "{kept}");
    let (_, back) = posts(&world, "/page/class/archive", &pass, &[("restore", &pupil)]).await;
    assert!(back.contains("Ученик снова в классе.") && back.contains("Никого."), "{back}");
    assert_eq!(posts(&world, "/page/class/archive", &pass, &[("restore", &pupil)]).await.0, 404);
    let (_, list) = posts(&world, "/page/class", &pass, &[]).await;
    assert_eq!(names(&list), ["Артём Б.", "Вера С."]);
    assert!(list.contains("вошёл в бот"), "signed in as before: {list}");
    artem.says("меню").await;
    assert!(artem.unread().await.join("\n").contains("События"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_who_was_invited_makes_the_first_class() {
    let world = World::new().await;
    world.seed().await;
    let code = granted(&world, Role::Teacher, "Сургут").await;
    let lida = takes(&world, "telegram", &code, ["Сорокина", "Лидия"]).await;
    lida.unread().await;
    lida.says("мои ученики").await;
    let said = lida.last().await;
    assert!(said.contains("Классов у вас пока нет") && said.contains("[Создать класс]"), "{said}");
    let page = opens(&world, &lida, "Создать класс").await;
    let pass = field(&page, "pass").to_owned();
    assert_eq!(
        page.split("<select id=\"school\"")
            .nth(1)
            .unwrap()
            .split("</select>")
            .next()
            .unwrap()
            .matches("<option")
            .count(),
        1
    );
    let school: Uuid =
        sqlx::query_scalar("select school from role where role = 'teacher' and class is null and revoked_at is null")
            .fetch_one(&world.database.pool)
            .await
            .unwrap();
    let school = school.to_string();
    let form = |letter| {
        [("school", school.as_str()), ("grade", "7"), ("letter", letter), ("year", "2026-2027"), ("send", "yes")]
    };
    let (_, wrong) = posts(&world, "/page/class/make", &pass, &form("школа")).await;
    assert!(wrong.contains("«Буква класса»: это не буква класса"), "{wrong}");
    let (_, list) = posts(&world, "/page/class/make", &pass, &form("е")).await;
    assert!(list.contains("Класс создан.") && list.contains("7Е, "), "{list}");
    let pass = field(&list, "pass").to_owned();
    let (_, done) = posts(&world, "/page/class/add", &pass, &typed(&[])).await;
    assert!(done.contains("Ученик добавлен."), "{done}");
    let (_, there) = posts(&world, "/page/class/make", &pass, &form("Е")).await;
    assert!(there.contains("Такой класс у вас уже есть.") && names(&there) == ["Никита С."], "{there}");
    // A class that somebody else teaches is not taken over.
    let taken: (i16, String) = sqlx::query_as(
        "select grade, letter from class where school = $1 and letter <> 'Е' and school_year = '2026-2027' limit 1",
    )
    .bind(Uuid::parse_str(&school).unwrap())
    .fetch_one(&world.database.pool)
    .await
    .unwrap();
    let grade = taken.0.to_string();
    let form =
        [("school", school.as_str()), ("grade", &grade), ("letter", &taken.1), ("year", "2026-2027"), ("send", "yes")];
    let (_, others) = posts(&world, "/page/class/make", &pass, &form).await;
    assert!(others.contains("ведёт его кто-то другой"), "{others}");
    let strange: Uuid = sqlx::query_scalar("select id from school where id::text <> $1 limit 1")
        .bind(&school)
        .fetch_one(&world.database.pool)
        .await
        .unwrap();
    let strange = strange.to_string();
    let form = [("school", strange.as_str()), ("grade", "7"), ("letter", "А"), ("year", "2026-2027"), ("send", "yes")];
    assert_eq!(posts(&world, "/page/class/make", &pass, &form).await.0, 404);
    lida.says("мои ученики").await;
    assert!(lida.last().await.contains("7Е"), "{}", lida.last().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_cuts_across_classes_and_is_nobody_elses() {
    let world = World::new().await;
    let people = world.seed().await;
    classes(&world, &[1]).await;
    let olga = teacher(&world, "vk", "Ольга", &seeded(&people, "Ольга")).await;
    olga.presses("Мои ученики").await;
    olga.presses("Все классы, МБОУ СОШ № 100").await;
    let page = opens(&world, &olga, "Список").await;
    let pass = field(&page, "pass").to_owned();
    let go = async |form: &[(&str, &str)]| posts(&world, "/page/class/groups", &pass, form).await;
    assert!(go(&[("do", "make"), ("name", "  ")]).await.1.contains("Нужно название"));
    let (_, made) = go(&[("do", "make"), ("name", "Робототехника")]).await;
    assert!(made.contains("Группа создана.") && made.contains("<b>Робототехника</b>"), "{made}");
    assert!(go(&[("do", "make"), ("name", "робототехника ")]).await.1.contains("уже есть"));
    let group = field(&made, "group").to_owned();
    let (_, fill) = go(&[("do", "fill"), ("group", &group)]).await;
    let boxes: Vec<&str> = fill.split("name=\"s-").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(boxes.len(), 3, "{fill}");
    // Somebody of another teacher's class is not put in, whatever a form says.
    let strange: Uuid = sqlx::query_scalar(
        "select r.person from role r join class c on c.id = r.class where r.role = 'pupil' and c.grade = 7 and c.letter = 'А' limit 1",
    )
    .fetch_one(&world.database.pool)
    .await
    .unwrap();
    let fields: Vec<String> = [boxes[0], boxes[2], &strange.to_string()].iter().map(|id| format!("p-{id}")).collect();
    let mut form = vec![("do", "save"), ("group", group.as_str())];
    form.extend(fields.iter().map(|name| (name.as_str(), "yes")));
    let shown: Vec<String> = boxes.iter().map(|id| format!("s-{id}")).collect();
    form.extend(shown.iter().map(|name| (name.as_str(), "yes")));
    let (_, saved) = go(&form).await;
    assert!(saved.contains("учеников: 2"), "{saved}");
    let (_, list) = go(&[("do", "list"), ("group", &group)]).await;
    assert!(list.contains("Робототехника, МБОУ СОШ № 100") && names(&list).len() == 2, "{list}");
    let classes: std::collections::BTreeSet<&str> =
        ["6Б", "8А"].into_iter().filter(|class| list.contains(&format!("<td>{class}</td>"))).collect();
    assert_eq!(classes.len(), 2, "across classes: {list}");
    assert!(list.contains("<td>Робототехника</td>"), "{list}");
    // Taken out again on the pupil's own page.
    let (_, one) = posts(&world, "/page/class/pupil", &pass, &[("pupil", boxes[0])]).await;
    assert!(one.contains(&format!("name=\"g-{group}\" value=\"yes\" checked")), "{one}");
    posts(&world, "/page/class/pupil", &pass, &[("pupil", boxes[0]), ("do", "groups")]).await;
    assert!(go(&[]).await.1.contains("учеников: 1"));
    let sealed: Vec<u8> =
        sqlx::query_scalar("select name from pupil_group").fetch_one(&world.database.pool).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("обот"));

    // Who teaches another class of the school sees nothing of it.
    let (_anna, _, theirs) = anna(&world, "telegram").await;
    let (_, groups) = posts(&world, "/page/class/groups", &theirs, &[]).await;
    assert!(!groups.contains("Робототехника"), "{groups}");
    for what in ["list", "fill", "close_ask", "save"] {
        let form = [("do", what), ("group", group.as_str())];
        assert_eq!(posts(&world, "/page/class/groups", &theirs, &form).await.0, 404, "{what}");
    }
    posts(&world, "/page/class/groups", &theirs, &[("do", "close"), ("group", &group)]).await;
    assert_eq!(counted(&world, "group_closed").await, 0);
    // Nor of the pupils.
    for what in ["", "needs", "needs_set", "groups", "move", "archive_ask", "archive"] {
        let form = [("pupil", boxes[0]), ("do", what), ("to", boxes[0])];
        assert_eq!(posts(&world, "/page/class/pupil", &theirs, &form).await.0, 404, "{what}");
    }
    assert_eq!(posts(&world, "/page/class/archive", &theirs, &[("restore", boxes[0])]).await.0, 404);
    let (_, closed) = go(&[("do", "close"), ("group", &group)]).await;
    assert!(closed.contains("Группа закрыта.") && !closed.contains("Робототехника"), "{closed}");
    // A pass whose role is gone opens none of it.
    sqlx::query("update role set revoked_at = granted_at where role = 'teacher'")
        .execute(&world.database.pool)
        .await
        .unwrap();
    for to in ["", "/pupil", "/add", "/make", "/archive", "/groups", "/remind"] {
        let form = [("pupil", boxes[1])];
        assert_eq!(posts(&world, &format!("/page/class{to}"), &pass, &form).await.0, 404, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_classes_owe_is_told_on_mondays_and_leads_to_who_it_is() {
    let world = World::new().await;
    world.seed().await;
    classes(&world, &[3, 1]).await;
    let (phone, ..) = anna(&world, "vk").await;
    phone.says("что не сделано").await;
    let said = phone.last().await;
    assert!(said.contains("7А: не вошли – 3, без телефона – 3, без согласия – 3.") && !said.contains("7Б"), "{said}");
    phone.presses("7А").await;
    let said = phone.last().await;
    assert!(said.contains("Не вошли: 3") && said.contains("подойдёт телефон родственника"), "{said}");
    phone.presses("Не вошли: кто").await;
    assert!(phone.last().await.contains("1. Пётр А., 7А: ещё не входил"), "{}", phone.last().await);
    phone.presses("Назад").await;
    phone.presses("Назад").await;
    phone.unread().await;
    // Thursday noon in Moscow: until Monday, ten in Surgut, nothing comes.
    world.advance(TimeDelta::hours(3 * 24 + 19)).await;
    assert!(!phone.unread().await.join("\n").contains("Сводка недели"));
    world.advance(TimeDelta::hours(1)).await;
    let said = phone.unread().await.join("\n");
    assert!(
        said.contains("Сводка недели") && said.contains("7А: не вошли – 3") && said.contains("Информирование"),
        "{said}"
    );
    world.advance(TimeDelta::hours(2)).await;
    assert!(!phone.unread().await.join("\n").contains("Сводка недели"), "once");
    phone.presses("Кто и напомнить").await;
    assert!(phone.last().await.contains("Что ещё не сделано"), "{}", phone.last().await);
    // A pupil's classes owe nothing to whoever is no teacher.
    let stored: Vec<String> =
        sqlx::query_scalar("select body::text from delivery where body::text like '%notice-digest%'")
            .fetch_all(&world.database.pool)
            .await
            .unwrap();
    assert!(stored.len() == 1 && !stored[0].contains("Абаров"), "{stored:?}");
    world.advance(TimeDelta::days(7)).await;
    assert!(phone.unread().await.join("\n").contains("Сводка недели"), "every week");
}
