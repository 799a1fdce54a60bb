//! What a user signs in with who has lost their authenticator app.

use super::random;
use super::random::{is_letter, letters};
use super::token_hash::TokenHash;

/// 100 random bits as 20 letters and digits. Shown once; only its hash is stored. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

const CHARS: usize = 20;
/// Shown in groups of so many characters.
const GROUP: usize = 5;
/// How many a person has at once.
const AT_ONCE: usize = 10;

impl RecoveryCode {
    /// As many as a person gets at once.
    pub fn generate() -> Vec<Self> {
        (0..AT_ONCE).map(|_| Self(letters(&random::bytes::<CHARS>()))).collect()
    }

    /// A code as a person writes it, in any case, with spaces and dashes wherever; `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let meant = |c: &char| !c.is_whitespace() && *c != '-';
        // One more than a code has, so that a long text is not copied.
        let code: String = text.chars().filter(meant).take(CHARS + 1).collect::<String>().to_lowercase();
        (code.len() == CHARS && code.bytes().all(is_letter)).then_some(Self(code))
    }

    /// `xxxxx-xxxxx-xxxxx-xxxxx`, for the one answer that carries it.
    pub fn expose(&self) -> String {
        let groups = self.0.as_bytes().chunks(GROUP).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join("-")
    }

    /// So many bits cannot be guessed: a slow hash would add nothing.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_written_down() {
        let codes = RecoveryCode::generate();
        assert_eq!(codes.len(), 10);
        let (code, other) = (&codes[0], &codes[1]);
        let shown = code.expose();
        assert_eq!((shown.len(), shown.matches('-').count()), (23, 3), "{shown}");
        for text in
            [&shown, &shown.replace('-', ""), &format!(" {} ", shown.to_uppercase().replace('-', " "))]
        {
            let read = RecoveryCode::parse(text).unwrap();
            assert!(read.hash().matches(code.hash().as_bytes()), "{text}");
            assert!(!read.hash().matches(other.hash().as_bytes()));
        }
        for text in ["", "123456", &shown[1..], &format!("{shown}a"), &shown.replace(&shown[..1], "0")] {
            assert_eq!(RecoveryCode::parse(text), None, "{text}");
        }
        assert!(!format!("{code:?}").contains(&shown[..5]));
    }
}
