//! What one cell means. Dirt that leaves no doubt is read; doubt is a fault, never a guess.

use chrono::NaiveDate;

use super::{fault::Kind, table::Cell};
use crate::people::Sex;

/// Years of age from which a pupil is taken in.
const MIN_AGE: u32 = 10;
/// The most characters of a name's part.
const MAX_NAME: usize = 60;
/// The most characters of an e-mail (RFC 5321).
const MAX_EMAIL: usize = 254;

/// A row's role, or what it may have been meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// учитель
    Teacher,
    /// ученик
    Pupil,
}

/// Text that must be there and be no longer than this.
pub fn required(cell: &Cell, most: usize) -> Result<String, Kind> {
    let text = cell.text();
    match text.chars().count() {
        0 => Err(Kind::MissingRequired),
        n if n > most => Err(Kind::TooLong(most)),
        _ => Ok(text),
    }
}

/// 10 digits. A number cell has lost its leading zero.
pub fn inn(cell: &Cell) -> Result<String, Kind> {
    let text = digits(cell, 10)?;
    if text.len() == 10 { Ok(text) } else { Err(Kind::BadInn) }
}

/// 9 digits. A number cell has lost its leading zero.
pub fn kpp(cell: &Cell) -> Result<String, Kind> {
    let text = digits(cell, 9)?;
    if text.len() == 9 { Ok(text) } else { Err(Kind::BadKpp(text.len())) }
}

/// Digits only (anything else is an empty answer); a number is filled up by one leading zero.
fn digits(cell: &Cell, length: usize) -> Result<String, Kind> {
    let text = required(cell, 200)?;
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(String::new());
    }
    let short = matches!(cell, Cell::Number(_)) && text.len() + 1 == length;
    Ok(if short { format!("0{text}") } else { text })
}

/// учитель or ученик in any letter case.
pub fn role(cell: &Cell) -> Result<Role, Kind> {
    match required(cell, 200)?.to_lowercase().as_str() {
        "учитель" => Ok(Role::Teacher),
        "ученик" => Ok(Role::Pupil),
        _ => Err(Kind::BadRole),
    }
}

/// Whether a role that is neither may have been meant as a teacher's: pupils below must not fall to the teacher above.
pub fn may_be_teacher(cell: &Cell) -> bool {
    let said = cell.text().to_lowercase();
    ["учит", "педаг", "препод", "навиг", "классн"].iter().any(|stem| said.contains(stem))
}

/// An address in lower case; `None` when the cell is empty.
pub fn email(cell: &Cell) -> Result<Option<String>, Kind> {
    let text = cell.text().to_lowercase();
    if none(&text) {
        return Ok(None);
    }
    let good = text.chars().count() <= MAX_EMAIL
        && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !",;<>()\"".contains(c))
        && text.split_once('@').is_some_and(|(name, site)| !name.is_empty() && is_site(site));
    if good { Ok(Some(text)) } else { Err(Kind::BadEmail) }
}

