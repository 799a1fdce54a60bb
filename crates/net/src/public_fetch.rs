//! Fetches files from addresses that users name, so that nobody reaches through this server what only it can reach.

use super::client::error_chain;
use super::lookup::{CheckedLookup, Lookup, NotPublic, PUBLIC, Rule, SystemLookup};
use super::loopback::is_loopback;
use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Response, StatusCode};
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use url::{Host, Url};

/// Redirects that are followed, each checked as the first address was.
const MOST_REDIRECTS: usize = 5;
/// The ports of the web.
const PORTS: [u16; 2] = [80, 443];
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest silence of a server.
const SILENCE: Duration = Duration::from_secs(15);

/// What may be fetched besides the public web.
#[derive(Clone, Debug, Default)]
pub struct FetchRules {
    /// Ports besides 80 and 443.
    pub ports: Vec<u16>,
    /// Addresses of this deployment's own, which need not be public. Exactly these: nothing below them, and no redirect to
    /// them.
    pub own: Vec<Url>,
    /// The same for every address that begins with one of these: its origin, and its path to the letter.
    pub own_below: Vec<Url>,
    /// The same for everything on this machine, on whatever port: for trials.
    pub own_loopback: bool,
}

impl FetchRules {
    fn is_own(&self, url: &Url) -> bool {
        let below = |base: &Url| base.origin() == url.origin() && url.path().starts_with(base.path());
        let plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        self.own.contains(url)
            || (plain && (self.own_below.iter().any(below) || (self.own_loopback && is_loopback(url))))
    }
}

/// How much a fetch may take.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    pub bytes: u64,
    pub time: Duration,
}

/// Why nothing was fetched, in words for the person who named the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct FetchError {
    pub words: String,
    /// Whether another attempt may end otherwise.
    pub passing: bool,
}

impl FetchError {
    fn lasting(words: impl Into<String>) -> Self {
        Self { words: words.into(), passing: false }
    }

    fn passing(words: impl Into<String>) -> Self {
        Self { words: words.into(), passing: true }
    }
}

/// Fetches. Cheap to share, not to make.
pub struct PublicFetcher {
    guarded: reqwest::Client,
    /// For [`FetchRules::own`].
    open: reqwest::Client,
    rule: Rule,
    rules: FetchRules,
}

impl PublicFetcher {
    pub fn new(rules: FetchRules) -> anyhow::Result<Self> {
        Self::with(rules, Arc::new(SystemLookup), PUBLIC)
    }

    fn with(rules: FetchRules, lookup: Arc<dyn Lookup>, rule: Rule) -> anyhow::Result<Self> {
        let guarded = builder()?.dns_resolver(Arc::new(CheckedLookup { lookup, rule })).build()?;
        Ok(Self { guarded, open: builder()?.build()?, rule, rules })
    }

