//! What workers take and give back.

pub mod export;
pub mod import;
pub mod inbox;
pub mod media_fetch;
pub mod part_lease;
pub mod unowned_file;
