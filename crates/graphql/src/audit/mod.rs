//! The audit log.

mod entry;

pub use entry::{AuditEntry, AuditQuery};
