//! Metrics of the process.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// What a metric counts.
#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
    /// Of seconds.
    Histogram,
}

/// Every metric of the product: name, kind, and what it tells, labels in braces.
const METRICS: &[(&str, Kind, &str)] = &[
    ("fanfare_http_requests_total", Kind::Counter, "Requests answered {method, route, status}"),
    ("fanfare_http_request_duration_seconds", Kind::Histogram, "Time to answer a request {method, route}"),
    (
        "fanfare_db_call_seconds",
        Kind::Histogram,
        "Time of a call to the database once it has its connection {call}",
    ),
    (
        "fanfare_text_weighings_total",
        Kind::Counter,
        "Texts that a network's rules were asked about {platform}",
    ),
    ("fanfare_ai_requests_total", Kind::Counter, "Texts that the language model was to write {outcome}"),
    (
        "fanfare_db_share_waits_total",
        Kind::Counter,
        "Reads that waited because their user's others held the user's share of the connections",
    ),
    ("fanfare_db_pool_wait_seconds", Kind::Histogram, "Wait for a database connection {pool}"),
    (
        "fanfare_cache_reads_total",
        Kind::Counter,
        "Reads that a tier of the cache had, or had not {tier, read, outcome}; redis is asked for what memory has not",
    ),
    (
        "fanfare_whole_answers_total",
        Kind::Counter,
        "Queries by what their whole answer was {outcome}; outcome: hit, miss, or kept_out: it may not be kept",
    ),
    (
        "fanfare_db_statements_total",
        Kind::Counter,
        "SQL statements sent, those of transaction control included",
    ),
    ("fanfare_work_looks_total", Kind::Counter, "Looks at what leased work is due, of all kinds at once"),
    ("fanfare_work_claimed_total", Kind::Counter, "Pieces of leased work that were claimed {kind}"),
    (
        "fanfare_work_finished_total",
        Kind::Counter,
        "Runs of leased work that ended {kind, outcome}; outcome: done, failed, again, fenced, stopped or error. What is given up when it is claimed is no run",
    ),
    ("fanfare_work_retaken_total", Kind::Counter, "Pieces taken over after their lease had expired {kind}"),
    ("fanfare_work_depth", Kind::Gauge, "Pieces of leased work that are due or running, on all nodes {kind}"),
    ("fanfare_work_running", Kind::Gauge, "Pieces of leased work that this node runs {kind}"),
    ("fanfare_work_lateness_seconds", Kind::Histogram, "From a piece's due time to its claim {kind}"),
    (
        "fanfare_publish_lateness_seconds",
        Kind::Histogram,
        "From a target's due time to its first call {platform}",
    ),
    ("fanfare_publish_writes_total", Kind::Counter, "Steps and ends of runs that were to be written"),
    (
        "fanfare_publish_commits_total",
        Kind::Counter,
        "Transactions that wrote them: those that come at the same time share one",
    ),
    ("fanfare_publish_outcomes_total", Kind::Counter, "Targets that came to an end {platform, outcome}"),
    ("fanfare_sockets", Kind::Gauge, "Open WebSockets"),
    ("fanfare_live_connections", Kind::Gauge, "Open WebSockets and event streams"),
    ("fanfare_subscriptions", Kind::Gauge, "Open subscriptions"),
    (
        "fanfare_event_answers_total",
        Kind::Counter,
        "Runs of events {for}; for: all subscribers, those with the same_rights, or one",
    ),
    (
        "fanfare_subscriptions_refused_total",
        Kind::Counter,
        "Subscriptions for which there was no place {code}",
    ),
    ("fanfare_connections_open", Kind::Gauge, "Open connections of any kind"),
    ("fanfare_connections_max", Kind::Gauge, "Connections that there may be at once"),
    (
        "fanfare_connections_closed_silent_total",
        Kind::Counter,
        "Silent connections that made room for others",
    ),
    ("fanfare_connections_refused_total", Kind::Counter, "Connections for which there was no place"),
    ("fanfare_body_bytes_held", Kind::Gauge, "Bytes of requests' bodies that are held until the answer"),
    ("fanfare_body_bytes_max", Kind::Gauge, "Bytes of requests' bodies that may be held at once"),
    ("fanfare_bodies_refused_total", Kind::Counter, "Bodies for which there was no room {limit}"),
    ("fanfare_uploads_open", Kind::Gauge, "Uploads that are being read"),
    (
        "fanfare_event_fanout_seconds",
        Kind::Histogram,
        "From an event's commit to its last subscriber on this node",
    ),
];

/// Upper bounds of the histograms, in seconds: from a cached read to a target that waited for a network.
const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0,
];

/// How often [`keep_metrics`] works.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Starts the collection of metrics; [`PrometheusHandle::render`] gives the text of `/metrics`. A second call gives
/// the same handle: a process has one collection.
pub fn install_metrics() -> anyhow::Result<PrometheusHandle> {
    static INSTALLED: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let install = || {
        let builder = PrometheusBuilder::new().set_buckets(BUCKETS).map_err(|e| e.to_string())?;
        let handle = builder.install_recorder().map_err(|e| e.to_string())?;
        describe();
        Ok(handle)
    };
    INSTALLED.get_or_init(install).clone().map_err(anyhow::Error::msg)
}

/// Moves what was measured into the buckets, for as long as it is polled: without it, a server that nobody scrapes
/// would keep every single measurement.
pub async fn keep_metrics(handle: PrometheusHandle) {
    let mut interval = tokio::time::interval(UPKEEP_EVERY);
    loop {
        interval.tick().await;
        handle.run_upkeep();
    }
}

fn describe() {
    for &(name, kind, meaning) in METRICS {
        match kind {
            Kind::Counter => ::metrics::describe_counter!(name, meaning),
            Kind::Gauge => ::metrics::describe_gauge!(name, meaning),
            Kind::Histogram => ::metrics::describe_histogram!(name, ::metrics::Unit::Seconds, meaning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_described_and_times_fall_into_buckets() {
        let handle = install_metrics().unwrap();
        for &(name, kind, _) in METRICS {
            match kind {
                Kind::Counter => ::metrics::counter!(name).increment(1),
                Kind::Gauge => ::metrics::gauge!(name).set(1.0),
                Kind::Histogram => ::metrics::histogram!(name).record(0.2),
            }
        }
        let text = install_metrics().unwrap().render();
        assert!(text.contains("fanfare_db_pool_wait_seconds_bucket{le=\"0.25\"}"), "{text}");
        for (name, _, meaning) in METRICS {
            assert!(text.contains(&format!("# HELP {name} {meaning}")), "{name}");
        }
        handle.run_upkeep();
    }
}
