//! Flows and words: loaded before anything else, and in `dev` again whenever a file changes.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::bail;
use sqlx::PgPool;

use crate::{clock::Clock, content, fault::Fault, flow::Program, turn::Content};

/// How often `dev` looks whether a file has changed.
const LOOK: Duration = Duration::from_millis(500);

/// Hears of what is wrong with content that was changed: nothing, once it is in use. It must not wait.
pub type Tell = Arc<dyn Fn(&[Fault]) + Send + Sync>;

/// Content that is reloaded whenever it changes.
pub struct Watched {
    /// Where it lies.
    pub dir: PathBuf,
    /// Who hears of its faults.
    pub tell: Tell,
}

/// Loads a content directory.
///
/// # Errors
/// All faults, as they are shown to an author.
pub fn load(dir: &Path) -> anyhow::Result<Arc<Program>> {
    let (program, faults) = content::load(dir);
    match program {
        Some(program) => Ok(program),
        None => bail!("{}", shown(dir, &faults)),
    }
}

fn shown(dir: &Path, faults: &[Fault]) -> String {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    format!("the content under {} has faults:\n{}", dir.display(), faults.join("\n"))
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

/// Reloads whenever a file changes; faulty content is told and the old stays. Never ends.
pub async fn watch(watched: Watched, content: Content, pool: PgPool, clock: Clock) {
    let Watched { dir, tell } = watched;
    let mut seen = stamps(&dir);
    loop {
        tokio::time::sleep(LOOK).await;
        let now = stamps(&dir);
        if now == seen {
            continue;
        }
        seen = now;
        let (program, faults) = content::load(&dir);
        let Some(program) = program else {
            tell(&faults);
            tracing::error!("{}\nthe old content stays", shown(&dir, &faults));
            continue;
        };
        match put_in_use(program, &content, &pool, &clock).await {
            Ok(()) => {
                tell(&[]);
                tracing::info!("content reloaded");
            }
            Err(error) => tracing::error!(%error, "content can't be reloaded: the old stays"),
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
