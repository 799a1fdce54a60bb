//! The credentials of a `connection_init`.

use super::super::caller::bearer;
use super::super::gateway::AuthFailure;
use serde_json::Value;

/// The names that clients use, the first that holds a token counts.
const NAMES: [&str; 3] = ["authorization", "token", "x-api-key"];

/// The token of a `connection_init` payload, if it has one: at its top, or below `headers`, as Postman and Altair send
/// it. Names are compared as those of HTTP headers are; what is empty is none.
///
/// # Errors
/// There are credentials, but of another scheme or type.
pub fn token(payload: &Value) -> Result<Option<&str>, AuthFailure> {
    for place in [Some(payload), payload.get("headers")].into_iter().flatten() {
        for value in NAMES.into_iter().flat_map(|name| named(place, name)) {
            if let Some(token) = read(value)? {
                return Ok(Some(token));
            }
        }
    }
    Ok(None)
}

fn named<'a>(place: &'a Value, name: &'static str) -> impl Iterator<Item = &'a Value> {
    let fields = place.as_object().into_iter().flatten();
    fields.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The token, with or without `Bearer`.
fn read(value: &Value) -> Result<Option<&str>, AuthFailure> {
    if value.is_null() {
        return Ok(None);
    }
    let text = value.as_str().ok_or(AuthFailure::Invalid)?.trim();
    if text.contains(' ') || text.eq_ignore_ascii_case("bearer") {
        return bearer(text);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn credentials_are_found_where_clients_put_them_and_empty_ones_are_none() {
        for payload in [
            json!({ "Authorization": "Bearer a" }),
            json!({ "authorization": "bearer a" }),
            json!({ "AUTHORIZATION": "a" }),
            json!({ "token": "a" }),
            json!({ "X-API-Key": "a" }),
            json!({ "headers": { "Authorization": "Bearer a" } }),
            json!({ "headers": { "authorization": "Bearer a", "content-type": "application/json" } }),
            json!({ "Authorization": "", "headers": { "x-api-key": "a" } }),
            json!({ "authorization": null, "token": " a " }),
        ] {
            assert_eq!(token(&payload), Ok(Some("a")), "{payload}");
        }
        for payload in [
            json!({}),
            json!(null),
            json!("a"),
            json!({ "Authorization": "" }),
            json!({ "Authorization": "Bearer" }),
            json!({ "Authorization": "Bearer ", "headers": { "Authorization": null } }),
            json!({ "headers": "a" }),
        ] {
            assert_eq!(token(&payload), Ok(None), "{payload}");
        }
        for payload in
            [json!({ "Authorization": 1 }), json!({ "headers": { "authorization": "Basic eDp5" } })]
        {
            assert_eq!(token(&payload), Err(AuthFailure::Invalid), "{payload}");
        }
    }
}
