//! What X's refusals mean (X API v2, "Response codes and errors"; RFC 6749, 5.2 for tokens).

use chrono::DateTime;
use fanfare_domain::clock::Timestamp;
use fanfare_net::Reply;
use fanfare_platform_api::PlatformError;
use fanfare_platform_api::error::{bounded, retry_after, status_words};
use reqwest::StatusCode;
use serde::Deserialize;
use std::time::Duration;

/// Every form that X documents: a problem (RFC 7807), a list of errors, an OAuth error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    errors: Vec<Fault>,
    error: Option<String>,
    error_description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fault {
    message: Option<String>,
    detail: Option<String>,
    title: Option<String>,
}

impl Problem {
    /// The most exact words there are.
    fn words(&self) -> Option<&str> {
        self.errors
            .iter()
            .find_map(|it| it.message.as_deref().or(it.detail.as_deref()).or(it.title.as_deref()))
            .or(self.detail.as_deref())
            .or(self.title.as_deref())
            .or(self.error_description.as_deref())
            .or(self.error.as_deref())
    }
}

/// The meaning of an answer that is not 2xx.
pub(super) fn refusal(reply: &Reply, now: Timestamp) -> PlatformError {
    let problem: Problem = reply.json().unwrap_or_default();
    let message =
        problem.words().map_or_else(|| status_words(reply), |words| bounded(&format!("X: {words}")));
    match reply.status {
        StatusCode::TOO_MANY_REQUESTS => PlatformError::RateLimited {
            retry_after: retry_after(reply, now).or_else(|| until_reset(reply, now)),
            message,
        },
        StatusCode::FORBIDDEN if names_duplicate(&message) => PlatformError::Duplicate { message },
        StatusCode::BAD_REQUEST if names_media(&message) => PlatformError::PreparationExpired { message },
        _ => PlatformError::by_status(reply, message, now),
    }
}

/// The meaning of a refusal by the token endpoint. X answers 400 `invalid_request` ("Value passed for the token was
/// invalid") where others say `invalid_grant`. Wrong client credentials are the operator's affair: consenting again
/// would not help.
pub(super) fn token_refusal(reply: &Reply, now: Timestamp) -> PlatformError {
    let problem: Problem = reply.json().unwrap_or_default();
    match (refusal(reply, now), problem.error.as_deref()) {
        (
            PlatformError::Auth { message } | PlatformError::Rejected { message },
            Some("invalid_client" | "unauthorized_client"),
        ) => PlatformError::Rejected { message },
        (
            PlatformError::Rejected { message },
            Some("invalid_grant" | "invalid_request" | "access_denied"),
        ) => PlatformError::Auth { message },
        (error, _) => error,
    }
}

/// X forgets an uploaded medium after about a day, and then calls its id invalid.
fn names_media(message: &str) -> bool {
    let words = message.to_ascii_lowercase();
    words.contains("media id") || words.contains("media_id")
}

/// X takes no post whose text and media are those of a recent one of the account.
fn names_duplicate(message: &str) -> bool {
    message.to_ascii_lowercase().contains("duplicate content")
}

/// `x-rate-limit-reset`: when the window ends, in seconds since 1970.
fn until_reset(reply: &Reply, now: Timestamp) -> Option<Duration> {
    let reset = reply.header("x-rate-limit-reset")?.parse().ok()?;
    Some(Timestamp::new(DateTime::from_timestamp(reset, 0)?).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, reply};

    fn class(status: u16, headers: &[(&str, &str)], body: &str) -> PlatformError {
        refusal(&reply(status, headers, body), at("2026-11-22T12:00:00Z"))
    }

    #[test]
    fn each_documented_form_is_read_with_its_words() {
        let duplicate = r#"{"detail":"You are not allowed to create a Tweet with duplicate content.","type":"about:blank","title":"Forbidden","status":403}"#;
        assert_eq!(
            class(403, &[], duplicate),
            PlatformError::Duplicate {
                message: "X: You are not allowed to create a Tweet with duplicate content.".into()
            }
        );
        let invalid = r#"{"errors":[{"parameters":{"text":[""]},"message":"Text is too long"}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid."}"#;
        assert_eq!(
            class(400, &[], invalid),
            PlatformError::Rejected { message: "X: Text is too long".into() }
        );
        let unauthorized =
            r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#;
        assert_eq!(class(401, &[], unauthorized), PlatformError::Auth { message: "X: Unauthorized".into() });
        assert_eq!(
            class(502, &[], "<html>Bad gateway</html>"),
            PlatformError::Unknown { message: "answered 502 Bad Gateway".into() }
        );
    }

    #[test]
    fn a_forgotten_medium_starts_the_preparation_over() {
        let body = r#"{"errors":[{"parameters":{"media.media_ids":["[1]"]},"message":"Your media IDs are invalid."}],"title":"Invalid Request"}"#;
        assert!(matches!(class(400, &[], body), PlatformError::PreparationExpired { .. }));
    }

    #[test]
    fn a_limit_says_when_to_come_back() {
        let wait = |headers: &[(&str, &str)]| match class(429, headers, r#"{"title":"Too Many Requests"}"#) {
            PlatformError::RateLimited { retry_after, .. } => retry_after,
            other => panic!("{other:?}"),
        };
        // 2026-11-22T12:01:30Z
        assert_eq!(wait(&[("x-rate-limit-reset", "1795348890")]), Some(Duration::from_secs(90)));
        assert_eq!(
            wait(&[("x-rate-limit-reset", "1795348890"), ("retry-after", "7")]),
            Some(Duration::from_secs(7))
        );
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn a_dead_refresh_token_asks_for_consent_and_a_wrong_client_secret_does_not() {
        let token = |status, body| token_refusal(&reply(status, &[], body), at("2026-11-22T12:00:00Z"));
        let invalid =
            r#"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#;
        assert_eq!(
            token(400, invalid),
            PlatformError::Auth { message: "X: Value passed for the token was invalid.".into() }
        );
        assert!(matches!(token(400, r#"{"error":"invalid_grant"}"#), PlatformError::Auth { .. }));
        let client =
            r#"{"error":"unauthorized_client","error_description":"Missing valid authorization header"}"#;
        assert!(matches!(token(401, client), PlatformError::Rejected { .. }));
        assert!(matches!(token(503, ""), PlatformError::Unknown { .. }));
    }
}
