//! What a network would refuse, found before anything is sent.

text_enum! {
    /// The rule of a network that a target breaks.
    ViolationCode {
        /// There is neither text nor a medium.
        ContentEmpty = "content_empty",
        /// The text, with link and hashtags, is longer than the network takes.
        ContentTooLong = "content_too_long",
        /// The text has characters that the network does not take.
        TextInvalid = "text_invalid",
        /// The network asks for a title.
        TitleMissing = "title_missing",
        /// The title is longer than the network takes.
        TitleTooLong = "title_too_long",
        /// There are more hashtags than the network takes.
        TooManyHashtags = "too_many_hashtags",
        /// There are more mentions of accounts than the network takes.
        TooManyMentions = "too_many_mentions",
        /// The network does not take the hashtag.
        HashtagInvalid = "hashtag_invalid",
        /// The network does not take the link.
        LinkInvalid = "link_invalid",
        /// The network asks for a picture or a video.
        MediaRequired = "media_required",
        /// There are more media than the network takes.
        MediaTooMany = "media_too_many",
        /// The network does not take files of this type.
        MediaTypeNotAllowed = "media_type_not_allowed",
        /// The network does not take these kinds of media together.
        MediaMixNotAllowed = "media_mix_not_allowed",
        /// The file has more bytes than the network takes.
        MediaTooLarge = "media_too_large",
        /// The video is longer than the network takes.
        MediaTooLong = "media_too_long",
        /// The video is shorter than the network takes.
        MediaTooShort = "media_too_short",
        /// The picture or video is too wide or too high for the network.
        MediaAspectRatio = "media_aspect_ratio",
        /// The network pulls media, and this server's address cannot be reached from outside.
        MediaNotPublic = "media_not_public",
        /// A medium is fetched from its address first; the rules about it are looked at then.
        MediaNotFetched = "media_not_fetched",
        /// The network cannot delete posts, which an all-or-nothing publication may have to.
        DeleteNotSupported = "delete_not_supported",
        /// The text, a title or a hashtag holds a word that the workspace has banned.
        BannedKeyword = "banned_keyword",
        /// The account is disconnected or must be reconnected.
        AccountNotActive = "account_not_active",
        /// This server has no client for the network.
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
