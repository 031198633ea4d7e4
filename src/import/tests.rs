//! The import's rules on the programme's own files and on sheets made up here.

use chrono::NaiveDate;
use proptest::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    plan::{Known, Snapshot},
    row::Read,
    table::{Cell, Row, Table},
    *,
};
use crate::ids::SchoolId;

mod told;

const CLEAN: &[u8] = include_bytes!("../../tests/data/import/import-clean.xlsx");
const DIRTY: &[u8] = include_bytes!("../../tests/data/import/import-dirty.xlsx");
const FAULTS: &str = include_str!("../../tests/data/import/import-dirty.faults.json");
const SCHOOLS: &[u8] = include_bytes!("../../tests/data/import/schools.xlsx");

#[derive(Deserialize)]
struct Listed {
    row: u32,
    column: String,
    kind: String,
}

fn rules() -> Rules {
    Rules { today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(), school_year: None }
}

fn read(table: &Table) -> Vec<Read> {
    let Ok(Layout::People(places)) = column::layout(&table.header) else { panic!("no people table") };
    table.rows.iter().map(|row| row::read(row, &places, &rules())).collect()
}

fn schools() -> Snapshot {
    let school = |n: u128| (format!("790000000{n}"), format!("79000100{n}"), SchoolId(Uuid::from_u128(n)));
    Snapshot { schools: (1..=4).map(school).collect(), people: Vec::new() }
}

fn judge(table: &Table) -> Plan {
    plan::plan(read(table), schools())
}

/// The programme after this plan was carried out.
fn after(plan: &Plan) -> Snapshot {
    let people = plan.people.iter().enumerate().map(|(n, p)| Known {
        id: p.id.unwrap_or(PersonId(Uuid::from_u128(n as u128))),
        role: p.role,
        profile: p.profile.clone(),
        school: p.classes.first().map(|class| class.school),
        classes: p.classes.clone(),
    });
    Snapshot { people: people.collect(), ..schools() }
}

#[test]
fn every_dirty_row_is_named_and_no_other() {
    let listed: Vec<Listed> = serde_json::from_str(FAULTS).unwrap();
    let plan = judge(&table::read(DIRTY).unwrap());
    let expected: Vec<(u32, String, String)> =
        listed.iter().filter(|f| f.kind != "tolerated").map(|f| (f.row, f.column.clone(), f.kind.clone())).collect();
    let found: Vec<(u32, String, String)> = plan
        .faults
        .iter()
        .map(|f| (f.row, f.column.map_or("", |c| c.title()).to_owned(), f.kind.code().to_owned()))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(plan.near, []);
    // The pupils of the teacher in row 68, who is refused, wait for that row.
    assert_eq!(plan.waiting.into_iter().collect::<Vec<_>>(), [(68, (69..=80).collect::<Vec<_>>())]);
    let refused = expected.iter().map(|(row, ..)| *row).collect::<std::collections::BTreeSet<_>>();
    let pupils = plan.people.iter().filter(|p| p.role == Role::Pupil).count();
    // 80 rows, 6 of them of five teachers, one of whom is refused; 12 wait.
    assert_eq!(pupils, 80 - refused.len() - 5 - 12);
    for tolerated in listed.iter().filter(|f| f.kind == "tolerated") {
        assert!(plan.people.iter().any(|p| p.row == tolerated.row), "row {}", tolerated.row);
    }
}

#[test]
fn dirt_is_read_as_it_is_meant() {
    let plan = judge(&table::read(DIRTY).unwrap());
    let row = |n: u32| plan.people.iter().find(|p| p.row == n).unwrap();
    assert_eq!((row(6).classes[0].grade, row(6).classes[0].letter.as_str()), (6, "А"));
    assert_eq!(row(41).profile.last, "Волков");
    assert_eq!(row(64).profile.birth, NaiveDate::from_ymd_opt(2013, 1, 27));
    assert_eq!(row(65).profile.email.as_deref(), Some("uchenik@example.ru"));
    assert_eq!(row(66).profile.patronymic, None);
}

