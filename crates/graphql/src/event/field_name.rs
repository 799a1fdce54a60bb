//! Names of fields that events hold.

/// A stored field's name as the schema writes it: `banned_keywords` is `bannedKeywords`.
pub fn field_name(stored: &str) -> String {
    let mut words = stored.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_name_is_written_as_the_schema_writes_it() {
        for (stored, name) in
            [("name", "name"), ("banned_keywords", "bannedKeywords"), ("a__b", "aB"), ("", "")]
        {
            assert_eq!(field_name(stored), name);
        }
    }
}
