//! Who caused an event, as the log keeps it for the audit.

use crate::actor::Actor;
use crate::id::{ApiKeyId, UserId};
use std::net::IpAddr;

/// The user behind a change, with the IP address and the API key of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventActor {
    pub user_id: UserId,
    /// `None`: no request is behind it, such as the next part of an import.
    pub ip_address: Option<IpAddr>,
    /// `None`: a session, or no request.
    pub api_key: Option<ApiKeyId>,
}

impl EventActor {
    /// A user who is not signed in yet, by a request from `ip_address`.
    pub const fn at(user_id: UserId, ip_address: IpAddr) -> Self {
        Self { user_id, ip_address: Some(ip_address), api_key: None }
    }
}

/// Without a request: work that the server does for a user, and what must leave no trace of an address.
impl From<UserId> for EventActor {
    fn from(user_id: UserId) -> Self {
        Self { user_id, ip_address: None, api_key: None }
    }
}

impl From<&Actor> for EventActor {
    fn from(actor: &Actor) -> Self {
        let api_key = actor.grant().map(|grant| grant.id);
        Self { user_id: actor.user_id, ip_address: actor.ip_address, api_key }
    }
}
