//! `provodnik migrate`.

use super::{Places, configuration, environment, say};
use crate::app::database::Database;

/// Brings the schema up to date.
pub async fn run(places: &Places) -> anyhow::Result<()> {
    let config = configuration(&environment())?;
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let migrated = database.migrate().await;
    database.close().await;
    migrated?;
    say("the database's schema is up to date");
    Ok(())
}
