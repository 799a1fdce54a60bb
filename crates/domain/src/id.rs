//! Row ids: 64-bit integers in tables, one Rust type for each noun so that they cannot be mixed up.

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $kind:literal),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The noun, as it stands in a GraphQL global id (`post:12` before encoding).
            pub const KIND: &'static str = $kind;
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )+};
}

ids! {
    UserId = "user",
    WorkspaceId = "workspace",
    SessionId = "session",
    AccountId = "account",
    MediaId = "media",
    MediaFetchId = "media_fetch",
    UnownedFileId = "unowned_file",
    PostId = "post",
    TargetId = "target",
    StepId = "step",
    JobId = "job",
    SagaId = "saga",
    CampaignId = "campaign",
    TemplateId = "template",
    OauthStateId = "oauth_state",
    ApiKeyId = "api_key",
    InvitationId = "invitation",
    InboxMessageId = "inbox_message",
    InboxReplyId = "inbox_reply",
    ExportId = "export",
    ImportId = "import",
    ImportProblemId = "import_problem",
}
