//! What sets one network's dialect apart from the others'.

use super::step::Step;
use crate::Simulator;
use axum::Router;
use axum::response::Response;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use std::time::Duration;

/// How a network treats PKCE (RFC 7636).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pkce {
    Required,
    Optional,
    /// Parameters of PKCE are not looked at.
    Unknown,
}

/// What a network's consent does.
#[derive(Clone, Copy, Debug)]
pub struct ConsentRules {
    pub pkce: Pkce,
    pub code_lifetime: Duration,
    /// What the network adds to its redirects behind the query.
    pub fragment: Option<&'static str>,
    /// The query of a refused consent, without `state`.
    pub denial: &'static [(&'static str, &'static str)],
    /// Whether an approval's query names the granted scopes.
    pub tells_scope: bool,
}

/// Who a profile name is on a network: the same name is the same account, always.
pub struct Identity {
    pub remote_id: String,
    pub handle: String,
}

/// A network's dialect. Adding a network is one implementation and one line in [`crate::NETWORKS`].
pub trait Network: Send + Sync {
    fn platform(&self) -> Platform;

    fn consent_rules(&self) -> ConsentRules;

    fn identify(&self, profile: &str) -> Identity;

    /// The id of something that was said: the same for the same `seed` and time.
    fn message_id(&self, seed: &str, at: Timestamp) -> String;

    /// The network's paths, as they stand behind its real hosts.
    fn routes(&'static self) -> Router<Simulator>;

    /// "Wait", in the network's words.
    fn rate_limited(&self, now: Timestamp, wait: Duration) -> Response;

    /// "This token is no longer valid", in the network's words.
    fn expired_token(&self) -> Response;

    /// "Your content breaks our rules", in the network's words.
    fn rejected(&self, step: Step) -> Response;

    /// "Something went wrong on our side", in the network's words.
    fn server_error(&self) -> Response;
}
