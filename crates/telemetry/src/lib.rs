//! Logs and metrics of the process.

use fanfare_config::LogFormat;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::debug_fn;

/// Sends the log to the standard error stream: the standard output belongs to commands that print a result. To be
/// called once, before the first line is logged.
pub fn init_log(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let colours = io::stderr().is_terminal();
    let subscriber = log_subscriber(filter, format, colours, || Enduring(io::stderr()))?;
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(())
}

type BoxedSubscriber = Box<dyn Subscriber + Send + Sync>;

/// Writes one line for each event. What a line holds can come from outside, so that control characters are escaped in
/// both formats: nobody can forge a line or steer a terminal.
fn log_subscriber<W>(
    filter: &str,
    format: LogFormat,
    colours: bool,
    writer: W,
) -> anyhow::Result<BoxedSubscriber>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt().with_env_filter(env_filter(filter)?).with_writer(writer);
    Ok(match format {
        LogFormat::Json => {
            // The request's span is an outer one: the list holds it, the innermost span alone would not.
            let json = builder
                .map_writer(Escaping)
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(true);
            Box::new(json.finish())
        }
        LogFormat::Pretty => {
            let fields = debug_fn(|writer, field, value| {
                let text = escape_controls(&format!("{value:?}"));
                match field.name() {
                    "message" => writer.write_str(&text),
                    name => write!(writer, "{name}={text}"),
                }
            });
            Box::new(builder.with_ansi(colours).fmt_fields(fields.delimited(" ")).finish())
        }
    })
}

/// A dependency that tells of each of its own steps, which say nothing of Fanfare.
const TALKATIVE: &str = "tokio_cron_scheduler";

/// The filter; a level for everything does not hold for what is talkative, which has to be named.
fn env_filter(text: &str) -> anyhow::Result<EnvFilter> {
    let filter = EnvFilter::try_new(text)?;
    if text.contains(TALKATIVE) || filter.max_level_hint() < Some(LevelFilter::INFO) {
        return Ok(filter);
    }
    Ok(filter.add_directive(format!("{TALKATIVE}=warn").parse()?))
}

/// Control characters as Rust writes them: `\n`, `\u{1b}`.
fn escape_controls(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if steers(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
        escaped
    })
}

/// Whether a terminal could take a character for a command, a new line or a change of direction.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Takes everything, also what cannot be written: the reader of a log may go away (a pipe that is closed, a log shipper
/// that restarts), and what is logged must not end what logs it.
pub struct Enduring<W>(pub W);

impl<W: io::Write> io::Write for Enduring<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

/// Escapes in lines of JSON what its own rules let stand: DEL, the second block of controls, marks of direction. Outside
/// of strings there is nothing of it.
struct Escaping<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Escaping<W> {
    type Writer = Escaping<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        Escaping(self.0.make_writer())
    }
}

impl<W: io::Write> io::Write for Escaping<W> {
    /// A whole line each time: no character is cut.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(line) {
            Ok(text) if text.chars().any(|c| steers(c) && c != '\n') => {
                let escaped = text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
                    if steers(c) && c != '\n' {
                        // All of them take one unit of UTF-16. Writing to a string does not fail.
                        let _ = write!(escaped, "\\u{:04x}", u32::from(c));
                    } else {
                        escaped.push(c);
                    }
                    escaped
                });
                self.0.write_all(escaped.as_bytes())?;
            }
            _ => self.0.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

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
    ("fanfare_event_answers_total", Kind::Counter, "Runs of events, for all subscribers or one {for}"),
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
            Kind::Counter => metrics::describe_counter!(name, meaning),
            Kind::Gauge => metrics::describe_gauge!(name, meaning),
            Kind::Histogram => metrics::describe_histogram!(name, metrics::Unit::Seconds, meaning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged while a request's span is open.
    fn logged(filter: &str, format: LogFormat, log: impl FnOnce()) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let subscriber = log_subscriber(filter, format, false, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!("request", request_id = "r-1").in_scope(|| {
                tracing::info_span!("inner").in_scope(log);
            });
        });
        String::from_utf8(captured.0.lock().clone()).unwrap()
    }

    #[test]
    fn nobody_can_forge_a_line_or_steer_a_terminal() {
        let forged = "\n2026 ERROR forged\r\u{1b}[2J\u{7f}\u{85}\u{9b}31m\u{2028}\u{202e}\u{2066}\0";
        let name = format!("ann{forged}");
        for format in [LogFormat::Pretty, LogFormat::Json] {
            let lines = logged("info", format, || {
                // As the edge and the networks' clients log: by display, by debug, as a message, in a span.
                let error = anyhow::anyhow!("the network says {name}").context(name.clone());
                tracing::info_span!("outgoing", url = %name, agent = ?name).in_scope(|| {
                    tracing::info!(user = %name, request_id = name.as_str(), error = ?error, "hello {name}");
                });
            });
            assert_eq!(lines.lines().count(), 1, "{lines}");
            let line = lines.trim_end_matches('\n');
            assert!(!line.contains(steers) && line.contains("hello ann"), "{line}");
            if format == LogFormat::Json {
                let read: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(read["user"], name.as_str(), "the text itself is kept");
            }
        }
    }

    #[test]
    fn every_line_carries_the_id_of_its_request() {
        let pretty = logged("info", LogFormat::Pretty, || tracing::info!(attempts = 2, "sent"));
        assert!(pretty.contains("request_id=\"r-1\"") && pretty.contains("sent attempts=2"), "{pretty}");
        let json = logged("info", LogFormat::Json, || tracing::info!(attempts = 2, "sent"));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["spans"][0]["request_id"], "r-1");
        assert_eq!((json["message"].as_str(), json["attempts"].as_i64()), (Some("sent"), Some(2)));
    }

    #[test]
    fn what_cannot_be_written_ends_nothing() {
        struct Closed;

        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }

        let mut log = Enduring(Closed);
        assert_eq!(io::Write::write(&mut log, b"a line").unwrap(), 6);
        assert!(io::Write::flush(&mut log).is_ok());
    }

    #[test]
    fn the_scheduler_tells_its_steps_only_to_those_who_ask_for_it() {
        let steps = || {
            tracing::info!(target: "tokio_cron_scheduler::job_scheduler", "Uninited");
            tracing::info!("ours");
        };
        let usual = logged("info", LogFormat::Pretty, steps);
        assert!(usual.contains("ours") && !usual.contains("Uninited"), "{usual}");
        let asked = logged("warn,tokio_cron_scheduler=info", LogFormat::Pretty, steps);
        assert!(asked.contains("Uninited"), "{asked}");
    }

    #[test]
    fn the_filter_decides_what_is_logged() {
        assert_eq!(logged("error", LogFormat::Json, || tracing::info!("quiet")), "");
        assert!(log_subscriber("fanfare=loud", LogFormat::Json, false, io::sink).is_err());
    }

    #[test]
    fn metrics_are_described_and_times_fall_into_buckets() {
        let handle = install_metrics().unwrap();
        for &(name, kind, _) in METRICS {
            match kind {
                Kind::Counter => metrics::counter!(name).increment(1),
                Kind::Gauge => metrics::gauge!(name).set(1.0),
                Kind::Histogram => metrics::histogram!(name).record(0.2),
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
