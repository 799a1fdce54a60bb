//! Bodies of requests as they arrive: how long they may take, and what the connection does meanwhile.

mod fault;
mod watch;
mod watched;

pub use fault::BodyFault;
pub use watch::BodyWatch;
pub use watched::Watched;
