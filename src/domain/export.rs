//! Files that a workspace takes its data away in.

text_enum! {
    /// What an export holds.
    ExportKind {
        /// A line for each post that was created on the days, and for each of its accounts.
        Posts = "posts",
        /// A line for each day, with the workspace's numbers.
        Analytics = "analytics",
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

impl ExportStatus {
    /// Whether a worker has something left to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}
