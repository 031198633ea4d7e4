//! The import at a desk in the product: a table is uploaded on a page, judged within its reader's own scope, kept sealed for a
//! while, and written after a word. Rows with faults come back as a table with what is wrong with each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Error, Options, Report, request, run_table, table::Table};
use crate::{
    acting::{self, Acted, Acting},
    flow::Reply,
    ids::{Dice, PersonId},
    journal::{self, Act, Entry},
    message::Value,
    once::{self, Made},
    seal::{Place, Vault},
    store::{classes, roles, uploads},
};

/// The page, in links.
pub const PAGE: &str = "import";
/// How long a judged table is kept: as long as the page lives.
const KEPT: TimeDelta = once::PASS_LIVES;

/// `import.page`: a page on which a table is uploaded, for whoever answers for a territory; for a teacher one from which it goes to them.
///
/// # Errors
/// When the database fails.
pub async fn page(acting: &mut Acting<'_>) -> Result<Acted, acting::Error> {
    let (outcome, page) = if roles::answers_for_a_territory(acting.db, acting.person).await? {
        ("ok", PAGE)
    } else if !classes::schools(acting.db, acting.person, 1).await?.is_empty() {
        ("teacher", request::PAGE)
    } else {
        return Ok(Reply::plain("stranger").into());
    };
    let reply = |outcome: &str, values: Vec<(&str, Value)>| Reply {
        outcome: outcome.to_owned(),
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    };
    Ok(match once::make(acting, page, &serde_json::json!({})).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply(outcome, vec![("page", Value::Page(id)), ("minutes", minutes.into())]).into()
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", vec![("until", Value::Moment(until))]).into(),
    })
}

/// What an import at the desk works with.
#[derive(Clone, Copy)]
pub struct Desk<'d> {
    /// Seals.
    pub vault: &'d Vault,
    /// Ids.
    pub dice: &'d Dice,
    /// Civil.
    pub now: DateTime<Utc>,
    /// Whose desk it is: rows of other people's schools look as if there were no such school.
    pub staff: PersonId,
}

impl Desk<'_> {
    pub(super) fn options(&self, write: bool) -> Options {
        Options { write, by: Some(self.staff), ..Options::default() }
    }

    /// Judges a table and keeps it; nothing else is written.
    ///
    /// # Errors
    /// When it is no table of ours, or the database fails.
    pub async fn judge(&self, db: &mut PgConnection, table: &Table) -> Result<(Uuid, Report), Error> {
        let report = self.look(db, table).await?;
        let id = self.dice.uuid(self.now);
        let rows = serde_json::to_vec(table).map_err(|_| acting::Error::Profile)?;
        let sealed = self.vault.seal(place(&id), &rows);
        uploads::put(db, (id, self.staff), &sealed, (self.now, self.now + KEPT)).await?;
        Ok((id, report))
    }

    /// Judges a table, and keeps nothing.
    ///
    /// # Errors
    /// When it is no table of ours, or the database fails.
    pub async fn look(&self, db: &mut PgConnection, table: &Table) -> Result<Report, Error> {
        run_table(db, self.vault, self.dice, self.now, table, &self.options(false)).await
    }

    /// A table that was judged before; `None`: it is somebody else's, or over.
    ///
    /// # Errors
    /// When the database fails, or it does not open.
    pub async fn kept(&self, db: &mut PgConnection, id: Uuid) -> Result<Option<Table>, Error> {
        let Some(sealed) = uploads::get(db, self.staff, id, self.now).await? else { return Ok(None) };
        let rows = self.vault.open(place(&id), &sealed).map_err(acting::Error::from)?;
        Ok(Some(serde_json::from_slice(&rows).map_err(|_| acting::Error::Profile)?))
    }

    /// Writes the good rows, judged anew, all or none of them. `stay`: the rows whose moves were declined.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write(
        &self,
        db: &mut PgConnection,
        id: Uuid,
        stay: BTreeSet<u32>,
    ) -> Result<Option<(Table, Report)>, Error> {
        let Some(table) = self.kept(db, id).await? else { return Ok(None) };
        let report =
            run_table(db, self.vault, self.dice, self.now, &table, &Options { stay, ..self.options(true) }).await?;
        uploads::remove(db, id).await?;
        let counts = [("changes", report.changes.to_string()), ("refused", report.refused.to_string())];
        let entry = Entry::of(Some(self.staff), Act::Imported, None, counts);
        journal::write(db, self.vault, self.now, &entry).await?;
        Ok(Some((table, report)))
    }
}

fn place(id: &Uuid) -> Place<'_> {
    Place { table: "upload", column: "rows", row: id.as_bytes() }
}

/// The rows that were refused, as a workbook: each with what is wrong with it behind its last cell. The row above a refused one
/// that gives it its class comes along, so that the corrected table can be handed in as it is.
///
/// # Errors
/// When the workbook can't be made.
pub fn refused(table: &Table, marks: &BTreeMap<u32, Vec<String>>, teachers: &[u32]) -> Result<Vec<u8>, XlsxError> {
    let (bold, red) = (Format::new().set_bold(), Format::new().set_font_color(Color::RGB(0x8F_1A1A)).set_text_wrap());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let notes = u16::try_from(table.header.len()).unwrap_or(u16::MAX - 1);
    for (column, title) in (0..).zip(&table.header) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    sheet.write_string_with_format(0, notes, NOTES, &bold)?;
    sheet.set_column_width(notes, 60)?;
    let above = |row: u32| teachers.iter().rfind(|teacher| **teacher < row).copied();
    let wanted: std::collections::BTreeSet<u32> =
        marks.keys().flat_map(|row| [Some(*row), above(*row)]).flatten().collect();
    let rows = table.rows.iter().filter(|row| wanted.contains(&row.number));
    for (at, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(&row.cells) {
            // As text: what a cell holds must come back as it was, a leading «=» among it.
            sheet.write_string(at, column, cell.text())?;
        }
        if let Some(found) = marks.get(&row.number) {
            sheet.write_string_with_format(at, notes, found.join("; "), &red)?;
        }
    }
    book.save_to_buffer()
}

/// The title of the column with what is wrong. It begins like none that is looked for, so it may stay where it is.
const NOTES: &str = "Что исправить";
