//! Chats that survive a restart: one JSON file, written to the side and renamed.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Weak,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{fs::OpenOptions, io::AsyncWriteExt};

use super::{
    Core, Error, locked,
    world::{Chat, Group, Line, Person},
};
use crate::clock;

/// Changes of so long are written together.
const REST: Duration = Duration::from_millis(500);
/// How far counters jump at a load: a kill may have lost the last half second, and an id must never come twice.
const LEAP: i64 = 1_000;

/// Updates that wait, each with its key.
type Waiting = Vec<(i64, Value)>;

/// The file, as it is read.
#[derive(Serialize, Deserialize)]
struct Saved<C> {
    people: Vec<Person>,
    groups: Vec<Group>,
    chats: Vec<(Line, i64, C)>,
    messages: Vec<(Line, i64)>,
    /// Per bot: the last update's id, and the updates that wait.
    bots: Vec<(Line, i64, Waiting)>,
    /// Per community: the last `ts`.
    communities: Vec<(Line, i64)>,
}

pub(super) fn load(core: &Core, path: &Path) -> Result<(), Error> {
    let fault = |source| Error::Snapshot { path: path.to_owned(), source };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(()),
        Err(other) => return Err(fault(other)),
    };
    let saved: Saved<Chat> = serde_json::from_slice(&bytes).map_err(|broken| fault(broken.into()))?;
    let now = clock::tick();
    for (line, last, waiting) in saved.bots {
        if let Some(bot) = core.bot(line) {
            bot.desk.restore(last + LEAP, waiting);
        }
    }
    for (line, ts) in saved.communities {
        if let Some(community) = core.community(line) {
            locked(&community.feed).ts = ts + LEAP;
        }
    }
    let mut world = locked(&core.world);
    world.people = saved.people.into_iter().map(|person| (person.id, person)).collect();
    world.groups = saved.groups.into_iter().map(|group| (group.id, group)).collect();
    world.messages = saved.messages.into_iter().map(|(line, last)| (line, last + LEAP)).collect();
    for (line, id, mut chat) in saved.chats {
        chat.wake(now);
        world.chats.insert((line, id), chat);
    }
    world.count_anew();
    Ok(())
}

fn bytes(core: &Core) -> serde_json::Result<Vec<u8>> {
    let bots = core.bots.iter().map(|bot| {
        let state = locked(&bot.desk.state);
        let waiting = state.waiting.values().map(|one| (one.key, one.update.clone())).collect();
        (bot.id, state.last, waiting)
    });
    let bots = bots.collect();
    let communities = core.communities.iter().map(|one| (one.line(), locked(&one.feed).ts)).collect();
    let world = locked(&core.world);
    serde_json::to_vec(&Saved {
        people: world.people.values().cloned().collect(),
        groups: world.groups.values().cloned().collect(),
        chats: world.chats.iter().map(|((line, id), chat)| (*line, *id, chat)).collect(),
        messages: world.messages.iter().map(|(line, last)| (*line, *last)).collect(),
        bots,
        communities,
    })
}

/// Writes the file.
pub(super) async fn save(core: &Core, path: &Path) -> std::io::Result<()> {
    let bytes = bytes(core)?;
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let beside = path.with_extension("new");
    // Phones and codes are in it. The mode counts where the file is made, so an older one goes first.
    tokio::fs::remove_file(&beside).await.or_else(|error| match error.kind() {
        ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).await?;
    file.write_all(&bytes).await?;
    file.flush().await?;
    tokio::fs::rename(&beside, path).await
}

/// Writes the file after each change, until the stand-ins are gone.
pub(super) async fn keep(core: Weak<Core>, path: PathBuf) {
    let Some(mut changes) = core.upgrade().map(|core| core.changes.subscribe()) else { return };
    while changes.changed().await.is_ok() {
        tokio::time::sleep(REST).await;
        let Some(core) = core.upgrade() else { return };
        changes.borrow_and_update();
        if let Err(error) = save(&core, &path).await {
            tracing::warn!(%error, "the sandbox's snapshot was not written");
        }
    }
}
