//! Where a network is and who we are there.

use super::PlatformError;
use super::endpoint::endpoint;
use fanfare_domain::platform::Platform;
use url::Url;

/// Whether a network is the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMode {
    Live,
    /// The base URLs point at the simulator.
    Simulation,
}

/// Settings of one network: `FANFARE_<PLATFORM>_...`. `Debug` shows no secret.
#[derive(Clone)]
pub struct PlatformSettings {
    pub mode: ClientMode,
    pub client_id: String,
    pub client_secret: String,
    /// Where consent pages are: scheme and host, such as `https://x.com`; paths are the client's.
    pub auth_base: Url,
    /// Where tokens are traded.
    pub token_base: Url,
    /// Where the API is.
    pub api_base: Url,
    /// Such as `v23.0`; empty where the network has none.
    pub api_version: String,
}

impl std::fmt::Debug for PlatformSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformSettings")
            .field("mode", &self.mode)
            .field("api_base", &self.api_base.as_str())
            .field("api_version", &self.api_version)
            .finish_non_exhaustive()
    }
}

impl PlatformSettings {
    /// Settings that lead to the simulator at `simulator_base`, the base URL of the server that hosts it.
    pub fn simulation(platform: Platform, simulator_base: &Url) -> Result<Self, PlatformError> {
        let base = endpoint(simulator_base, &["simulator", platform.as_str()])?;
        Ok(Self {
            mode: ClientMode::Simulation,
            client_id: format!("simulated-{platform}"),
            client_secret: format!("simulated-{platform}-secret"),
            auth_base: base.clone(),
            token_base: base.clone(),
            api_base: base,
            api_version: default_settings(platform).map(|it| it.api_version.to_owned()).unwrap_or_default(),
        })
    }
}

/// Where a real network is, unless the operator says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformDefaults {
    pub auth_base: &'static str,
    pub token_base: &'static str,
    pub api_base: &'static str,
    pub api_version: &'static str,
}

/// `None`: this server has no client for the network yet.
pub const fn default_settings(platform: Platform) -> Option<PlatformDefaults> {
    match platform {
        Platform::Twitter => Some(PlatformDefaults {
            auth_base: "https://x.com",
            token_base: "https://api.x.com",
            api_base: "https://api.x.com",
            api_version: "2",
        }),
        Platform::Instagram => Some(PlatformDefaults {
            auth_base: "https://www.instagram.com",
            token_base: "https://api.instagram.com",
            api_base: "https://graph.instagram.com",
            api_version: "v23.0",
        }),
        Platform::Youtube => Some(PlatformDefaults {
            auth_base: "https://accounts.google.com",
            token_base: "https://oauth2.googleapis.com",
            api_base: "https://www.googleapis.com",
            api_version: "v3",
        }),
        _ => None,
    }
}