fn is_site(site: &str) -> bool {
    site.contains('.')
        && site.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

/// A family name or a first name.
pub fn name(cell: &Cell) -> Result<String, Kind> {
    let text = required(cell, MAX_NAME)?;
    if text.contains(unseen) {
        return Err(Kind::UnseenSign);
    }
    let good = |c: char| c.is_alphabetic() || matches!(c, '-' | '‑' | '–' | ' ' | '\'' | '’' | '`' | '.' | '(' | ')');
    if !text.chars().all(good) || !text.contains(char::is_alphabetic) {
        return Err(Kind::BadName);
    }
    // Letters of two alphabets in one word look right and are another name to every search.
    if text.split([' ', '-', '‑', '–']).any(mixed) { Err(Kind::MixedAlphabets) } else { Ok(text) }
}

/// What turns the direction of a text, or is drawn nowhere.
fn unseen(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{fe00}'..='\u{fe0f}')
        || c.is_control()
}

fn mixed(word: &str) -> bool {
    let russian = word.contains(|c: char| matches!(c, 'А'..='я' | 'Ё' | 'ё'));
    russian && word.contains(|c: char| c.is_ascii_alphabetic())
}

/// A patronymic; `None` where the cell is empty or says that there is none.
pub fn patronymic(cell: &Cell) -> Result<Option<String>, Kind> {
    if none(&cell.text()) { Ok(None) } else { name(cell).map(Some) }
}

fn none(text: &str) -> bool {
    let words = ["none", "null", "нет"];
    text.chars().all(|c| matches!(c, '-' | '–' | '—' | '‑' | '−')) || words.contains(&text.to_lowercase().as_str())
}

/// М or Ж in any letter case; a Latin M looks the same.
pub fn sex(cell: &Cell) -> Result<Sex, Kind> {
    match required(cell, 200)?.to_uppercase().as_str() {
        "М" | "M" => Ok(Sex::Male),
        "Ж" => Ok(Sex::Female),
        _ => Err(Kind::BadSex),
    }
}

/// A date of the form ДД.ММ.ГГГГ or a real date cell; `None` when the cell is empty.
pub fn date(cell: &Cell) -> Result<Option<NaiveDate>, Kind> {
    let sane = |date: &NaiveDate| chrono::Datelike::year(date) >= 1900;
    if let Cell::Date(date) = cell {
        return Some(*date).filter(sane).map(Some).ok_or(Kind::BadDate(None));
    }
    let text = cell.text();
    if none(&text) {
        return Ok(None);
    }
    let parts: Vec<&str> = text.split('.').collect();
    let read = match parts.as_slice() {
        [day, month, year] if year.len() == 4 => ymd(year, month, day),
        _ => None,
    };
    read.filter(sane).map(Some).ok_or_else(|| Kind::BadDate(meant(&text)))
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

/// The date that somebody may have meant: month first, or year first, or other signs between.
fn meant(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => ymd(year, month, day),
        [a, b, year] if year.len() == 4 => ymd(year, b, a).or_else(|| ymd(year, a, b)),
        _ => None,
    }
}

/// Whether somebody born then is old enough today.
pub fn old_enough(birth: NaiveDate, today: NaiveDate) -> bool {
    today.years_since(birth).is_some_and(|age| age >= MIN_AGE)
}

/// The grade and the letter. `9 А` in the letter's cell with the grade empty is split.
pub fn class(grade: &Cell, letter: &Cell) -> (Result<i16, Kind>, Result<String, Kind>) {
    let (said, text) = (grade.text(), letter.text());
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let (number, rest) = text.split_at(split);
    if !number.is_empty() && (said.is_empty() || said == number) {
        return (grade_of(number), letter_of(rest.trim_start_matches([' ', '-', '–'])));
    }
    let grade = if said.is_empty() { Err(Kind::MissingRequired) } else { grade_of(&said) };
    let letter = if text.is_empty() { Err(Kind::MissingRequired) } else { letter_of(&text) };
    (grade, letter)
}

fn grade_of(said: &str) -> Result<i16, Kind> {
    let grade = said.parse().ok().filter(|grade| (6..=11).contains(grade));
    let shown = || said.chars().all(|c| c.is_ascii_digit()).then(|| said.chars().take(4).collect());
    grade.ok_or_else(|| Kind::BadGrade(shown().unwrap_or_default()))
}

/// А, Б, АА, А1 …, in upper case; Latin letters that look Cyrillic become so.
fn letter_of(said: &str) -> Result<String, Kind> {
    let said = said.trim_matches(['«', '»', '"']);
    let folded: String = said.to_uppercase().chars().map(cyrillic).collect();
    let letters = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let (count, digits) = (letters.chars().count(), folded.len() - letters.len());
    let russian = letters.chars().all(|c| matches!(c, 'А'..='Я' | 'Ё'));
    if russian && (1..=2).contains(&count) && digits <= 2 { Ok(folded) } else { Err(Kind::BadLetter) }
}

fn cyrillic(c: char) -> char {
    "ABCEHKMOPTXY".find(c).and_then(|at| "АВСЕНКМОРТХУ".chars().nth(at)).unwrap_or(c)
}

/// `2026-2027`.
pub fn school_year(cell: &Cell) -> Result<String, Kind> {
    let text = required(cell, 200)?.replace(['–', '—', '‑'], "-");
    let years = |left: &str, right: &str| -> Option<String> {
        let first: u16 = left.parse().ok().filter(|year| (2000..2100).contains(year))?;
        let second: u16 = if right.len() == 2 { format!("20{right}") } else { right.to_owned() }.parse().ok()?;
        (second == first + 1).then(|| format!("{first}-{second}"))
    };
    let exact = text.split_once('-').filter(|(left, right)| left.len() == 4 && right.len() == 4);
    if let Some(year) = exact.and_then(|(left, right)| years(left, right)) {
        return Ok(year);
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    Err(Kind::BadSchoolYear(if let [left, right] = parts.as_slice() { years(left, right) } else { None }))
}
