//! Bodies of requests as they arrive: how long they may take, how much of them is held, and what the connection does
//! meanwhile.

mod budget;
mod fault;
mod watch;
mod watched;

pub use budget::BodyBudget;
pub use fault::BodyFault;
pub use watch::{BodyWatch, Pace};
pub use watched::Watched;
