//! The cookie that binds a consent to the browser that began it.

use crate::{BrowserBinding, OauthState};
use std::time::Duration;
use url::Url;

/// Only the routes of the callbacks see it.
const PATH: &str = "/api/sns/oauth";

/// Its name holds a part of the state's hash, so that consents in two tabs do not overwrite each other's.
fn name(state: &OauthState) -> String {
    let hash = state.hash().to_text();
    format!("fanfare_consent_{}", hash.get(..16).unwrap_or_default())
}

/// The `Set-Cookie` of a consent that begins. `SameSite=Lax`: the network's redirect, a navigation from another site,
/// must carry it.
pub fn set(state: &OauthState, binding: &BrowserBinding, public_base: &Url, lifetime: Duration) -> String {
    cookie(state, binding.expose(), public_base, lifetime.as_secs())
}

/// The `Set-Cookie` of a consent that has ended.
pub fn clear(state: &OauthState, public_base: &Url) -> String {
    cookie(state, "", public_base, 0)
}

fn cookie(state: &OauthState, value: &str, public_base: &Url, max_age: u64) -> String {
    let (name, prefix) = (name(state), public_base.path().trim_end_matches('/'));
    let secure = if public_base.scheme() == "https" { "; Secure" } else { "" };
    format!("{name}={value}; Path={prefix}{PATH}; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
}

/// The binding of a state among the `Cookie` headers of a request.
pub fn find<'a>(state: &OauthState, headers: impl IntoIterator<Item = &'a str>) -> Option<BrowserBinding> {
    let name = name(state);
    let mut cookies = headers.into_iter().flat_map(|header| header.split(';'));
    cookies.find_map(|cookie| {
        let (found, value) = cookie.trim().split_once('=')?;
        (found == name).then(|| BrowserBinding::parse(value))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_comes_back_for_its_own_consent_only() {
        let (state, other) = (OauthState::generate(), OauthState::generate());
        let binding = BrowserBinding::generate();
        let base = Url::parse("https://fanfare.example/app/").unwrap();
        let set = set(&state, &binding, &base, Duration::from_mins(10));
        let (pair, attributes) = set.split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/app/api/sns/oauth; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
        let sent = format!("theme=dark; {pair}");
        assert_eq!(find(&state, [sent.as_str()]), Some(binding));
        assert_eq!(find(&other, [sent.as_str()]), None);
        assert_eq!(find(&state, ["", "nonsense", "=;="]), None);
    }

    #[test]
    fn an_end_clears_the_cookie_and_plain_http_does_not_ask_for_tls() {
        let base = Url::parse("http://127.0.0.1:8000").unwrap();
        let cleared = clear(&OauthState::generate(), &base);
        assert!(cleared.contains("=; Path=/api/sns/oauth; Max-Age=0;"), "{cleared}");
        assert!(!cleared.contains("Secure"));
    }
}
