//! Files that posts are created from.

text_enum! {
    /// How far an import is.
    ImportStatus {
        /// It waits for a worker.
        Queued = "queued",
        /// Its lines are being read.
        Running = "running",
        /// Every line was read; `problems` tells of those that were refused.
        Done = "done",
        /// It ended before its last line; `error` says why.
        Failed = "failed",
        /// Someone ended it before its last line.
        Cancelled = "cancelled",
    }
}

impl ImportStatus {
    /// Whether a worker has something left to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

text_enum! {
    /// A column of an import's file.
    ImportColumn {
        /// The text; every file has it.
        Content = "content",
        /// Names or ids of accounts.
        Accounts = "accounts",
        /// When it is published; an empty cell: it stays a draft.
        ScheduledAt = "scheduled_at",
        /// For networks that have titles.
        Title = "title",
        /// Words, with or without #.
        Hashtags = "hashtags",
        /// Joined to the text.
        LinkUrl = "link_url",
        /// Ids of the media library, and addresses of pictures and videos.
        Media = "media",
        /// The name or the id of a campaign.
        Campaign = "campaign",
        /// What one account's failure means for the others.
        PublishMode = "publish_mode",
        /// What kind of post it is.
        TemplateType = "template_type",
        /// What another tool sorts its posts by: passed over.
        Labels = "labels",
        /// What another tool publishes and this server does not: its cells have to be empty.
        Unsupported = "unsupported",
    }
}

impl ImportColumn {
    /// Those that a file written for this server has.
    pub fn own() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|column| !column.is_foreign())
    }

    /// Whether it is of another tool, and has no meaning here; a file may have several of it.
    pub const fn is_foreign(self) -> bool {
        matches!(self, Self::Labels | Self::Unsupported)
    }

    /// The column of a heading, in any case. Exports head the ids of accounts and campaigns in a way of their own.
    pub fn of_heading(heading: &str) -> Option<Self> {
        // Publer's headings explain themselves: "Media URL(s) - Separated by comma".
        let name = heading.split(" - ").next().unwrap_or(heading);
        let name = name.trim().to_lowercase().replace("(s)", "").replace([' ', '-'], "_");
        match name.as_str() {
            "account_id" => Some(Self::Accounts),
            "campaign_id" => Some(Self::Campaign),
            name => Self::of_other_tool(name).or_else(|| Self::own().find(|column| column.as_str() == name)),
        }
    }

    /// What the files for the bulk uploads of Buffer (Text, Image URL, Tags, Posting Time, Board Name), of Hootsuite
    /// (Date, Message, Link) and of Publer (Date, Text, Link, Media URL, Title, Label, Alt text, Comment and further)
    /// call their columns.
    fn of_other_tool(name: &str) -> Option<Self> {
        Some(match name {
            "text" | "message" => Self::Content,
            "date" | "posting_time" => Self::ScheduledAt,
            "link" => Self::LinkUrl,
            "image_url" | "media_url" | "media_urls" => Self::Media,
            "tags" | "label" | "labels" => Self::Labels,
            "alt_text"
            | "board_name"
            | "comment"
            | "cta"
            | "pin_board,_fb_album,_or_google_category"
            | "post_subtype"
            | "reminder" => Self::Unsupported,
            _ => return None,
        })
    }

    /// The column that fills a field of a post's input, such as `accountIds` or `scheduledLocal`.
    pub fn of_field(field: &str) -> Option<Self> {
        Some(match field {
            "content" => Self::Content,
            "accountIds" => Self::Accounts,
            "scheduledAt" | "scheduledLocal" | "publishNow" => Self::ScheduledAt,
            "title" => Self::Title,
            "hashtags" => Self::Hashtags,
            "linkUrl" => Self::LinkUrl,
            "mediaIds" | "mediaUrls" => Self::Media,
            "campaignId" => Self::Campaign,
            "publishMode" => Self::PublishMode,
            "templateType" => Self::TemplateType,
            "unsupported" => Self::Unsupported,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_read_as_people_and_exports_write_it() {
        for (heading, column) in [
            ("content", ImportColumn::Content),
            (" Scheduled At ", ImportColumn::ScheduledAt),
            ("LINK-URL", ImportColumn::LinkUrl),
            ("account_id", ImportColumn::Accounts),
            ("campaign_id", ImportColumn::Campaign),
        ] {
            assert_eq!(ImportColumn::of_heading(heading), Some(column), "{heading}");
        }
        for heading in ["likes", "unsupported", ""] {
            assert_eq!(ImportColumn::of_heading(heading), None, "{heading}");
        }
    }

    #[test]
    fn the_headings_of_other_tools_are_known() {
        use ImportColumn as C;
        let columns = |headings: &[&str]| -> Vec<C> {
            headings.iter().map(|heading| C::of_heading(heading).unwrap()).collect()
        };
        let buffer = columns(&["Text", "Image URL", "Tags", "Posting Time", "Board Name"]);
        assert_eq!(buffer, [C::Content, C::Media, C::Labels, C::ScheduledAt, C::Unsupported]);
        assert_eq!(columns(&["Date", "Message", "Link"]), [C::ScheduledAt, C::Content, C::LinkUrl]);
        let publer = columns(&[
            "Date - Intl. format or prompt",
            "Text",
            "Link(s) - Separated by comma for FB carousels",
            "Media URL(s) - Separated by comma",
            "Title - For the video, pin, PDF ..",
            "Label(s) - Separated by comma",
            "Alt text(s) - Separated by ||",
            "Comment(s) - Separated by ||",
            "Pin board, FB album, or Google category",
            "Post subtype - I.e. story, reel, PDF ..",
            "CTA - For Facebook links or Google",
            "Reminder - For stories, reels, shorts, and TikToks",
        ]);
        let known = [C::ScheduledAt, C::Content, C::LinkUrl, C::Media, C::Title, C::Labels];
        assert_eq!(publer, [known, [C::Unsupported; 6]].concat());
    }
}
