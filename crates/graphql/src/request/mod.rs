//! What a resolver shares with the others: the request's context, loaders, errors and inputs.

mod change;
mod context;
mod errors;
mod loaders;
mod mutation_key;

pub use change::{list, optional, required};
pub use context::{ContextExt, RequestContext};
pub use errors::{UserError, settle, top_level};
pub use loaders::Loaders;
pub use mutation_key::mutation_key;
