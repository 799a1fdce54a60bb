//! The audit log.

mod entry;

pub use entry::{AuditEntry, AuditEntryConnection, AuditLogFilter, AuditQuery, audit_log_of};
