//! Roles: the first operator comes by the command line's invitation, everybody after that by one made in the product; a page shows
//! who holds which, and takes one away.

use chrono::TimeDelta;
use provodnik::{
    ids::TerritoryId,
    journal::{self, Broken},
    people::{
        codes,
        roles::{Place, Role, invite},
    },
    store,
};
use uuid::Uuid;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_broadcast::nina,
    world_events::uuid,
};

/// What the last message holds behind this word, up to the next blank.
fn behind<'t>(text: &'t str, word: &str) -> &'t str {
    let rest = text.split_once(word).unwrap_or_else(|| panic!("no «{word}» in {text}")).1;
    rest.split_whitespace().next().unwrap()
}

/// An invitation of the command line to a role over the first territory of that name, or at a school there.
pub async fn granted(world: &World, role: Role, territory: &str) -> String {
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let found = store::territories::named(&mut tx, territory, None).await.unwrap();
    let (parts, mut place) = (&world.parts, Place::Territory(found[0].id));
    if role.fits("school") {
        let school = "select s.id from school s where s.territory = $1 limit 1";
        let school: Uuid = sqlx::query_scalar(school).bind(found[0].id.0).fetch_one(&mut *tx).await.unwrap();
        place = Place::School(provodnik::ids::SchoolId(school));
    }
    let id =
        invite::keep(&mut tx, &parts.vault, &parts.dice, (role, place), None, "", world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    codes::of_link(&parts.vault, id).shown()
}

/// Follows an invitation as somebody new.
pub async fn takes<'w>(world: &'w World, channel: &str, code: &str, name: [&str; 2]) -> Phone<'w> {
    let phone = match channel {
        "telegram" => world.telegram(name[1]).await,
        _ => world.vk(name[1]).await,
    };
    phone.follows_link(code).await;
    phone.sees(&["Вас приглашают в «Билет в будущее»…[Да, согласен на роль] [Не сейчас]"]).await;
    phone.presses("Да, согласен на роль").await;
    phone.says(name[0]).await;
    phone.says(name[1]).await;
    phone.presses("Нет отчества").await;
    phone
}

/// Makes an invitation from the menu on, and gives its code.
pub async fn invites(phone: &Phone<'_>, place: &str, role: &str, note: &str) -> String {
    phone.says("люди").await;
    if phone.last().await.contains("Пришлите часть названия") {
        phone.says(place).await;
    } else {
        phone.presses(place).await;
    }
    phone.presses("Пригласить").await;
    phone.presses(role).await;
    phone.says(note).await;
    let said = phone.unread().await.join("\n");
    behind(&said, "?start=").to_owned()
}

const SURGUT: &str = "Сургут";
const UGRA: &str = "Ханты-Мансийский автономный округ — Югра";

