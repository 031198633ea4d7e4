//! Logs and metrics.
//!
//! One line per failure, where it is handled; ids yes, never names, phones, texts, tokens or bodies. On a terminal the
//! lines are for people, otherwise they are JSON for whatever collects them.

use std::io::{self, IsTerminal};

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// What is logged without `RUST_LOG`: our own doings, and of others only what went wrong.
const QUIET: &str = "info,sqlx=warn,hyper=warn,h2=warn,reqwest=warn";

/// Seconds: a turn is milliseconds, a send is a messenger's round trip.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// The names of the metrics; each is described by [`metrics`].
pub mod metric {
    /// Turns taken, by `channel` and `outcome`.
    pub const TURNS: &str = "provodnik_turns_total";
    /// How long a batch of turns took, from its first statement to its commit.
    pub const TURN_SECONDS: &str = "provodnik_turn_seconds";
    /// Deliveries sent, by `lane`.
    pub const SENT: &str = "provodnik_sent_total";
    /// Sends that failed, by `lane` and `kind`.
    pub const SEND_ERRORS: &str = "provodnik_send_errors_total";
    /// "Too fast" answers of a messenger, by `lane`.
    pub const TOO_FAST: &str = "provodnik_too_fast_total";
    /// Sends whose outcome nobody knows and that were made again, by `lane`.
    pub const REPEATED: &str = "provodnik_repeated_sends_total";
    /// Deliveries that wait, by `lane`.
    pub const OUTBOX: &str = "provodnik_outbox_depth";
    /// 1 while this process owns the lane, by `lane`.
    pub const LANE_OWNED: &str = "provodnik_lane_owned";
    /// Verifications that ended, by `outcome`.
    pub const VERIFICATIONS: &str = "provodnik_verifications_total";
    /// HTTP requests answered, by `route` and `status`.
    pub const HTTP: &str = "provodnik_http_requests_total";
}

/// Starts logging. A second call changes nothing: tests start several parts in one process.
pub fn logs() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(QUIET));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        lines.compact().try_init().ok();
    } else {
        lines.json().flatten_event(true).with_current_span(false).try_init().ok();
    }
}

/// Starts counting, and describes what is counted. The handle renders `/metrics`.
///
/// # Errors
/// When this process counts already.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new();
    let recorder = recorder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    let handle = recorder.install_recorder()?;
    describe_counter!(metric::TURNS, "Turns taken");
    describe_histogram!(metric::TURN_SECONDS, Unit::Seconds, "How long a batch of turns took, to its commit");
    describe_counter!(metric::SENT, "Deliveries sent");
    describe_counter!(metric::SEND_ERRORS, "Sends that failed");
    describe_counter!(metric::TOO_FAST, "'Too fast' answers of a messenger");
    describe_counter!(metric::REPEATED, "Sends of unknown outcome that were made again");
    describe_gauge!(metric::OUTBOX, "Deliveries that wait");
    describe_gauge!(metric::LANE_OWNED, "1 while this process owns the lane");
    describe_counter!(metric::VERIFICATIONS, "Verifications that ended");
    describe_counter!(metric::HTTP, "HTTP requests answered");
    Ok(handle)
}
