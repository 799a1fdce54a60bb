//! Where a request came from.

use super::actor::Actor;
use super::id::ApiKeyId;
use std::net::IpAddr;

/// What the log keeps of the request behind a change. `Default`: the server's own work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's, as the edge knows it: a trusted proxy's word counts.
    pub address: Option<IpAddr>,
    /// The key that was shown; `None`: a session, or nobody was signed in.
    pub api_key: Option<ApiKeyId>,
}

impl Origin {
    /// Of a request from `address`, by `actor` where somebody is signed in.
    pub fn of(address: IpAddr, actor: Option<&Actor>) -> Self {
        let api_key = actor.and_then(Actor::grant).map(|grant| grant.id);
        Self { address: Some(address), api_key }
    }
}
