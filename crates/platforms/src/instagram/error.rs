//! What Instagram's refusals mean (Graph API, "Handle Errors"; Instagram Platform, "Error Codes").

use fanfare_domain::clock::Timestamp;
use fanfare_net::Reply;
use fanfare_platform_api::PlatformError;
use fanfare_platform_api::error::{bounded, retry_after, status_words};
use serde::Deserialize;
use std::time::Duration;

/// Containers whose preparation failed in a way that another try can mend: download timeout, medium not fetched from its
/// address, expired medium, server error, creation failed, upload failed.
const RETRIABLE_SUBCODES: &[i64] = &[2_207_003, 2_207_052, 2_207_020, 2_207_001, 2_207_032, 2_207_053];
/// The container cannot be found any more, has expired, or must be made again: also where its medium could not be
/// fetched from its address, as the server that has it may have been away.
const GONE_SUBCODES: &[i64] = &[2_207_006, 2_207_008, 2_207_020, 2_207_032, 2_207_052, 2_207_053];
/// Not ready to be published yet; pulling the medium took too long.
const AGAIN_SUBCODES: &[i64] = &[2_207_027, 2_207_003];
/// The account has published as much as it may in 24 hours.
const DAILY_LIMIT_SUBCODE: i64 = 2_207_042;
/// Blocked as spam: it comes with a throttling code, yet waiting does not help.
const SPAM_SUBCODE: i64 = 2_207_051;
/// A message more than 24 hours after the person's last: it comes with a permission's code, yet consenting again does
/// not help.
const OUTSIDE_WINDOW_SUBCODE: i64 = 2_534_022;
/// How long to wait for room in the 24-hour window.
const DAILY_LIMIT_WAIT: Duration = Duration::from_hours(1);

/// The Graph API's form and, flat, that of the token endpoint.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    error: Fault,
    error_type: Option<String>,
    error_message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fault {
    message: Option<String>,
    error_user_msg: Option<String>,
    code: Option<i64>,
    error_subcode: Option<i64>,
}

/// The meaning of an answer that is not 2xx.
pub(super) fn refusal(reply: &Reply, now: Timestamp) -> PlatformError {
    let answer: Answer = reply.json().unwrap_or_default();
    let fault = answer.error;
    let words = fault.error_user_msg.or(fault.message).or(answer.error_message).or(answer.error_type);
    let message = words.map_or_else(|| status_words(reply), |words| bounded(&format!("Instagram: {words}")));
    match (fault.code, fault.error_subcode) {
        (_, Some(SPAM_SUBCODE | OUTSIDE_WINDOW_SUBCODE)) => PlatformError::Rejected { message },
        (_, Some(subcode)) if AGAIN_SUBCODES.contains(&subcode) => PlatformError::Transient { message },
        (_, Some(DAILY_LIMIT_SUBCODE)) => {
            PlatformError::RateLimited { retry_after: Some(DAILY_LIMIT_WAIT), message }
        }
        (_, Some(subcode)) if GONE_SUBCODES.contains(&subcode) => {
            PlatformError::PreparationExpired { message }
        }
        (Some(4 | 17 | 32 | 613 | 80_000..=80_009), _) => PlatformError::RateLimited {
            retry_after: retry_after(reply, now).or_else(|| until_access(reply)),
            message,
        },
        // A token that is refused, or whose permissions were taken back.
        (Some(102 | 190 | 10 | 200..=299), _) => PlatformError::Auth { message },
        // Unknown error, service unavailable: these come with status 400 or 500 and say nothing of the effect.
        (Some(-1 | -2 | 1 | 2), _) => PlatformError::Unknown { message },
        _ => PlatformError::by_status(reply, message, now),
    }
}

/// The meaning of a container in the state `ERROR`, whose `status` ends in the subcode.
pub(super) fn container_failure(status: &str) -> PlatformError {
    let subcode = status.rsplit(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse::<i64>().ok());
    let message = bounded(&format!("Instagram: {status}"));
    if subcode.is_some_and(|subcode| RETRIABLE_SUBCODES.contains(&subcode)) {
        PlatformError::PreparationExpired { message }
    } else {
        PlatformError::Rejected { message }
    }
}

