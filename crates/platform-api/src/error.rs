//! What a network's answer means for what is done next.

use super::network_clock::answered_at;
use chrono::DateTime;
use fanfare_domain::clock::Timestamp;
use fanfare_net::{NetError, Reply};
use reqwest::StatusCode;
use std::time::Duration;

/// A failed call. The words are the network's own where it gave any, never a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// The token is refused: refresh once, then the person must reconnect.
    #[error("{message}")]
    Auth { message: String },
    /// Asked to wait; certainly without effect.
    #[error("{message}")]
    RateLimited { retry_after: Option<Duration>, message: String },
    /// There was no connection to the network, or no token for the call: it was asked for nothing.
    #[error("{message}")]
    Unreachable { message: String },
    /// Failed, certainly without effect: may be tried again.
    #[error("{message}")]
    Transient { message: String },
    /// The answer was lost or makes no sense: the call may have taken effect.
    #[error("{message}")]
    Unknown { message: String },
    /// Refused for good.
    #[error("{message}")]
    Rejected { message: String },
    /// Refused because the account has published the same already. Where the call was made before, that is the proof that
    /// the first was taken.
    #[error("{message}")]
    Duplicate { message: String },
    /// What earlier steps prepared (a container, an upload) is no longer valid: start over from the first step.
    /// Surely without a public effect.
    #[error("{message}")]
    PreparationExpired { message: String },
}

impl PlatformError {
    /// What an answer means by its status alone, where its body says nothing more exact.
    pub fn by_status(reply: &Reply, message: String, now: Timestamp) -> Self {
        match reply.status {
            StatusCode::UNAUTHORIZED => Self::Auth { message },
            StatusCode::TOO_MANY_REQUESTS => {
                Self::RateLimited { retry_after: retry_after(reply, now), message }
            }
            // A gateway that gave up may have passed the request on.
            StatusCode::REQUEST_TIMEOUT => Self::Unknown { message },
            status if status.is_client_error() => Self::Rejected { message },
            _ => Self::Unknown { message },
        }
    }

    /// The error of a call that cannot have had an effect that matters: what is unknown may simply be tried again.
    #[must_use]
    pub fn without_effect(self) -> Self {
        match self {
            Self::Unknown { message } => Self::Transient { message },
            other => other,
        }
    }

    /// The error of what a call needs first, such as its token: the network was not asked for the call itself.
    #[must_use]
    pub fn before_call(self) -> Self {
        match self {
            Self::Transient { message } | Self::Unknown { message } => Self::Unreachable { message },
            other => other,
        }
    }

    /// Takes secrets out of the words, should the network have repeated them.
    #[must_use]
    pub fn redacted(mut self, secrets: &[&str]) -> Self {
        let (Self::Auth { message }
        | Self::RateLimited { message, .. }
        | Self::Unreachable { message }
        | Self::Transient { message }
        | Self::Unknown { message }
        | Self::Rejected { message }
        | Self::Duplicate { message }
        | Self::PreparationExpired { message }) = &mut self;
        for secret in secrets {
            *message = without(message, secret);
        }
        *message = bounded(message);
        self
    }
}

/// Removes a secret from a text. A short value may be part of an ordinary word by chance: it is removed only where it is
/// a whole word, and not at all below eight bytes, as no network's token is that short.
fn without(message: &str, secret: &str) -> String {
    const SHORTEST: usize = 8;
    const LONG: usize = 20;
    let mut kept = String::with_capacity(message.len());
    let mut from = 0;
    let places = message.match_indices(secret).filter(|_| secret.len() >= SHORTEST);
    for (at, _) in places {
        let (before, after) = (message.get(..at), message.get(at + secret.len()..));
        let in_word = before.is_some_and(|text| text.ends_with(char::is_alphanumeric))
            || after.is_some_and(|text| text.starts_with(char::is_alphanumeric));
        if secret.len() >= LONG || !in_word {
            kept.push_str(message.get(from..at).unwrap_or_default());
            kept.push_str("[secret]");
            from = at + secret.len();
        }
    }
    kept.push_str(message.get(from..).unwrap_or_default());
    kept
}

