//! The secrets of one consent at a network: state, PKCE verifier, and what binds the flow to a browser.

use super::random;
use super::token_hash::TokenHash;

/// Declares a secret of 256 random bits of which only the hash is stored.
macro_rules! hashed_secret {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            pub fn generate() -> Self {
                Self(random::secret_text())
            }

            /// A value that came back from a browser; `None` if it cannot be one.
            pub fn parse(text: &str) -> Option<Self> {
                random::is_secret_text(text).then(|| Self(text.to_owned()))
            }

            pub fn expose(&self) -> &str {
                &self.0
            }

            pub fn hash(&self) -> TokenHash {
                TokenHash::of(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

hashed_secret! {
    /// The `state` of an authorization request (RFC 6749, section 10.12).
    OauthState
}

hashed_secret! {
    /// The cookie of the browser that began the flow. A callback without it may come from someone else's browser.
    BrowserBinding
}

/// The `code_verifier` of PKCE (RFC 7636): 43 characters, 256 random bits. Stored sealed, not hashed: the token
/// request carries it.
#[derive(Clone, PartialEq, Eq)]
pub struct PkceVerifier(String);

impl PkceVerifier {
    pub fn generate() -> Self {
        Self(random::secret_text())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PkceVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PkceVerifier(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_has_a_length_that_rfc_7636_allows() {
        assert!((43..=128).contains(&PkceVerifier::generate().expose().len()));
    }

    #[test]
    fn a_state_that_came_back_is_known_by_its_hash() {
        let state = OauthState::generate();
        let stored = state.hash();
        assert!(OauthState::parse(state.expose()).unwrap().hash().matches(stored.as_bytes()));
        assert!(!OauthState::generate().hash().matches(stored.as_bytes()));
        assert_eq!(OauthState::parse("stale"), None);
    }

    #[test]
    fn debug_output_hides_the_secrets() {
        let (state, verifier) = (OauthState::generate(), PkceVerifier::generate());
        let shown = format!("{state:?} {verifier:?}");
        assert!(!shown.contains(state.expose()) && !shown.contains(verifier.expose()));
    }
}
