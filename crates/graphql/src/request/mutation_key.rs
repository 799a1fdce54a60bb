//! From a mutation's input to the key under which it takes effect once.

use super::context::ContextExt as _;
use async_graphql::{Context, InputType, Result};
use fanfare_services::MutationKey;

/// `operation` is the mutation's name. The hash is of the input as the schema read it: the same value, however it was
/// spelled. A key that is known is told with the answer.
pub fn mutation_key(
    ctx: &Context<'_>,
    operation: &'static str,
    key: Option<&String>,
    input: &impl InputType,
) -> Result<Option<MutationKey>> {
    let Some(key) = key else { return Ok(None) };
    let json = input.to_value().to_string();
    let key = MutationKey::new(operation, key.clone(), json.as_bytes());
    Ok(Some(key.marking(ctx.replayed()?)))
}
