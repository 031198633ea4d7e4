//! Access and erasure: what is held of somebody is shown to them whole, and when they ask, nothing of it is left anywhere.

use chrono::TimeDelta;
use provodnik::{
    ids::PersonId,
    journal, papers,
    people::{
        needs::{self, Group, Need},
        roles::Role,
    },
    seal::Place,
    store::{held, sealed},
};
use reqwest::Method;
use sqlx::AssertSqlSafe;

use crate::{
    paper,
    world::{Phone, World, card, everywhere, seeded},
    world_broadcast::{nina, writes},
    world_events::{pupil, signs_up},
    world_privacy::logged,
    world_staff::{ask, field, granted, invites, takes},
};

/// Everything that stands in any table, row by row: in clear as text, bytes in hexadecimal, and what is sealed opened.
async fn everything(world: &World) -> Vec<(String, String)> {
    let mut db = world.database.pool.acquire().await.unwrap();
    let tables = "select table_name::text from information_schema.tables where table_schema = 'public' order by 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *db).await.unwrap();
    let mut all = Vec::new();
    for table in tables {
        let rows = AssertSqlSafe(format!("select t::text from \"{table}\" t"));
        let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut *db).await.unwrap();
        all.extend(rows.into_iter().map(|row| (table.clone(), row.to_lowercase())));
    }
    for of in sealed::ALL {
        for value in sealed::find(&mut db, *of, (0, "(0,0)"), 10_000).await.unwrap() {
            let place = Place { table: of.table, column: of.column, row: &value.row };
            let plain = world.parts.vault.open(place, &value.value).unwrap();
            all.push((format!("{}.{}", of.table, of.column), String::from_utf8_lossy(&plain).to_lowercase()));
        }
    }
    all
}

/// The tables, opened columns and logs in which one of these is found, each once.
fn found(all: &[(String, String)], canaries: &[String]) -> Vec<String> {
    let mut places = Vec::new();
    for canary in canaries {
        let canary = canary.to_lowercase();
        // As bytes are shown, too.
        let bytes = hex::encode(&canary);
        let hits = all.iter().filter(|(_, row)| row.contains(&canary) || row.contains(&bytes));
        places.extend(hits.map(|(place, _)| format!("{place}: {canary}")));
        if logged(&canary) {
            places.push(format!("log: {canary}"));
        }
    }
    places.sort();
    places.dedup();
    places
}

/// The id of whoever is called so, by the only account of theirs.
async fn person_of(world: &World, phone: &Phone<'_>) -> uuid::Uuid {
    let external = phone.id.to_string();
    sqlx::query_scalar("select person from account where external = $1")
        .bind(external)
        .fetch_one(&world.database.pool)
        .await
        .unwrap()
}

/// Asks to be erased and says yes; gives the code that takes it back.
async fn asks_to_be_erased(phone: &Phone<'_>) -> String {
    phone.says("удалить мои данные").await;
    phone.presses("Да, удалить").await;
    let said = phone.unread().await.join("\n");
    said.split("код: ").nth(1).unwrap_or_else(|| panic!("{said}"))[..9].to_owned()
}

/// Everything that somebody can say to the bot, each time something that nobody else says.
async fn lives(world: &World, phone: &Phone<'_>) {
    phone.says("канарейка-начало").await;
    phone.presses("Подтвердить телефон").await;
    phone.says("8 (495) 777-66-55").await;
    phone.presses("Оставить заявку").await;
    phone.presses("Отправить заявку").await;
    phone.presses("Подтвердить телефон").await;
    phone.is_rung("+7 999 111-22-33", Some("Мамы")).await;
    phone.says("меню").await;
    phone.unread().await;
    signs_up(phone).await;
    world
        .advance("2026-10-04T17:00:00+05:00".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - world.clock.now())
        .await;
    phone.presses("Рассказать").await;
    phone.presses("5").await;
    phone.presses("☐ Наставник").await;
    phone.presses("Готово").await;
    phone.presses("Да, хочу ещё").await;
    phone.says("канарейка-отзыв").await;
    phone.says("родители").await;
    phone.presses("Я ученик").await;
    phone.says("другой мессенджер").await;
    phone.says("мои данные").await;
    phone.presses("Что хранится").await;
    phone.unread().await;
}

