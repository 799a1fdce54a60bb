//! Files that a workspace takes its data away in.

text_enum! {
    /// What an export holds.
    ExportKind {
        /// A line for each post that was created on the days, and for each of its accounts.
        Posts = "posts",
        /// A line for each day, with the workspace's numbers.
        Analytics = "analytics",
        /// A PDF for people: totals, charts by day, networks, accounts and the best posts.
        Report = "report",
    }
}

impl ExportKind {
    /// The end of its file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Posts | Self::Analytics => "csv",
            Self::Report => "pdf",
        }
    }

    /// What its file is.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Posts | Self::Analytics => "text/csv; charset=utf-8; header=present",
            Self::Report => "application/pdf",
        }
    }

    /// Whether its file is no text, and its parts are kept in base64.
    pub const fn is_binary(self) -> bool {
        matches!(self, Self::Report)
    }
}

text_enum! {
    /// How far an export is.
    ExportStatus {
        /// It waits for a worker.
        Queued = "queued",
        /// It is being written.
        Running = "running",
        /// It can be fetched.
        Ready = "ready",
        /// It could not be written.
        Failed = "failed",
    }
}
