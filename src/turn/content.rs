//! The flows and words in use: replaced as a whole when content is reloaded, taught older logic when a conversation needs it.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    flow::{Program, Version},
    store::flow_versions::{self, FlowVersion},
};

/// A handle on the current [`Program`]. Clones share it.
#[derive(Clone, Debug)]
pub struct Content(Arc<RwLock<Arc<Program>>>);

impl Content {
    /// Starts with a program.
    #[must_use]
    pub fn new(program: Arc<Program>) -> Self {
        Self(Arc::new(RwLock::new(program)))
    }

    /// The program as it is now; a turn keeps one from beginning to end.
    #[must_use]
    pub fn current(&self) -> Arc<Program> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another program in use. Its versions must have been kept before ([`Content::keep`]).
    pub fn replace(&self, program: Arc<Program>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = program;
    }

    /// Stores a program's versions: at start, and before [`Content::replace`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(program: &Program, db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
        let versions: Vec<_> =
            program.versions().map(|Version { hash, flow, source }| FlowVersion { hash, flow, source }).collect();
        flow_versions::keep(db, &versions, now).await
    }

    /// The program, taught the versions that are named and not known yet. One that is stored nowhere, or is not
    /// understood any more, stays unknown: its conversation is begun afresh by the step.
    pub(super) async fn knowing(&self, db: &mut PgConnection, hashes: &[String]) -> sqlx::Result<Arc<Program>> {
        let program = self.current();
        let unknown: Vec<String> = hashes.iter().filter(|hash| !program.knows(hash)).cloned().collect();
        if unknown.is_empty() {
            return Ok(program);
        }
        let versions = flow_versions::load(db, &unknown).await?;
        let mut shared = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for version in versions {
            if let Err(faults) = Arc::make_mut(&mut shared).learn(&version.hash, &version.source) {
                tracing::error!(
                    flow = version.flow,
                    hash = version.hash,
                    faults = faults.len(),
                    "a stored flow version is not understood"
                );
            }
        }
        Ok(Arc::clone(&shared))
    }
}
