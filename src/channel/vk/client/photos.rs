//! `photos.*`: a picture for messages goes up in three steps, and is known by an attachment's name from then on.

use serde::Deserialize;
use serde_json::Value;

use super::{Client, Error};
use crate::channel::http;

/// Where a picture is brought.
#[derive(Debug, Deserialize)]
struct Server {
    upload_url: String,
}

/// What the server of pictures says of one: handed on as it is.
#[derive(Debug, Deserialize)]
struct Uploaded {
    server: Value,
    photo: String,
    hash: String,
}

/// A kept picture.
#[derive(Debug, Deserialize)]
struct Saved {
    id: i64,
    owner_id: i64,
    #[serde(default)]
    access_key: Option<String>,
}

/// Uploads a picture for messages to this peer, and gives the attachment that names it; other peers may be sent it too.
///
/// # Errors
/// [`Error`]
pub async fn upload(client: &Client, peer_id: i64, file: &http::File<'_>) -> Result<String, Error> {
    let peer = [("peer_id", peer_id.to_string())];
    let server: Server = client.call("photos.getMessagesUploadServer", &peer).await?;
    let uploaded: Uploaded = client.put(&server.upload_url, file).await?;
    // VK names the server by a number; what it is does not matter here.
    let server = uploaded.server.as_str().map_or_else(|| uploaded.server.to_string(), str::to_owned);
    let kept = [("photo", uploaded.photo), ("server", server), ("hash", uploaded.hash)];
    let saved: Vec<Saved> = client.call("photos.saveMessagesPhoto", &kept).await?;
    let Saved { id, owner_id, access_key } = saved.into_iter().next().ok_or(Error::Unreadable)?;
    let key = access_key.map(|key| format!("_{key}")).unwrap_or_default();
    Ok(format!("photo{owner_id}_{id}{key}"))
}