    /// What is wrong with an address as it stands; a name is looked up when it is fetched.
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        if self.rules.is_own(url) { Ok(()) } else { self.check_foreign(url) }
    }

    fn check_foreign(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::lasting("Only http and https addresses are fetched."));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::lasting("The address holds a sign-in; give one without."));
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if !PORTS.contains(&port) && !self.rules.ports.contains(&port) {
            return Err(FetchError::lasting(format!("Nothing is fetched from port {port}.")));
        }
        // The URL's parser has read every spelling of an address: octal, hexadecimal, or as one number.
        let closed = match url.host() {
            Some(Host::Ipv4(ip)) => !(self.rule)(ip.into()),
            Some(Host::Ipv6(ip)) => !(self.rule)(ip.into()),
            Some(Host::Domain(name)) => name.is_empty(),
            None => true,
        };
        if closed {
            return Err(FetchError::lasting("The address does not lie on the public internet."));
        }
        Ok(())
    }

    /// Fetches a file into a temporary one, which is gone once it is closed.
    pub async fn fetch(&self, url: &Url, limits: FetchLimits) -> Result<File, FetchError> {
        let late = || FetchError::passing(format!("It took longer than {} seconds.", limits.time.as_secs()));
        tokio::time::timeout(limits.time, self.follow(url, limits.bytes)).await.map_err(|_| late())?
    }

    /// Asks for a file and answers whatever the server says, redirects included, which are not followed. The caller
    /// bounds what is read of it; `time` holds for the answer as a whole.
    pub async fn ask(&self, url: &Url, time: Duration) -> Result<Response, FetchError> {
        let own = self.rules.is_own(url);
        if !own {
            self.check_foreign(url)?;
        }
        let client = if own { &self.open } else { &self.guarded };
        client.get(url.clone()).timeout(time).send().await.map_err(|error| unreachable(&error))
    }

    async fn follow(&self, url: &Url, max_bytes: u64) -> Result<File, FetchError> {
        let mut at = url.clone();
        let mut own = self.rules.is_own(url);
        for _ in 0..=MOST_REDIRECTS {
            if !own {
                self.check_foreign(&at)?;
            }
            let client = if own { &self.open } else { &self.guarded };
            let request = client.get(at.clone()).header(ACCEPT, "image/*, video/*");
            let response = request.send().await.map_err(|error| unreachable(&error))?;
            match redirect(&at, &response)? {
                Some(next) => (at, own) = (next, false),
                None => return save(accepted(response)?, max_bytes).await,
            }
        }
        Err(FetchError::lasting(format!("It redirects more than {MOST_REDIRECTS} times.")))
    }
}

fn builder() -> anyhow::Result<reqwest::ClientBuilder> {
    #[expect(clippy::disallowed_methods, reason = "a client of the one module of outgoing HTTP")]
    let builder = reqwest::Client::builder();
    Ok(builder
        .tls_backend_preconfigured(super::tls::client_config()?)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(SILENCE)
        .pool_max_idle_per_host(0)
        // Followed here, where each address is checked.
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would open the connection to where it likes.
        .no_proxy()
        .user_agent(concat!("fanfare/", env!("CARGO_PKG_VERSION"))))
}

/// Where an answer leads on to.
fn redirect(at: &Url, response: &Response) -> Result<Option<Url>, FetchError> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !moved.contains(&response.status()) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let next = location.and_then(|location| at.join(location).ok());
    next.map(Some).ok_or_else(|| FetchError::lasting("It redirects to nowhere."))
}

fn accepted(response: Response) -> Result<Response, FetchError> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(response);
    }
    let words = format!("The server answers with status {}.", status.as_u16());
    let passing = status.is_server_error()
        || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS]
            .contains(&status);
    Err(FetchError { words, passing })
}

/// Reads the answer to its end, or until it is too large: what a server says of the length is not relied on.
async fn save(mut response: Response, max_bytes: u64) -> Result<File, FetchError> {
    let too_large = || FetchError::lasting(format!("The file is larger than {max_bytes} bytes."));
    if response.content_length().is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(|error| disk(&error))?);
    let mut bytes: u64 = 0;
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if bytes > max_bytes {
            return Err(too_large());
        }
        file.write_all(&chunk).await.map_err(|error| disk(&error))?;
    }
    file.flush().await.map_err(|error| disk(&error))?;
    Ok(file.into_std().await)
}

fn unreachable(error: &reqwest::Error) -> FetchError {
    tracing::debug!(error = %error_chain(error), "a file could not be fetched");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return FetchError::lasting("The address does not lie on the public internet.");
        }
        cause = inner.source();
    }
    FetchError::passing(if error.is_connect() {
        "The server cannot be reached."
    } else if error.is_timeout() {
        "The server has fallen silent."
    } else {
        "The connection broke."
    })
}

fn disk(error: &io::Error) -> FetchError {
    tracing::warn!(%error, "a fetched file cannot be written");
    FetchError::passing("This server cannot store the file now.")
}

#[cfg(test)]
#[path = "public_fetch_tests.rs"]
mod tests;
