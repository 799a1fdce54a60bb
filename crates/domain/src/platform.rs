//! The nine networks.

text_enum! {
    /// A social network.
    Platform {
        /// Instagram.
        Instagram = "instagram",
        /// Facebook pages.
        Facebook = "facebook",
        /// X, formerly Twitter.
        Twitter = "twitter",
        /// LinkedIn.
        Linkedin = "linkedin",
        /// TikTok.
        Tiktok = "tiktok",
        /// YouTube.
        Youtube = "youtube",
        /// Pinterest.
        Pinterest = "pinterest",
        /// Threads.
        Threads = "threads",
        /// Short videos on YouTube.
        YoutubeShorts = "youtube_shorts",
    }
}

impl Platform {
    /// The name a person reads.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Instagram => "Instagram",
            Self::Facebook => "Facebook",
            Self::Twitter => "X",
            Self::Linkedin => "LinkedIn",
            Self::Tiktok => "TikTok",
            Self::Youtube => "YouTube",
            Self::Pinterest => "Pinterest",
            Self::Threads => "Threads",
            Self::YoutubeShorts => "YouTube Shorts",
        }
    }

    /// The part of a setting's name that stands for the network: `FANFARE_<this>_CLIENT_ID`.
    pub const fn setting_name(self) -> &'static str {
        match self {
            Self::Instagram => "INSTAGRAM",
            Self::Facebook => "FACEBOOK",
            Self::Twitter => "TWITTER",
            Self::Linkedin => "LINKEDIN",
            Self::Tiktok => "TIKTOK",
            Self::Youtube => "YOUTUBE",
            Self::Pinterest => "PINTEREST",
            Self::Threads => "THREADS",
            Self::YoutubeShorts => "YOUTUBE_SHORTS",
        }
    }
}