/// What staff do about a pupil: ОВЗ, a scan with its consent, a group, the archive.
async fn is_written_about(world: &World, person: uuid::Uuid) {
    let (mut db, vault, now) = (world.database.pool.acquire().await.unwrap(), &world.parts.vault, world.clock.now());
    let need = Need { limited_health: true, disability: false, group: Some(Group::Wheelchair) };
    needs::set(&mut db, vault, PersonId(person), need).await.unwrap();
    world.cabinet.put("object-of-the-canary", vec![7; 64]).await.unwrap();
    let document = uuid::Uuid::from_u128(0xd0c);
    let key = vault.seal(Place { table: "document", column: "key", row: document.as_bytes() }, &[7; 32]);
    let group = uuid::Uuid::from_u128(0x6e0);
    let name = vault.seal(Place { table: "pupil_group", column: "name", row: group.as_bytes() }, b"chess");
    let staff: uuid::Uuid =
        sqlx::query_scalar("select person from role where role = 'teacher' order by person limit 1")
            .fetch_one(&mut *db)
            .await
            .unwrap();
    sqlx::query(
        "insert into document (id, person, season, uploaded_by, at, signed_on, kind, size, sha256, key, object)
         values ($1, $2, '2026-2027', $3, $4, '2026-09-01', 'pdf', 64, '', $5, 'object-of-the-canary')",
    )
    .bind(document)
    .bind(person)
    .bind(staff)
    .bind(now)
    .bind(key)
    .execute(&mut *db)
    .await
    .unwrap();
    sqlx::query(
        "insert into consent (id, person, season, purpose, act, method, document, checked_by, at)
         values (gen_random_uuid(), $1, '2026-2027', 'processing', 'given', 'paper', $2, $3, $4)",
    )
    .bind(person)
    .bind(document)
    .bind(staff)
    .bind(now)
    .execute(&mut *db)
    .await
    .unwrap();
    sqlx::query(
        "with made as (
           insert into pupil_group (id, school, name, name_index, made_by, made_at)
           select $1, c.school, $5, '', $3, $4 from role r join class c on c.id = r.class where r.person = $2 returning id
         ), kept as (
           insert into archived (person, class, archived_by, archived_at)
           select $2, r.class, $3, $4 from role r where r.person = $2
         )
         insert into group_member (pupil_group, person, put_by, put_at) select id, $2, $3, $4 from made",
    )
    .bind(group)
    .bind(person)
    .bind(staff)
    .bind(now)
    .bind(name)
    .execute(&mut *db)
    .await
    .unwrap();
}

