use super::*;
use fanfare_domain::clock::{Clock, Timestamp};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;

const SECRET: &[u8] = b"a signing secret of 32 bytes or so";
const OTHER: &[u8] = b"another signing secret of 32 bytes";
const NOW: i64 = 1_800_000_000;

struct SetClock(Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

fn clock() -> Arc<SetClock> {
    Arc::new(SetClock(Mutex::new(Timestamp::from_micros(NOW * 1_000_000).unwrap())))
}

fn tokens(secrets: &[&[u8]]) -> AccessTokens {
    AccessTokens::new(secrets.iter().copied(), clock()).unwrap()
}

fn issue(tokens: &AccessTokens) -> String {
    tokens.issue(UserId(1), SessionId(2), WorkspaceId(3)).unwrap().text
}

/// A token of any header and claims, signed with `SECRET`.
fn crafted(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_secret(SECRET);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn header() -> Value {
    json!({"typ": "JWT", "alg": "HS256", "kid": Key::new(SECRET).id})
}

fn claims() -> Value {
    json!({"iss": "fanfare", "aud": "fanfare-api", "sub": "1", "iat": NOW, "exp": NOW + 900, "sid": 2, "ws": 3})
}

/// `value` with one field changed, or taken away by `Value::Null`.
fn with(mut value: Value, field: &str, changed: Value) -> Value {
    let fields = value.as_object_mut().unwrap();
    fields.remove(field);
    if !changed.is_null() {
        fields.insert(field.to_owned(), changed);
    }
    value
}

#[test]
fn a_token_names_its_user_session_and_workspace() {
    let tokens = tokens(&[SECRET]);
    let actor = tokens.verify(&issue(&tokens)).unwrap();
    let expected = Actor {
        user_id: UserId(1),
        credential: Credential::Session(SessionId(2)),
        default_workspace: WorkspaceId(3),
        expires_at: Timestamp::from_micros((NOW + 900) * 1_000_000),
        ip_address: None,
    };
    assert_eq!(actor, expected);
    assert_eq!(tokens.verify(&crafted(&header(), &claims())).unwrap(), expected);
}

#[test]
fn a_token_ends_after_fifteen_minutes_of_the_injected_clock() {
    let clock = clock();
    let tokens = AccessTokens::new([SECRET], clock.clone()).unwrap();
    let token = issue(&tokens);
    let at =
        |seconds: u64| Timestamp::from_micros(NOW * 1_000_000).unwrap().plus(Duration::from_secs(seconds));
    *clock.0.lock() = at(15 * 60 + 4);
    assert!(tokens.verify(&token).is_ok());
    *clock.0.lock() = at(15 * 60 + 5);
    assert_eq!(tokens.verify(&token), Err(AccessTokenError::Expired));
}

#[test]
fn another_algorithm_is_refused() {
    let tokens = tokens(&[SECRET]);
    for algorithm in ["none", "None", "HS384", "RS256"] {
        let token = crafted(&with(header(), "alg", json!(algorithm)), &claims());
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(tokens.verify(&token), Err(AccessTokenError::Invalid), "{algorithm}");
        assert_eq!(tokens.verify(&unsigned), Err(AccessTokenError::Invalid), "{algorithm}");
    }
    let stronger = Header { kid: Some(Key::new(SECRET).id), ..Header::new(Algorithm::HS512) };
    let token = jsonwebtoken::encode(&stronger, &claims(), &EncodingKey::from_secret(SECRET)).unwrap();
    assert_eq!(tokens.verify(&token), Err(AccessTokenError::Invalid), "well signed, by another algorithm");
}

#[test]
fn a_token_with_wrong_or_missing_claims_is_refused() {
    let tokens = tokens(&[SECRET]);
    for (field, value) in [
        ("aud", json!("another-api")),
        ("aud", Value::Null),
        ("iss", json!("another-server")),
        ("iss", Value::Null),
        ("exp", Value::Null),
        ("sub", json!("nobody")),
        ("sub", Value::Null),
        ("sid", Value::Null),
        ("ws", Value::Null),
    ] {
        let token = crafted(&header(), &with(claims(), field, value.clone()));
        assert_eq!(tokens.verify(&token), Err(AccessTokenError::Invalid), "{field}: {value}");
    }
}

#[test]
fn a_token_of_a_key_that_is_not_this_servers_is_refused() {
    let token = issue(&tokens(&[OTHER]));
    assert_eq!(tokens(&[SECRET]).verify(&token), Err(AccessTokenError::Invalid));
    for kid in [Value::Null, json!(Key::new(OTHER).id)] {
        let token = crafted(&with(header(), "kid", kid), &claims());
        assert_eq!(tokens(&[OTHER, SECRET]).verify(&token), Err(AccessTokenError::Invalid));
    }
}

#[test]
fn a_changed_token_and_no_token_at_all_are_refused() {
    let tokens = tokens(&[SECRET]);
    let token = issue(&tokens);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let other_claims = crafted(&header(), &with(claims(), "sub", json!("9")));
    let (other_message, _) = other_claims.rsplit_once('.').unwrap();
    for text in ["", "..", "a.b.c", message, &format!("{other_message}.{signature}"), &"a.".repeat(100_000)] {
        assert_eq!(tokens.verify(text), Err(AccessTokenError::Invalid));
    }
}

#[test]
fn a_token_outlives_the_rotation_of_its_secret() {
    let token = issue(&tokens(&[SECRET]));
    let rotated = tokens(&[OTHER, SECRET]);
    assert!(rotated.verify(&token).is_ok());
    assert!(tokens(&[OTHER]).verify(&issue(&rotated)).is_ok(), "the first secret signs");
}
