//! What YouTube's refusals mean (YouTube Data API, "Errors"; Google Identity, "OAuth 2.0 errors").

use chrono::{Days, NaiveTime, TimeZone as _};
use chrono_tz::America::Los_Angeles;
use fanfare_domain::clock::Timestamp;
use fanfare_net::Reply;
use fanfare_platform_api::PlatformError;
use fanfare_platform_api::error::{bounded, retry_after, status_words};
use serde::Deserialize;
use std::time::Duration;

/// The API's form. At the token endpoint `error` is a text instead.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    error: Fault,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fault {
    message: Option<String>,
    errors: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    message: Option<String>,
    reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenAnswer {
    error: Option<String>,
    error_description: Option<String>,
}

/// The meaning of an answer that is not 2xx.
pub(super) fn refusal(reply: &Reply, now: Timestamp) -> PlatformError {
    let fault = reply.json::<Answer>().unwrap_or_default().error;
    let reason = fault.errors.iter().find_map(|it| it.reason.as_deref()).unwrap_or_default();
    let words = fault.message.as_deref().or_else(|| fault.errors.iter().find_map(|it| it.message.as_deref()));
    let message =
        words.map_or_else(|| status_words(reply), |words| bounded(&format!("YouTube: {}", plain(words))));
    match reason {
        "rateLimitExceeded" | "userRateLimitExceeded" => {
            PlatformError::RateLimited { retry_after: retry_after(reply, now), message }
        }
        "quotaExceeded" | "dailyLimitExceeded" | "uploadLimitExceeded" => PlatformError::RateLimited {
            retry_after: retry_after(reply, now).or_else(|| until_quota_resets(now)),
            message,
        },
        // The Google account has no channel: consenting again would not make one.
        "youtubeSignupRequired" => PlatformError::Rejected { message },
        "authError" | "insufficientPermissions" | "authorizationRequired" => PlatformError::Auth { message },
        _ => PlatformError::by_status(reply, message, now),
    }
}

/// The meaning of a refusal by the token endpoint.
pub(super) fn token_refusal(reply: &Reply, now: Timestamp) -> PlatformError {
    let answer: TokenAnswer = reply.json().unwrap_or_default();
    let words = answer.error_description.as_deref().or(answer.error.as_deref());
    let message = words.map_or_else(|| status_words(reply), |words| bounded(&format!("Google: {words}")));
    match answer.error.as_deref() {
        Some("invalid_grant" | "invalid_token") => PlatformError::Auth { message },
        // Wrong client credentials are the operator's affair: consenting again would not help.
        Some("invalid_client" | "unauthorized_client") => PlatformError::Rejected { message },
        _ => PlatformError::by_status(reply, message, now),
    }
}

/// Google puts links in some messages; what stands between tags is what a person reads.
fn plain(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut in_tag = false;
    for c in words.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text
}

/// The day's quota begins again at midnight, Pacific time.
fn until_quota_resets(now: Timestamp) -> Option<Duration> {
    let tomorrow = now.0.with_timezone(&Los_Angeles).date_naive().checked_add_days(Days::new(1))?;
    let midnight = Los_Angeles.from_local_datetime(&tomorrow.and_time(NaiveTime::MIN)).earliest()?;
    Some(Timestamp::new(midnight.to_utc()).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, reply};
    use PlatformError as E;

    fn class(status: u16, reason: &str) -> PlatformError {
        let body = format!(
            r#"{{"error":{{"code":{status},"message":"The <a href=\"/x\">words</a>.","errors":[{{"message":"m","domain":"youtube","reason":"{reason}"}}]}}}}"#
        );
        refusal(&reply(status, &[], &body), at("2026-11-22T12:00:00Z"))
    }

    #[test]
    fn reasons_decide_before_the_status_does() {
        assert!(matches!(class(403, "rateLimitExceeded"), E::RateLimited { retry_after: None, .. }));
        assert!(matches!(class(403, "userRateLimitExceeded"), E::RateLimited { .. }));
        assert!(matches!(class(400, "uploadLimitExceeded"), E::RateLimited { .. }));
        assert!(matches!(class(401, "authError"), E::Auth { .. }));
        assert!(matches!(class(403, "insufficientPermissions"), E::Auth { .. }));
        assert!(matches!(class(401, "youtubeSignupRequired"), E::Rejected { .. }));
        assert_eq!(class(400, "invalidTitle"), E::Rejected { message: "YouTube: The words.".into() });
        assert!(matches!(class(403, "forbidden"), E::Rejected { .. }));
        assert!(matches!(class(503, "backendError"), E::Unknown { .. }));
        assert!(matches!(refusal(&reply(502, &[], "<html>"), at("2026-11-22T12:00:00Z")), E::Unknown { .. }));
    }

    #[test]
    fn a_spent_quota_waits_for_midnight_in_california() {
        // 04:00 in Los Angeles.
        let E::RateLimited { retry_after, .. } = class(403, "quotaExceeded") else { panic!("another class") };
        assert_eq!(retry_after, Some(Duration::from_hours(20)));
    }

    #[test]
    fn a_dead_refresh_token_asks_for_consent_and_a_wrong_client_secret_does_not() {
        let token = |status, body| token_refusal(&reply(status, &[], body), at("2026-11-22T12:00:00Z"));
        let revoked = r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#;
        assert_eq!(
            token(400, revoked),
            E::Auth { message: "Google: Token has been expired or revoked.".into() }
        );
        assert!(matches!(token(401, r#"{"error":"invalid_client"}"#), E::Rejected { .. }));
        assert!(matches!(token(500, ""), E::Unknown { .. }));
    }
}
