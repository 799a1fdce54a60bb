//! `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2).

use axum::http::{HeaderMap, header};

/// Whether the client has the answer with this tag. The comparison is the weak one, as the specification wants for this
/// header.
pub fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let given = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = given.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|given| given == "*" || without_weakness(given) == without_weakness(tag))
}

fn without_weakness(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn weak_and_strong_tags_are_compared_without_their_weakness() {
        let tag = "\"a\"".to_owned();
        for (given, found) in [
            (tag.clone(), true),
            (format!("W/{tag}"), true),
            (format!("\"x\", {tag}"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&given).unwrap());
            assert_eq!(is_known(&asked, &tag), found, "{given}");
            assert_eq!(is_known(&asked, &format!("W/{tag}")), found, "{given}");
        }
        assert!(!is_known(&HeaderMap::new(), &tag));
    }
}
