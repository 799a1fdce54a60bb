//! What all networks share: durable state, faults, counting, answers.

pub mod answer;
pub mod fault;
pub mod gate;
pub mod growth;
pub mod hashing;
pub mod inbox;
mod journal;
pub mod network;
pub mod record;
pub mod running_hash;
pub mod state;
pub mod step;
pub mod store;
pub mod stored_text;
