//! A region sets itself up from nothing: the first operator comes by the command line's invitation, everything after that in the
//! product. The same in Baikonur, where it is two hours later than in Moscow and numbers begin otherwise.

use provodnik::{
    ids::TerritoryId,
    people::{codes, roles::Role},
    store::{self, territories::NewTerritory},
};
use reqwest::Method;

use crate::{
    paper,
    world::{Phone, World},
    world_parents::{redeems, shows_code},
    world_staff::{ask, field, granted, invites, takes},
    world_territories::{hands_in, opens_import},
};

const TERRITORIES: &str =
    "Регион;Муниципалитет;Часовой пояс;Куда можно звонить;Контактное лицо;Телефон;Email;Адрес;Кабинет";
const SCHOOLS: &str = "Регион;Муниципалитет;Часовой пояс;ИНН;КПП;Название школы";
const PEOPLE: &str = "ИНН школы;КПП школы;Роль;Email;Фамилия;Имя;Отчество;Пол (М или Ж);Дата рождения (ДД.ММ.ГГГГ);Номер класса 6-11;Буква класса;Учебный год";

/// Where, and whom a robot may call there.
struct Place {
    region: &'static str,
    town: &'static str,
    zone: &'static str,
    prefixes: &'static str,
    phone: &'static str,
    /// A number that this place does not allow.
    refused: &'static str,
    /// Noon in Moscow, seven days later, as one reads it there.
    until: &'static str,
}

const YUZHNAYA: Place = Place {
    region: "Южная область",
    town: "Степной",
    zone: "Asia/Novosibirsk",
    prefixes: "+79",
    phone: "+7 922 345-67-89",
    refused: "+7 701 123 45 67",
    until: "8 октября, 16:00",
};
const BAIKONUR: Place = Place {
    region: "Комплекс «Байконур»",
    town: "Байконур",
    zone: "Asia/Qyzylorda",
    prefixes: "+77, +79",
    phone: "+7 701 123 45 67",
    refused: "+7 343 123 45 67",
    until: "8 октября, 14:00",
};

/// The codes of a text, each once.
fn codes_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let whole = |word: &&str| word.len() == 9 && codes::Code::read(word).is_some_and(|code| code.shown() == **word);
    let mut found: Vec<String> = words.filter(whole).map(str::to_owned).collect();
    found.dedup();
    found
}

/// Follows the link of the last messages.
async fn follows(world: &World, phone: &Phone<'_>) -> String {
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    ask(world, Method::POST, link, &[]).await.1
}

async fn sets_itself_up(world: &World, channel: &str, other: &str, at: &Place) {
    // On the machine: `provodnik admin grant operator … --kind region`.
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let id = TerritoryId(world.parts.dice.uuid(world.clock.now()));
    let region = NewTerritory { id, parent: None, kind: "region", name: at.region };
    store::territories::find_or_add(&mut tx, &region).await.unwrap();
    tx.commit().await.unwrap();
    let code = granted(world, Role::Operator, at.region).await;
    let operator = takes(world, channel, &code, ["Первова", "Вера"]).await;
    operator.unread().await;

    let pass = opens_import(world, &operator).await;
    let (region, town) = (at.region, at.town);
    let table = format!(
        "{TERRITORIES}\r\n{region};;{};{};Оператор;8 800 000-00-10;;;\r\n{region};{town};;;Анна Игоревна;8 800 000-00-11;;ул. Мирная, 2;каб. 7\r\n",
        at.zone, at.prefixes
    );
    hands_in(world, &pass, &table).await;
    let table = format!("{SCHOOLS}\r\n{region};{town};{};7900000501;790001501;Гимназия № 5\r\n", at.zone);
    hands_in(world, &pass, &table).await;
    let code = invites(&operator, town, "муниципальный координатор", "отдел образования").await;

    let coordinator = takes(world, other, &code, ["Ведова", "Ирина"]).await;
    coordinator.unread().await;
    let pass = opens_import(world, &coordinator).await;
    let row = "7900000501;790001501;";
    let table = format!(
        "{PEOPLE}\r\n{row}учитель;anna@example.ru;Педова;Анна;—;Ж;;8;А;2026-2027\r\n{row}ученик;;Юнов;Ян;—;М;03.04.2011;8;А;2026-2027\r\n"
    );
    let page = hands_in(world, &pass, &table).await;
    let behind = page.split_once("action=\"/page/invitations\"").unwrap_or_else(|| panic!("{page}")).1;
    let pass = field(behind, "pass").to_owned();
    let (_, page) = ask(world, Method::POST, "/page/invitations", &[("pass", &pass), ("make", "yes")]).await;
    assert!(page.contains("Анна П., вас приглашают") && page.contains(at.until), "in the own zone: {page}");

    let teacher = if channel == "vk" { world.vk("Анна").await } else { world.telegram("Анна").await };
    teacher.follows_link(&codes_of(&page)[0]).await;
    teacher.presses("Да, согласен на роль").await;
    teacher.presses("Мои ученики").await;
    let said = teacher.unread().await.join("\n");
    assert!(said.contains("педагог-навигатор, Гимназия № 5") && said.contains("Учеников: 1"), "{said}");
    teacher.presses("Карточки для входа").await;
    let page = follows(world, &teacher).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let print = [("pass", field(&page, "pass")), ("whose", "all")];
    let request = client.post(format!("{}/page/class/print", world.base)).form(&print);
    let sheet = paper::text(&request.send().await.unwrap().bytes().await.unwrap());
    let card = codes_of(&sheet).pop().unwrap_or_else(|| panic!("{sheet}"));

    let pupil = if other == "vk" { world.vk("Ян").await } else { world.telegram("Ян").await };
    pupil.follows_link(&card).await;
    assert!(pupil.last().await.contains("омер мобильного"), "{}", pupil.last().await);
    pupil.says(at.refused).await;
    assert!(!pupil.last().await.contains("4 последние цифры"), "not to be called there: {}", pupil.last().await);
    pupil.verifies(at.phone, Some("Мой")).await;
    pupil.says("помощь").await;
    assert!(pupil.unread().await.join("\n").contains("Анна Игоревна\n8 800 000-00-11\nул. Мирная, 2, каб. 7"));

    // A parent comes by the child's code, there as elsewhere.
    let code = shows_code(&pupil).await;
    let mother = if channel == "vk" { world.vk("Мама").await } else { world.telegram("Мама").await };
    redeems(&mother, "Мама", Some(["Юнова", "Яна"]), &code).await;
    assert!(mother.unread().await.iter().any(|bubble| bubble.contains("Вы привязаны как родитель: Ян")));
    mother.says("помощь").await;
    assert!(mother.unread().await.join("\n").contains("Анна Игоревна"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_sets_itself_up_from_nothing() {
    for (channel, other) in [("telegram", "vk"), ("vk", "telegram")] {
        for place in [&YUZHNAYA, &BAIKONUR] {
            let world = World::new().await;
            sets_itself_up(&world, channel, other, place).await;
            world.done().await;
        }
    }
}
