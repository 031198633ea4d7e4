//! Pictures are uploaded once per lane. Nobody waits for an upload with a claim in hand: who comes second comes again later.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{SEND_DEADLINE, send, words::Written};
use crate::{
    channel::{
        Channel, SendError,
        sender::{Sender, Sent, without_picture},
    },
    message::Picture,
    store::pictures::Handle,
};

/// Uploads at the same time: a host that hangs holds no more of the lane than these.
const AT_ONCE: usize = 2;
/// A text that failed so often goes without its picture, unless that is uploaded already.
const PATIENCE: i16 = 2;

/// [`Picture::key`]
type Key = (String, String);

/// What this process has uploaded, and uploads now. Shared by cloning.
#[derive(Clone, Debug, Default)]
pub(super) struct Uploads(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    known: HashMap<Key, String>,
    rising: HashSet<Key>,
}

/// The right to upload a picture, until it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    uploads: Uploads,
    key: Key,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.uploads.state().rising.remove(&self.key);
    }
}

/// The picture goes up with another message just now, or enough others do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Busy;

impl Uploads {
    /// Names the picture of a message by what is known, or takes the right to upload it. Edits upload nothing.
    pub fn slot(&self, channel: Channel, written: &mut Written, tries: i16) -> Result<Option<Slot>, Busy> {
        // A client of long ago gets the picture's words.
        let uploads = matches!(written, Written::Send(_, client) if client.keyboard);
        let Some(shown) = shown(written) else { return Ok(None) };
        let Some(picture) = shown else { return Ok(None) };
        let key = picture.key();
        let mut state = self.state();
        if picture.handle.is_none() {
            picture.handle = state.known.get(&key).cloned();
        }
        if picture.handle.is_some() || !uploads {
            return Ok(None);
        }
        if tries >= PATIENCE {
            without_picture(channel, picture, "it failed with it");
            *shown = None;
            return Ok(None);
        }
        if state.rising.len() >= AT_ONCE || !state.rising.insert(key.clone()) {
            return Err(Busy);
        }
        Ok(Some(Slot { uploads: self.clone(), key }))
    }

    /// Sends one thing; gives what became of it, and the name of the picture that was uploaded for it.
    pub async fn send(
        &self,
        sender: &Sender,
        to: (&str, i32),
        mut written: Written,
        slot: Option<Slot>,
    ) -> (Result<Sent, SendError>, Option<Handle>) {
        let mut uploaded = None;
        let sending = tokio::time::timeout(SEND_DEADLINE, send(sender, to, &written, &mut uploaded));
        let result = sending.await.unwrap_or_else(|_| Err(SendError::Unknown("it took too long".to_owned())));
        let picture = shown(&mut written).and_then(|picture| picture.as_ref());
        // A name that is not good any more is replaced by another: that is kept as well.
        let handle = uploaded.zip(picture).map(|(handle, picture)| {
            let (hash, alt) = picture.key();
            self.state().known.insert((hash.clone(), alt.clone()), handle.clone());
            Handle { hash, alt, handle }
        });
        drop(slot);
        (result, handle)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here is left half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shown(written: &mut Written) -> Option<&mut Option<Picture>> {
    match written {
        Written::Send(message, _) | Written::Edit(_, message, _) | Written::Rewrite(_, message, _) => {
            Some(&mut message.picture)
        }
        Written::Delete(_) | Written::Answer(..) => None,
    }
}
