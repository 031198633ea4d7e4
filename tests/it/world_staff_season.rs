//! A season's turn for the staff: whoever was here before it began confirms before the menu opens; who has not is listed and reminded.

use provodnik::people::roles::Role;
use reqwest::Method;

use crate::{
    world::{Phone, World, seeded},
    world_broadcast::nina,
    world_staff::{ask, field, granted, takes},
};

/// Everybody was here a summer ago.
async fn a_summer_passes(world: &World) {
    let before = "update person set signed_in_at = signed_in_at - interval '200 days'";
    sqlx::query(before).execute(&world.database.pool).await.unwrap();
}

/// The page of who is who at a place.
async fn opens(world: &World, phone: &Phone<'_>, place: &str) -> String {
    phone.says("люди").await;
    if phone.last().await.contains("Для какого места") {
        phone.presses(place).await;
    }
    phone.presses("Кто есть").await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    ask(world, Method::POST, link, &[]).await.1
}

#[tokio::test(flavor = "multi_thread")]
async fn returning_staff_confirm_before_their_menu_opens() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let nina = nina(&world, channel, &people).await;
        let olga = world.signed_in(channel, "Ольга", &seeded(&people, "Ольга")).await;
        olga.presses("Позже").await;
        let lev = world.signed_in("vk", "Лев", &seeded(&people, "Лев")).await;
        lev.presses("Позже").await;
        for phone in [&nina, &olga, &lev] {
            phone.unread().await;
        }
        a_summer_passes(&world).await;
        // Who came in this season is asked nothing, a pupil neither.
        let code = granted(&world, Role::Operator, "Калининградская область").await;
        let fresh = takes(&world, "vk", &code, ["Новикова", "Ева"]).await;
        assert!(fresh.unread().await.last().unwrap().contains("[Рассылка]"));
        lev.says("меню").await;
        assert!(lev.unread().await.join("\n").contains("[События]"));

        olga.says("меню").await;
        olga.sees(&["Начался сезон 2026-2027…[Да, участвую] [Не в этом сезоне] [Позже]"]).await;
        olga.presses("Позже").await;
        assert!(!olga.unread().await.join("\n").contains("[Мои ученики]"));
        nina.says("меню").await;
        nina.presses("Да, участвую").await;
        let said = nina.unread().await.join("\n");
        assert!(said.contains("вы участвуете в сезоне 2026-2027") && said.contains("[Рассылка]"), "{said}");
        nina.says("меню").await;
        assert!(nina.unread().await.join("\n").contains("[Рассылка]"), "asked once");

        // Nina sees who has not, and reminds them, once a day.
        let page = opens(&world, &nina, "Сургут").await;
        assert_eq!(page.matches("участие не подтверждено").count(), 1, "{page}");
        assert!(page.contains("Напомнить этим: 1"), "{page}");
        let pass = field(&page, "pass").to_owned();
        for told in ["Напомнили: 1", "Напомнили: 0"] {
            let (_, page) = ask(&world, Method::POST, "/page/people", &[("pass", &pass), ("remind", "yes")]).await;
            assert!(page.contains(told), "{told} in {page}");
        }
        world.settle().await;
        olga.sees(&["Начался сезон 2026-2027. Подтвердите, пожалуйста"]).await;
        olga.says("меню").await;
        olga.presses("Не в этом сезоне").await;
        olga.unread().await;
        let (_, page) = ask(&world, Method::POST, "/page/people", &[("pass", &pass)]).await;
        assert!(page.contains("не участвует в этом сезоне") && !page.contains("Напомнить этим"), "{page}");
        // She changes her mind.
        olga.says("меню").await;
        olga.presses("Да, участвую").await;
        assert!(olga.unread().await.join("\n").contains("[Мои ученики]"));
        let (_, page) = ask(&world, Method::POST, "/page/people", &[("pass", &pass)]).await;
        assert!(!page.contains("участие не подтверждено") && !page.contains("не участвует"), "{page}");
        // Elsewhere nobody sees or reminds her.
        assert_eq!(world.count("select count(*) from staff_season").await, 2);
        world.done().await;
    }
}
