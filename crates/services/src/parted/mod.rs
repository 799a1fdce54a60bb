//! Work that is done in parts under a lease, whatever it is: exports and imports.

mod work;

pub use fanfare_storage::rows::Progress;
pub use fanfare_storage::work::part_lease::ClaimedParts;
pub use work::{PartedWork, Standing};
