//! Where a network is and who we are there.

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
