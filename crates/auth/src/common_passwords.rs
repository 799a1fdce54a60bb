//! The passwords that are tried first.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Lines of `#` say where the list is from.
const LIST: &str = include_str!("common_passwords.txt");

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LIST.lines().filter(|line| !line.starts_with('#')).collect());

/// Whether a password, in whatever case, is one of the first that are tried.
pub fn contains(password: &str) -> bool {
    COMMON.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_long_and_knows_what_leaks_and_keyboards_have() {
        assert!(COMMON.len() > 10_000, "{}", COMMON.len());
        for known in ["password", "Password1", "q1w2e3r4t5y6", "iloveyou1", "liverpool1", "zxcvbnm123"] {
            assert!(contains(known), "{known}");
        }
        for unknown in ["correct horse battery", "# Passwords of at least", "", "ananas kathrin boot"] {
            assert!(!contains(unknown), "{unknown}");
        }
    }

    #[test]
    fn every_entry_can_be_looked_up_and_stands_once() {
        let entries: Vec<&str> = LIST.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(entries.is_sorted());
        assert_eq!(entries.len(), COMMON.len());
        assert!(entries.iter().all(|entry| entry.chars().count() >= 8 && *entry == entry.to_lowercase()));
    }
}
