use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;

/// How far work is that is done in parts. Exports and imports have these columns alike.
#[derive(Clone, Debug, Queryable)]
pub struct Progress {
    /// Posts, days or lines.
    pub total: i64,
    /// Of `total`.
    pub done: i64,
    /// Why it failed; shown.
    pub error: Option<String>,
    pub created_at: Timestamp,
    /// `None`: it waits, or a worker is at it.
    pub finished_at: Option<Timestamp>,
}

/// `progress!(exports)`: the columns of a [`Progress`] in the order of its fields, as expression and as type.
macro_rules! progress {
    ($table:ident) => {
        ($table::total, $table::done, $table::error, $table::created_at, $table::finished_at)
    };
}
pub(super) use progress;
