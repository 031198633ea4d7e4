//! Nudges over Redis pub/sub.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use redis::{AsyncCommands, Client, RedisError, aio::ConnectionManagerConfig};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Bells, Topic, counts::Counts};

/// Between two tries to reach a lost Redis.
pub(super) const RETRY: Duration = Duration::from_secs(1);
/// Nudges that wait to be published. More are dropped: they only say "look" again.
const WAITING: usize = 64;

/// Carries nudges between this process's bells and everybody else's.
#[derive(Debug)]
pub struct Relay {
    /// This process's own; they ring without Redis too.
    pub bells: Arc<Bells>,
    /// What replicas count together.
    pub counts: Arc<Counts>,
    publish: mpsc::Sender<Topic>,
    _running: DropGuard,
}

impl Relay {
    /// Starts both directions in the background. `prefix` stands before every name that is used in Redis; a count waits for its
    /// answer as long as `patience`.
    pub fn start(url: &SecretString, prefix: &str, patience: Duration) -> Result<Self, RedisError> {
        let client = Client::open(url.expose_secret())?;
        let counts = Arc::new(Counts::new(&client, prefix, patience)?);
        let bells = Arc::new(Bells::default());
        let (publish, published) = mpsc::channel(WAITING);
        let running = CancellationToken::new();
        tokio::spawn(running.clone().run_until_cancelled_owned(publisher(
            client.clone(),
            prefix.to_owned(),
            published,
        )));
        let listener = listener(client, prefix.to_owned(), Arc::clone(&bells));
        tokio::spawn(running.clone().run_until_cancelled_owned(listener));
        Ok(Self { bells, counts, publish, _running: running.drop_guard() })
    }

    /// Rings here and everywhere else.
    pub fn ring(&self, topic: Topic) {
        self.bells.ring(topic);
        self.publish.try_send(topic).ok();
    }
}

/// What a lost Redis means for nudges.
const POLLING: &str = "replicas notice new work by polling";

/// Logs the first of a row of failures, and the end of the row.
pub(super) struct Outage {
    lost: bool,
    cost: &'static str,
}

impl Outage {
    /// `cost`: what a lost Redis means here.
    pub(super) const fn new(cost: &'static str) -> Self {
        Self { lost: false, cost }
    }

    pub(super) fn note(&mut self, result: Result<(), &RedisError>) {
        match result {
            Err(error) if !self.lost => tracing::warn!(%error, "Redis is lost: {}", self.cost),
            Ok(()) if self.lost => tracing::info!("Redis is back"),
            _ => {}
        }
        self.lost = result.is_err();
    }
}

async fn publisher(client: Client, prefix: String, mut topics: mpsc::Receiver<Topic>) {
    let config = ConnectionManagerConfig::new().set_number_of_retries(0).set_response_timeout(Some(RETRY));
    let config = config.set_connection_timeout(Some(RETRY));
    let mut outage = Outage::new(POLLING);
    let mut connection = None;
    while let Some(topic) = topics.recv().await {
        if connection.is_none() {
            connection = client.get_connection_manager_lazy(config.clone()).ok();
        }
        let Some(redis) = &mut connection else { continue };
        let result: Result<(), RedisError> = redis.publish(format!("{prefix}{}", topic.name()), "").await;
        outage.note(result.as_ref().map(|&()| ()));
    }
}

async fn listener(client: Client, prefix: String, bells: Arc<Bells>) {
    let mut outage = Outage::new(POLLING);
    loop {
        let result = listen(&client, &prefix, &bells, &mut outage).await;
        if let Err(error) = result {
            outage.note(Err(&error));
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Until the connection ends.
async fn listen(client: &Client, prefix: &str, bells: &Bells, outage: &mut Outage) -> Result<(), RedisError> {
    let mut connection = client.get_async_pubsub().await?;
    for topic in Topic::ALL {
        connection.subscribe(format!("{prefix}{}", topic.name())).await?;
    }
    outage.note(Ok(()));
    // What was nudged while nobody listened here.
    bells.ring_all();
    let mut messages = connection.into_on_message();
    while let Some(message) = messages.next().await {
        let name = message.get_channel_name().trim_start_matches(prefix);
        if let Some(topic) = Topic::ALL.into_iter().find(|topic| topic.name() == name) {
            bells.ring(topic);
        }
    }
    Ok(())
}
