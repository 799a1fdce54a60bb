//! Work that is done in parts under a lease, whatever it is: exports and imports.

mod work;

pub use fanfare_storage::part_lease::ClaimedParts;
pub use fanfare_storage::rows::Progress;
pub use work::{PartedWork, Standing};
