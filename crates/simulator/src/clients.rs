//! The servers that a simulator stands in for networks to. A real network knows its clients: it returns to the addresses
//! that they registered, and it pulls media from the public internet.

use fanfare_net::{FetchRules, is_loopback};
use url::Url;

/// Where the servers' OAuth callbacks and media are, below their bases.
const CALLBACKS: &str = "api/sns/oauth/";
const MEDIA: [&str; 2] = ["media/", "simulator/sample."];

/// Whom a simulator serves.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    /// Bases of servers, such as `https://fanfare.example.com`: consents lead back to their callbacks, and their media
    /// are pulled wherever they are.
    pub bases: Vec<Url>,
    /// The same for everything on this machine, on whatever port: for trials, where whoever reaches the simulator is on
    /// this machine as well.
    pub loopback: bool,
}

impl Clients {
    /// Whether a consent may lead back to an address.
    pub fn know(&self, redirect: &Url) -> bool {
        let plain = redirect.username().is_empty() && redirect.password().is_none();
        let registered = self.bases.iter().any(|base| {
            let callbacks = below(base, CALLBACKS);
            callbacks.origin() == redirect.origin() && redirect.path().starts_with(callbacks.path())
        });
        plain && (registered || (self.loopback && is_loopback(redirect)))
    }

    /// What media may be pulled from besides the public internet.
    pub fn media(&self) -> FetchRules {
        let own = self.bases.iter().flat_map(|base| MEDIA.map(|path| below(base, path)));
        FetchRules { own_below: own.collect(), own_loopback: self.loopback, ..FetchRules::default() }
    }
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_consent_leads_back_to_registered_callbacks_only() {
        let clients = Clients { bases: vec![url("https://fanfare.example/app")], loopback: false };
        assert!(clients.know(&url("https://fanfare.example/app/api/sns/oauth/twitter/callback")));
        for other in [
            "https://evil.example/app/api/sns/oauth/twitter/callback",
            "http://fanfare.example/app/api/sns/oauth/twitter/callback",
            "https://fanfare.example:444/app/api/sns/oauth/twitter/callback",
            "https://fanfare.example.evil.example/app/api/sns/oauth/twitter/callback",
            "https://fanfare.example@evil.example/app/api/sns/oauth/twitter/callback",
            "https://ann:secret@fanfare.example/app/api/sns/oauth/twitter/callback",
            "https://fanfare.example/app/api/sns/oauth/../../../elsewhere",
            "https://fanfare.example/elsewhere",
            "http://127.0.0.1:8000/api/sns/oauth/twitter/callback",
        ] {
            assert!(!clients.know(&url(other)), "{other}");
        }
        let trial = Clients { bases: Vec::new(), loopback: true };
        for here in ["http://127.0.0.1:9/callback", "http://localhost:9/callback", "http://[::1]:9/callback"]
        {
            assert!(trial.know(&url(here)), "{here}");
        }
        assert!(
            !trial.know(&url("https://evil.example/")) && !trial.know(&url("http://localhost.evil.example/"))
        );
    }
}