#[tokio::test(flavor = "multi_thread")]
async fn roles_come_down_the_tree_by_invitation() {
    everywhere(async |world, channel| {
        let other = if channel == "vk" { "telegram" } else { "vk" };
        world.seed().await;
        let code = granted(world, Role::Operator, UGRA).await;
        let operator = takes(world, channel, &code, ["Первова", "Вера"]).await;
        let said = operator.unread().await;
        assert!(
            said.iter().any(|bubble| bubble.contains("Вера, готово ✅ Ваша роль: региональный оператор, Ханты")),
            "{said:?}"
        );
        assert!(said.last().unwrap().contains("[Рассылка] [Люди и роли]"), "{said:?}");

        let code = invites(&operator, SURGUT, "муниципальный координатор", "Ирина из отдела").await;
        let coordinator = takes(world, other, &code, ["Новикова", "Ирина"]).await;
        assert!(coordinator.unread().await.last().unwrap().contains("Ирина, чем помочь?"));
        let code = invites(&coordinator, "МБОУ СОШ № 100", "администратор школы", "завуч").await;
        let head = takes(world, channel, &code, ["Завучева", "Анна"]).await;
        let said = head.unread().await;
        assert!(said.last().unwrap().contains("Анна, чем помочь?…".trim_end_matches('…')), "{said:?}");
        assert!(
            said.last().unwrap().contains("[Люди и роли]") && !said.last().unwrap().contains("Рассылка"),
            "{said:?}"
        );
        // The only place of hers: nothing to choose.
        head.says("люди").await;
        head.sees(&[
            "МБОУ СОШ № 100…[Пригласить] [Педагоги из таблицы] [Ссылка директору] [Заявки директоров] [Кто есть]",
        ])
        .await;
        head.presses("Пригласить").await;
        head.sees(&["Какая роль? [педагог-навигатор] [Назад]"]).await;
        head.presses("педагог-навигатор").await;
        head.presses("Не подписывать").await;
        let said = head.unread().await.join("\n");
        let teacher = takes(world, other, behind(&said, "?ref="), ["Учителева", "Олег"]).await;
        assert!(teacher.unread().await.iter().any(|bubble| bubble.contains("педагог-навигатор, МБОУ СОШ № 100")));
        // Whoever gives nothing is told so.
        teacher.says("люди").await;
        assert!(teacher.unread().await[0].contains("Приглашают на роли операторы"));

        let given = "select count(*) from role where granted_by is not null and revoked_at is null";
        assert_eq!(world.count(given).await, 3, "all but the first, whom the command line invited");
        let mut db = world.database.pool.acquire().await.unwrap();
        let seen = journal::verify(&mut db, &world.parts.vault, None).await.unwrap();
        assert_eq!((seen.lines, seen.broken), (8, None));
        // Names and notes lie sealed.
        let bare = "select count(*) from invitation where position('завуч'::bytea in note) > 0";
        assert_eq!(world.count(bare).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_works_once_for_seven_days_and_as_long_as_its_giver_may() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let mut codes = Vec::new();
        for note in ["раз", "два", "три"] {
            codes.push(invites(&nina, "МБОУ СОШ № 100", "педагог-навигатор", note).await);
            nina.says("меню").await;
        }
        let first = takes(world, channel, &codes[0], ["Учителева", "Олег"]).await;
        first.unread().await;
        let late = world.vk("Чужой").await;
        late.says(&codes[0]).await;
        assert!(late.unread().await.iter().any(|bubble| bubble.contains("Это приглашение уже приняли")));
        // Who has the role does not use another one up.
        first.says(&codes[1]).await;
        first.sees(&["Эта роль у вас уже есть: педагог-навигатор", "Олег"]).await;
        // Whoever has taken it back, by leaving or by losing the role that gave it.
        let revoked = "update role set revoked_at = granted_at where role = 'coordinator'";
        sqlx::query(revoked).execute(&world.database.pool).await.unwrap();
        late.says(&codes[1]).await;
        assert!(late.unread().await.iter().any(|bubble| bubble.contains("больше не действует")));
        sqlx::query("update role set revoked_at = null where role = 'coordinator'")
            .execute(&world.database.pool)
            .await
            .unwrap();
        world.advance(TimeDelta::days(7)).await;
        late.unread().await;
        late.says(&codes[2]).await;
        assert!(late.unread().await.iter().any(|bubble| bubble.contains("больше не действует")));
        assert_eq!(world.count("select count(*) from invitation where used_at is not null").await, 1);
    })
    .await;
}

/// What a page says to a request: its status and its text.
pub async fn ask(world: &World, method: reqwest::Method, url: &str, form: &[(&str, &str)]) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = if url.starts_with("http") { url.to_owned() } else { format!("{}{url}", world.base) };
    let request = client.request(method, url);
    let request = if form.is_empty() { request } else { request.form(form) };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The value of a form's field, or of a button, whose label follows.
pub fn field<'t>(page: &'t str, name: &str) -> &'t str {
    let rest = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name} in {page}")).1;
    rest.split('"').next().unwrap()
}

