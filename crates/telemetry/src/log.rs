//! Logs of the process.

use fanfare_config::LogFormat;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
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
}
