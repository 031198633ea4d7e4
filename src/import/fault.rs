//! What is wrong with a row, and what to do about it.
//!
//! The wording is the command's contract (`строка 12, «Пол (М или Ж)»: …`) and is read by the table's owner, who has the
//! row at hand: it names the place, not the person. Of a cell's value only digits are repeated.

use std::fmt;

use chrono::NaiveDate;

use super::column::Column;

/// A fault of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As the sheet numbers it.
    pub row: u32,
    /// Where in the row; `None`: the row as a whole.
    pub column: Option<Column>,
    /// What.
    pub kind: Kind,
}

/// A kind of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An empty cell that must not be.
    MissingRequired,
    /// More characters than the given number.
    TooLong(usize),
    /// Not 10 digits.
    BadInn,
    /// Not 9 digits; as many as this instead.
    BadKpp(usize),
    /// No school with this ИНН.
    UnknownSchool(String),
    /// The school of this ИНН has another КПП.
    KppMismatch,
    /// Neither учитель nor ученик.
    BadRole,
    /// Not an address.
    BadEmail,
    /// Another name has this address: in a row of this file, or in the programme already.
    DuplicateEmail(Option<u32>),
    /// Digits or signs in a name.
    BadName,
    /// Neither М nor Ж.
    BadSex,
    /// No date of the form; perhaps this one is meant.
    BadDate(Option<NaiveDate>),
    /// Younger than 10.
    TooYoung,
    /// Not 6–11; this was said.
    BadGrade(String),
    /// Not a letter of a class.
    BadLetter,
    /// Not of the form; perhaps this one is meant.
    BadSchoolYear(Option<String>),
    /// Another year than the one asked for.
    OtherSchoolYear(String),
    /// A pupil before any teacher.
    PupilWithoutTeacherAbove,
    /// A pupil of another class than the teacher's in this row.
    OtherClass(u32),
    /// The same pupil stands in this row.
    DuplicatePupil(u32),
    /// Not an IANA zone.
    BadZone,
    /// The same school stands in this row.
    DuplicateSchool(u32),
    /// A region that whoever imports does not answer for.
    ForeignRegion,
    /// The same of a municipality.
    ForeignMunicipality,
    /// The same of a district, and the region lies elsewhere.
    ForeignDistrict,
    /// Not the beginning of a mobile number that may be dialled.
    BadDestination,
    /// Not a phone that somebody could read.
    BadPhone,
    /// A contact that nobody can reach.
    NoWayToContact,
    /// For the same place another value stands in this row.
    SaidOtherwise(u32),
}

impl Kind {
    /// Its name for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingRequired => "missing_required",
            Self::TooLong(_) => "too_long",
            Self::BadInn => "bad_inn",
            Self::BadKpp(_) => "bad_kpp",
            Self::UnknownSchool(_) => "unknown_school",
            Self::KppMismatch => "kpp_mismatch",
            Self::BadRole => "bad_role",
            Self::BadEmail => "bad_email",
            Self::DuplicateEmail(_) => "duplicate_email",
            Self::BadName => "bad_name",
            Self::BadSex => "bad_sex",
            Self::BadDate(_) => "bad_date",
            Self::TooYoung => "too_young",
            Self::BadGrade(_) => "bad_grade",
            Self::BadLetter => "bad_letter",
            Self::BadSchoolYear(_) => "bad_school_year",
            Self::OtherSchoolYear(_) => "other_school_year",
            Self::PupilWithoutTeacherAbove => "pupil_without_teacher_above",
            Self::OtherClass(_) => "other_class",
            Self::DuplicatePupil(_) => "duplicate_pupil",
            Self::BadZone => "bad_zone",
            Self::DuplicateSchool(_) => "duplicate_school",
            Self::ForeignRegion => "foreign_region",
            Self::ForeignMunicipality => "foreign_municipality",
            Self::ForeignDistrict => "foreign_district",
            Self::BadDestination => "bad_destination",
            Self::BadPhone => "bad_phone",
            Self::NoWayToContact => "no_way_to_contact",
            Self::SaidOtherwise(_) => "said_otherwise",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "строка {}", self.row)?;
        if let Some(column) = self.column {
            write!(f, ", «{}»", column.title())?;
        }
        write!(f, ": {}", self.kind)
    }
}

