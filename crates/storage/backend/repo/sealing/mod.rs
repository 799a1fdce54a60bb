//! Secrets at rest, and which servers can open them.

pub mod sealed;
pub mod servers;
