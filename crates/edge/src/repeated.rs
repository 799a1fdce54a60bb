//! Parameters that stand more than once in a query string or form, so that nobody can tell which of them is meant.

use std::collections::HashSet;

/// What is said of such a parameter.
pub const TWICE: &str = "Give this parameter once.";

/// The names that come a second time, each as often as it does.
pub fn repeated(pairs: &[(String, String)]) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    let names = pairs.iter().map(|(name, _)| name.as_str());
    names.filter(move |name| !seen.insert(*name))
}

#[cfg(test)]
mod tests {
    use super::repeated;

    #[test]
    fn only_what_comes_a_second_time_is_repeated() {
        let pairs = ["a", "b", "a", "c", "a", "b"].map(|name| (name.to_owned(), "x".to_owned()));
        assert_eq!(repeated(&pairs).collect::<Vec<_>>(), ["a", "a", "b"]);
        assert_eq!(repeated(&pairs[..2]).next(), None);
    }
}
