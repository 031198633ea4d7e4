//! `groups.*`.

use serde::Deserialize;

use super::{Client, Error, long_poll::Server};

/// A community.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Its id, positive; the lane is `vk:<id>`.
    pub id: i64,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its address: `vk.me/<screen_name>` opens the dialogue.
    #[serde(default)]
    pub screen_name: String,
}

/// A list, bare in older versions of the API.
#[derive(Deserialize)]
#[serde(untagged)]
enum Groups {
    List { groups: Vec<Group> },
    Bare(Vec<Group>),
}

/// The community that a token belongs to.
///
/// # Errors
/// [`Error`]
pub async fn own(client: &Client) -> Result<Group, Error> {
    let (Groups::List { groups } | Groups::Bare(groups)) = client.call("groups.getById", &[]).await?;
    groups.into_iter().next().ok_or(Error::Unreadable)
}

/// Where a community's events can be asked for.
///
/// # Errors
/// [`Error`]
pub async fn long_poll_server(client: &Client, group_id: i64) -> Result<Server, Error> {
    client.call("groups.getLongPollServer", &[("group_id", group_id.to_string())]).await
}
