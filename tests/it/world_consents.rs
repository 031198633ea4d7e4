//! Consents of a season: a pupil's own, a parent's on our page, taking back, and what follows from each.

use chrono::{Months, NaiveDate, TimeDelta};
use provodnik::{
    consents::{self, Paper, Purpose, State},
    ids::{Dice, PersonId},
    jobs,
    people::{
        Profile,
        needs::{self, Need},
    },
    store::people,
};
use reqwest::Method;
use uuid::Uuid;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_broadcast::{nina, writes},
    world_events::pupil,
    world_parents::{redeems, shows_code},
    world_staff::{ask, field},
};

const SEASON: &str = "2026-2027";
const TEXT: &str = "Согласие на обработку персональных данных…Я даю согласие…региональный оператор…дата рождения";

async fn person(world: &World, phone: &Phone<'_>) -> PersonId {
    let external = phone.id.to_string();
    let person = sqlx::query_scalar("select person from account where external = $1").bind(external);
    PersonId(person.fetch_one(&world.database.pool).await.unwrap())
}

async fn state(world: &World, person: PersonId) -> State {
    let mut db = world.database.pool.acquire().await.unwrap();
    let today = world.clock.now().date_naive();
    consents::state_of(&mut db, &world.parts.vault, (SEASON, today), person).await.unwrap().unwrap()
}

/// Answers all four, in their order.
async fn decides(phone: &Phone<'_>, answers: [&str; 4]) {
    phone.says("согласие").await;
    for answer in answers {
        phone.presses(answer).await;
    }
}

const ALL: [&str; 4] = ["Даю согласие"; 4];

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_of_14_answers_each_purpose_and_refusing_photos_closes_nothing() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        let me = person(world, &artyom).await;
        assert_eq!(state(world, me).await, State::PupilOwes);
        artyom.says("меню").await;
        artyom.sees(&["Ждём твоё согласие на сезон: напиши «согласие»"]).await;
        artyom.says("мой трек").await;
        assert!(artyom.unread().await[0].contains("❗ Нужно твоё согласие на сезон"));
        artyom.says("согласие").await;
        artyom.sees(&[TEXT, "Это главное согласие…[Даю согласие] [Не даю] [Прочитать на странице] [Решу позже]"]).await;
        artyom.presses("Даю согласие").await;
        artyom.sees(&["Согласие на сообщения", "Можно ли мне писать первым"]).await;
        artyom.presses("Даю согласие").await;
        artyom.sees(&["Согласие на фото и видео", "Отказ ничего не закрывает"]).await;
        artyom.presses("Не даю").await;
        artyom.sees(&["Согласие на передачу данных", "Можно ли передавать имя и класс"]).await;
        artyom.presses("Даю согласие").await;
        let said = artyom.unread().await;
        assert!(said[0].contains("Спасибо, всё записано ✅"), "{said:?}");
        artyom.says("меню").await;
        let menu = artyom.unread().await;
        assert!(!menu.last().unwrap().contains("Ждём"), "{menu:?}");
        assert_eq!(state(world, me).await, State::ByPupil);
        let kept = "select count(*) from consent c join consent_text t on t.id = c.text and t.purpose = c.purpose and t.audience = 'pupil'
                    where c.method = 'pupil' and c.giver = c.person and c.account is not null and t.sha256 = sha256(convert_to(t.body, 'UTF8'))";
        assert_eq!(world.count(kept).await, 4);
        artyom.presses("События").await;
        assert!(artyom.last().await.contains("День открытых мастерских"), "a photo that was refused closes nothing");

        // Asked again: what was said, and each can be changed by one press and a question.
        artyom.says("согласие").await;
        let said = artyom.last().await;
        for words in ["✅ обработка данных: дано, лично", "▫️ фото и видео: не дано", "[Дать: фото и видео]", "[Отозвать: сообщения]"] {
            assert!(said.contains(words), "{words} in {said}");
        }
        artyom.presses("Дать: фото и видео").await;
        artyom.presses("Даю согласие").await;
        assert_eq!(world.count("select count(*) from consent where purpose = 'photo'").await, 2);
    })
    .await;
}

/// The link in what was said.
fn link(said: &[String]) -> String {
    let said = said.join("\n");
    said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}")).to_owned()
}

async fn opens(world: &World, phone: &Phone<'_>) -> String {
    let (status, page) = ask(world, Method::POST, &link(&phone.unread().await), &[]).await;
    assert_eq!(status, 200, "{page}");
    page
}