/// The link to the page of who is who at a place.
async fn asks_for_people(phone: &Phone<'_>, place: &str) -> String {
    phone.says("люди").await;
    if phone.last().await.contains("Для какого места") {
        phone.presses(place).await;
    }
    phone.presses("Кто есть").await;
    let said = phone.unread().await.join("\n");
    said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_who_is_who_and_takes_a_role_away() {
    use reqwest::Method;
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let code = invites(&nina, "МБОУ СОШ № 100", "администратор школы", "завуч").await;
        let head = takes(&world, channel, &code, ["Завучева", "Анна"]).await;
        head.unread().await;
        invites(&nina, "МБОУ СОШ № 100", "педагог-навигатор", "Олег, физика").await;
        let link = asks_for_people(&nina, SURGUT).await;
        // Messengers look at links by themselves.
        for _ in 0..2 {
            let (status, door) = ask(&world, Method::GET, &link, &[]).await;
            assert!(status == 200 && door.contains("Открыть") && !door.contains("Анна"), "{door}");
        }
        let (status, page) = ask(&world, Method::POST, &link, &[]).await;
        assert_eq!(status, 200, "{page}");
        for words in ["Люди и роли: Сургут", "Анна З.", "администратор школы", "Ольга М.", "Олег, физика"]
        {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert!(!page.contains("Завучева"), "{page}");
        assert_eq!(ask(&world, Method::POST, &link, &[]).await.0, 410, "once");
        assert_eq!(ask(&world, Method::GET, &link, &[]).await.0, 410);

        let pass = field(&page, "pass");
        let anna = page.split_once("Анна З.").unwrap().1;
        let role = field(anna, "ask").to_owned();
        let (_, sure) = ask(&world, Method::POST, "/page/people", &[("pass", pass), ("ask", &role)]).await;
        assert!(sure.contains("Забрать роль?") && sure.contains("Анна З."), "{sure}");
        assert_eq!(
            world.count("select count(*) from role where role = 'school_admin' and revoked_at is null").await,
            1
        );
        let (_, page) = ask(&world, Method::POST, "/page/people", &[("pass", pass), ("revoke", &role)]).await;
        assert!(page.contains("Роль забрали") && !page.contains("Анна З."), "{page}");
        head.says("люди").await;
        assert!(head.unread().await[0].contains("Приглашают на роли операторы"), "at once");
        let (_, again) = ask(&world, Method::POST, "/page/people", &[("pass", pass), ("revoke", &role)]).await;
        assert!(again.contains("Этого уже нет"), "{again}");
        let invitation = field(&page, "withdraw").to_owned();
        let (_, page) = ask(&world, Method::POST, "/page/people", &[("pass", pass), ("withdraw", &invitation)]).await;
        assert!(page.contains("Приглашение отменили") && page.contains("Таких нет"), "{page}");

        // Half an hour later, or changed by a letter, a pass is none.
        assert_eq!(ask(&world, Method::POST, "/page/people", &[("pass", &pass[1..])]).await.0, 410);
        world.advance(TimeDelta::minutes(31)).await;
        assert_eq!(ask(&world, Method::POST, "/page/people", &[("pass", pass)]).await.0, 410);
        let lines: Vec<String> =
            sqlx::query_scalar("select act from journal order by seq").fetch_all(&world.database.pool).await.unwrap();
        assert_eq!(lines, ["invited", "role_given", "invited", "page_opened", "role_revoked", "invitation_revoked"]);
    }
}

/// A pass of one town is nothing in another, and nothing once the role is gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_scope_looks_like_what_is_not_there() {
    use reqwest::Method;
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    let code = granted(&world, Role::Coordinator, "Калининград").await;
    let marta = takes(&world, "vk", &code, ["Чужова", "Марта"]).await;
    marta.unread().await;
    let own = world.count("select count(*) from role where role = 'coordinator'").await;
    let page = ask(&world, Method::POST, &asks_for_people(&marta, "Калининград").await, &[]).await.1;
    let pass = field(&page, "pass");
    for role in ["coordinator", "teacher", "support", "pupil"] {
        let sql = "select r.id from role r left join territory t on t.id = r.territory where r.role = $1 and coalesce(t.name, '') <> 'Калининград' limit 1";
        let id: Uuid = sqlx::query_scalar(sql).bind(role).fetch_one(&world.database.pool).await.unwrap();
        for what in ["ask", "revoke"] {
            let (status, said) =
                ask(&world, Method::POST, "/page/people", &[("pass", pass), (what, &id.to_string())]).await;
            assert!(status == 404 || said.contains("Этого уже нет"), "{role}: {said}");
        }
    }
    assert_eq!(world.count("select count(*) from role where role = 'coordinator' and revoked_at is null").await, own);
    // Her own role she can't take from herself.
    assert!(!page.contains("name=\"ask\""), "{page}");
    // Nina's page is asked for while she may, and opened when she may no longer.
    let link = asks_for_people(&nina, SURGUT).await;
    let surgut = TerritoryId(uuid(&world, "select id from territory where name = 'Сургут'").await);
    sqlx::query("update role set revoked_at = granted_at where role = 'coordinator' and territory = $1")
        .bind(surgut.0)
        .execute(&world.database.pool)
        .await
        .unwrap();
    assert_eq!(ask(&world, Method::POST, &link, &[]).await.0, 404);
    assert_eq!(seeded(&people, "Нина").len(), 9, "she had a card");
}

/// A line that was changed, taken out or cut off shows.
#[tokio::test]
async fn the_journal_shows_what_was_done_to_it() {
    let world = World::new().await;
    world.seed().await;
    for _ in 0..5 {
        granted(&world, Role::Operator, UGRA).await;
    }
    let mut db = world.database.pool.acquire().await.unwrap();
    let vault = &world.parts.vault;
    let seen = journal::verify(&mut db, vault, None).await.unwrap();
    assert_eq!((seen.lines, seen.broken), (5, None));
    assert!(journal::verify(&mut db, vault, Some(&seen.last)).await.unwrap().noted);
    assert!(!journal::verify(&mut db, vault, Some("00")).await.unwrap().noted);
    for forbidden in ["update journal set act = 'x'", "delete from journal", "truncate journal"] {
        assert!(sqlx::query(forbidden).execute(&mut *db).await.is_err(), "{forbidden}");
    }
    // Whoever owns the database can do it all the same.
    for (done, found) in [
        ("update journal set detail = '{}' where seq = 3", Broken::Changed(3)),
        ("delete from journal where seq = 4", Broken::Missing(3)),
        ("delete from journal where seq = 5", Broken::Cut { found: 4, remembered: 5 }),
    ] {
        let mut tx = sqlx::Connection::begin(&mut *db).await.unwrap();
        sqlx::raw_sql("alter table journal disable trigger all").execute(&mut *tx).await.unwrap();
        sqlx::query(done).execute(&mut *tx).await.unwrap();
        assert_eq!(journal::verify(&mut tx, vault, None).await.unwrap().broken, Some(found), "{done}");
        tx.rollback().await.unwrap();
    }
}
