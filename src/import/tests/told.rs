//! Each fault as its reader is told of it: a table with that one fault, and the sentence, to the letter.

use std::collections::BTreeSet;

use super::{super::column::Column, *};
use crate::store::territories::OwnPlace;

/// A teacher's row, a pupil's row below it, and the cell that is spoilt.
enum Spoilt {
    Teacher(Column, &'static str),
    Pupil(Column, &'static str),
    /// Both rows as they are here.
    Rows([[&'static str; 12]; 2]),
    /// A third row besides.
    Third([&'static str; 12]),
}

use Spoilt::{Pupil, Rows, Teacher, Third};

const LONG: &str = "Аааааааааааааааааааааааааааааааааааааааааааааааааааааааааааааааа";

fn cases() -> Vec<(Spoilt, &'static str)> {
    let of_b = |row| with(row, Column::Letter, "Б");
    vec![
        (Pupil(Column::Inn, ""), "строка 3, «ИНН школы»: пусто; заполните ячейку"),
        (Pupil(Column::Inn, "790000000"), "строка 3, «ИНН школы»: «790000000» – это не ИНН школы; впишите 10 цифр"),
        (
            Pupil(Column::Inn, "7900009999"),
            "строка 3, «ИНН школы»: «7900009999» – школы с ИНН 7900009999 нет в программе; проверьте ИНН или сначала загрузите таблицу школ",
        ),
        (
            Pupil(Column::Kpp, "7900000001"),
            "строка 3, «КПП школы»: «7900000001» – 10 цифр, похоже на ИНН; впишите КПП школы из 9 цифр",
        ),
        (Pupil(Column::Kpp, "7900"), "строка 3, «КПП школы»: «7900» – это не КПП; впишите 9 цифр"),
        (
            Pupil(Column::Kpp, "790001009"),
            "строка 3, «КПП школы»: «790001009» – у школы с этим ИНН другой КПП; возьмите его из таблицы школ",
        ),
        (Pupil(Column::Role, "завуч"), "строка 3, «Роль»: «з••••» – такой роли нет; впишите «учитель» или «ученик»"),
        (Teacher(Column::Email, ""), "строка 2, «Email»: пусто; заполните ячейку"),
        (
            Pupil(Column::Email, "anna@"),
            "строка 3, «Email»: «a•••@» – это не адрес почты; впишите адрес вида имя@сайт.ru или, у ученика, оставьте пусто",
        ),
        (
            Third(with(with(TEACHER, Column::First, "Пётр"), Column::Letter, "Б")),
            "строка 4, «Email»: «t@•••••••.••» – этот адрес в строке 2 у другого человека; впишите собственный адрес учителя",
        ),
        (
            Pupil(Column::Last, LONG),
            "строка 3, «Фамилия»: «А•••••••••••••••…» – слишком длинно; оставьте не больше 60 знаков",
        ),
        (
            Pupil(Column::Last, "Цой2"),
            "строка 3, «Фамилия»: «Ц•••» – в имени лишние знаки; оставьте буквы, дефис и пробел",
        ),
        (
            Pupil(Column::First, "<script>alert(1)</script>"),
            "строка 3, «Имя»: «•s••••••••••••••…» – в имени лишние знаки; оставьте буквы, дефис и пробел",
        ),
        (
            Pupil(Column::First, "Анна 🙂"),
            "строка 3, «Имя»: «А••• •» – в имени лишние знаки; оставьте буквы, дефис и пробел",
        ),
        (
            Pupil(Column::First, "\u{202e}аннА"),
            "строка 3, «Имя»: «•а•••» – в имени невидимый знак; сотрите ячейку и впишите имя заново",
        ),
        (
            Pupil(Column::First, "Aнна"),
            "строка 3, «Имя»: «A•••» – в слове и русские, и латинские буквы; впишите его буквами одного алфавита",
        ),
        (Pupil(Column::Sex, "девочка"), "строка 3, «Пол (М или Ж)»: «д••••••» – не понять; впишите М или Ж"),
        (Pupil(Column::Birth, ""), "строка 3, «Дата рождения (ДД.ММ.ГГГГ)»: пусто; заполните ячейку"),
        (
            Pupil(Column::Birth, "31.02.2012"),
            "строка 3, «Дата рождения (ДД.ММ.ГГГГ)»: «3•.••.••••» – такой даты нет; впишите дату вида ДД.ММ.ГГГГ",
        ),
        (
            Pupil(Column::Birth, "1.20.2010"),
            "строка 3, «Дата рождения (ДД.ММ.ГГГГ)»: «1.••.••••» – даты в таком виде нет; если это 20.01.2010, впишите так",
        ),
        (
            Pupil(Column::Birth, "2012-04-03"),
            "строка 3, «Дата рождения (ДД.ММ.ГГГГ)»: «2•••-••-••» – даты в таком виде нет; если это 03.04.2012, впишите так",
        ),
        (
            Pupil(Column::Birth, "23.11.2016"),
            "строка 3, «Дата рождения (ДД.ММ.ГГГГ)»: «2•.••.••••» – младше 10 лет; проверьте год рождения",
        ),
        (Pupil(Column::Grade, ""), "строка 3, «Номер класса 6-11»: пусто; заполните ячейку"),
        (
            Pupil(Column::Grade, "5"),
            "строка 3, «Номер класса 6-11»: «5» – 5 класс не участвует; впишите число от 6 до 11",
        ),
        (
            Pupil(Column::Grade, "седьмой"),
            "строка 3, «Номер класса 6-11»: «седьмой» – это не номер класса; впишите число от 6 до 11",
        ),
        (
            Pupil(Column::Letter, "Гимназия № 1"),
            "строка 3, «Буква класса»: «Г••••••• • •» – это не буква класса; впишите А, Б, АА, А1 …",
        ),
        (
            Pupil(Column::SchoolYear, "2026/27"),
            "строка 3, «Учебный год»: «2026/27» – год записан иначе; впишите 2026-2027",
        ),
        (
            Pupil(Column::SchoolYear, "этот"),
            "строка 3, «Учебный год»: «этот» – это не учебный год; впишите его в виде 2026-2027",
        ),
        (
            Rows([PUPIL, TEACHER]),
            "строка 2: над учеником нет учителя; поставьте строку учителя перед списком его класса",
        ),
        (
            Rows([TEACHER, of_b(PUPIL)]),
            "строка 3: у учителя в строке 2 другая школа или другой класс; поставьте перед учеником строку учителя с его классом",
        ),
        (Third(PUPIL), "строка 4: этот ученик уже есть в строке 3; оставьте одну из строк"),
        (
            Third(with(PUPIL, Column::Last, "Цои")),
            "похоже на повтор: ученик строки 4 почти не отличается от ученика строки 3; исправьте описку или заведите его вручную",
        ),
    ]
}

fn told(table: &Table, snapshot: Snapshot, options: &Options) -> (Vec<String>, Vec<&'static str>) {
    let rules = Rules { school_year: options.school_year.clone(), ..rules() };
    let Ok(Layout::People(places)) = column::layout(&table.header) else { panic!("no people table") };
    let rows = table.rows.iter().map(|row| row::read(row, &places, &rules)).collect();
    let plan = plan::plan(rows, snapshot);
    let text = report(&plan, Vec::new(), options, &Shown::of(table, &places, &column::PEOPLE)).text;
    let about_rows = |line: &&str| line.starts_with("строка") || line.starts_with("похоже");
    let codes = plan.faults.iter().map(|fault| fault.kind.code());
    (text.lines().filter(about_rows).map(str::to_owned).collect(), codes.collect())
}

#[test]
fn every_fault_is_told_to_the_letter() {
    let mut seen = BTreeSet::new();
    for (spoilt, sentence) in cases() {
        let rows = match spoilt {
            Teacher(column, value) => vec![with(TEACHER, column, value), PUPIL],
            Pupil(column, value) => vec![TEACHER, with(PUPIL, column, value)],
            Rows(rows) => rows.to_vec(),
            Third(row) => vec![TEACHER, PUPIL, row],
        };
        let (lines, codes) = told(&sheet(&rows), schools(), &Options::default());
        assert_eq!(lines, [sentence]);
        seen.extend(codes);
    }
    // What is told against what is asked for, or what is there already.
    let asked = Options { school_year: Some("2027-2028".to_owned()), ..Options::default() };
    let (lines, codes) = told(&sheet(&[TEACHER]), schools(), &asked);
    let sentence =
        "строка 2, «Учебный год»: «2026-2027» – загружается 2027-2028 год; исправьте год или загрузите строку отдельно";
    assert_eq!(lines, [sentence]);
    seen.extend(codes);
    let there = after(&judge(&sheet(&[TEACHER])));
    let other = sheet(&[with(TEACHER, Column::Last, "Другой")]);
    let (lines, codes) = told(&other, there, &Options::default());
    assert_eq!(
        lines,
        ["строка 2, «Email»: «t@•••••••.••» – этот адрес в программе у другого учителя; впишите собственный адрес"]
    );
    seen.extend(codes);
    // Whoever is there already under nearly this name is named by the link to the profile.
    let there = after(&judge(&sheet(&[TEACHER, PUPIL])));
    let (lines, _) = told(&sheet(&[TEACHER, with(PUPIL, Column::Patronymic, "Ильинчна")]), there, &Options::default());
    let id = PersonId(Uuid::from_u128(1));
    assert_eq!(
        lines,
        [format!(
            "похоже на повтор: ученик строки 3 почти не отличается от ученика профиля {id}; исправьте описку или заведите его вручную"
        )]
    );

    // The faults of the other tables stand below.
    let source = include_str!("../fault.rs");
    let codes = source.split(" => \"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let of_places = [
        "bad_zone",
        "duplicate_school",
        "foreign_region",
        "foreign_municipality",
        "foreign_district",
        "bad_destination",
        "bad_phone",
        "no_way_to_contact",
        "said_otherwise",
    ];
    let untold: Vec<_> = codes.filter(|code| !seen.contains(code) && !of_places.contains(code)).collect();
    assert_eq!(untold, Vec::<&str>::new(), "a fault has no case here");
}

/// Dirt that leaves no doubt is read as it is meant.
#[test]
fn what_leaves_no_doubt_is_no_fault() {
    for (column, value) in [
        (Column::Role, "УЧЕНИК"),
        (Column::Email, "Anna@Example.RU"),
        (Column::Last, "О’Коннор-д'Арк"),
        (Column::Last, "Салтыков – Щедрин"),
        (Column::First, "\u{200f}Анна\u{200e}"),
        (Column::First, "Аи\u{306}на"),
        (Column::First, "Anna"),
        (Column::Patronymic, "None"),
        (Column::Patronymic, "—"),
        (Column::Patronymic, "Мамед оглы"),
        (Column::Sex, "ж"),
        (Column::Letter, "а"),
        (Column::Letter, "«А»"),
        (Column::SchoolYear, "2026–2027"),
    ] {
        let (lines, _) = told(&sheet(&[TEACHER, with(PUPIL, column, value)]), schools(), &Options::default());
        assert_eq!(lines, Vec::<String>::new(), "{column:?} {value}");
    }
    let split = with(with(PUPIL, Column::Grade, ""), Column::Letter, "7 А");
    assert_eq!(told(&sheet(&[TEACHER, split]), schools(), &Options::default()).0, Vec::<String>::new());
}

#[test]
fn faults_of_schools_are_told_to_the_letter() {
    let header = column::SCHOOLS.iter().map(|c| c.title().to_owned()).collect();
    let row = |number, cells: [&str; 6]| Row { number, cells: cells.map(|text| Cell::Text(text.to_owned())).into() };
    let good = ["Край", "Город", "Europe/Moscow", "7900000001", "790001001", "Школа"];
    let spoilt = |at: usize, text: &'static str| {
        let mut cells = good;
        cells[at] = text;
        cells[4] = "790001002";
        cells
    };
    let table = Table {
        header,
        rows: vec![
            row(2, good),
            row(3, spoilt(2, "МСК")),
            row(4, good),
            row(5, spoilt(0, "Чужой край")),
            row(6, spoilt(5, "")),
        ],
        ..Table::default()
    };
    let Ok(Layout::Schools(places)) = column::layout(&table.header) else { panic!("no schools table") };
    let (mut entries, mut faults) = schools::read(&table, &places);
    faults.extend(schools::foreign(&mut entries, &["Край".to_owned()]));
    assert_eq!(
        lines(&faults, &Shown::of(&table, &places, &column::SCHOOLS)).lines().collect::<Vec<_>>(),
        [
            "строка 3, «Часовой пояс»: «МСК» – такого часового пояса нет; впишите его в виде Europe/Moscow",
            "строка 4: эта школа уже есть в строке 2; оставьте одну из строк",
            "строка 6, «Название школы»: пусто; заполните ячейку",
            "строка 5, «Регион»: «Чужой край» – этого региона нет среди ваших; проверьте название",
        ]
    );
    assert_eq!(entries.len(), 1);
}

#[test]
fn faults_of_territories_are_told_to_the_letter() {
    let columns = [&column::TERRITORIES[..], &[Column::District]].concat();
    let told = |rows: &[&str], own: OwnPlace| {
        let cells = |row: &str| row.split('|').map(|cell| Cell::Text(cell.to_owned())).collect();
        let rows = rows.iter().zip(2..).map(|(row, number)| Row { number, cells: cells(row) }).collect();
        let header = columns.iter().map(|column| column.title().to_owned()).collect();
        let table = Table { header, rows, ..Table::default() };
        let Ok(Layout::Territories(places)) = column::layout(&table.header) else { panic!("no such table") };
        let (mut entries, mut faults) = territories::read(&table, &places);
        faults.extend(territories::foreign(&mut entries, &[own]));
        let told = lines(&faults, &Shown::of(&table, &places, &columns));
        told.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let own = |kind: &str, name: &str, above: Option<&str>| OwnPlace {
        kind: kind.into(),
        name: name.into(),
        above: above.map(str::to_owned),
        operator: kind == "region",
    };
    assert_eq!(
        told(
            &[
                "Край|Город|Europe/Moscow|+79|Анна|8 800 000-00-00||||",
                "Край|Город|Asia/Omsk|||||||",
                "Край|Город||+1||||||",
                "Край|Город|||Анна|звоните||||",
                "Край|Город|||Анна|||||",
                "Чужой край|||||||||",
                "Край|||||||||Округ",
            ],
            own("region", "Край", None)
        ),
        [
            "строка 3, «Часовой пояс»: «Asia/Omsk» – для этого места в строке 2 указано другое; оставьте одно значение",
            "строка 4, «Куда можно звонить»: «+1» – так мобильные номера России и Казахстана не начинаются; впишите +79, +77 или оба через запятую",
            "строка 5, «Телефон»: «з••••••» – это не телефон; впишите его вида +7 3462 00-00-01, можно с «доб. 12»",
            "строка 6, «Телефон»: к этому человеку не обратиться; впишите телефон или почту",
            "строка 7, «Регион»: «Чужой край» – этого региона нет среди ваших; проверьте название",
            "строка 8, «Федеральный округ»: «Округ» – регион в другом округе, и меняете это не вы; оставьте ячейку пустой",
        ]
    );
    assert_eq!(
        told(&["Край|Другой город||||||||"], own("municipality", "Город", Some("Край"))),
        ["строка 2, «Муниципалитет»: «Другой город» – этого муниципалитета нет среди ваших; проверьте название"]
    );
}

/// Good pupils under a refused teacher stay good, and are said to wait.
#[test]
fn pupils_of_a_refused_teacher_are_told_to_wait() {
    let refused = with(with(with(TEACHER, Column::Email, "u@example.ru"), Column::Letter, "Б"), Column::Sex, "?");
    let pupil = |first| with(with(PUPIL, Column::Letter, "Б"), Column::First, first);
    let table = sheet(&[TEACHER, PUPIL, refused, pupil("Вера"), pupil("Зоя")]);
    let places: Vec<usize> = (0..12).collect();
    let text =
        report(&judge(&table), Vec::new(), &Options::default(), &Shown::of(&table, &places, &column::PEOPLE)).text;
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "строка 4, «Пол (М или Ж)»: «•» – не понять; впишите М или Ж",
            "ждут исправления строки 4: строки 5–6",
            "учителя: добавить 1, перевести в другой класс 0, изменить 0, без изменений 0",
            "ученики: добавить 1, перевести в другой класс 0, изменить 0, без изменений 0",
            "ничего не записано: это проверка; исправьте строки выше, хорошие можно загрузить и без них",
        ]
    );
}
