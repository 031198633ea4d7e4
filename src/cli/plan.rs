//! `provodnik flows plan`: what the live conversations would do under the flows of `--content`.

use std::sync::Arc;

use anyhow::bail;

use super::{Places, configuration, environment, say, vault};
use crate::{
    app::{self, Plan, database::Database},
    content,
    flow::Fate,
    ids::Dice,
};

/// Foresees it and shows it; fails where somebody would be begun afresh or left without words.
pub async fn run(places: &Places) -> anyhow::Result<()> {
    let (program, _) = content::load(&places.content);
    let Some(program) = program else { bail!("the flows have faults: `provodnik flows check` names them") };
    let mut config = configuration(&environment())?;
    let vault = vault(&mut config, places, &Dice::fair())?;
    let database = Database::open(config.database.as_ref(), &places.data).await?;
    let planned = async {
        let mut db = database.unhurried().await?;
        anyhow::Ok(app::foresee(&mut db, &vault, Arc::unwrap_or_clone(program)).await?)
    };
    let planned = planned.await;
    database.close().await;
    let plan = planned?;
    say(shown(&plan));
    if plan.unreadable > 0
        || !plan.missing.is_empty()
        || !plan.unfit.is_empty()
        || plan.runs.keys().any(|run| run.fate == Fate::Restarts)
    {
        bail!("some conversations would not go on as they began");
    }
    Ok(())
}

fn shown(plan: &Plan) -> String {
    let mut lines = vec![format!("{} conversations, {} runs", plan.conversations, plan.runs.values().sum::<u64>())];
    let width = plan.runs.keys().map(|run| run.flow.len() + run.step.len() + 1).max().unwrap_or_default();
    for (run, count) in &plan.runs {
        let at = format!("{}.{}", run.flow, run.step);
        lines.push(format!("  {at:width$}  {count:>7}  {}", word(run.fate)));
    }
    if plan.unreadable > 0 {
        lines.push(format!("  {} are not understood any more: they begin afresh", plan.unreadable));
    }
    for (key, count) in &plan.missing {
        lines.push(format!("  `{key}` is missing: {count} conversations of older logic may come to it"));
    }
    for (unfit, count) in &plan.unfit {
        lines.push(format!("  `{}` as it was does not fit: {} ({count} conversations)", unfit.flow, unfit.why));
    }
    lines.join("\n")
}

const fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Current => "goes on: nothing has changed",
        Fate::Moves => "goes on with the new logic",
        Fate::Pinned => "goes on with the logic that it began with",
        Fate::Restarts => "BEGINS AFRESH: its logic is known no more",
    }
}
