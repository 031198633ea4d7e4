//! Pictures for messages: where they are brought, what the server of pictures says of one, and the attachment that it becomes.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Community, Fail};
use crate::sandbox::{
    Core, locked,
    params::{Params, Upload},
    world::File,
};

/// Where VK keeps the pictures of messages.
const ALBUM: i64 = -64;
/// Where the numbers of photos begin.
const FIRST: i64 = 457_239_017;

/// `photos.getMessagesUploadServer`.
pub(super) fn server(community: &Community, base: &str) -> Value {
    json!({"album_id": ALBUM, "upload_url": format!("{base}/upload/{}", community.group_id), "user_id": 0,
        "group_id": community.group_id})
}

/// Takes a picture: `{server, photo, hash}`, or, where there is none, a `photo` that holds nothing.
pub(super) async fn upload(
    State(core): State<Arc<Core>>,
    Path(group_id): Path<i64>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers.get("content-type").and_then(|value| value.to_str().ok());
    let mut params = Params::read(None, kind, &body).await.unwrap_or_default();
    let photo = params.files.remove("photo").filter(|file| file.mime.starts_with("image/") && !file.bytes.is_empty());
    let Some(photo) = photo else {
        return Json(json!({"server": 1, "photo": "[]", "hash": core.hex()})).into_response();
    };
    let (id, hash) = (core.hex(), core.hex());
    locked(&core.files).insert(format!("upload {group_id} {id} {hash}"), photo);
    let said = json!([{"markers_restarted": true, "photo": id}]).to_string();
    Json(json!({"server": 1, "photo": said, "hash": hash})).into_response()
}

/// `photos.saveMessagesPhoto`.
pub(super) fn save(core: &Core, community: &Community, params: &Params) -> Result<Value, Fail> {
    let wanted = |name: &str| {
        let given = params.text(name).filter(|text| !text.is_empty());
        given.map(std::borrow::Cow::into_owned).ok_or_else(|| Fail::param(&format!("{name} is undefined")))
    };
    let (photo, hash) = (wanted("photo")?, wanted("hash")?);
    if params.int("server") != Some(1) {
        return Err(Fail::new(118, "Invalid server"));
    }
    let said: Value = serde_json::from_str(&photo).unwrap_or_default();
    let id = said[0]["photo"].as_str().ok_or_else(|| Fail::new(129, "Invalid photo"))?;
    let mut files = locked(&core.files);
    let brought = files.remove(&format!("upload {} {id} {hash}", community.group_id));
    let Some(brought) = brought else { return Err(Fail::new(121, "Invalid hash")) };
    let kept = files.keys().filter(|name| name.starts_with("photo-")).count();
    let number = FIRST + i64::try_from(kept).unwrap_or_default();
    let (owner, key) = (-community.group_id, core.hex());
    files.insert(format!("photo{owner}_{number}_{key}"), brought);
    Ok(json!([{"id": number, "album_id": ALBUM, "owner_id": owner, "access_key": key, "date": core.now().timestamp(),
        "text": "", "has_tags": false, "sizes": [{"type": "x", "width": 604, "height": 453, "url": format!("https://photos.invalid/{owner}_{number}")}]}]))
}

/// The picture that a list of attachments names first, if it was kept here.
pub(super) fn named(core: &Core, list: &str) -> Option<File> {
    let name = list.split(',').next()?.trim();
    let Upload { name: called, mime, bytes } = locked(&core.files).get(name)?.clone();
    Some(File { id: name.to_owned(), name: called, mime, size: bytes.len() })
}