/// What is wrong; how to put it right.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingRequired => f.write_str("пусто; заполните ячейку"),
            Self::TooLong(most) => write!(f, "слишком длинно; оставьте не больше {most} знаков"),
            Self::BadInn => f.write_str("это не ИНН школы; впишите 10 цифр"),
            Self::BadKpp(10) => f.write_str("10 цифр, похоже на ИНН; впишите КПП школы из 9 цифр"),
            Self::BadKpp(_) => f.write_str("это не КПП; впишите 9 цифр"),
            Self::UnknownSchool(inn) => {
                write!(f, "школы с ИНН {inn} нет в программе; проверьте ИНН или сначала загрузите таблицу школ")
            }
            Self::KppMismatch => f.write_str("у школы с этим ИНН другой КПП; возьмите его из таблицы школ"),
            Self::BadRole => f.write_str("такой роли нет; впишите «учитель» или «ученик»"),
            Self::BadEmail => {
                f.write_str("это не адрес почты; впишите адрес вида имя@сайт.ru или, у ученика, оставьте пусто")
            }
            Self::DuplicateEmail(Some(row)) => {
                write!(f, "этот адрес в строке {row} у другого человека; впишите собственный адрес учителя")
            }
            Self::DuplicateEmail(None) => {
                f.write_str("этот адрес в программе у другого учителя; впишите собственный адрес")
            }
            Self::BadName => f.write_str("в имени лишние знаки; оставьте буквы, дефис и пробел"),
            Self::BadSex => f.write_str("не понять; впишите М или Ж"),
            Self::BadDate(Some(meant)) => {
                write!(f, "даты в таком виде нет; если это {}, впишите так", meant.format("%d.%m.%Y"))
            }
            Self::BadDate(None) => f.write_str("такой даты нет; впишите дату вида ДД.ММ.ГГГГ"),
            Self::TooYoung => f.write_str("младше 10 лет; проверьте год рождения"),
            Self::BadGrade(said) if said.is_empty() => f.write_str("это не номер класса; впишите число от 6 до 11"),
            Self::BadGrade(said) => write!(f, "{said} класс не участвует; впишите число от 6 до 11"),
            Self::BadLetter => f.write_str("это не буква класса; впишите А, Б, АА, А1 …"),
            Self::BadSchoolYear(Some(meant)) => write!(f, "год записан иначе; впишите {meant}"),
            Self::BadSchoolYear(None) => f.write_str("это не учебный год; впишите его в виде 2026-2027"),
            Self::OtherSchoolYear(asked) => {
                write!(f, "загружается {asked} год; исправьте год или загрузите строку отдельно")
            }
            Self::PupilWithoutTeacherAbove => {
                f.write_str("над учеником нет учителя; поставьте строку учителя перед списком его класса")
            }
            Self::OtherClass(row) => write!(
                f,
                "у учителя в строке {row} другая школа или другой класс; поставьте перед учеником строку учителя с его классом"
            ),
            Self::DuplicatePupil(row) => write!(f, "этот ученик уже есть в строке {row}; оставьте одну из строк"),
            Self::BadZone => f.write_str("такого часового пояса нет; впишите его в виде Europe/Moscow"),
            Self::ForeignRegion => f.write_str("этого региона нет среди ваших; проверьте название"),
            Self::ForeignMunicipality => f.write_str("этого муниципалитета нет среди ваших; проверьте название"),
            Self::ForeignDistrict => f.write_str("регион в другом округе, и меняете это не вы; оставьте ячейку пустой"),
            Self::BadDestination => f.write_str(
                "так мобильные номера России и Казахстана не начинаются; впишите +79, +77 или оба через запятую",
            ),
            Self::BadPhone => f.write_str("это не телефон; впишите его вида +7 3462 00-00-01, можно с «доб. 12»"),
            Self::NoWayToContact => f.write_str("к этому человеку не обратиться; впишите телефон или почту"),
            Self::SaidOtherwise(row) => {
                write!(f, "для этого места в строке {row} указано другое; оставьте одно значение")
            }
            Self::DuplicateSchool(row) => write!(f, "эта школа уже есть в строке {row}; оставьте одну из строк"),
        }
    }
}