/// Files that lie in the store of scans.
fn objects(world: &World) -> usize {
    std::fs::read_dir(world.documents.path()).unwrap().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_pupil_who_was_erased_nothing_is_left() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        lives(world, &lev).await;
        let name = people.iter().find(|person| person.name.starts_with("Лев")).unwrap().name.clone();
        let family = name.split_whitespace().nth(1).unwrap().to_owned();
        let (person, external) = (person_of(world, &lev).await, lev.id.to_string());
        is_written_about(world, person).await;
        let plain = ["канарейка", "4957776655", "777-66-55", "9991112233", "111-22-33"].map(str::to_owned);
        let mut canaries: Vec<String> = plain.into_iter().chain([family, external, "wheelchair".to_owned()]).collect();
        let seen = found(&everything(world).await, &canaries);
        for place in [
            "person.profile",
            "pupil_need.sealed",
            "manual_request.phone",
            "verification.phone",
            "feedback.answers",
            "account",
        ] {
            assert!(seen.iter().any(|seen| seen.starts_with(place)), "{place} in {seen:?}");
        }
        // What stands in blind indexes, hashed, is found by what it is.
        let indexes = "select encode(identity, 'hex') from person where id = $1
                       union select encode(phone_index, 'hex') from verification where person = $1
                       union select encode(hash, 'hex') from sign_in_code where person = $1";
        let indexes: Vec<String> =
            sqlx::query_scalar(indexes).bind(person).fetch_all(&world.database.pool).await.unwrap();
        assert!(indexes.len() > 2);
        canaries.extend(indexes);

        let code = asks_to_be_erased(&lev).await;
        canaries.push(code.replace('-', ""));
        world.advance(TimeDelta::hours(23)).await;
        assert!(!found(&everything(world).await, &canaries).is_empty(), "held for a day");
        world.advance(TimeDelta::hours(1)).await;
        // The scan's key is gone with its row; the object goes with the next sweep.
        assert_eq!((world.count("select count(*) from document").await, objects(world)), (0, 1));
        assert_eq!(papers::desk::sweep(&world.database.pool, &world.cabinet, world.clock.now()).await.unwrap(), 1);
        assert_eq!((world.count("select count(*) from loose_object").await, objects(world)), (0, 0));
        assert_eq!(found(&everything(world).await, &canaries), Vec::<String>::new());
        // Of the person only an id is left, where something must be accounted for.
        let mut left: Vec<String> = found(&everything(world).await, &[person.to_string()])
            .into_iter()
            .map(|hit| hit.split(':').next().unwrap().to_owned())
            .filter(|place| place != "log")
            .collect();
        left.dedup();
        assert_eq!(left, ["erasure", "journal", "notice_void", "person", "verification_event"]);
        let act: (String, i32, String) =
            sqlx::query_as("select ground, people, state from erasure").fetch_one(&world.database.pool).await.unwrap();
        assert_eq!(act, ("self".to_owned(), 1, "done".to_owned()));
        assert!(world.count("select (gone->>'delivery')::bigint from erasure").await > 10);
        let seen = journal::verify(&mut world.database.pool.acquire().await.unwrap(), &world.parts.vault, None).await;
        assert_eq!(seen.unwrap().broken, None);

        // To the programme the chat is new, and the code is none any more.
        lev.unread().await;
        lev.says(&code).await;
        assert!(lev.unread().await.join("\n").contains("Такого кода у меня нет"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_go_leave_their_id_in_the_journal_and_no_word() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    invites(&nina, "МБОУ СОШ № 100", "педагог-навигатор", "канарейка-заметка").await;
    nina.says("меню").await;
    writes(&nina, "Ученикам", "канарейка-рассылка").await;
    let person = person_of(&world, &nina).await;
    let canaries = ["канарейка", "Серова"].map(str::to_owned);
    assert!(found(&everything(&world).await, &canaries).len() > 2);
    asks_to_be_erased(&nina).await;
    assert_eq!(
        world.count("select count(*) from role where role = 'coordinator' and revoked_at is null and person in (select person from erasure_person)").await,
        0,
        "at once"
    );
    world.advance(TimeDelta::hours(24)).await;
    // Whom to ask in a territory is the office's, and stays until another one is named.
    assert_eq!(found(&everything(&world).await, &canaries), ["territory.contacts: серова"]);
    let acts: Vec<String> = sqlx::query_scalar("select act from journal where actor = $1 order by seq")
        .bind(person)
        .fetch_all(&world.database.pool)
        .await
        .unwrap();
    assert_eq!(acts, ["invited", "erasure_asked"]);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_blocked_at_once_and_may_change_their_mind_for_a_day() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let other = if channel == "vk" { "telegram" } else { "vk" };
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let maya = pupil(world, other, &seeded(&people, "Майя")).await;
        lev.says("другой мессенджер").await;
        let link = lev.unread().await[0].split("код: ").nth(1).unwrap()[..9].to_owned();
        let second = world.person(other, "Лев").await;
        second.says(&link).await;
        second.unread().await;
        lev.says("меню").await;
        lev.unread().await;

        lev.says("удалить мои данные").await;
        lev.sees(&["Удалить твои данные?…Сразу…Через сутки…Вернуть это не сможет никто…[Да, удалить] [Не удалять]"]).await;
        lev.presses("Не удалять").await;
        lev.sees(&["Хорошо, ничего не удаляю", "Лев, осталось"]).await;
        let code = asks_to_be_erased(&lev).await;
        // The other messenger is told, and both are strangers from now on.
        second.sees(&["Лев: данные заблокированы и сотрутся 2 октября, 12:00, просьба № 1"]).await;
        for phone in [&lev, &second] {
            phone.says("мой трек").await;
            assert!(!phone.unread().await.join("\n").contains("Лев"));
        }
        assert_eq!(world.count("select count(*) from role r join erasure_person p on p.person = r.person where r.revoked_at is null").await, 0);
        let card = seeded(&people, "Лев");
        lev.says(&card).await;
        assert!(lev.unread().await.join("\n").contains("уже сработал"), "an old card is none");
        // Nobody writes to him; Maya is.
        let nina = nina(world, channel, &people).await;
        writes(&nina, "Ученикам", "Завтра экскурсия").await;
        assert!(maya.unread().await.join("\n").contains("Завтра экскурсия"));
        lev.sees(&[]).await;
        second.sees(&[]).await;

        world.advance(TimeDelta::hours(23)).await;
        lev.unread().await;
        second.unread().await;
        lev.says(&code).await;
        let said = lev.unread().await.join("\n");
        assert!(said.contains("Привет, Лев! Рад видеть тебя снова"), "{said}");
        world.advance(TimeDelta::hours(2)).await;
        second.unread().await;
        second.says("меню").await;
        assert!(second.unread().await.join("\n").contains("Лев, осталось"), "both ways are back");
        assert_eq!(world.count("select count(*) from erasure where state = 'undone'").await, 1);
        assert_eq!(world.count("select count(*) from person where kind in ('blocked', 'erased')").await, 0);
        // And a second time, for good.
        lev.unread().await;
        asks_to_be_erased(&second).await;
        lev.unread().await;
        world.advance(TimeDelta::hours(24)).await;
        // With those who stood in for him on his two accounts: before he signed in, while he was blocked, and now.
        assert_eq!(world.count("select count(*) from person where kind = 'erased' and profile is null").await, 7);
        lev.says("меню").await;
        assert!(lev.unread().await.join("\n").contains("Пришли код"));
    })
    .await;
}

