//! Profiles without a consent go: after a warning, a look and a word; whoever has a consent on record stays.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;

use crate::{
    world::{Phone, World, seeded},
    world_broadcast::nina,
    world_events::pupil,
    world_staff::{ask, field},
};

async fn until(world: &World, moment: &str) {
    world.advance(moment.parse::<DateTime<Utc>>().unwrap() - world.clock.now()).await;
}

/// A line about the processing of somebody's data, as the consents write it.
async fn consents(world: &World, phone: &Phone<'_>, act: &str, method: &str) {
    sqlx::query(
        "insert into consent (id, person, season, purpose, act, method, giver, at)
         select gen_random_uuid(), a.person, '2026-2027', 'processing', $2, $3, a.person, $4 from account a where a.external = $1",
    )
    .bind(phone.id.to_string())
    .bind(act)
    .bind(method)
    .bind(world.clock.now())
    .execute(&world.database.pool)
    .await
    .unwrap();
}

async fn opens(world: &World, phone: &Phone<'_>) -> String {
    phone.says("удаления").await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    ask(world, Method::POST, link, &[]).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_consent_on_the_day_goes_and_nobody_else() {
    let world = World::new().await;
    let people = world.seed().await;
    until(&world, "2026-09-01T12:00:00+05:00").await;
    let nina = nina(&world, "vk", &people).await;
    let lev = pupil(&world, "telegram", &seeded(&people, "Лев")).await;
    let maya = pupil(&world, "vk", &seeded(&people, "Майя")).await;
    let artyom = pupil(&world, "telegram", &seeded(&people, "Артём")).await;
    consents(&world, &maya, "given", "paper").await;
    consents(&world, &artyom, "given", "pupil").await;
    consents(&world, &artyom, "withdrawn", "pupil").await;
    let page = opens(&world, &nina).await;
    assert!(page.contains("08.09.2026") && !page.contains("name=\"lapse\""), "not yet: {page}");

    until(&world, "2026-09-05T09:59:59+05:00").await;
    lev.sees(&[]).await;
    until(&world, "2026-09-05T10:00:00+05:00").await;
    lev.sees(&["Согласия на обработку данных пока нет, поэтому 8 сентября профиль удалят"]).await;
    // Whoever has taken the main consent back is written to no more, not even about this.
    artyom.sees(&[]).await;
    maya.sees(&[]).await;
    let warned = world.count("select count(*) from erasure_warning").await;
    until(&world, "2026-09-06T12:00:00+05:00").await;
    lev.sees(&[]).await;
    assert!(warned > 0 && world.count("select count(*) from erasure_warning").await >= warned, "once");

    until(&world, "2026-09-08T00:00:01+05:00").await;
    let page = opens(&world, &nina).await;
    let (pass, all) = (field(&page, "pass").to_owned(), field(&page, "lapse").to_owned());
    let (_, sure) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("lapse", &all)]).await;
    assert!(sure.contains("Удалить профили без согласия?") && !sure.contains("Лев"), "{sure}");
    // Somebody's paper comes in while she looks.
    consents(&world, &artyom, "given", "paper").await;
    let (_, page) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("confirm", &all)]).await;
    assert!(page.contains("согласий стало больше или меньше"), "{page}");
    let fewer = field(&page, "lapse").to_owned();
    assert_eq!(fewer.parse::<i64>().unwrap(), all.parse::<i64>().unwrap() - 1);
    let (_, page) = ask(&world, Method::POST, "/page/erasures", &[("pass", &pass), ("confirm", &fewer)]).await;
    assert!(page.contains("Профили заблокированы") && page.contains("нет согласия на обработку"), "{page}");
    assert!(page.contains("У всех учеников согласие есть"), "{page}");
    lev.unread().await;
    lev.says("меню").await;
    assert!(lev.unread().await.join("\n").contains("Пришли код"), "at once");
    world.advance(TimeDelta::hours(24)).await;
    assert_eq!(
        world.count("select people::bigint from erasure where state = 'done' and ground = 'no_consent'").await,
        fewer.parse::<i64>().unwrap()
    );
    for phone in [&maya, &artyom] {
        phone.unread().await;
        phone.says("меню").await;
        assert!(phone.unread().await.join("\n").contains("осталось"), "they stay");
    }
    // Other towns are not hers.
    let others =
        "select count(*) from role r join class c on c.id = r.class where r.role = 'pupil' and r.revoked_at is null";
    assert!(world.count(others).await > 2);
}
