//! The parameters of a request, whichever way they came: query, JSON, form or multipart.

use std::{borrow::Cow, collections::HashMap};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart},
    http::{Request, header::CONTENT_TYPE},
};
use serde_json::{Map, Value};

/// A file that came with a request.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Bytes,
}

/// Named parameters and files.
#[derive(Clone, Debug, Default)]
pub(super) struct Params {
    pub(super) map: Map<String, Value>,
    pub(super) files: HashMap<String, Upload>,
}

/// The body does not hold what its content type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Params {
    /// Reads the query first, the body over it.
    pub(super) async fn read(query: Option<&str>, kind: Option<&str>, body: &Bytes) -> Result<Self, Unreadable> {
        let mut params = Self::default();
        params.form(query.unwrap_or_default().as_bytes());
        let kind = kind.unwrap_or_default();
        if body.is_empty() {
        } else if kind.starts_with("application/json") {
            let Ok(Value::Object(map)) = serde_json::from_slice(body) else { return Err(Unreadable) };
            params.map.extend(map);
        } else if kind.starts_with("multipart/form-data") {
            params.multipart(kind, body).await?;
        } else {
            params.form(body);
        }
        Ok(params)
    }

    fn form(&mut self, encoded: &[u8]) {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(encoded).unwrap_or_default();
        self.map.extend(pairs.into_iter().map(|(key, value)| (key, Value::String(value))));
    }

    async fn multipart(&mut self, kind: &str, body: &Bytes) -> Result<(), Unreadable> {
        let request = Request::post("/").header(CONTENT_TYPE, kind).body(Body::from(body.clone()));
        let request = request.map_err(|_| Unreadable)?;
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Unreadable)?;
        while let Some(part) = parts.next_field().await.map_err(|_| Unreadable)? {
            let key = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let mime = part.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = part.bytes().await.map_err(|_| Unreadable)?;
            match file {
                Some(name) => drop(self.files.insert(key, Upload { name, mime, bytes })),
                None => {
                    drop(self.map.insert(key, Value::String(String::from_utf8_lossy(&bytes).into_owned())));
                }
            }
        }
        Ok(())
    }

    /// A parameter as text: a JSON number or flag as it is written.
    pub(super) fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        match self.map.get(key)? {
            Value::Null => None,
            Value::String(text) => Some(Cow::Borrowed(text)),
            other => Some(Cow::Owned(other.to_string())),
        }
    }

    /// A whole number, as a number or in digits.
    pub(super) fn int(&self, key: &str) -> Option<i64> {
        match self.map.get(key)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A flag: `true`, `True`, `1`.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.text(key).is_some_and(|text| text.eq_ignore_ascii_case("true") || text == "1")
    }

    /// A structure: JSON itself, or JSON in a string. `Err`: it is not JSON.
    pub(super) fn json(&self, key: &str) -> Option<Result<Value, Unreadable>> {
        match self.map.get(key)? {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(serde_json::from_str(text).map_err(|_| Unreadable)),
            other => Some(Ok(other.clone())),
        }
    }
}
