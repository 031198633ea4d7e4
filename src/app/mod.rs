//! The wiring: which parts a running program has, in which order they start, and how they end.

pub mod content;
pub mod database;
pub mod keys;
mod bots;
mod loops;
mod run;

pub use run::{Role, Setup, run};

/// The database's schema, one file per step.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
