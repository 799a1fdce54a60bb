//! What runs write is committed together: while one transaction is under way, the writes of other runs wait and share the
//! next one. A write that finds nobody at it begins at once, so a lone one waits for nothing.

mod group;
mod queue;
mod store;
#[cfg(test)]
mod tests;

pub use group::Together;
pub use store::StoredRuns;
