//! What operations may cost.

mod costs;

pub use costs::Costs;
pub use fanfare_cache::rate::{BudgetLeft, Empty};
