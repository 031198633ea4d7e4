//! What every live conversation would do under other flows, before they are put in use.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::talk;
use crate::{
    flow::{Foreseen, Program, State},
    ids::PersonId,
    seal::Vault,
    store::{conversations, flow_versions},
};

/// Conversations read in one go.
const PAGE: i64 = 500;

/// What was foreseen.
#[derive(Debug, Default)]
pub struct Plan {
    /// Runs by where they stand and what becomes of them.
    pub runs: BTreeMap<Foreseen, u64>,
    /// Texts that older logic may still say and that are not there any more, with how many conversations may come to them.
    pub missing: BTreeMap<String, u64>,
    /// Conversations.
    pub conversations: u64,
    /// Conversations whose state does not open or is not understood: they begin afresh.
    pub unreadable: u64,
}

/// Goes through all conversations. Nothing is changed.
///
/// # Errors
/// When the database fails.
pub async fn foresee(db: &mut PgConnection, vault: &Vault, mut program: Program) -> sqlx::Result<Plan> {
    let mut plan = Plan::default();
    let mut after: Option<PersonId> = None;
    loop {
        let page = conversations::page(&mut *db, after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(plan) };
        after = Some(*last);
        for (person, sealed) in &page {
            plan.conversations += 1;
            let state = vault.open(talk::place(person), sealed).ok().map(|plain| State::read(&plain));
            let Some(state) = state.filter(|state| !state.is_foreign()) else {
                plan.unreadable += 1;
                continue;
            };
            learn(&mut *db, &mut program, &state.needs()).await?;
            plan.count(&program, &state);
        }
    }
}

async fn learn(db: &mut PgConnection, program: &mut Program, hashes: &[String]) -> sqlx::Result<()> {
    let unknown: Vec<String> = hashes.iter().filter(|hash| !program.knows(hash)).cloned().collect();
    if unknown.is_empty() {
        return Ok(());
    }
    for version in flow_versions::load(db, &unknown).await? {
        // One that is not understood stays unknown: its runs are foreseen to begin afresh.
        let _ = program.learn(&version.hash, &version.source);
    }
    Ok(())
}

impl Plan {
    fn count(&mut self, program: &Program, state: &State) {
        for foreseen in program.foresee(state) {
            *self.runs.entry(foreseen).or_default() += 1;
        }
        for key in program.missing_words(state) {
            *self.missing.entry(key).or_default() += 1;
        }
    }
}
