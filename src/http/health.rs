//! `/healthz`, `/readyz`, `/metrics`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sqlx::PgPool;

use super::Parts;
use crate::store;

/// How long the database may take to say that it is there.
const DEADLINE: Duration = Duration::from_secs(2);

/// A part of the program that must be up before there is traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The schema is the one that this program was built for.
    Migrations,
    /// Flows and words are loaded.
    Content,
    /// The loops run that this process's role has.
    Loops,
}

impl Part {
    const ALL: [Self; 3] = [Self::Migrations, Self::Content, Self::Loops];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Migrations => "migrations",
            Self::Content => "content",
            Self::Loops => "loops",
        }
    }
}

/// What is up. Clones share it.
#[derive(Clone, Debug)]
pub struct Health {
    pool: PgPool,
    up: Arc<AtomicU8>,
}

impl Health {
    /// Nothing is up yet.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool, up: Arc::default() }
    }

    /// A part came up.
    pub fn up(&self, part: Part) {
        self.up.fetch_or(part.bit(), Ordering::Relaxed);
    }

    /// A part went down.
    pub fn down(&self, part: Part) {
        self.up.fetch_and(!part.bit(), Ordering::Relaxed);
    }

    /// What is missing; empty when we are ready.
    pub async fn missing(&self) -> Vec<&'static str> {
        let up = self.up.load(Ordering::Relaxed);
        let mut missing: Vec<_> =
            Part::ALL.iter().filter(|part| up & part.bit() == 0).map(|part| part.name()).collect();
        let answers = tokio::time::timeout(DEADLINE, async {
            let mut db = self.pool.acquire().await?;
            store::replicas::answers(&mut db).await
        });
        if !matches!(answers.await, Ok(Ok(()))) {
            missing.insert(0, "database");
        }
        missing
    }
}

/// The process is alive: it answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// Whether traffic may come; what is missing by name.
pub async fn ready(State(parts): State<Parts>) -> Response {
    let missing = parts.health.missing().await;
    if missing.is_empty() {
        return "ok".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}", missing.join(", "))).into_response()
}

/// What Prometheus collects.
pub async fn metrics(State(parts): State<Parts>) -> impl IntoResponse {
    parts.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], parts.metrics.render())
}
