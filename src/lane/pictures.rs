//! Pictures are uploaded once per lane: whoever comes second waits, and sends by the name.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::Mutex;

use super::{send, words::Written};
use crate::{
    channel::{
        SendError,
        sender::{Sender, Sent},
    },
    message::Picture,
    store::pictures::Handle,
};

/// What this process has uploaded, by file and language. Shared by cloning.
#[derive(Clone, Debug, Default)]
pub(super) struct Uploads(Arc<Mutex<HashMap<(String, String), String>>>);

impl Uploads {
    /// Sends one thing; gives what became of it, and the name of the picture that was uploaded for it.
    pub async fn send(
        &self,
        sender: &Sender,
        chat: &str,
        random_id: i32,
        mut written: Written,
    ) -> (Result<Sent, SendError>, Option<Handle>) {
        let Some(picture) = picture(&mut written) else { return (send(sender, chat, random_id, &written).await, None) };
        let key = (picture.file.hash.clone(), picture.lang.clone());
        // A name that is not good any more is replaced by another: that is kept as well.
        let mut known = if picture.handle.is_none() { Some(self.0.lock().await) } else { None };
        if let Some(handle) = known.as_ref().and_then(|known| known.get(&key)) {
            picture.handle = Some(handle.clone());
            known = None;
        }
        let result = send(sender, chat, random_id, &written).await;
        let handle = result.as_ref().ok().and_then(|sent| sent.picture.clone());
        if let Some(handle) = &handle {
            let mut known = match known {
                Some(known) => known,
                None => self.0.lock().await,
            };
            known.insert(key.clone(), handle.clone());
        }
        let (hash, lang) = key;
        (result, handle.map(|handle| Handle { hash, lang, handle }))
    }
}

fn picture(written: &mut Written) -> Option<&mut Picture> {
    let (Written::Send(message, _) | Written::Edit(_, message, _) | Written::Rewrite(_, message, _)) = written else {
        return None;
    };
    message.picture.as_mut()
}