/// A mother has her son erased; the sister on the same account stays as she is.
#[tokio::test(flavor = "multi_thread")]
async fn a_parent_asks_for_a_child_and_the_family_on_one_account_goes_on() {
    let world = World::new().await;
    let people = world.seed().await;
    let family = world.vk("Соколовы").await;
    family.signs_in(&seeded(&people, "Алина")).await;
    family.presses("Позже").await;
    family.says(&seeded(&people, "Вера")).await;
    family.presses("Позже").await;
    family.unread().await;
    family.says("родители").await;
    family.presses("Я ученик").await;
    let said = family.unread().await.join("\n");
    let code = said.split_once("опекуна: ").unwrap_or_else(|| panic!("{said}")).1[..9].to_owned();
    let mother = world.telegram("Мама").await;
    mother.says("я родитель").await;
    mother.presses("Мама").await;
    for word in ["Соколова", "Анна", &code] {
        mother.says(word).await;
    }
    mother.unread().await;
    family.unread().await;
    mother.says("удалить мои данные").await;
    mother.presses("Ребёнка").await;
    mother.presses("Вера").await;
    mother.presses("Да, удалить").await;
    let said = mother.unread().await.join("\n");
    let back = said.split("код: ").nth(1).unwrap_or_else(|| panic!("{said}"))[..9].to_owned();
    assert!(family.unread().await.join("\n").contains("Вера: данные заблокированы"));
    family.says("меню").await;
    assert!(family.unread().await.join("\n").contains("Алина, осталось"), "her sister speaks");
    mother.says("удалить мои данные").await;
    mother.sees(&["Удалить ваши данные?"]).await;
    mother.presses("Не удалять").await;
    mother.unread().await;
    // The mother takes it back, and stays who she is.
    mother.says(&back).await;
    assert!(mother.unread().await.join("\n").contains("Вера уже здесь"));
    family.says("кто сейчас").await;
    assert!(family.last().await.contains("[Вера]"));
    family.presses("Назад").await;
    family.unread().await;
    mother.says("удалить мои данные").await;
    mother.presses("Ребёнка").await;
    mother.presses("Вера").await;
    mother.presses("Да, удалить").await;
    mother.unread().await;
    world.advance(TimeDelta::hours(24)).await;
    family.unread().await;
    family.says("кто сейчас").await;
    let said = family.unread().await.join("\n");
    assert!(said.contains("Алина") && !said.contains("Вера"), "{said}");
    assert_eq!(world.count("select count(*) from person where kind = 'erased' and merged_into is null").await, 1);
    assert_eq!(world.count("select count(*) from guardian").await, 0);
    mother.says("мои данные").await;
    mother.presses("Что хранится").await;
    assert!(mother.unread().await.join("\n").contains("/once/"), "a parent without a child in the programme");
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_ones_own_holds_all_of_it_in_words() {
    let world = World::new().await;
    let school = world.school().await;
    let alia = pupil(&world, "telegram", &card(&school, "Ёлкина Алия")).await;
    alia.says("меню").await;
    alia.presses("Подтвердить телефон").await;
    let digits = alia.is_rung("+7 999 111-22-33", Some("Мамы")).await;
    alia.says(&digits).await;
    alia.unread().await;
    alia.says("мои данные").await;
    alia.presses("Что хранится").await;
    let said = alia.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (status, page) = ask(&world, Method::POST, link, &[]).await;
    assert_eq!(status, 200, "{page}");
    let pass = [("pass", field(&page, "pass"))];
    let (status, file) = ask(&world, Method::POST, "/page/own/file", &pass).await;
    assert_eq!(status, 200);
    for words in ["<style>", "Рустамовна", "+79991112233", "Дата рождения", "Кем приходится", "мама"]
    {
        assert!(file.contains(words), "{words} in {file}");
    }
    assert!(!file.contains("page-") && !file.contains("<form") && !file.contains("href="), "it needs nothing of ours");
    let (status, json) = ask(&world, Method::POST, "/page/own/json", &pass).await;
    assert_eq!(status, 200);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["tables"]["person"][0]["profile"]["first"], "Алия");
    assert_eq!(json["tables"]["verification"][0]["phone"], "+79991112233");
    assert!(json["tables"]["delivery"].as_array().unwrap().len() > 3);
    // A pass of another page, or none, opens no file.
    assert_eq!(ask(&world, Method::POST, "/page/own/json", &[("pass", "x")]).await.0, 410);
}