/// `X-Business-Use-Case-Usage`: JSON that says in how many minutes the account has access again.
fn until_access(reply: &Reply) -> Option<Duration> {
    let usage: serde_json::Value = serde_json::from_str(reply.header("x-business-use-case-usage")?).ok()?;
    let minutes = usage
        .as_object()?
        .values()
        .filter_map(|uses| uses.as_array())
        .flatten()
        .filter_map(|usage| usage.get("estimated_time_to_regain_access")?.as_u64())
        .max()?;
    (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, reply};
    use PlatformError as E;

    fn class(status: u16, body: &str) -> PlatformError {
        refusal(&reply(status, &[], body), at("2026-11-22T12:00:00Z"))
    }

    fn graph(code: i64, subcode: i64) -> PlatformError {
        class(400, &format!(r#"{{"error":{{"message":"m","code":{code},"error_subcode":{subcode}}}}}"#))
    }

    #[test]
    fn codes_decide_before_the_status_does() {
        for code in [4, 17, 32, 613, 80_000, 80_002, 80_009] {
            assert!(matches!(graph(code, 0), E::RateLimited { .. }), "{code}");
        }
        for code in [190, 102, 10, 200, 299] {
            assert!(matches!(graph(code, 463), E::Auth { .. }), "{code}");
        }
        for code in [-2, -1, 1, 2] {
            assert!(matches!(graph(code, 0), E::Unknown { .. }), "{code}");
        }
        assert!(matches!(graph(36_000, 2_207_004), E::Rejected { .. }));
        assert!(matches!(graph(9_007, 2_207_027), E::Transient { .. }));
        assert!(matches!(graph(9, 2_207_042), E::RateLimited { retry_after: Some(_), .. }));
        assert!(matches!(graph(4, 2_207_051), E::Rejected { .. }));
        assert!(matches!(graph(10, 2_534_022), E::Rejected { .. }));
        assert!(matches!(graph(24, 2_207_006), E::PreparationExpired { .. }));
        assert!(matches!(graph(24, 2_207_008), E::PreparationExpired { .. }));
        assert!(matches!(graph(-1, 2_207_032), E::PreparationExpired { .. }));
        assert!(matches!(graph(9_004, 2_207_052), E::PreparationExpired { .. }));
        assert!(matches!(graph(-2, 2_207_003), E::Transient { .. }));
    }

    #[test]
    fn the_words_for_people_win_and_every_form_is_read() {
        let body = r#"{"error":{"message":"The image size is too large.","type":"OAuthException","code":36000,"error_subcode":2207004,"error_user_msg":"The image is too large to download. It should be less than 8 MiB."}}"#;
        let words = "Instagram: The image is too large to download. It should be less than 8 MiB.";
        assert_eq!(class(400, body), E::Rejected { message: words.into() });
        let token =
            r#"{"error_type":"OAuthException","code":400,"error_message":"Invalid authorization code"}"#;
        assert_eq!(
            class(400, token),
            E::Rejected { message: "Instagram: Invalid authorization code".into() }
        );
        assert_eq!(class(500, "<html>"), E::Unknown { message: "answered 500 Internal Server Error".into() });
    }

    #[test]
    fn a_throttled_account_comes_back_when_the_usage_header_says() {
        let usage = r#"{"178":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":7}]}"#;
        let body = r#"{"error":{"message":"m","code":80002}}"#;
        let answer = reply(400, &[("x-business-use-case-usage", usage)], body);
        assert_eq!(
            refusal(&answer, at("2026-11-22T12:00:00Z")),
            E::RateLimited { retry_after: Some(Duration::from_mins(7)), message: "Instagram: m".into() }
        );
    }

    #[test]
    fn a_failed_container_is_prepared_again_only_where_that_can_help() {
        let failure =
            |code: &str| container_failure(&format!("Error: Media upload has failed with error code {code}"));
        assert!(matches!(failure("2207003"), E::PreparationExpired { .. }));
        assert!(matches!(failure("2207052"), E::PreparationExpired { .. }));
        assert!(matches!(failure("2207026"), E::Rejected { .. }));
        assert!(matches!(container_failure("Error"), E::Rejected { .. }));
    }
}
