//! Rules on hashtags and links that every network shares.

use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_platform_api::PublishInput;

/// Hashtags that no network would turn into one, and links that are not on the web.
pub(super) fn check_hashtags_and_link(input: &PublishInput) -> Vec<Violation> {
    let mut found = Vec::new();
    for tag in &input.hashtags {
        if !is_hashtag(tag) {
            found.push(Violation::blocking(
                ViolationCode::HashtagInvalid,
                "hashtags",
                format!(
                    "\"{tag}\" is no hashtag: use letters, digits and _, with at least one letter, without #."
                ),
            ));
        }
    }
    if let Some(link) = &input.link_url
        && !matches!(link.scheme(), "http" | "https")
    {
        found.push(Violation::blocking(
            ViolationCode::LinkInvalid,
            "link",
            "The link must start with http:// or https://.",
        ));
    }
    found
}

fn is_hashtag(tag: &str) -> bool {
    // Marks and joiners stand inside words of many scripts: only what certainly ends a hashtag is refused.
    !tag.chars().any(|c| c.is_whitespace() || c.is_control() || (c.is_ascii_punctuation() && c != '_'))
        && tag.chars().any(|c| !c.is_ascii_digit() && c != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashtag_is_one_word_with_a_letter() {
        for good in ["rust", "1st", "ашок", "트위터", "हिन्दी", "new_york"] {
            assert!(is_hashtag(good), "{good}");
        }
        for bad in ["", "#rust", "12345", "two words", "a-b", "_", "a.b"] {
            assert!(!is_hashtag(bad), "{bad}");
        }
    }
}
