//! The wiring: which parts a running program has, and how it ends.

/// The database's schema, one file per step.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
