//! `provodnik import`: a spreadsheet is judged, shown, and written after a yes.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufRead, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection};

use super::{Places, configuration, environment, say, vault};
use crate::{
    app::database::Database,
    clock::Clock,
    ids::Dice,
    import::{self, Card, Report, table::Table},
    seal::Vault,
    store,
};

/// What to import, and how.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The spreadsheet: .xlsx, .xls, .ods, or .csv (UTF-8 or Windows-1251; semicolons, commas or tabs).
    file: PathBuf,
    /// Refuse rows of another school year, such as 2026-2027.
    #[arg(long, value_name = "YEAR")]
    school_year: Option<String>,
    /// Only judge: nothing is written, and the exit code is 0.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Write the good rows without asking. Needed where there is no terminal to ask on.
    #[arg(long)]
    yes: bool,
}

/// What an import works with.
struct Desk<'d> {
    vault: Vault,
    dice: Dice,
    clock: Clock,
    data: &'d Path,
}

/// What was written, and where the codes are.
type Written = (Report, Option<PathBuf>);

/// Judges the file and writes it.
pub async fn run(places: &Places, options: &Options) -> anyhow::Result<()> {
    let file = fs::read(&options.file).with_context(|| options.file.display().to_string())?;
    let table = import::apart::read(&std::env::current_exe()?, &file).await?;
    let mut config = configuration(&environment())?;
    let dice = Dice::fair();
    let vault = vault(&mut config, places, &dice)?;
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let done = async {
        database.migrate_own(config.database.is_none()).await?;
        // Unhurried: a region's whole year is one transaction.
        let mut db = database.unhurried().await?;
        let desk = Desk { vault, dice, clock: Clock::system(), data: &places.data };
        desk.import(&mut db, &table, options).await
    };
    let done = done.await;
    database.close().await;
    done
}

impl Desk<'_> {
    async fn import(&self, db: &mut PgConnection, table: &Table, options: &Options) -> anyhow::Result<()> {
        self.clock.set_offset(store::civil_clock::offset(&mut *db).await?);
        if !options.yes {
            let report = self.judge(&mut *db, table, options).await?;
            say(report.text.trim_end());
            if options.dry_run || report.changes == 0 {
                return Ok(());
            }
            if !confirmed()? {
                bail!("nothing is written");
            }
        }
        let (report, cards) = self.write(db, table, options).await?;
        if options.yes {
            say(report.text.trim_end());
        }
        if let Some(cards) = cards {
            say(format!("коды для входа: {} ({} шт.)", cards.display(), report.cards.len()));
        }
        Ok(())
    }

    async fn judge(&self, db: &mut PgConnection, table: &Table, options: &Options) -> anyhow::Result<Report> {
        let mut tx = db.begin().await?;
        let asked = import::Options { school_year: options.school_year.clone(), ..import::Options::default() };
        let report = import::run_table(&mut tx, &self.vault, &self.dice, self.clock.now(), table, &asked).await?;
        tx.rollback().await?;
        Ok(report)
    }

    async fn write(&self, db: &mut PgConnection, table: &Table, options: &Options) -> anyhow::Result<Written> {
        let mut tx = db.begin().await?;
        let asked = import::Options {
            school_year: options.school_year.clone(),
            write: true,
            codes: true,
            ..import::Options::default()
        };
        let report = import::run_table(&mut tx, &self.vault, &self.dice, self.clock.now(), table, &asked).await?;
        // Before the commit: a code that is stored can't be read again.
        let cards = self.keep(&report.cards, options)?;
        if let Err(error) = tx.commit().await {
            cards.iter().for_each(|cards| drop(fs::remove_file(cards)));
            return Err(error.into());
        }
        Ok((report, cards))
    }

    /// Writes the codes where only we may read them, never over older ones.
    fn keep(&self, cards: &[Card], options: &Options) -> anyhow::Result<Option<PathBuf>> {
        if cards.is_empty() {
            return Ok(None);
        }
        let dir = self.data.join("codes");
        fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
        let stem = options.file.file_stem().unwrap_or_default().to_string_lossy();
        let path = dir.join(format!("{stem}-{}.csv", self.clock.now().format("%Y%m%dT%H%M%S%3f")));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(import::cards_csv(cards).as_bytes())?;
        file.sync_all()?;
        Ok(Some(path))
    }
}

/// Asks on the terminal; without one nothing is confirmed.
fn confirmed() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("nothing is written: without a terminal say --yes");
    }
    write!(io::stderr(), "Записать? (да/нет) ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(["да", "д", "yes", "y"].contains(&answer.trim().to_lowercase().as_str()))
}
