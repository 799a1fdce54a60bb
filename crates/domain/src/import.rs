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
        /// Ids of the media library.
        Media = "media",
        /// The name or the id of a campaign.
        Campaign = "campaign",
        /// What one account's failure means for the others.
        PublishMode = "publish_mode",
        /// What kind of post it is.
        TemplateType = "template_type",
    }
}

impl ImportColumn {
    /// The column of a heading, in any case. Exports head the ids of accounts and campaigns in a way of their own.
    pub fn of_heading(heading: &str) -> Option<Self> {
        let name = heading.trim().to_lowercase().replace([' ', '-'], "_");
        match name.as_str() {
            "account_id" => Some(Self::Accounts),
            "campaign_id" => Some(Self::Campaign),
            name => Self::parse(name),
        }
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
            "mediaIds" => Self::Media,
            "campaignId" => Self::Campaign,
            "publishMode" => Self::PublishMode,
            "templateType" => Self::TemplateType,
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
        assert_eq!(ImportColumn::of_heading("likes"), None);
    }
}
