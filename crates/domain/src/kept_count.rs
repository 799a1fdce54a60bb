//! Counts that the database keeps.

text_enum! {
    /// Rows that are counted as they come and go.
    KeptCount {
        /// The posts of a workspace, by status.
        WorkspacePosts = "workspace_posts",
        /// The posts of a campaign.
        CampaignPosts = "campaign_posts",
        /// The posts that are meant for an account.
        AccountPosts = "account_posts",
        /// The messages to an account, by status.
        AccountMessages = "account_messages",
    }
}