/// Ticks these purposes and sends.
async fn sends(world: &World, page: &str, ticked: &[&str], more: &[(&str, &str)]) -> (u16, String) {
    let mut form = vec![("pass", field(page, "pass"))];
    let names = ["processing", "messages", "photo", "passing"].map(|purpose| (purpose, format!("shown_{purpose}")));
    for (_, name) in names.iter().filter(|(_, name)| page.contains(&format!("name=\"{name}\""))) {
        form.push((name, field(page, name)));
    }
    form.extend(ticked.iter().map(|purpose| (*purpose, "yes")));
    form.extend(more);
    let answer = ask(world, Method::POST, "/page/consent", &form).await;
    world.settle().await;
    answer
}

/// A parent, linked to this child.
async fn parent<'w>(world: &'w World, channel: &str, child: &Phone<'_>, who: [&str; 3]) -> Phone<'w> {
    let code = shows_code(child).await;
    let phone = if channel == "vk" { world.vk(who[0]).await } else { world.telegram(who[0]).await };
    redeems(&phone, who[0], Some([who[1], who[2]]), &code).await;
    phone.unread().await;
    child.unread().await;
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mother_reads_and_confirms_on_the_page_and_what_a_father_takes_back_holds() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let maya = pupil(world, channel, &seeded(&people, "Майя")).await;
        let child = person(world, &maya).await;
        maya.says("согласие").await;
        maya.sees(&["нужно согласие родителя…его нужно привязать…бланк даст учитель…[Родитель на странице] [Позже]"])
            .await;
        maya.presses("Позже").await;
        maya.unread().await;
        let mother = parent(world, "telegram", &maya, ["Мама", "Котова", "Анна"]).await;
        let father = parent(world, "vk", &maya, ["Папа", "Котов", "Игорь"]).await;

        // The child asks for it, once a day.
        for _ in 0..2 {
            maya.says("согласие").await;
            maya.presses("Родитель на странице").await;
            maya.unread().await;
        }
        mother.sees(&["Майя: нужно ваше согласие на сезон…[К согласию]"]).await;
        assert_eq!(father.unread().await.len(), 1);
        mother.presses("К согласию").await;
        mother.sees(&["❗ Майя: нужно ваше согласие на сезон 2026-2027…[Майя] [Назад]"]).await;
        mother.presses("Майя").await;
        let page = opens(world, &mother).await;
        for words in ["Майя К.", "Согласие на обработку персональных данных ребёнка", "type=\"checkbox\""]
        {
            assert!(page.contains(words), "{words} in {page}");
        }
        // Without the main one nothing is written before it is asked whether that is meant.
        let (_, sure) = sends(world, &page, &["messages"], &[]).await;
        assert!(sure.contains("Согласие на обработку не отмечено"), "{sure}");
        assert_eq!(world.count("select count(*) from consent").await, 0);
        let (status, done) = sends(world, &sure, &["processing", "messages", "passing"], &[]).await;
        assert_eq!((status, done.contains("Записано")), (200, true), "{done}");
        assert_eq!(state(world, child).await, State::ByParent);
        assert!(mother.unread().await[0].contains("Ответ записан ✅"));
        let kept = "select count(*) from consent where method = 'parent' and account is not null and giver <> person";
        assert_eq!(world.count(kept).await, 4);
        maya.says("согласие").await;
        assert!(maya.unread().await[0].contains("подтвердил родитель ✅"));

        // The page was for then: no mark of an older page counts twice, and a stranger's pass opens nothing.
        assert_eq!(ask(world, Method::POST, "/page/consent", &[("pass", "AAAA")]).await.0, 410);

        // The father takes it back: the newest act counts, and the mother can't lift it.
        father.says("согласие").await;
        father.presses("Майя").await;
        father.presses("Отозвать: обработку данных").await;
        let said = father.unread().await;
        assert!(said.last().unwrap().contains("Для ребёнка всё сразу останавливается"), "{said:?}");
        father.presses("Отозвать").await;
        assert!(father.unread().await[0].contains("Майя: отозвано ✅"));
        assert_eq!(state(world, child).await, State::PaperOwes);
        mother.says("согласие").await;
        mother.presses("Майя").await;
        assert!(mother.unread().await.iter().any(|said| said.contains("другой родитель отозвал согласие")));
        maya.says("меню").await;
        maya.sees(&["Согласие на обработку данных отозвано"]).await;
        // The one who took it back gives it again.
        father.says("согласие").await;
        father.presses("Майя").await;
        let page = opens(world, &father).await;
        sends(world, &page, &["processing"], &[]).await;
        assert_eq!(state(world, child).await, State::ByParent);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_judged_anew_and_a_parent_may_refuse_on_purpose() {
    let world = World::new().await;
    let people = world.seed().await;
    let maya = pupil(&world, "telegram", &seeded(&people, "Майя")).await;
    let mother = parent(&world, "telegram", &maya, ["Мама", "Котова", "Анна"]).await;
    mother.says("согласие").await;
    mother.presses("Майя").await;
    let page = opens(&world, &mother).await;
    // A text that is another by now.
    let mark = field(&page, "shown_processing").to_owned();
    let older = page.replace(&mark, "0123456789abcdef");
    let (_, again) = sends(&world, &older, &["processing"], &[]).await;
    assert!(again.contains("Тексты только что обновились"), "{again}");
    assert_eq!(world.count("select count(*) from consent").await, 0);
    let (_, done) = sends(&world, &page, &[], &[("refuse", "yes")]).await;
    assert!(done.contains("не дано"), "{done}");
    assert_eq!(world.count("select count(*) from consent where act = 'refused'").await, 4);
    sqlx::query("update guardian set unlinked_at = linked_at").execute(&world.database.pool).await.unwrap();
    assert_eq!(sends(&world, &page, &["processing"], &[]).await.0, 404, "a parent who is none any more");
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_first_to_whoever_took_messages_back_not_even_what_waits() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let nina = nina(world, channel, &people).await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        decides(&artyom, ALL).await;
        artyom.unread().await;
        writes(&nina, "Ученикам", "Первое письмо").await;
        artyom.sees(&["Первое письмо"]).await;
        // It waits for the morning, and is unwanted by then.
        world.advance(TimeDelta::hours(12)).await;
        writes(&nina, "Ученикам", "Второе письмо").await;
        artyom.says("мои данные").await;
        artyom.presses("Согласия").await;
        artyom.presses("Отозвать: сообщения").await;
        assert!(artyom.last().await.contains("Первым я больше не пишу"));
        artyom.presses("Отозвать").await;
        assert!(artyom.unread().await[0].contains("Отозвано ✅ Первым больше не пишу"));
        world.advance(TimeDelta::hours(12)).await;
        artyom.sees(&[]).await;
        let dropped = "select count(*) from delivery where broadcast is not null and state = 'dropped'";
        assert_eq!(world.count(dropped).await, 1);
        nina.unread().await;
        nina.says("рассылка").await;
        nina.presses("Ученикам").await;
        let said = nina.unread().await.join("\n");
        assert!(said.contains("Учеников, которым можно писать, сейчас нет"), "{said}");
        artyom.says("события").await;
        assert!(artyom.last().await.contains("День открытых мастерских"), "what he writes is answered");
        artyom.says("согласие").await;
        artyom.presses("Дать: сообщения").await;
        artyom.presses("Даю согласие").await;
        assert_eq!(world.count("select count(*) from reachable_pupil").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_processing_back_is_left_alone_until_it_is_given_again() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        decides(&artyom, ALL).await;
        artyom.says("согласие").await;
        artyom.presses("Отозвать: обработку данных").await;
        assert!(artyom.last().await.contains("Всё сразу останавливается: события, трек, напоминания"));
        artyom.presses("Отозвать").await;
        artyom.unread().await;
        artyom.says("меню").await;
        artyom.sees(&["Согласие на обработку данных отозвано…[Согласия] [Мои данные]"]).await;
        for word in ["события", "мой трек"] {
            artyom.says(word).await;
            let said = artyom.unread().await;
            assert!(!said.iter().any(|said| said.contains("мастерских") || said.contains("Твой трек")), "{said:?}");
        }
        assert_eq!(world.count("select count(*) from reachable_pupil").await, 0);
        artyom.says("мои данные").await;
        assert!(artyom.last().await.contains("Кто видит твои данные"));
        artyom.says("согласие").await;
        artyom.presses("Даю согласие").await;
        artyom.unread().await;
        artyom.says("мой трек").await;
        assert!(artyom.unread().await[0].contains("Твой трек"));
        assert_eq!(world.count("select count(*) from reachable_pupil").await, 1);
    })
    .await;
}

