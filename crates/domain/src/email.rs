//! E-mail addresses.

use crate::invisible::is_invisible;
use unicode_normalization::UnicodeNormalization as _;

/// The longest address, in characters (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;
/// The longest part before the `@`, in characters (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// An address that mail can be sent to, as far as its form tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As it was written, in the normal form NFKC and without spaces around: a full-width letter is the plain one.
    pub address: String,
    /// In lower case, its domain in ASCII (UTS 46): two addresses with one key are one user's.
    pub key: String,
}

impl Email {
    /// `None`: no address. Characters that nobody sees are refused: two accounts could look the same.
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim().chars().count() > MAX_ADDRESS {
            return None;
        }
        let address: String = text.trim().nfkc().collect();
        if address.chars().count() > MAX_ADDRESS || address.chars().any(is_invisible) {
            return None;
        }
        let (local, domain) = address.rsplit_once('@')?;
        let local_is_good = (1..=MAX_LOCAL).contains(&local.chars().count())
            && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"@<>()[],;:\\\"".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let domain = idna::domain_to_ascii(domain).ok()?;
        let domain_is_good = domain.contains('.') && domain.split('.').all(is_label);
        // Some letters have a lower case that is composed of several characters.
        let local_key: String = local.to_lowercase().nfkc().collect();
        let key = format!("{local_key}@{domain}");
        (local_is_good && domain_is_good).then_some(Self { address, key })
    }

    /// The key by which an account is looked up. Of a text that is no address, the key that no account is stored under
    /// today; accounts from before a rule was made stricter may be.
    pub fn key_of(text: &str) -> String {
        Self::parse(text).map_or_else(|| text.trim().to_lowercase(), |email| email.key)
    }
}

/// A label of a domain in ASCII, in lower case.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Option<String> {
        Email::parse(text).map(|email| email.key)
    }

    /// Each ASCII character in its full-width form.
    fn full_width(text: &str) -> String {
        text.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect()
    }

    #[test]
    fn an_address_is_kept_as_written_and_known_whatever_its_case() {
        let email = Email::parse(" Ada.Lovelace+x@Example.COM ").unwrap();
        assert_eq!(email.address, "Ada.Lovelace+x@Example.COM");
        assert_eq!(email.key, "ada.lovelace+x@example.com");
        assert!(Email::parse("señor@correo.example.es").is_some());
    }

    #[test]
    fn addresses_that_look_the_same_are_the_same_or_refused() {
        let ada = key("ada@example.com");
        assert_eq!(key("\u{ff41}da@example.com"), ada, "full-width");
        assert_eq!(key("ada\u{ff20}example\u{ff0e}com"), ada, "full-width signs");
        assert_eq!(key("ad\u{1d41a}@example.com"), ada, "a mathematical letter");
        assert_eq!(key("rene\u{301}@example.com"), key("REN\u{c9}@example.com"));
        assert_eq!(key("ada@b\u{fc}cher.example"), key("ada@XN--bcher-kva.example"));
        assert_eq!(key("ada@b\u{fc}cher.example").as_deref(), Some("ada@xn--bcher-kva.example"));
        for hidden in [
            "ada\u{200b}@example.com",
            "\u{202e}ada@example.com",
            "ada@exam\u{ad}ple.com",
            "ada\u{3164}@example.com",
        ] {
            assert_eq!(key(hidden), None, "{hidden:?}");
        }
    }

    proptest! {
        #[test]
        fn a_form_of_an_address_that_looks_the_same_has_the_same_key(
            local in "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,20}", domain in "[a-zA-Z0-9]{1,10}\\.[a-z]{2,5}",
        ) {
            let plain = format!("{local}@{domain}");
            let expected = key(&plain);
            prop_assert!(expected.is_some(), "{}", plain);
            prop_assert_eq!(key(&full_width(&plain)), expected.clone());
            prop_assert_eq!(key(&plain.to_uppercase()), expected.clone());
            prop_assert_eq!(key(&format!("\u{3000}{plain} ")), expected);
        }

        #[test]
        fn an_invisible_character_anywhere_is_refused(
            at in 0..=15_usize, hidden in prop::sample::select(vec!['\u{200b}', '\u{200d}', '\u{2060}', '\u{202e}', '\u{2067}', '\u{feff}']),
        ) {
            let mut text = "ada@example.com".to_owned();
            text.insert(at, hidden);
            prop_assert_eq!(key(&text), None, "{:?}", text);
        }

        #[test]
        fn a_key_is_the_key_of_itself(text in "\\PC{1,20}@\\PC{1,20}\\.[a-z]{2,4}") {
            if let Some(once) = key(&text)
                && let Some(twice) = key(&once)
            {
                prop_assert_eq!(twice, once);
            }
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        let huge = format!("a@{}.com", "b.".repeat(200));
        for bad in [
            "",
            "a",
            "@example.com",
            "a@",
            "a@localhost",
            "a@b@example.com",
            "a b@example.com",
            "a@exa mple.com",
            "a\u{0}b@example.com",
            "a@-x.com",
            "a@x..com",
            ".a@x.com",
            "a@x.com\r\nBcc: all",
            &long,
            &huge,
        ] {
            assert_eq!(Email::parse(bad), None, "{bad:?}");
        }
    }
}