#[test]
fn the_report_names_row_column_fault_and_cure_and_no_person() {
    let plan = judge(&table::read(DIRTY).unwrap());
    let table = table::read(DIRTY).unwrap();
    let Ok(Layout::People(places)) = column::layout(&table.header) else { panic!("no people table") };
    let shown = Shown::of(&table, &places, &column::PEOPLE);
    let report = report(&plan, Vec::new(), &Options::default(), &shown);
    insta::assert_snapshot!(report.text);
    let names = ["Макаров", "Цой", "Ёлкин", "Другая", "Семён", "почта@", "example.ru"];
    assert!(names.iter().all(|name| !report.text.contains(name)));
}

#[test]
fn the_clean_file_is_good_throughout_and_the_second_time_changes_nothing() {
    let table = table::read(CLEAN).unwrap();
    let plan = judge(&table);
    assert_eq!((plan.faults.as_slice(), plan.near.as_slice(), plan.waiting.len()), (&[][..], &[][..], 0));
    let classes: std::collections::BTreeSet<_> = plan.people.iter().flat_map(|p| p.classes.iter()).collect();
    assert_eq!(classes.len(), 12);
    assert!(plan.people.iter().all(|p| p.change == Change::Added));
    let again = plan::plan(read(&table), after(&plan));
    assert!(again.people.iter().all(|p| p.change == Change::Unchanged && p.id.is_some()));
    assert_eq!(again.people.len(), plan.people.len());
}

#[test]
fn schools_are_read() {
    let table = table::read(SCHOOLS).unwrap();
    let Ok(Layout::Schools(places)) = column::layout(&table.header) else { panic!("no schools table") };
    let (entries, faults) = schools::read(&table, &places);
    assert_eq!((entries.len(), faults), (4, vec![]));
}

const TEACHER: [&str; 12] =
    ["7900000001", "790001001", "учитель", "t@example.ru", "Хмуров", "Лев", "—", "М", "", "7", "А", "2026-2027"];
const PUPIL: [&str; 12] =
    ["7900000001", "790001001", "ученик", "", "Цой", "Анна", "Ильинична", "Ж", "03.04.2013", "7", "А", "2026-2027"];

