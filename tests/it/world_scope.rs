//! Every command of staff in the mouth of every role: whoever may not is told so, and sees nothing.

use crate::{
    world::{Phone, World, seeded},
    world_staff::{granted, takes},
};
use provodnik::people::roles::Role;

/// What is said, and how somebody is refused to whom it is not given.
const COMMANDS: [(&str, &str); 7] = [
    ("люди", "Приглашают на роли операторы"),
    ("импорт", "Таблицы загружают операторы и координаторы"),
    ("рассылка", "Рассылки отправляют координаторы территорий"),
    ("заявки", "Заявки видит первая линия поддержки"),
    ("события", "События есть для учеников"),
    ("мои данные", "программа пока ничего не знает"),
    ("ученики", "Учеников видят педагоги-навигаторы"),
];

/// Who may, by command in the order above.
const CELLS: [(&str, [bool; 7]); 8] = [
    ("stranger", [false, false, false, false, false, false, false]),
    ("pupil", [false, false, false, false, true, true, false]),
    ("parent", [false, false, false, false, false, true, false]),
    ("teacher", [false, true, false, false, false, true, true]),
    ("school_admin", [true, true, false, false, false, true, true]),
    ("coordinator", [true, true, true, false, false, true, true]),
    ("operator", [true, true, true, false, false, true, true]),
    ("support", [false, false, false, true, false, true, false]),
];

async fn holder<'w>(world: &'w World, channel: &str, role: &str, people: &[provodnik::demo::SeedPerson]) -> Phone<'w> {
    let first = match role {
        "stranger" => {
            let phone =
                if channel == "vk" { world.vk("Кто-то").await } else { world.telegram("Кто-то").await };
            phone.starts().await;
            return phone;
        }
        "school_admin" | "operator" => {
            let (kind, place) =
                (Role::of(role).unwrap(), ["Калининград", "Камчатский край"][usize::from(role == "operator")]);
            let code = granted(world, kind, place).await;
            return takes(world, channel, &code, ["Новая", "Роль"]).await;
        }
        "pupil" => "Лев",
        "parent" => "Ирина",
        "teacher" => "Ольга",
        "coordinator" => "Нина",
        _ => "Денис",
    };
    let phone = world.signed_in(channel, first, &seeded(people, first)).await;
    phone.presses("Позже").await;
    phone
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_for_those_whose_it_is() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        for (role, may) in CELLS {
            let phone = holder(&world, channel, role, &people).await;
            for ((command, refusal), may) in COMMANDS.into_iter().zip(may) {
                phone.says("меню").await;
                phone.unread().await;
                phone.says(command).await;
                let said = phone.unread().await.join("\n");
                assert_eq!(!said.contains(refusal), may, "{role}, «{command}»: {said}");
            }
        }
        assert_eq!(
            world.count("select count(*) from once where page = 'import'").await,
            2,
            "the coordinator's and the operator's"
        );
    }
}
