//! E-mail addresses.

/// The longest address, in characters (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;
/// The longest part before the `@`, in characters (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// An address that mail can be sent to, as far as its form tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As it was written, without spaces around.
    pub address: String,
    /// In lower case: two addresses with one key are one person's.
    pub key: String,
}

impl Email {
    /// `None`: no address.
    pub fn parse(text: &str) -> Option<Self> {
        let address = text.trim();
        if address.chars().count() > MAX_ADDRESS {
            return None;
        }
        let (local, domain) = address.rsplit_once('@')?;
        let local_is_good = (1..=MAX_LOCAL).contains(&local.chars().count())
            && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"@<>()[],;:\\\"".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let domain_is_good = domain.contains('.') && domain.split('.').all(is_label);
        (local_is_good && domain_is_good)
            .then(|| Self { address: address.to_owned(), key: address.to_lowercase() })
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.chars().count())
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_written_and_known_whatever_its_case() {
        let email = Email::parse(" Ada.Lovelace+x@Example.COM ").unwrap();
        assert_eq!(email.address, "Ada.Lovelace+x@Example.COM");
        assert_eq!(email.key, "ada.lovelace+x@example.com");
        assert!(Email::parse("señor@correo.example.es").is_some());
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