impl From<NetError> for PlatformError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::NotSent(message) => Self::Unreachable { message },
            NetError::AnswerLost(message) => Self::Unknown { message },
            NetError::Refused(message) => Self::Rejected { message },
        }
    }
}

/// A network's words on one line, at most 300 characters.
pub fn bounded(words: &str) -> String {
    const MAX_CHARS: usize = 300;
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => line.get(..end).map(|start| format!("{start}…")).unwrap_or_default(),
        None => line,
    }
}

/// What to say where an answer has no words of its own, such as a gateway's page.
pub fn status_words(reply: &Reply) -> String {
    format!("answered {}", reply.status)
}

/// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
pub fn retry_after(reply: &Reply, now: Timestamp) -> Option<Duration> {
    let value = reply.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    // By the network's own time, where the answer has it.
    Some(Timestamp::new(date.to_utc()).since(answered_at(reply).unwrap_or(now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    fn at(text: &str) -> Timestamp {
        Timestamp::new(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
    }

    fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        let status = StatusCode::from_u16(status).unwrap();
        Reply { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = at("2026-11-22T12:00:00Z");
        let wait = |value| retry_after(&reply(429, &[("retry-after", value)], ""), now);
        assert_eq!(wait("90"), Some(Duration::from_secs(90)));
        assert_eq!(wait("Sun, 22 Nov 2026 12:01:00 GMT"), Some(Duration::from_mins(1)));
        assert_eq!(wait("Sun, 22 Nov 2026 11:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        let dated =
            [("retry-after", "Sun, 22 Nov 2026 13:01:00 GMT"), ("date", "Sun, 22 Nov 2026 13:00:00 GMT")];
        assert_eq!(retry_after(&reply(429, &dated, ""), now), Some(Duration::from_mins(1)));
    }

    #[test]
    fn words_are_one_bounded_line_without_secrets() {
        let words = format!("token t0ps3cret\n is  bad {}", "x".repeat(400));
        let PlatformError::Rejected { message } =
            (PlatformError::Rejected { message: words }).redacted(&["t0ps3cret", ""])
        else {
            panic!("the class changed");
        };
        assert!(message.starts_with("token [secret] is bad xxx"));
        assert_eq!(message.chars().count(), 301);
    }

    #[test]
    fn a_fault_before_a_call_says_that_the_network_was_asked_for_nothing_and_a_refusal_stays() {
        let message = || "x".to_owned();
        let nothing = PlatformError::Unreachable { message: message() };
        assert_eq!(PlatformError::Unknown { message: message() }.before_call(), nothing);
        assert_eq!(PlatformError::Transient { message: message() }.before_call(), nothing);
        let refused = PlatformError::Auth { message: message() };
        assert_eq!(refused.clone().before_call(), refused);
    }

    #[test]
    fn what_is_no_secret_stays() {
        assert_eq!(without("Unauthorized", "t"), "Unauthorized");
        assert_eq!(without("Unauthorized", ""), "Unauthorized");
        assert_eq!(without("unauthorized access", "authorized"), "unauthorized access");
        assert_eq!(without("token=s3cret-word.", "s3cret-word"), "token=[secret].");
        let token = "AAAAAAAAAAAAAAAAAAAAAAAA1";
        assert_eq!(without(&format!("Bearer{token}x {token}"), token), "Bearer[secret]x [secret]");
    }

    #[test]
    fn only_an_answer_that_refuses_is_taken_as_being_without_effect() {
        let now = at("2026-11-22T12:00:00Z");
        let class = |status| PlatformError::by_status(&reply(status, &[], ""), "x".into(), now);
        for status in [302, 408, 500, 502, 503, 504] {
            assert!(matches!(class(status), PlatformError::Unknown { .. }), "{status}");
        }
        for status in [400, 403, 404, 409, 422] {
            assert!(matches!(class(status), PlatformError::Rejected { .. }), "{status}");
        }
        assert!(matches!(class(401), PlatformError::Auth { .. }));
        assert!(matches!(class(429), PlatformError::RateLimited { retry_after: None, .. }));
    }
}
