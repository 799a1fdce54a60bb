//! The audit log.

mod change;
mod entry;

pub use entry::AuditQuery;