/// Whoever makes a table or a column says whose it is, what is shown of it and how it goes.
#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_column_is_spoken_for() {
    let world = World::new().await;
    let mut known: Vec<String> = Vec::new();
    for holding in held::ALL {
        let columns = holding.shown.iter().chain(holding.inner);
        known.extend(columns.map(|column| format!("{}.{column}", holding.table)));
        let (shows, goes) = (
            held::SHOWN.iter().any(|(table, _)| *table == holding.table),
            held::PEOPLE.iter().chain(held::ACCOUNTS).any(|table| *table == holding.table)
                || holding.table == "delivery",
        );
        assert_eq!(shows, !holding.shown.is_empty(), "{}: what is shown of it stands in held/shown.rs", holding.table);
        let should = matches!(holding.fate, held::Fate::Gone | held::Fate::Emptied);
        assert_eq!(goes, should, "{}: how it goes stands in held/gone.rs", holding.table);
    }
    known.sort();
    let columns = "select table_name || '.' || column_name from information_schema.columns
                   where table_schema = 'public' and table_name not like '\\_sqlx%'
                     and table_name in (select table_name from information_schema.tables
                                        where table_schema = 'public' and table_type = 'BASE TABLE')";
    let mut columns: Vec<String> = sqlx::query_scalar(columns).fetch_all(&world.database.pool).await.unwrap();
    columns.sort();
    let lacking: Vec<&String> = columns.iter().filter(|column| !known.contains(column)).collect();
    assert!(lacking.is_empty(), "say in src/store/held.rs whose these are, and what becomes of them: {lacking:?}");
    let gone: Vec<&String> = known.iter().filter(|column| !columns.contains(column)).collect();
    assert!(gone.is_empty(), "no such columns any more: {gone:?}");
    // What is sealed is opened for its person, but for what is other people's.
    let others = [
        "upload.rows",
        "document.key",
        "table_request.rows",
        "table_request.remark",
        "pupil_group.name",
        "proposal.remark",
        "territory.contacts",
    ];
    for of in sealed::ALL.iter().filter(|of| !others.contains(&format!("{}.{}", of.table, of.column).as_str())) {
        assert!(held::SHOWN.contains(&(of.table, of.column)), "{of:?} is not shown");
    }
}

