//! After an event: those who were signed up are asked how it was, once.

use chrono::{DateTime, TimeDelta, Utc};
use provodnik::jobs;

use crate::{
    world::{Phone, World, everywhere, seeded},
    world_events::{WORKSHOPS, opens_workshops, pupil, signs_up},
};

const ASKED: &str = "После «День открытых мастерских» хочется узнать, как всё прошло…[Рассказать]";

async fn until(world: &World, moment: &str) {
    world.advance(moment.parse::<DateTime<Utc>>().unwrap() - world.clock.now()).await;
}

/// Answers all questions.
async fn tells(phone: &Phone<'_>, mark: &str, comment: Option<&str>) {
    phone.presses("Рассказать").await;
    assert!(phone.unread().await.iter().any(|said| said.contains("Как тебе «День открытых мастерских»?")));
    answers(phone, mark, comment).await;
}

async fn answers(phone: &Phone<'_>, mark: &str, comment: Option<&str>) {
    phone.presses(mark).await;
    phone.presses(if mark < "4" { "☐ Скучно" } else { "☐ Наставник" }).await;
    phone.presses("Готово").await;
    phone.presses("Да, хочу ещё").await;
    match comment {
        Some(comment) => phone.says(comment).await,
        None => phone.presses("Пропустить").await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_signed_up_is_asked_after_the_end_and_the_answer_closes_the_stage() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        let maya = pupil(world, channel, &seeded(&people, "Майя")).await;
        let artyom = pupil(world, channel, &seeded(&people, "Артём")).await;
        signs_up(&lev).await;
        signs_up(&maya).await;
        opens_workshops(&maya).await;
        maya.presses("Отписаться").await;
        maya.presses("Да, отписаться").await;
        maya.unread().await;

        until(world, "2026-10-04T16:59:59+05:00").await;
        lev.sees(&[]).await;
        until(world, "2026-10-04T17:00:00+05:00").await;
        lev.sees(&[ASKED]).await;
        maya.sees(&[]).await;
        artyom.sees(&[]).await;

        tells(&lev, "5", Some("Хочу ещё паять")).await;
        lev.sees(&[
            "2 из 4\nЧто понравилось?…[☑ Наставник]…[☐ Само место]…[Готово]",
            "3 из 4\nХочется узнать",
            "4 из 4\nРасскажи парой слов…[Пропустить]",
            "Спасибо!…Этап закрыт ✅",
            "Лев, осталось",
        ])
        .await;
        lev.presses("Мой трек").await;
        lev.sees(&["👉 Увлекаюсь…▫️ Понимаю…✅ Пробую", "Лев, осталось"]).await;
        let closed = "select count(*) from stage_done where stage = 'try' and season = '2026-2027' and closed_by = 'feedback.save'";
        assert_eq!(world.count(closed).await, 1);
        assert_eq!(world.count("select count(*) from feedback where mark = 5 and answers is not null").await, 1);

        // A second time.
        lev.presses("Рассказать").await;
        lev.sees(&["Отзыв об этом событии у меня уже есть", "Лев, осталось"]).await;
        world.advance(TimeDelta::days(1)).await;
        lev.sees(&[]).await;
        assert_eq!(world.count("select count(*) from feedback").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_child_writes_is_nowhere_in_the_clear() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    signs_up(&lev).await;
    until(&world, "2026-10-04T17:00:00+05:00").await;
    tells(&lev, "4", Some("Наставника зовут Пётр")).await;
    let kept = "select count(*) from feedback where length(answers) > 0 and position(convert_to('Пётр', 'UTF8') in answers) = 0";
    assert_eq!(world.count(kept).await, 1);
    let kept = "select count(*) from answer where complete and position(convert_to('Пётр', 'UTF8') in value) = 0";
    assert_eq!(world.count(kept).await, 4);
    assert_eq!(world.count("select count(*) from delivery where body::text like '%Пётр%'").await, 0);
    assert_eq!(
        world.count("select count(*) from conversation where position(convert_to('Пётр', 'UTF8') in state) > 0").await,
        0
    );
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_forgotten_when_they_have_been_kept_long_enough() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    let maya = pupil(&world, "vk", &seeded(&people, "Майя")).await;
    signs_up(&lev).await;
    signs_up(&maya).await;
    until(&world, "2026-10-04T17:00:00+05:00").await;
    let purge = async || jobs::answers::purge(&world.parts.pool, &world.parts.policy, &world.clock).await.unwrap();
    tells(&lev, "4", Some("Наставника зовут Пётр")).await;
    // She breaks off after the first answer.
    maya.presses("Рассказать").await;
    maya.presses("3").await;
    let (sent, begun) =
        ("select count(*) from answer where complete", "select count(*) from answer where not complete");
    let told = "select count(*) from feedback where answers is not null";
    let rows = async || (world.count(sent).await, world.count(begun).await, world.count(told).await);
    assert_eq!(rows().await, (4, 1, 1));
    world.advance(TimeDelta::days(60)).await;
    assert_eq!((purge().await, rows().await), (0, (4, 1, 1)), "the sixtieth day is not over");
    world.advance(TimeDelta::seconds(1)).await;
    assert_eq!((purge().await, rows().await), (1, (4, 0, 1)));
    world.advance(TimeDelta::days(305) - TimeDelta::seconds(1)).await;
    assert_eq!((purge().await, rows().await), (0, (4, 0, 1)), "the year is not over");
    world.advance(TimeDelta::seconds(1)).await;
    assert_eq!((purge().await, rows().await), (5, (0, 0, 0)));
    assert_eq!(world.count("select count(*) from feedback where mark = 4").await, 1, "that he came stays");
    // Nothing is asked a second time for that.
    lev.unread().await;
    lev.presses("Рассказать").await;
    assert!(lev.unread().await[0].contains("Отзыв об этом событии у меня уже есть"));
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_open_comes_again_and_nothing_is_lost() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let lev = pupil(&world, channel, &seeded(&people, "Лев")).await;
        signs_up(&lev).await;
        until(&world, "2026-10-04T16:58:00+05:00").await;
        lev.presses("Подтвердить телефон").await;
        lev.unread().await;
        lev.is_rung("+79161234567", Some("Мой")).await;
        until(&world, "2026-10-04T17:00:00+05:00").await;
        let said = lev.unread().await;
        assert!(said.iter().any(|said| said.contains("После «День открытых мастерских»")), "{said:?}");
        tells(&lev, "3", None).await;
        let said = lev.unread().await;
        assert!(said.last().unwrap().contains("Пришли 4 последние цифры"), "{said:?}");
        lev.says(&world.rang("+79161234567").await.unwrap()).await;
        lev.sees(&["Номер подтверждён ✅", "Лев, телефон подтверждён"]).await;
        assert_eq!(world.count("select count(*) from feedback where mark = 3").await, 1);
        world.done().await;
    }
}

/// Begun in one messenger, gone on with three days later in the other one, whose first button is «Начать».
#[tokio::test(flavor = "multi_thread")]
async fn a_questionnaire_goes_on_in_the_other_messenger_and_days_later() {
    let world = World::new().await;
    let people = world.seed().await;
    let telegram = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    signs_up(&telegram).await;
    until(&world, "2026-10-04T17:00:00+05:00").await;
    telegram.presses("Рассказать").await;
    telegram.presses("5").await;
    telegram.unread().await;
    telegram.says("другой мессенджер").await;
    let link = telegram.unread().await[0].split("код: ").nth(1).unwrap()[..9].to_owned();

    world.advance(TimeDelta::minutes(5)).await;
    let vk = world.vk("Лев").await;
    vk.says(&link).await;
    let said = vk.unread().await;
    assert!(said.last().unwrap().contains("2 из 4\nЧто понравилось?"), "{said:?}");
    world.advance(TimeDelta::days(3)).await;
    vk.unread().await;
    vk.starts().await;
    vk.sees(&["Анкета ещё не отправлена, ответы на месте", "2 из 4\nЧто понравилось?"]).await;
    vk.presses("☐ Наставник").await;
    vk.presses("Готово").await;
    vk.unread().await;
    telegram.unread().await;
    telegram.starts().await;
    telegram.sees(&["Анкета ещё не отправлена", "3 из 4\nХочется узнать"]).await;
    telegram.presses("Да, хочу ещё").await;
    telegram.says("назад").await;
    telegram.says("назад").await;
    telegram.unread().await;
    // What is answered otherwise there counts here.
    vk.starts().await;
    vk.sees(&["Анкета ещё не отправлена", "2 из 4\nЧто понравилось?…[☑ Наставник]"]).await;
    vk.presses("Готово").await;
    vk.presses("Пропустить").await;
    let said = vk.unread().await;
    assert!(said.iter().any(|bubble| bubble.contains("Этап закрыт ✅")), "{said:?}");
    assert_eq!(world.count("select count(*) from feedback where mark = 5").await, 1);
    assert_eq!(world.count("select count(*) from answer where complete").await, 3);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sisters_on_one_account_answer_each_for_herself() {
    let world = World::new().await;
    let people = world.seed().await;
    let family = pupil(&world, "vk", &seeded(&people, "Алина")).await;
    signs_up(&family).await;
    family.says(&seeded(&people, "Вера")).await;
    family.presses("Позже").await;
    family.unread().await;
    signs_up(&family).await;
    family.unread().await;
    until(&world, "2026-10-04T17:00:00+05:00").await;
    let seen = family.unread().await;
    assert_eq!(seen.iter().filter(|said| said.contains("После «День открытых мастерских»")).count(), 2, "{seen:#?}");
    for (name, mark) in [("Алина", "5"), ("Вера", "2")] {
        family.presses_at(&format!("{name}\nПосле «День"), "Рассказать").await;
        let said = family.unread().await;
        assert!(said[0].starts_with(&format!("{name}\n1 из 5\nКак тебе")), "{said:#?}");
        answers(&family, mark, None).await;
        assert!(family.unread().await.iter().any(|said| said.starts_with(&format!("{name}\nСпасибо!"))));
    }
    assert_eq!(world.count("select sum(mark) from feedback").await, 7);
    assert_eq!(world.count("select count(distinct person) from feedback").await, 2);
    // The first sister's button again, while the second one's turn it is.
    family.presses_at("Алина\nПосле «День", "Рассказать").await;
    family.sees(&["Алина…Отзыв об этом событии у меня уже есть", "Алина…сталось"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_in_the_night_and_once_over_a_restart() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    signs_up(&lev).await;
    // Nobody ran when it ended.
    until(&world, "2026-10-04T22:30:00+05:00").await;
    lev.sees(&[]).await;
    let again = world.restarted().await;
    provodnik::jobs::clock::follow(&again.parts).await.unwrap();
    let lev = lev.after(&again);
    until(&again, "2026-10-05T08:59:59+05:00").await;
    lev.sees(&[]).await;
    until(&again, "2026-10-05T09:00:00+05:00").await;
    lev.sees(&[ASKED]).await;
    until(&again, "2026-10-06T12:00:00+05:00").await;
    lev.sees(&[]).await;
    again.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_english_from_the_list_to_the_track() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let lev = world.speaker("Lev", channel, "en").await;
        // VK does not tell what its client speaks.
        lev.says("язык").await;
        lev.presses("English").await;
        lev.says(&seeded(&people, "Лев")).await;
        lev.presses("Later").await;
        lev.unread().await;
        lev.presses("Events").await;
        lev.sees(&["Events for you…: 4 October, 15:00. 3 seats free…[День открытых мастерских] [Back]"]).await;
        lev.presses(WORKSHOPS).await;
        lev.presses("Sign up").await;
        lev.sees(&["When: 4 October, 15:00", "Done, the seat is yours ✅", "all that's left is to confirm a phone"])
            .await;
        until(&world, "2026-10-04T17:00:00+05:00").await;
        lev.sees(&["is over, and we would like to know how it was…[Tell]"]).await;
        lev.presses("Tell").await;
        lev.presses("4").await;
        lev.presses("☐ The place").await;
        lev.presses("Done").await;
        lev.presses("I don't know yet").await;
        lev.presses("Skip").await;
        assert!(lev.unread().await.iter().any(|said| said.contains("The stage is closed ✅")));
        until(&world, "2026-10-07T10:00:00+05:00").await;
        lev.sees(&["3 days left: the stage “Engaged” closes on 10 October…[My track]"]).await;
        lev.presses("My track").await;
        lev.sees(&[
            "Your track 2026-2027…👉 Engaged: the career lesson…Until 10 October, 3 days left…✅ I try",
            "confirm a phone",
        ])
        .await;
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_event_long_ago_nobody_is_asked() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    signs_up(&lev).await;
    until(&world, "2026-10-20T12:00:00+05:00").await;
    lev.sees(&[]).await;
    assert_eq!(world.count("select count(*) from event where asked_at is null").await, 0);
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_goes_back_and_what_was_asked_for_the_other_answer_is_dropped() {
    everywhere(async |world, channel| {
        let people = world.seed().await;
        let lev = pupil(world, channel, &seeded(&people, "Лев")).await;
        signs_up(&lev).await;
        until(world, "2026-10-04T17:00:00+05:00").await;
        lev.presses("Рассказать").await;
        lev.presses("5").await;
        lev.presses("☐ Наставник").await;
        lev.presses("☐ Само место").await;
        lev.presses("☑ Наставник").await;
        lev.unread().await;
        lev.presses("Готово").await;
        lev.presses("← Назад").await;
        lev.sees(&["3 из 4", "2 из 4\nЧто понравилось?…[☐ Наставник]…[☑ Само место]…[Оставить как есть]"]).await;
        lev.presses("← Назад").await;
        lev.sees(&["1 из 4\nКак тебе…[Оставить как есть]"]).await;
        // Days later, by words, after a restart.
        let again = world.restarted().await;
        provodnik::jobs::clock::follow(&again.parts).await.unwrap();
        let lev = lev.after(&again);
        again.advance(TimeDelta::days(3)).await;
        lev.unread().await;
        lev.says("2").await;
        lev.sees(&["2 из 4\nЧто было не так?…[☐ Скучно]…[Пропустить] [← Назад]"]).await;
        assert_eq!(again.count("select count(*) from answer where question = 'liked'").await, 0, "it does not apply");
        assert_eq!(again.count("select count(*) from answer where not complete").await, 1, "what was said stays");
        lev.says("скучно, другое").await;
        lev.says("3").await;
        lev.says("пропустить").await;
        lev.sees(&["3 из 4", "4 из 4", "Спасибо!", "Лев, осталось"]).await;
        assert_eq!(again.count("select count(*) from answer where complete").await, 3);
        again.done().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_changed_no_more_is_said_anew() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    signs_up(&lev).await;
    until(&world, "2026-10-04T17:00:00+05:00").await;
    lev.presses("Рассказать").await;
    lev.presses("5").await;
    lev.unread().await;
    // VK changes no message that is older than a day.
    until(&world, "2026-10-05T18:00:00+05:00").await;
    lev.unread().await;
    lev.presses_at("2 из 4", "☐ Наставник").await;
    lev.sees(&["2 из 4…[☑ Наставник]…[Готово]"]).await;
    lev.presses("☐ Само место").await;
    lev.sees(&[]).await;
    lev.presses("Готово").await;
    lev.sees(&["3 из 4"]).await;
    world.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_event_has_questions_of_its_own_and_so_has_each_age() {
    let cases = [
        ("engage", "Лев", "Как тебе урок «День открытых мастерских»?", "Всё было понятно?"),
        ("explore", "Лев", "Как тебе выставка «День открытых мастерских»?", "Какие направления заинтересовали?"),
        ("explore", "Майя", "Как тебе выставка «День открытых мастерских»?", "Что было самым интересным?"),
        ("plan", "Лев", "Сезон почти позади", "Что нового открылось?"),
        ("realise", "Лев", "Как тебе «День открытых мастерских»?", "Что понравилось?"),
    ];
    for (stage, name, first, second) in cases {
        let world = World::new().await;
        let people = world.seed().await;
        let stages = sqlx::query("update event set stage = $1").bind(stage);
        stages.execute(&world.database.pool).await.unwrap();
        let phone = pupil(&world, "telegram", &seeded(&people, name)).await;
        signs_up(&phone).await;
        until(&world, "2026-10-04T17:00:00+05:00").await;
        phone.presses("Рассказать").await;
        phone.presses("5").await;
        let said = phone.unread().await;
        assert!(said.iter().any(|said| said.contains(first)), "{stage}: {said:?}");
        assert!(said.last().unwrap().contains(second), "{stage}: {said:?}");
        world.done().await;
    }
}
