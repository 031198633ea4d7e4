//! The wiring: which parts a running program has, in which order they start, and how they end.

mod bots;
pub mod content;
pub mod database;
pub mod keys;
mod loops;
mod run;

pub use crate::turn::{Plan, foresee};
pub use run::{Role, Setup, cabinet, cache, run};

/// The database's schema, one file per step.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
