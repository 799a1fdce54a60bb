//! The validator's messages as sentences.

/// Begins with a capital letter, without what only a compiler says.
pub fn plain(message: &str) -> String {
    let message = message.trim_end().trim_end_matches(" in this document");
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_sentence() {
        assert_eq!(plain("cannot find type `Foo` in this document"), "Cannot find type `Foo`");
        assert_eq!(plain("`Foo` is no type"), "`Foo` is no type");
    }
}
