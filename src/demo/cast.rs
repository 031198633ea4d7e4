//! Who and what the demo region is made of. The people, schools and phones are made up.

use crate::{
    channel::Channel::{self, Telegram, Vk},
    territory::Contact,
};

/// A municipality with one school.
pub struct Place {
    pub region: &'static str,
    pub municipality: &'static str,
    pub zone: &'static str,
    /// Where it differs from what Russia says.
    pub destinations: Option<&'static [&'static str]>,
    pub school: &'static str,
    pub inn: &'static str,
    pub kpp: &'static str,
    pub contact: &'static str,
    pub phone: &'static str,
    pub address: &'static str,
}

/// Somebody who lives there.
pub struct Person {
    pub last: &'static str,
    pub first: &'static str,
    pub patronymic: Option<&'static str>,
    pub female: bool,
    /// Day and month; the year follows from the grade.
    pub born: (u32, u32),
    pub email: Option<&'static str>,
    /// Which of [`PLACES`].
    pub place: usize,
    pub role: Role,
    pub channel: Channel,
    /// Those with the same word share one account.
    pub account: Option<&'static str>,
}

/// What somebody is.
#[derive(Clone, Copy)]
pub enum Role {
    Pupil { grade: i16, letter: &'static str },
    Teacher(&'static [(i16, &'static str)]),
    Parent,
    Coordinator,
    Support,
}

impl Role {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pupil { .. } => "pupil",
            Self::Teacher(_) => "teacher",
            Self::Parent => "parent",
            Self::Coordinator => "coordinator",
            Self::Support => "support",
        }
    }

    /// Kind and name of the territory that a role without a class is over.
    pub const fn territory(self, place: &Place) -> (&'static str, &'static str) {
        match self {
            Self::Support => ("federation", "Россия"),
            _ => ("municipality", place.municipality),
        }
    }
}

/// Where to turn when no nearer place has an answer.
pub fn support() -> Contact {
    Contact {
        name: "Первая линия поддержки".into(),
        phone: "8 800 000-00-00".into(),
        email: "help@example.ru".into(),
        ..Contact::default()
    }
}

/// The title and the place of the one event.
pub const WORKSHOPS: (&str, &str) = ("День открытых мастерских", "Сургут, Центр «Мастерская», ул. Школьная, 7");

pub const PLACES: &[Place] = &[
    Place {
        region: "Ханты-Мансийский автономный округ — Югра",
        municipality: "Сургут",
        zone: "Asia/Yekaterinburg",
        destinations: None,
        school: "МБОУ СОШ № 100",
        inn: "8600000100",
        kpp: "860001100",
        contact: "Серова Нина Павловна, координатор",
        phone: "8 3462 00-00-01",
        address: "ул. Школьная, 1, каб. 12",
    },
    Place {
        region: "Калининградская область",
        municipality: "Калининград",
        zone: "Europe/Kaliningrad",
        destinations: None,
        school: "МАОУ Лицей № 101",
        inn: "3900000101",
        kpp: "390001101",
        contact: "Отдел профориентации",
        phone: "8 4012 00-00-02",
        address: "пр. Морской, 2",
    },
    Place {
        region: "Камчатский край",
        municipality: "Петропавловск-Камчатский",
        zone: "Asia/Kamchatka",
        destinations: None,
        school: "МБОУ СОШ № 102",
        inn: "4100000102",
        kpp: "410001102",
        contact: "Отдел профориентации",
        phone: "8 4152 00-00-03",
        address: "ул. Вулканная, 3",
    },
    Place {
        region: "Москва",
        municipality: "Москва",
        zone: "Europe/Moscow",
        destinations: None,
        school: "ГБОУ Школа № 10103",
        inn: "7700000103",
        kpp: "770001103",
        contact: "Отдел профориентации",
        phone: "8 495 000-00-04",
        address: "ул. Садовая, 4",
    },
    Place {
        region: "Байконур",
        municipality: "Байконур",
        zone: "Asia/Qyzylorda",
        destinations: Some(&["+79", "+77"]),
        school: "ГБОУ СШ № 104",
        inn: "9900000104",
        kpp: "990001104",
        contact: "Отдел профориентации",
        phone: "8 33622 0-00-05",
        address: "пр. Космический, 5",
    },
];

const fn pupil(
    name: (&'static str, &'static str, Option<&'static str>),
    female: bool,
    born: (u32, u32),
    place: usize,
    class: (i16, &'static str),
    channel: Channel,
) -> Person {
    let (last, first, patronymic) = name;
    let role = Role::Pupil { grade: class.0, letter: class.1 };
    Person { last, first, patronymic, female, born, email: None, place, role, channel, account: None }
}

const fn adult(
    name: (&'static str, &'static str, &'static str),
    female: bool,
    email: Option<&'static str>,
    role: Role,
    channel: Channel,
) -> Person {
    let (last, first, patronymic) = (name.0, name.1, Some(name.2));
    Person { last, first, patronymic, female, born: (1, 1), email, place: 0, role, channel, account: None }
}

/// The family with one phone.
const SHARED: Option<&str> = Some("Соколовы");

pub const PEOPLE: &[Person] = &[
    pupil(("Белов", "Артём", Some("Ильич")), false, (14, 3), 0, (8, "А"), Telegram),
    Person {
        account: SHARED, ..pupil(("Соколова", "Алина", Some("Андреевна")), true, (5, 6), 0, (8, "А"), Vk)
    },
    Person {
        account: SHARED, ..pupil(("Соколова", "Вера", Some("Андреевна")), true, (19, 9), 0, (6, "Б"), Vk)
    },
    Person {
        account: SHARED, ..adult(("Соколова", "Ирина", "Олеговна"), true, None, Role::Parent, Vk)
    },
    pupil(("Зуев", "Лев", Some("Павлович")), false, (21, 4), 0, (9, "Б"), Telegram),
    pupil(("Котова", "Майя", Some("Игоревна")), true, (11, 7), 0, (7, "В"), Vk),
    pupil(("Орлов", "Марк", Some("Денисович")), false, (2, 11), 1, (7, "А"), Vk),
    pupil(("Кутакова", "Айна", None), true, (27, 1), 2, (9, "Б"), Telegram),
    pupil(("Ержанов", "Тимур", Some("Саматович")), false, (8, 8), 4, (10, "А"), Telegram),
    pupil(
        ("Преображенская-Воскресенская", "Мария-Антуанетта-Вильгельмина", Some("Константиновна-Александровна")),
        true,
        (30, 12),
        3,
        (11, "АБ"),
        Vk,
    ),
    adult(
        ("Миронова", "Ольга", "Викторовна"),
        true,
        Some("mironova@example.ru"),
        Role::Teacher(&[(8, "А"), (6, "Б")]),
        Telegram,
    ),
    adult(("Серова", "Нина", "Павловна"), true, Some("serova@example.ru"), Role::Coordinator, Telegram),
    adult(("Кравцов", "Денис", "Юрьевич"), false, Some("kravtsov@example.ru"), Role::Support, Vk),
];
