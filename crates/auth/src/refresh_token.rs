//! The token that trades for a new access token.

use super::random;
use super::token_hash::TokenHash;

/// `ffr_` and 256 random bits. Shown once; only its hash is stored. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken(String);

/// Lets a person, and a scanner of leaked secrets, see what the token is.
const PREFIX: &str = "ffr_";

impl RefreshToken {
    pub fn generate() -> Self {
        Self(format!("{PREFIX}{}", random::secret_text()))
    }

    /// A token from a request; `None` if it cannot be one, so that no lookup is made for it.
    pub fn parse(text: &str) -> Option<Self> {
        let random = text.strip_prefix(PREFIX)?;
        random::is_secret_text(random).then(|| Self(text.to_owned()))
    }

    /// The token itself, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ffr_***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_again_by_its_hash_and_another_is_not() {
        let (token, other) = (RefreshToken::generate(), RefreshToken::generate());
        let stored = token.hash();
        assert!(RefreshToken::parse(token.expose()).unwrap().hash().matches(stored.as_bytes()));
        assert!(!other.hash().matches(stored.as_bytes()));
        assert!(!token.hash().matches(&stored.as_bytes()[..31]));
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_a_lookup() {
        let token = RefreshToken::generate();
        let random = &token.expose()[4..];
        for text in ["", "ffr_", random, &format!("ffr_{random}A"), &format!("ffr_{}\0", &random[..42])] {
            assert_eq!(RefreshToken::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_token() {
        let token = RefreshToken::generate();
        assert!(!format!("{token:?}").contains(&token.expose()[4..]));
    }
}
