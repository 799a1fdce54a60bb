//! The rows to which sealed texts are bound, those of accounts' tokens apart. `fanfare keys rotate` seals every one of
//! them again: a test holds that no sealed column is left out.

use super::seal::Place;

/// What a step of a publication remembers; `target` is the number of the step's target.
pub fn step_memory(target: &str) -> Place<'_> {
    Place { table: "publish_steps", column: "memory_sealed", owner: target }
}

/// The PKCE verifier of a consent under way, told by the hash of its state.
pub fn pkce_verifier(state_hash: &str) -> Place<'_> {
    Place { table: "oauth_states", column: "pkce_verifier_sealed", owner: state_hash }
}

/// The secret that a person's app makes codes from; `user` is the person's number.
pub fn totp_secret(user: &str) -> Place<'_> {
    Place { table: "second_factors", column: "secret_sealed", owner: user }
}
