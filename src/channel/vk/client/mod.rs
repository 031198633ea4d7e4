//! A client of the VK API for communities: form bodies, typed errors, a deadline, any host.
//!
//! It knows nothing of the rest of the program but [`super::super::http`], and could be a crate of its own.
//!
//! ```no_run
//! # async fn example(http: reqwest::Client) -> Result<(), provodnik::channel::vk::client::Error> {
//! use provodnik::channel::vk::client::{Client, DEFAULT_HOST, messages};
//!
//! let client = Client::new(http, DEFAULT_HOST, "vk1.a.…".into());
//! let message = messages::Send { peer_ids: &[1], random_id: 42, message: "Привет", ..Default::default() };
//! for delivered in messages::send(&client, &message).await? {
//!     println!("{} {:?}", delivered.peer_id, delivered.outcome);
//! }
//! # Ok(()) }
//! ```

mod error;
pub mod groups;
pub mod long_poll;
pub mod messages;
pub mod photos;

use std::time::Duration;

pub use error::{ApiError, Code, Error};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};

use crate::channel::http::{self, Answer};

/// Where VK answers; `https://api.vk.ru` is the same.
pub const DEFAULT_HOST: &str = "https://api.vk.com";

/// The version of the API that the client speaks.
pub const VERSION: &str = "5.199";

/// A community's access to the API. Cheap to clone; its `Debug` shows no token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    host: String,
    token: SecretString,
}

/// What every method answers, always with HTTP status 200.
#[derive(Deserialize)]
struct Envelope<T> {
    response: Option<T>,
    error: Option<ApiError>,
}

impl Client {
    /// A client with a community's token. `host` is what stands before `/method/<name>`: [`DEFAULT_HOST`] or a stand-in.
    #[must_use]
    pub fn new(http: reqwest::Client, host: &str, token: SecretString) -> Self {
        Self { http, host: host.trim_end_matches('/').to_owned(), token }
    }

    /// Calls a method with its parameters, as a form; version and token are added here.
    ///
    /// # Errors
    /// [`Error`] tells the API's refusals from a broken connection.
    pub async fn call<T: DeserializeOwned>(&self, method: &str, parameters: &[(&str, String)]) -> Result<T, Error> {
        let url = format!("{}/method/{method}", self.host);
        let common = [("v", VERSION), ("access_token", self.token.expose_secret())];
        let given = parameters.iter().map(|(name, value)| (*name, value.as_str()));
        let form: Vec<(&str, &str)> = given.chain(common).collect();
        let answer = http::exchange(self.http.post(url).timeout(http::DEADLINE).form(&form)).await?;
        open(&answer)
    }

    /// Brings a file to any URL that VK has told us. The URL may hold a key: it reaches no error.
    async fn put<T: DeserializeOwned>(&self, url: &str, file: &http::File<'_>) -> Result<T, Error> {
        let request = http::upload(self.http.post(url).timeout(http::DEADLINE), &[], file);
        let answer = http::exchange(request).await?;
        success(&answer)?;
        serde_json::from_slice(&answer.body).map_err(|_| Error::Unreadable)
    }

    /// Asks any URL that VK has told us, for as long as `deadline`. The URL may hold a key: it reaches no error.
    async fn get<T: DeserializeOwned>(
        &self,
        url: &str,
        query: &[(&str, &str)],
        deadline: Duration,
    ) -> Result<T, Error> {
        let answer = http::exchange(self.http.get(url).query(query).timeout(deadline)).await?;
        success(&answer)?;
        serde_json::from_slice(&answer.body).map_err(|_| Error::Unreadable)
    }
}

fn open<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    success(answer)?;
    let envelope: Envelope<T> = serde_json::from_slice(&answer.body).map_err(|_| Error::Unreadable)?;
    match envelope {
        Envelope { error: Some(error), .. } => Err(Error::Api(error)),
        Envelope { response: Some(response), .. } => Ok(response),
        Envelope { .. } => Err(Error::Unreadable),
    }
}

/// VK itself always answers 200: anything else comes from what stands before it.
fn success(answer: &Answer) -> Result<(), Error> {
    match answer.status {
        200..300 => Ok(()),
        status => Err(Error::Status { status, retry_after: answer.retry_after }),
    }
}
