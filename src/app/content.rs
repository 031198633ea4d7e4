//! Flows and words: loaded before anything else, and in `dev` again whenever a file changes.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::bail;
use sqlx::PgPool;

use crate::{clock::Clock, content, flow::Program, turn::Content};

/// How often `dev` looks whether a file has changed.
const LOOK: Duration = Duration::from_millis(500);

/// Loads a content directory.
///
/// # Errors
/// All faults, as they are shown to an author.
pub fn load(dir: &Path) -> anyhow::Result<Arc<Program>> {
    let (program, faults) = content::load(dir);
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    match program {
        Some(program) => Ok(program),
        None => bail!("the content under {} has faults:\n{}", dir.display(), faults.join("\n")),
    }
}

/// Puts a program in use: first its versions are kept, so that every conversation that begins with them can end with them.
///
/// # Errors
/// When the database fails; then the old program stays.
pub async fn put_in_use(program: Arc<Program>, content: &Content, pool: &PgPool, clock: &Clock) -> sqlx::Result<()> {
    let mut db = pool.acquire().await?;
    Content::keep(&program, &mut db, clock.now()).await?;
    content.replace(program);
    Ok(())
}

/// Reloads whenever a file under `dir` changes; faulty content is shown and the old stays. Never ends.
pub async fn watch(dir: PathBuf, content: Content, pool: PgPool, clock: Clock) {
    let mut seen = stamps(&dir);
    loop {
        tokio::time::sleep(LOOK).await;
        let now = stamps(&dir);
        if now == seen {
            continue;
        }
        seen = now;
        match load(&dir) {
            Err(faults) => tracing::error!("{faults:#}\nthe old content stays"),
            Ok(program) => match put_in_use(program, &content, &pool, &clock).await {
                Ok(()) => tracing::info!("content reloaded"),
                Err(error) => tracing::error!(%error, "content can't be reloaded: the old stays"),
            },
        }
    }
}

/// Each file with the moment of its last change.
fn stamps(dir: &Path) -> Vec<(PathBuf, Option<SystemTime>)> {
    let mut found = Vec::new();
    let mut open = vec![dir.join("flows"), dir.join("locales")];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            match meta.is_dir() {
                true => open.push(entry.path()),
                false => found.push((entry.path(), meta.modified().ok())),
            }
        }
    }
    found.sort();
    found
}
