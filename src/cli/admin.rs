//! `provodnik admin`: what is done at the machine, before anybody holds a role in the product and beside it.

use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection};

use super::{Places, configuration, environment, say, vault};
use crate::{
    app::database::Database,
    clock::Clock,
    ids::{Dice, TerritoryId},
    journal::{self, Act, Entry},
    people::{
        codes,
        roles::{Place, Role, invite},
    },
    rotation,
    seal::Vault,
    store::{
        self, sealed,
        territories::{self, NewTerritory},
    },
};

/// What is done at the machine.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make an invitation to a role, for the first operator; from then on roles are given in the product.
    ///
    /// Prints a code that works once within seven days: it is sent to the bot. A region that is not there yet is made.
    Grant(Grant),
    /// Seal all personal data anew under the newest of FIELD_KEYS, so that older ones can be given up.
    ///
    /// By batches, beside a running `serve`; broken off, it goes on where it is needed when it is called again.
    RotateKeys,
    /// Work with the journal of what staff do.
    #[command(subcommand)]
    Journal(JournalCommand),
}

/// To which role, and where.
#[derive(Debug, clap::Args)]
pub struct Grant {
    /// operator, coordinator, support …
    role: String,
    /// The name of a territory, as it is written there; for a school, ИНН:КПП.
    place: String,
    /// federation, district, region, municipality: which of several of one name.
    #[arg(long)]
    kind: Option<String>,
}

/// What is done with the journal.
#[derive(Debug, clap::Subcommand)]
pub enum JournalCommand {
    /// Look over the whole chain, and print its last hash to be noted elsewhere. Fails where a line was changed or is missing.
    Verify {
        /// A hash that an earlier look printed: it must still be among the lines.
        #[arg(long, value_name = "HASH")]
        noted: Option<String>,
    },
}

/// Does it.
pub async fn run(places: &Places, command: &Command) -> anyhow::Result<()> {
    let mut config = configuration(&environment())?;
    let dice = Dice::fair();
    let vault = vault(&mut config, places, &dice)?;
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let done = async {
        database.migrate_own(config.database.is_none()).await?;
        let mut db = database.unhurried().await?;
        match command {
            Command::Grant(asked) => grant(&mut db, &vault, &dice, asked).await,
            Command::RotateKeys => rotate(&mut db, &vault).await,
            Command::Journal(JournalCommand::Verify { noted }) => verify(&mut db, &vault, noted.as_deref()).await,
        }
    };
    let done = done.await;
    database.close().await;
    done
}

async fn grant(db: &mut PgConnection, vault: &Vault, dice: &Dice, asked: &Grant) -> anyhow::Result<()> {
    let clock = Clock::system();
    clock.set_offset(store::civil_clock::offset(&mut *db).await?);
    let words = || Role::ALL.map(Role::word).join(", ");
    let role =
        Role::of(&asked.role).with_context(|| format!("there is no role `{}`; there are {}", asked.role, words()))?;
    let mut tx = db.begin().await?;
    let (kind, place) = place(&mut tx, dice, &clock, asked).await?;
    if !role.fits(&kind) {
        bail!("a {kind} has no {}", role.word());
    }
    let id = invite::keep(&mut tx, vault, dice, (role, place), None, "", clock.now()).await?;
    tx.commit().await?;
    say(format!("{}: {}", role.word(), codes::of_link(vault, id).shown()));
    Ok(())
}

/// The place that is meant. A region, a district or the country is made where it is missing: somebody has to be the first.
async fn place(db: &mut PgConnection, dice: &Dice, clock: &Clock, asked: &Grant) -> anyhow::Result<(String, Place)> {
    if let Some((inn, kpp)) = asked.place.split_once(':') {
        let schools = territories::schools(db, &[inn.to_owned()]).await?;
        let school = schools.into_iter().find(|school| school.kpp == kpp);
        let school = school.with_context(|| format!("there is no school {inn}:{kpp}; import the schools first"))?;
        return Ok(("school".to_owned(), Place::School(school.id)));
    }
    let found = territories::named(db, &asked.place, asked.kind.as_deref()).await?;
    match (&found[..], asked.kind.as_deref()) {
        ([one], _) => Ok((one.kind.clone(), Place::Territory(one.id))),
        ([], Some(kind @ ("federation" | "district" | "region"))) => {
            let id = TerritoryId(dice.uuid(clock.now()));
            let country = territories::country(db).await?.filter(|_| kind != "federation");
            let new = NewTerritory { id, parent: country, kind, name: &asked.place };
            let id = territories::find_or_add(db, &new).await?;
            Ok((kind.to_owned(), Place::Territory(id)))
        }
        ([], _) => bail!("there is no territory «{}»; a new region is made with --kind region", asked.place),
        _ => bail!("several territories are called «{}»: say which with --kind", asked.place),
    }
}

async fn rotate(db: &mut PgConnection, vault: &Vault) -> anyhow::Result<()> {
    let mut all = 0;
    for column in sealed::ALL {
        let done = rotation::column(db, vault, *column).await?;
        say(format!("{}.{}: {done}", column.table, column.column));
        all += done;
    }
    let clock = Clock::system();
    clock.set_offset(store::civil_clock::offset(&mut *db).await?);
    let detail = [("key", vault.newest().to_string()), ("values", all.to_string())];
    let mut tx = db.begin().await?;
    journal::write(&mut tx, vault, clock.now(), &Entry::of(None, Act::KeysRotated, None, detail)).await?;
    tx.commit().await?;
    say(format!("{all} values are sealed anew under key {}", vault.newest()));
    Ok(())
}

async fn verify(db: &mut PgConnection, vault: &Vault, noted: Option<&str>) -> anyhow::Result<()> {
    let seen = journal::verify(db, vault, noted).await?;
    if let Some(broken) = seen.broken {
        bail!("the journal is broken: {broken}; the lines up to {} hold", seen.lines);
    }
    if !seen.noted {
        bail!("the noted hash is not among the {} lines: they are not those of before", seen.lines);
    }
    say(format!("{} lines hold; the last hash: {}", seen.lines, seen.last));
    Ok(())
}
