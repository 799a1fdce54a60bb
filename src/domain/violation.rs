//! What a network would refuse, found before anything is sent.

text_enum! {
    /// The rule of a network that a target breaks.
    ViolationCode {
        ContentEmpty = "content_empty",
        ContentTooLong = "content_too_long",
        /// The text has characters that the network does not take.
        TextInvalid = "text_invalid",
        TitleMissing = "title_missing",
        TitleTooLong = "title_too_long",
        TooManyHashtags = "too_many_hashtags",
        HashtagInvalid = "hashtag_invalid",
        LinkInvalid = "link_invalid",
        MediaRequired = "media_required",
        MediaTooMany = "media_too_many",
        MediaTypeNotAllowed = "media_type_not_allowed",
        MediaMixNotAllowed = "media_mix_not_allowed",
        MediaTooLarge = "media_too_large",
        MediaTooLong = "media_too_long",
        MediaTooShort = "media_too_short",
        MediaAspectRatio = "media_aspect_ratio",
        /// The network pulls media, and this server's address cannot be reached from outside.
        MediaNotPublic = "media_not_public",
        DeleteNotSupported = "delete_not_supported",
        AccountNotActive = "account_not_active",
        PlatformNotAvailable = "platform_not_available",
    }
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub code: ViolationCode,
    /// What is wrong and what to do, in words a person can act on.
    pub message: String,
    /// The part of the post: `content`, `title`, `media.0`, `hashtags`, `link`.
    pub field: String,
    /// `false`: a warning, the post is accepted.
    pub blocking: bool,
}

impl Violation {
    /// A rule whose breach refuses the post.
    pub fn blocking(code: ViolationCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: field.into(), blocking: true }
    }
}
