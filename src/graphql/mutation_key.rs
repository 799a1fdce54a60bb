//! From a mutation's input to the key under which it takes effect once.

use crate::services::MutationKey;
use async_graphql::InputType;

/// On the HTTP answer to a mutation whose key was known.
pub const REPLAYED_HEADER: &str = "idempotency-replayed";

/// `operation` is the mutation's name. The hash is of the input as the schema read it: the same value, however it was
/// spelled.
pub fn mutation_key(
    operation: &'static str,
    key: Option<&String>,
    input: &impl InputType,
) -> Option<MutationKey> {
    let json = input.to_value().to_string();
    key.map(|key| MutationKey::new(operation, key.clone(), json.as_bytes()))
}
