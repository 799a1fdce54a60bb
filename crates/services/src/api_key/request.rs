//! What a key is asked to be.

use crate::context::{ServiceError, ServiceResult};
use fanfare_domain::api_key::{ApiKeyScope, DEFAULT_LIFETIME, LONGEST_LIFETIME};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::time::Duration;

const MAX_NAME_CHARS: usize = 100;

/// A key as it is asked for.
#[derive(Clone)]
pub struct KeyRequest {
    pub name: String,
    pub scopes: Vec<ApiKeyScope>,
    /// `None`: after 90 days, or never.
    pub expires_at: Option<Timestamp>,
    pub never_expires: bool,
    /// The user's, where the session was opened a while ago.
    pub password: Option<String>,
}

/// A new secret as it is asked for.
pub struct KeyRotation {
    /// How long the old secret stays valid.
    pub overlap: Duration,
    /// `None`: after 90 days; a key that never expires stays so.
    pub expires_at: Option<Timestamp>,
    /// The user's, where the session was opened a while ago.
    pub password: Option<String>,
}

pub(super) type Checked = (String, Vec<ApiKeyScope>, Option<Timestamp>);

/// Everything that is wrong with a request, or its fields as they are stored.
pub(super) fn checked(request: &KeyRequest, now: Timestamp) -> ServiceResult<Checked> {
    let mut errors = Vec::new();
    let name = request.name.trim().to_owned();
    if name.is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, "name", "Say what the key is for."));
    } else if name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        let words = format!("Give a name of 1 to {MAX_NAME_CHARS} printable characters.");
        errors.push(UserError::new(UserErrorCode::Invalid, "name", words));
    }
    let mut scopes = request.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, "scopes", "Give at least one scope."));
    }
    let expires_at = lifetime(request.expires_at, request.never_expires, now);
    match expires_at {
        Ok(expires_at) if errors.is_empty() => Ok((name, scopes, expires_at)),
        Ok(_) => Err(ServiceError::User(errors)),
        Err(error) => {
            errors.push(error);
            Err(ServiceError::User(errors))
        }
    }
}

/// When a key made now ends.
pub(super) fn lifetime(
    asked: Option<Timestamp>,
    never: bool,
    now: Timestamp,
) -> Result<Option<Timestamp>, UserError> {
    let refused = |words: &str| Err(UserError::new(UserErrorCode::Invalid, "expiresAt", words));
    match asked {
        Some(_) if never => refused("Give a time, or let the key never expire; not both."),
        Some(at) if at <= now => refused("Give a time ahead."),
        Some(at) if at > now.plus(LONGEST_LIFETIME) => refused("Give a time within a year."),
        Some(at) => Ok(Some(at)),
        None if never => Ok(None),
        None => Ok(Some(now.plus(DEFAULT_LIFETIME))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000).unwrap()
    }

    #[test]
    fn a_key_ends_after_ninety_days_by_default_and_after_a_year_at_the_latest() {
        let day = Duration::from_hours(24);
        assert_eq!(lifetime(None, false, now()), Ok(Some(now().plus(day * 90))));
        assert_eq!(lifetime(None, true, now()), Ok(None));
        assert_eq!(lifetime(Some(now().plus(day * 365)), false, now()), Ok(Some(now().plus(day * 365))));
        let late = now().plus(day * 365 + Duration::from_secs(1));
        for (at, never) in [(now(), false), (late, false), (now().plus(day), true)] {
            assert_eq!(lifetime(Some(at), never, now()).unwrap_err().path, ["input", "expiresAt"]);
        }
    }

    #[test]
    fn everything_wrong_with_a_request_is_told_at_once() {
        let request = KeyRequest {
            name: " ".to_owned(),
            scopes: Vec::new(),
            expires_at: Some(now()),
            never_expires: false,
            password: None,
        };
        let Err(ServiceError::User(errors)) = checked(&request, now()) else { panic!("it was accepted") };
        let fields: Vec<&str> =
            errors.iter().filter_map(|error| error.path.last()).map(String::as_str).collect();
        assert_eq!(fields, ["name", "scopes", "expiresAt"]);
    }
}
