//! What a resolver shares with the others: the request's context, loaders, errors and inputs.

mod context;
mod each_once;
mod errors;
mod external_id;
mod loaders;
mod mutation_key;
mod outcome;
mod patch;
mod place;
mod workspace;

pub use context::{ContextExt, RequestContext};
pub use each_once::each_once;
pub use errors::{UserError, top_level};
pub use external_id::external_id;
pub use loaders::Loaders;
pub use mutation_key::mutation_key;
pub use outcome::{committed, is_conflict, settle};
pub use patch::{faultless, list, optional, required};
pub use place::{row_of, workspace_of_row};
pub use workspace::{named_workspace, workspace_of_input};
