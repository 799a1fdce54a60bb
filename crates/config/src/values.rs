//! The types of settings that have a type of their own.

use super::Secret;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// What the server is run for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Environment {
    /// Trials: secrets are made, networks are simulated, a demo workspace stands ready.
    Development,
    /// Secrets must be given, nothing is simulated unless asked.
    Production,
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatabaseUrl {
    /// The database file.
    Sqlite(PathBuf),
    /// The whole URL: it may hold a password.
    Postgres(Secret),
}

/// What this process does. At least one is true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles {
    /// Answers requests.
    pub api: bool,
    /// Publishes and runs periodic work.
    pub worker: bool,
}

/// Whether something is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Switch {
    /// In development, not in production.
    Auto,
    On,
    Off,
}

impl Switch {
    pub fn is_on(self, environment: Environment) -> bool {
        match self {
            Self::Auto => environment == Environment::Development,
            Self::On => true,
            Self::Off => false,
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    Pretty,
    Json,
}

/// How long the simulator takes to answer: a time drawn between the two, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LatencyRange {
    pub min: Duration,
    pub max: Duration,
}

/// How often, and how, people sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignInLimits {
    /// Passwords tried for one account from one network in a minute.
    pub per_minute: u32,
    /// Sign-ins that fail from one network in a minute, over all accounts.
    pub failed_per_minute: u32,
    /// Times that a session may be refreshed or signed out in a minute.
    pub refreshes_per_minute: u32,
    /// How long after a sign-in its session makes API keys without the password.
    pub recent: Duration,
    /// Wrong two-factor codes in a row after which codes of the app are refused for a while.
    pub wrong_codes_in_a_row: u32,
}

/// What one GraphQL document may ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GraphqlLimits {
    pub depth: u32,
    pub complexity: u32,
    /// Aliases of one field.
    pub aliases: u32,
    /// Directives on one field.
    pub directives: u32,
    pub tokens: u32,
    /// Size of a request's body, uploads apart.
    pub body_bytes: usize,
    /// Whether the schema can be asked for.
    pub introspection: bool,
    /// Whether HTTP status codes are those of the GraphQL-over-HTTP draft.
    pub draft_status_codes: bool,
}

/// `http://` and the address. Built by parts, for a socket address always makes a URL.
pub fn http_url(address: SocketAddr) -> Url {
    #[expect(clippy::expect_used, reason = "a literal URL, and an address and port that a URL can hold")]
    let url = {
        let mut url = Url::parse("http://localhost/").expect("a literal URL");
        url.set_ip_host(address.ip()).expect("an http URL takes an address");
        url.set_port(Some(address.port())).expect("an http URL takes a port");
        url
    };
    url
}
