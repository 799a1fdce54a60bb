//! The audit log.

mod change;
mod entry;

pub use entry::{AuditEntry, AuditEntryConnection, AuditLogFilter, AuditQuery, audit_log_of};
