//! Exports and imports, made part by part.

pub mod exports;
pub mod imports;
pub(super) mod part_leases;
