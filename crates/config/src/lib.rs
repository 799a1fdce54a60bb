//! Every setting: declared once in [`setting`], read once into [`Config`], documented by [`Config::settings_markdown`].
//!
//! Settings come from the environment, then from `.env`. A setting that is empty counts as not set. Whatever is wrong
//! is one [`ConfigError`]: a line that names the setting and what is expected, and never shows a secret.

mod ai;
mod error;
mod kept_secrets;
mod keys;
mod load;
mod markdown;
mod platform;
mod private;
mod process;
mod quotas;
mod reader;
mod secret;
mod setting;
mod size;
mod spelling;
mod storage_limits;
mod traffic;
mod values;

pub use ai::AiSettings;
pub use error::ConfigError;
pub use keys::EncryptionKey;
pub use platform::PlatformOverrides;
pub use private::{private_file, private_folder};
pub use quotas::Quotas;
pub use secret::Secret;
pub use storage_limits::StorageLimits;
pub use traffic::TrafficLimits;
pub use values::{
    DatabaseUrl, Environment, GraphqlLimits, LatencyRange, LogFormat, Roles, SignInLimits, Switch,
};

use fanfare_domain::address_range::AddressRange;
use fanfare_domain::platform::Platform;
use fanfare_domain::proxy_header::ProxyHeader;
use fanfare_domain::registration::RegistrationMode;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// All settings, checked. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    pub environment: Environment,
    pub bind: SocketAddr,
    pub data: PathBuf,
    pub roles: Roles,
    /// Whether answers tell how many SQL statements they took.
    pub count_statements: bool,
    /// For tests: the file that tells by how many seconds the clock is ahead. `None`: the computer's clock.
    pub test_clock_file: Option<PathBuf>,
    /// Opens `/metrics`; `None`: anyone may read it in development, nobody in production.
    pub metrics_token: Option<Secret>,
    /// Whether a demo workspace is made at the start.
    pub demo: bool,
    /// The address that people and networks reach; see [`Config::public_base`].
    pub public_url: Option<Url>,

    pub database: DatabaseUrl,
    /// Connections to PostgreSQL.
    pub db_pool: u32,
    pub storage: StorageLimits,
    pub redis_url: Option<Secret>,
    /// Memory for answers to reads; 0: none are kept.
    pub read_cache_bytes: u64,

    /// The first signs access tokens, all verify. Empty in development until [`Config::load_or_create_secrets`].
    pub jwt_secrets: Vec<Secret>,
    /// The first seals, all open. Empty in development until [`Config::load_or_create_secrets`].
    pub encryption_keys: Vec<EncryptionKey>,

    /// Origins, such as `https://app.example.com`, whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Proxies whose `proxy_header` is believed. Empty: none.
    pub trusted_proxies: Vec<AddressRange>,
    pub traffic: TrafficLimits,
    pub proxy_header: ProxyHeader,
    /// Posts a user may create in a minute.
    pub creates_per_minute: u32,
    /// What operations of a user may cost in a minute, of one API key, and of an address where nobody is signed in.
    pub cost_per_minute: u32,
    pub key_cost_per_minute: u32,
    pub address_cost_per_minute: u32,
    /// Consents a user may start in a minute.
    pub oauth_starts_per_minute: u32,
    pub sign_in: SignInLimits,
    /// People registered from one address in a minute.
    pub registrations_per_minute: u32,
    /// Who may register.
    pub registration: RegistrationMode,
    /// How long an invitation can be accepted.
    pub invitation_lifetime: Duration,
    pub quotas: Quotas,
    pub graphql: GraphqlLimits,
    /// The longest that a request may take.
    pub request_timeout: Duration,
    /// The largest file that can be uploaded, in bytes.
    pub media_max_bytes: u64,
    /// Ports besides those of the web from which media are fetched.
    pub media_fetch_ports: Vec<u16>,

    /// Targets that one worker publishes at the same time.
    pub workers: usize,
    pub lease: Duration,
    /// Answers and failures of a network until a target fails.
    pub max_attempts: u32,
    pub backoff_base: Duration,
    pub backoff_cap: Duration,
    /// Failures in a row that open an account's circuit breaker.
    pub breaker_threshold: u32,
    /// How many of a network's accounts must fail for its circuit breaker to open, in percent.
    pub breaker_percent: u32,
    pub breaker_open: Duration,
    /// In place of each network's own time after which a listing shows what was published.
    pub settle: Option<Duration>,
    /// The most pages of a network's listing that are read to find what was published.
    pub read_back_pages: u32,
    /// The shortest time between two looks at a publication's numbers.
    pub metrics_interval: Duration,
    /// In place of each network's own time between two looks at an inbox.
    pub inbox_poll: Option<Duration>,

    /// Settings of the networks that have any.
    pub platforms: HashMap<Platform, PlatformOverrides>,
    pub simulator: Switch,
    /// A simulator that runs elsewhere.
    pub simulator_url: Option<Url>,
    pub simulator_token: Option<Secret>,
    /// Bases of servers that use this simulator besides its own.
    pub simulator_clients: Vec<Url>,
    pub simulator_latency: LatencyRange,

    pub ai: AiSettings,

    /// Filter of the log, in the syntax of `tracing`.
    pub log: String,
    pub log_format: LogFormat,
}

impl Config {
    /// What was set for a network; empty where nothing was.
    pub fn platform(&self, platform: Platform) -> PlatformOverrides {
        self.platforms.get(&platform).cloned().unwrap_or_default()
    }

    /// Whether a network is played by the simulator: it has no client id, and the simulator may run.
    pub fn simulates(&self, platform: Platform) -> bool {
        self.simulator.is_on(self.environment)
            && self.platforms.get(&platform).is_none_or(|set| set.client_id.is_none())
    }

    /// Whether this process is to start a simulator inside: some network is simulated, and no other simulator is named.
    pub fn hosts_simulator(&self) -> bool {
        self.simulator_url.is_none() && Platform::ALL.iter().any(|&platform| self.simulates(platform))
    }

    /// The base of every link that leaves the server: `FANFARE_PUBLIC_URL`, else the address that was `bound`
    /// (loopback in place of "every address", which is no address to connect to).
    pub fn public_base(&self, bound: SocketAddr) -> Url {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let address = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        values::http_url(SocketAddr::new(address, bound.port()))
    }
}

#[cfg(test)]
mod tests;