async fn is_born(world: &World, person: PersonId, birth: NaiveDate) {
    let (vault, mut db) = (&world.parts.vault, world.database.pool.acquire().await.unwrap());
    let row = people::load(&mut db, &[person]).await.unwrap().pop().unwrap();
    let profile = Profile { birth: Some(birth), ..Profile::open(vault, person, &row.profile.unwrap()).unwrap() };
    let sealed = profile.seal(vault, person).unwrap();
    let set = sqlx::query("update person set profile = $2 where id = $1").bind(person.0).bind(sealed);
    set.execute(&world.database.pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_14th_birthday_a_pupil_is_asked_in_person_once_and_the_parents_consent_stays_until_then() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let maya = pupil(world, channel, &seeded(&people, "Майя")).await;
        let child = person(world, &maya).await;
        let tomorrow = world.clock.now().date_naive() + TimeDelta::days(1);
        is_born(world, child, tomorrow - Months::new(14 * 12)).await;
        let paper = Paper { pupil: child, season: SEASON, document: Uuid::from_u128(1), checked_by: child };
        let mut db = world.database.pool.acquire().await.unwrap();
        let with = (&*world.parts.vault, &Dice::loaded(9));
        let given = [Purpose::Processing, Purpose::Messages];
        consents::paper_given(&mut db, with, paper, &given, world.clock.now()).await.unwrap();
        drop(db);
        world.settle().await;
        maya.sees(&[]).await;
        world.advance(TimeDelta::days(1)).await;
        maya.sees(&["Майя, тебе 14 🎉…[К согласию]"]).await;
        assert_eq!(state(world, child).await, State::Uploaded);
        let looks = (0..3).map(|_| jobs::birthdays::ask_due(&world.parts));
        futures_util::future::try_join_all(looks).await.unwrap();
        world.advance(TimeDelta::days(1)).await;
        maya.sees(&[]).await;
        maya.presses("К согласию").await;
        assert!(maya.unread().await[0].contains("Я даю согласие"));
        for answer in ["Даю согласие", "Даю согласие", "Не даю", "Не даю"] {
            maya.presses(answer).await;
        }
        assert_eq!(state(world, child).await, State::ByPupil);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limited_health_turns_a_confirmation_into_a_paper_that_is_owed() {
    let world = World::new().await;
    let people = world.seed().await;
    let artyom = pupil(&world, "vk", &seeded(&people, "Артём")).await;
    let me = person(&world, &artyom).await;
    // Marked while he reads: what he presses then is no consent.
    artyom.says("согласие").await;
    let mut db = world.database.pool.acquire().await.unwrap();
    let need = Need { limited_health: true, ..Need::default() };
    needs::set(&mut db, &world.parts.vault, me, need).await.unwrap();
    artyom.unread().await;
    artyom.presses("Даю согласие").await;
    assert!(artyom.unread().await[0].contains("Теперь согласие за тебя даёт родитель"));
    artyom.says("согласие").await;
    artyom.sees(&["нужно согласие родителя"]).await;
    assert_eq!(state(&world, me).await, State::PaperOwes);
    needs::set(&mut db, &world.parts.vault, me, Need::default()).await.unwrap();
    artyom.presses("Позже").await;
    decides(&artyom, ALL).await;
    assert_eq!(state(&world, me).await, State::ByPupil);
    needs::set(&mut db, &world.parts.vault, me, need).await.unwrap();
    assert_eq!(state(&world, me).await, State::PaperOwes);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_who_sees_data_and_why() {
    let world = World::new().await;
    world.seed().await;
    let stranger = world.telegram("Кто-то").await;
    stranger.starts().await;
    stranger.unread().await;
    stranger.says("/privacy").await;
    let said = stranger.unread().await.join("\n");
    assert!(said.contains("/privacy") && said.contains("разработчик платформы"), "{said}");
    let (status, page) = ask(&world, Method::GET, "/privacy", &[]).await;
    assert_eq!(status, 200);
    for words in [
        "Разработчик платформы",
        "Разработчик интерфейса",
        "Служба поддержки",
        "в России",
        "муниципальный координатор",
        "сейчас 1 человек",
        "Роскомнадзор",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let (_, page) = ask(&world, Method::GET, "/privacy?lang=en", &[]).await;
    assert!(page.contains("The developer of the platform") && page.contains("lang=\"en\""), "{page}");
    world.done().await;
}