fn with(mut row: [&'static str; 12], column: Column, value: &'static str) -> [&'static str; 12] {
    row[column::PEOPLE.iter().position(|c| *c == column).unwrap()] = value;
    row
}

fn sheet(rows: &[[&str; 12]]) -> Table {
    let header = column::PEOPLE.iter().map(|c| c.title().to_owned()).collect();
    let cells = |row: &[&str; 12]| row.iter().map(|text| Cell::Text((*text).to_owned())).collect();
    let rows = rows.iter().zip(2..).map(|(row, number)| Row { number, cells: cells(row) });
    Table { header, rows: rows.collect(), ..Table::default() }
}

fn codes_of(rows: &[[&str; 12]]) -> Vec<(u32, &'static str)> {
    judge(&sheet(rows)).faults.iter().map(|f| (f.row, f.kind.code())).collect()
}

use super::column::Column;

#[test]
fn one_cell_makes_one_fault() {
    for (column, value, code) in [
        (Column::Inn, "123", "bad_inn"),
        (Column::Inn, "", "missing_required"),
        (Column::Kpp, "79000100А", "bad_kpp"),
        (Column::Role, "завуч", "bad_role"),
        (Column::Email, "a@b", "bad_email"),
        (Column::Last, "Цой1", "bad_name"),
        (Column::First, "", "missing_required"),
        (Column::Sex, "F", "bad_sex"),
        (Column::Birth, "29.02.2013", "bad_date"),
        (Column::Birth, "2013-04-03", "bad_date"),
        (Column::Birth, "03.04.13", "bad_date"),
        (Column::Birth, "23.11.2016", "too_young"),
        (Column::Birth, "03.04.2036", "too_young"),
        (Column::Grade, "седьмой", "bad_grade"),
        (Column::Letter, "Гимназия", "bad_letter"),
        (Column::SchoolYear, "2026-2028", "bad_school_year"),
    ] {
        assert_eq!(codes_of(&[TEACHER, with(PUPIL, column, value)]), [(3, code)], "{column:?} {value}");
    }
    assert_eq!(codes_of(&[with(TEACHER, Column::Email, "")]), [(2, "missing_required")]);
    assert_eq!(codes_of(&[TEACHER, with(PUPIL, Column::Birth, "22.11.2016")]), []);
}

#[test]
fn pupils_never_fall_to_the_teacher_before() {
    let other = with(with(TEACHER, Column::Email, "u@example.ru"), Column::Letter, "Б");
    let pupil = with(PUPIL, Column::Letter, "Б");
    for broken in [with(other, Column::Sex, "?"), with(other, Column::Role, "учитиль")] {
        let plan = judge(&sheet(&[TEACHER, PUPIL, broken, with(pupil, Column::First, "Вера")]));
        assert_eq!(plan.waiting.into_iter().collect::<Vec<_>>(), [(4, vec![5])]);
        assert_eq!(plan.people.len(), 2);
    }
    assert_eq!(codes_of(&[TEACHER, pupil]), [(3, "other_class")]);
    assert_eq!(codes_of(&[PUPIL]), [(2, "pupil_without_teacher_above")]);
}

#[test]
fn one_address_is_one_teacher() {
    let further = with(TEACHER, Column::Letter, "Б");
    let plan = judge(&sheet(&[TEACHER, further, with(PUPIL, Column::Letter, "Б")]));
    assert_eq!((plan.faults.len(), plan.people[0].classes.len()), (0, 2));
    assert_eq!(codes_of(&[TEACHER, with(further, Column::First, "Пётр")]), [(3, "duplicate_email")]);
    let known = after(&plan);
    let other = plan::plan(read(&sheet(&[with(TEACHER, Column::Last, "Другой")])), known);
    assert_eq!(other.faults[0].kind, fault::Kind::DuplicateEmail(None));
}

#[test]
fn a_known_pupil_is_unchanged_moved_or_nearly_the_same() {
    let known = || after(&judge(&sheet(&[TEACHER, PUPIL])));
    let then = |teacher, pupil| plan::plan(read(&sheet(&[teacher, pupil])), known());
    assert_eq!(then(TEACHER, with(PUPIL, Column::Last, "ЦОЙ")).people[1].change, Change::Changed);
    let to_b = |row| with(row, Column::Letter, "Б");
    let moved = then(to_b(TEACHER), to_b(PUPIL));
    assert_eq!((moved.people[0].change, moved.people[1].change), (Change::Changed, Change::Moved));
    let near = then(TEACHER, with(PUPIL, Column::Patronymic, ""));
    assert_eq!((near.people.len(), near.near.len()), (1, 1));
    assert!(matches!(near.near[0], (3, Where::Profile(_))));
}

#[test]
fn a_year_that_was_not_asked_for_is_a_fault() {
    let asked = Rules { school_year: Some("2025-2026".into()), ..rules() };
    let table = sheet(&[TEACHER]);
    let Ok(Layout::People(places)) = column::layout(&table.header) else { panic!("no people table") };
    let read = row::read(&table.rows[0], &places, &asked);
    assert_eq!(read.entry.unwrap_err()[0].kind.code(), "other_school_year");
}

#[test]
fn numbers_get_back_the_zero_that_the_sheet_took() {
    assert_eq!(cells::inn(&Cell::Number(123_456_789.0)), Ok("0123456789".into()));
    assert_eq!(cells::kpp(&Cell::Number(12_345_678.0)), Ok("012345678".into()));
    assert_eq!(cells::inn(&Cell::Text("123456789".into())), Err(fault::Kind::BadInn));
}

#[test]
fn rows_are_named_in_runs() {
    assert_eq!(ranges(&[3, 5, 6, 7, 9]), "3, 5–7, 9");
    let odd: Vec<u32> = (0..45).map(|n| 2 * n + 1).collect();
    assert!(ranges(&odd).ends_with(", 79 и ещё строк: 5"), "{}", ranges(&odd));
}

proptest! {
    #[test]
    fn no_cells_make_a_panic(cells in prop::collection::vec(prop::collection::vec("\\PC{0,12}", 0..14), 0..6)) {
        let mut table = sheet(&[TEACHER, PUPIL]);
        for (row, number) in cells.into_iter().zip(4..) {
            table.rows.push(Row { number, cells: row.into_iter().map(Cell::Text).collect() });
        }
        let plan = judge(&table);
        let places: Vec<usize> = (0..12).collect();
        report(&plan, Vec::new(), &Options::default(), &Shown::of(&table, &places, &column::PEOPLE));
    }

    #[test]
    fn a_good_row_with_one_odd_cell_never_panics(at in 0..12_usize, odd in "\\PC{0,30}") {
        let mut table = sheet(&[TEACHER, PUPIL]);
        table.rows[1].cells[at] = Cell::Text(odd);
        judge(&table);
    }
}
