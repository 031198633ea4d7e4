//! What every live conversation would do under other flows, before they are put in use.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::PgConnection;

use super::talk;
use crate::{
    flow::{Foreseen, Program, State, Unfit},
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
    /// What older logic counts on and does not find any more in the actions and texts of today, with how many conversations have
    /// that logic.
    pub unfit: BTreeMap<Unfit, u64>,
    /// Conversations.
    pub conversations: u64,
    /// Conversations whose state does not open or is not understood: they begin afresh.
    pub unreadable: u64,
}

/// Goes through all conversations. Nothing is changed.
///
/// # Errors
/// When the database fails.
pub async fn foresee(db: &mut PgConnection, vault: &Vault, program: Program) -> sqlx::Result<Plan> {
    let mut plan = Plan::default();
    let of_today = program.versions().map(|version| (version.hash, Vec::new())).collect();
    let mut known = Known { program, unfit: of_today };
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
            known.learn(&mut *db, &state.needs()).await?;
            plan.count(&known, &state);
        }
    }
}

/// The flows of today with the older versions that conversations need.
struct Known {
    program: Program,
    /// By the versions that were read: what does not fit them.
    unfit: HashMap<String, Vec<Unfit>>,
}

impl Known {
    async fn learn(&mut self, db: &mut PgConnection, hashes: &[String]) -> sqlx::Result<()> {
        let unknown: Vec<String> = hashes.iter().filter(|hash| !self.unfit.contains_key(*hash)).cloned().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        for version in flow_versions::load(db, &unknown).await? {
            // One that is not understood stays unknown: its runs are foreseen to begin afresh.
            let unfit = self.program.learn_and_judge(&version.flow, &version.hash, &version.source);
            self.unfit.insert(version.hash, unfit);
        }
        Ok(())
    }
}

impl Plan {
    fn count(&mut self, known: &Known, state: &State) {
        for foreseen in known.program.foresee(state) {
            *self.runs.entry(foreseen).or_default() += 1;
        }
        for key in known.program.missing_words(state) {
            *self.missing.entry(key).or_default() += 1;
        }
        let older = known.program.older(state);
        let unfit: BTreeSet<_> = older.iter().filter_map(|hash| known.unfit.get(hash)).flatten().collect();
        for unfit in unfit {
            *self.unfit.entry(unfit.clone()).or_default() += 1;
        }
    }
}
