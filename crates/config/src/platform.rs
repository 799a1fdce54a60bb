//! What an operator sets for one network.

use super::error::ConfigError;
use super::reader::Reader;
use super::{Secret, setting};
use fanfare_domain::platform::Platform;
use std::collections::HashMap;
use url::Url;

/// In place of a secret: the app has none (RFC 6749, 2.1). X knows such apps.
const PUBLIC: &str = "none";

/// `FANFARE_<PLATFORM>_...`: what stands in place of the client's own defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformOverrides {
    /// Without it the network is simulated, or not offered.
    pub client_id: Option<String>,
    /// Networks that take public clients need none.
    pub client_secret: Option<Secret>,
    pub auth_base: Option<Url>,
    pub token_base: Option<Url>,
    pub api_base: Option<Url>,
    pub api_version: Option<String>,
}

/// Reads the settings of all networks. A network of which nothing is set is left out.
pub fn read(reader: &Reader<'_>) -> Result<HashMap<Platform, PlatformOverrides>, ConfigError> {
    let mut platforms = HashMap::new();
    for &platform in Platform::ALL {
        let set = read_one(reader, platform)?;
        if set != PlatformOverrides::default() {
            platforms.insert(platform, set);
        }
    }
    Ok(platforms)
}

fn read_one(reader: &Reader<'_>, platform: Platform) -> Result<PlatformOverrides, ConfigError> {
    let named = |row: &setting::Setting| row.named_for(platform);
    let secret = reader.secret(&named(&setting::CLIENT_SECRET));
    let public = platform == Platform::Twitter && secret.as_ref().is_some_and(|it| it.expose() == PUBLIC);
    let set = PlatformOverrides {
        client_id: reader.text(&named(&setting::CLIENT_ID)),
        client_secret: secret.filter(|_| !public),
        auth_base: reader.base_url(&named(&setting::AUTH_BASE))?,
        token_base: reader.base_url(&named(&setting::TOKEN_BASE))?,
        api_base: reader.base_url(&named(&setting::API_BASE))?,
        api_version: reader.text(&named(&setting::API_VERSION)),
    };
    if set.client_secret.is_some() && set.client_id.is_none() {
        let (id, secret) = (named(&setting::CLIENT_ID), named(&setting::CLIENT_SECRET));
        return Err(ConfigError::new(
            secret.name,
            format!("{} is not set", id.name),
            "the client id next to the client secret",
        ));
    }
    if set.client_id.is_some() && set.client_secret.is_none() && !public {
        let (id, secret) = (named(&setting::CLIENT_ID), named(&setting::CLIENT_SECRET));
        let expected = match platform {
            Platform::Twitter => "the app's secret next to its id, or none for a public client",
            _ => "the app's secret next to its id",
        };
        return Err(ConfigError::new(secret.name, format!("it is not set, but {} is", id.name), expected));
    }
    Ok(set)
}
