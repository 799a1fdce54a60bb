//! The audit log.

mod entry;

pub use entry::AuditQuery;
