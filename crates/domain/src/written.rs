//! What a person wrote, and what one network gets of it.

/// The words of a post, or of a target once its variant is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    pub content: &'a str,
    pub title: Option<&'a str>,
    /// Without `#`.
    pub hashtags: &'a [String],
    pub link_url: Option<&'a str>,
}

/// What a target has instead of its post's; `None`: the post's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variant<'a> {
    pub content: Option<&'a str>,
    pub title: Option<&'a str>,
    pub hashtags: Option<&'a [String]>,
    pub link_url: Option<&'a str>,
}

impl<'a> Written<'a> {
    /// What the target gets.
    #[must_use]
    pub fn adapted(self, variant: Variant<'a>) -> Self {
        Self {
            content: variant.content.unwrap_or(self.content),
            title: variant.title.or(self.title),
            hashtags: variant.hashtags.unwrap_or(self.hashtags),
            link_url: variant.link_url.or(self.link_url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_replaces_what_it_names_and_leaves_the_rest() {
        let tags = ["a".to_owned()];
        let post = Written { content: "text", title: Some("title"), hashtags: &tags, link_url: None };
        assert_eq!(post.adapted(Variant::default()), post);
        let variant = Variant { content: Some("short"), hashtags: Some(&[]), ..Variant::default() };
        assert_eq!(post.adapted(variant), Written { content: "short", hashtags: &[], ..post });
    }
}
