//! The platform clients: a folder each, behind the contract of `fanfare_platform_api`.

#![expect(clippy::struct_field_names, reason = "records are named as the platforms name them")]

mod api;
mod network_time;
mod pkce;
mod step;
mod stored_text;
#[cfg(test)]
mod testing;
mod text_rules;
mod transport;

mod instagram;
mod twitter;
mod youtube;

use fanfare_domain::clock::SharedClock;
use fanfare_domain::platform::Platform;
use fanfare_net::HttpClient;
use fanfare_platform_api::{PlatformClients, PlatformSettings, Registry};
use instagram::Instagram;
use twitter::Twitter;
use youtube::Youtube;

type Make = fn(HttpClient, SharedClock, PlatformSettings) -> PlatformClients;

/// Every client of this server. Adding a platform is one entry here.
const CLIENTS: [(Platform, Make); 3] = [
    (Platform::Twitter, |http, clock, settings| {
        PlatformClients::complete(Platform::Twitter, settings.mode, Twitter::new(http, clock, settings))
    }),
    (Platform::Instagram, |http, clock, settings| {
        PlatformClients::complete(Platform::Instagram, settings.mode, Instagram::new(http, clock, settings))
    }),
    (Platform::Youtube, |http, clock, settings| {
        let mode = settings.mode;
        PlatformClients::complete(
            Platform::Youtube,
            mode,
            Youtube::new(Platform::Youtube, http, clock, settings),
        )
    }),
];

/// The clients of the platforms that have settings.
pub fn registry(
    http: &HttpClient,
    clock: &SharedClock,
    settings: impl Fn(Platform) -> Option<PlatformSettings>,
) -> Registry {
    let configured = CLIENTS.iter().filter_map(|(platform, make)| Some((make, settings(*platform)?)));
    Registry::new(configured.map(|(make, settings)| make(http.clone(), clock.clone(), settings)))
}
