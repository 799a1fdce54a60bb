//! Tokens that are shown once, and of which only the hash is stored.

use super::random;
use super::token_hash::TokenHash;

/// Declares a token of 256 random bits behind a prefix, which lets a person, and a scanner of leaked secrets, see what
/// the token is.
macro_rules! secret_token {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            pub fn generate() -> Self {
                Self(format!("{}{}", $prefix, random::secret_text()))
            }

            /// A token from a request; `None` if it cannot be one, so that no lookup is made for it.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim();
                let random = text.strip_prefix($prefix)?;
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

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}***", $prefix)
            }
        }
    };
}

secret_token! {
    /// Trades for a new access token: `ffr_` and 256 random bits. `Debug` hides it.
    RefreshToken, "ffr_"
}

secret_token! {
    /// The secret of a link that invites someone into a workspace: `ffi_` and 256 random bits. `Debug` hides it.
    InvitationToken, "ffi_"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_again_by_its_hash_and_another_is_not() {
        let (token, other) = (RefreshToken::generate(), RefreshToken::generate());
        let stored = token.hash();
        let read = RefreshToken::parse(&format!(" {} ", token.expose())).unwrap();
        assert!(read.hash().matches(stored.as_bytes()));
        assert!(!other.hash().matches(stored.as_bytes()));
        assert!(!token.hash().matches(&stored.as_bytes()[..31]));
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_a_lookup() {
        let token = RefreshToken::generate();
        let random = &token.expose()[4..];
        let invitation = InvitationToken::generate();
        let texts = ["", "ffr_", random, &format!("ffr_{random}A"), &format!("ffr_{}\0", &random[..42])];
        for text in texts.into_iter().chain([invitation.expose()]) {
            assert_eq!(RefreshToken::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_token() {
        let token = RefreshToken::generate();
        assert_eq!(format!("{token:?}"), "ffr_***");
    }
}