/// Whoever answers for the territory sees the act, takes back what is held, and prints what is done; nobody else sees it.
#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_takes_an_erasure_back_and_prints_the_act() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "vk", &people).await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    asks_to_be_erased(&lev).await;
    let link = |said: Vec<String>| {
        let said = said.join("\n");
        said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    lev.says("удаления").await;
    assert!(lev.unread().await[0].contains("Удаления видят операторы и координаторы"));
    nina.says("удаления").await;
    let (_, page) = ask(&world, Method::POST, &link(nina.unread().await), &[]).await;
    assert!(page.contains("просьба самого человека") && page.contains("можно отменить до 2 октября"), "{page}");
    assert!(!page.contains("Лев"), "no names: {page}");
    let pass = field(&page, "pass").to_owned();
    let act = field(&page, "ask").to_owned();
    let (_, sure) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("ask", &act)]).await;
    assert!(sure.contains("Отменить удаление?"), "{sure}");
    let (_, page) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("back", &act)]).await;
    assert!(page.contains("Удаление отменено, всё вернулось"), "{page}");
    let (_, page) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("back", &act)]).await;
    assert!(page.contains("Отменить уже нельзя"), "{page}");
    lev.unread().await;
    lev.says("меню").await;
    assert!(lev.unread().await.join("\n").contains("Лев, осталось"), "he is back");

    asks_to_be_erased(&lev).await;
    world.advance(TimeDelta::hours(24)).await;
    nina.says("удаления").await;
    let (_, page) = ask(&world, Method::POST, &link(nina.unread().await), &[]).await;
    assert!(page.contains("№ 2") && page.contains("Акт (PDF)"), "{page}");
    let (pass, act) = (field(&page, "pass").to_owned(), field(&page, "act").to_owned());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/page/erasures/act", world.base)).form(&[("pass", &pass), ("act", &act)]);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let text = paper::text(&answer.bytes().await.unwrap());
    for words in
        ["Акт № 2 об удалении персональных данных", "просьба самого человека", "Сообщения бота", "Ответственный"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("Лев"), "{text}");
    // Marta of another town sees neither act, nor prints it.
    let code = granted(&world, Role::Coordinator, "Калининград").await;
    let marta = takes(&world, "telegram", &code, ["Чужова", "Марта"]).await;
    marta.unread().await;
    marta.says("удаления").await;
    let (_, page) = ask(&world, Method::POST, &link(marta.unread().await), &[]).await;
    assert!(page.contains("Пока ни одного"), "{page}");
    let pass = field(&page, "pass").to_owned();
    let form = [("pass", pass.as_str()), ("act", act.as_str())];
    assert_eq!(ask(&world, Method::POST, "/page/erasures/act", &form).await.0, 404);
    let (_, page) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("back", &act)]).await;
    assert!(page.contains("Отменить уже нельзя"), "{page}");
}
