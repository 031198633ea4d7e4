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

/// Starts logging. A second call changes nothing: tests start several parts in one process.
///
/// A panic is logged by its place only: its words may quote what somebody wrote.
pub fn logs() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic, which is a fault of ours");
    }));
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
    describe();
    Ok(handle)
}

/// What each metric means. They are counted where the thing happens.
fn describe() {
    describe_counter!(
        "turns_total",
        "Turns, by result: done, seen (a repeat), later (its person was busy), failed, poison (left out)"
    );
    describe_counter!("hasty_updates_total", "Updates of accounts that wrote too fast: taken in, not acted on");
    describe_counter!("strangers_total", "Calls of hooks by somebody unknown, by answer: refused, limited");
    describe_histogram!("turn_seconds", Unit::Seconds, "How long a batch of turns took, to its commit");
    describe_histogram!("turn_batch_size", "Turns in one transaction");
    describe_counter!("flow_ends_total", "Flows that ended, by flow and outcome");
    describe_counter!("stale_buttons_total", "Buttons that were refused: old, or forged (never offered)");
    describe_counter!("sends_total", "Requests to messengers, by channel and result");
    describe_counter!("too_fast_total", "429s and their like, by channel");
    describe_counter!("possible_repeats_total", "Messages sent again whose first outcome nobody knows, by channel");
    describe_gauge!("lanes_owned", "1 while this process owns the lane");
    describe_gauge!("outbox_depth", "Deliveries that are due and not sent, by lane");
    describe_counter!("autodial_calls_total", "Calls ordered, by provider and result");
    describe_counter!("autodial_outcomes_total", "Calls whose outcome a provider told later");
    describe_counter!("verification_events_total", "Verifications, by what happened");
    describe_counter!("verification_alerts_total", "What somebody should look at");
    describe_gauge!("verification_spend_percent", "Calls of the day against the hard cap");
    describe_counter!("http_requests_total", "HTTP requests answered, by route and status");
}
