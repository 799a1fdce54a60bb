//! The audit log.

mod audit_log;

pub use audit_log::AuditLog;
pub use fanfare_storage::page::AuditFilter;
pub use fanfare_storage::rows::AuditRow;
