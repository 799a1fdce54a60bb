//! One effect for one key: the same key and input within 24 hours gives the first result again.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::user_error::UserError;
use fanfare_storage::command::idempotent::{KeyedInput, Replay};

contract! {
    trait Idempotency = idempotency;

    /// What is known of a key outside its command's transaction, where [`begin`] decides.
    read known(key: &KeyedInput, now: Timestamp) -> Replay;
    /// The same for many keys of one user and one mutation in one workspace, in their order. An error is that of one key.
    read known_many(keys: &[KeyedInput], now: Timestamp) -> Vec<Result<Replay, UserError>>;
    /// Keeps the result of work that is done already; answers that of another who was first.
    write keep(key: &KeyedInput, result: serde_json::Value, now: Timestamp) -> Option<serde_json::Value>;
    /// Forgets keys older than a day.
    write sweep(now: Timestamp) -> usize;
}
