//! The secret of a link that invites someone into a workspace.

use super::random;
use super::token_hash::TokenHash;

/// `ffi_` and 256 random bits. Shown once; only its hash is stored. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationToken(String);

/// Lets a person, and a scanner of leaked secrets, see what the token is.
const PREFIX: &str = "ffi_";

impl InvitationToken {
    pub fn generate() -> Self {
        Self(format!("{PREFIX}{}", random::secret_text()))
    }

    /// A token from a request; `None` if it cannot be one, so that no lookup is made for it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
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

impl std::fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ffi_***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_else_is_looked_up() {
        let token = InvitationToken::generate();
        let read = InvitationToken::parse(&format!(" {} ", token.expose())).unwrap();
        assert_eq!(read.hash().to_text(), token.hash().to_text());
        assert_ne!(InvitationToken::generate().hash().to_text(), token.hash().to_text());
        for text in ["", "ffi_", &token.expose()[4..], &format!("{}A", token.expose())] {
            assert_eq!(InvitationToken::parse(text), None, "{text:?}");
        }
        assert!(!format!("{token:?}").contains(&token.expose()[4..]));
    }
}
