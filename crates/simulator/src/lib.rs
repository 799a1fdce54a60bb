//! The networks' dialects as a server, for trials and tests.
//!
//! Everything that a network's real hosts offer stands under `/simulator/<platform>` with the real path behind it, such
//! as `/simulator/twitter/2/tweets`. The product's real clients talk to it by their base URLs alone.
//! State is in a file of its own and written before an answer goes out, so that it survives the death of the server as
//! a real network would.
//!
//! # Consent without a person
//! `simulate_profile=<name>` in the query of an authorization URL approves at once; `simulate_decision=deny` refuses.
//! The same name is always the same account. The way back leads to [`Clients`] only.
//!
//! # Control
//! With `Authorization: Bearer <token>` where a token is set; in trials also from loopback without a proxy between:
//! - `POST /simulator/faults` ([`core::fault::FaultOrder`] as JSON, answers it with an `id`), `GET` lists those left,
//!   `DELETE` clears them.
//! - `GET /simulator/report`: accounts, what they posted, how often each call was made; `DELETE` forgets everything.
//! - `POST /simulator/inbox {"platform", "account", "type": "comment", "text", "post"}`: someone says something to an
//!   account; also `sender`, `parent`, and the types `mention` and `dm`.
//! - `PUT /simulator/audience {"talks": false}`: nobody says anything of their own accord.
//! - `PUT /simulator/limits {"enforced": false}`: lifts the networks' posting quotas.
//!
//! For everyone: `GET /simulator/sample.jpg`, `GET /simulator/sample.mp4`.
//!
//! # Adding a network
//! A folder with an implementation of [`core::network::Network`] and a line in [`NETWORKS`].

#![expect(clippy::format_collect, reason = "short texts")]
#![expect(clippy::items_after_statements, reason = "a constant stands where it is used")]
#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::result_large_err, reason = "a refusal is a whole answer")]
#![expect(clippy::struct_field_names, reason = "records are named as the platforms name them")]
#![expect(clippy::unused_async, reason = "functions of one kind keep one form")]
#![expect(clippy::indexing_slicing, reason = "a JSON value answers null for what it does not hold")]

mod base_url;
mod body_limit;
mod clients;
mod control;
mod core;
mod instagram;
mod oauth;
mod page;
mod samples;
#[cfg(test)]
mod tests;
mod twitter;
mod view;
mod youtube;

pub use self::clients::Clients;
use self::core::network::Network;
use self::core::store::Store;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::middleware::map_response_with_state;
use axum::response::Response;
use fanfare_domain::clock::{SharedClock, Timestamp};
use fanfare_net::PublicFetcher;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The networks that are simulated.
static NETWORKS: [&dyn Network; 3] = [&twitter::X, &instagram::Instagram, &youtube::YouTube];

/// Dates an answer by the networks' clock (RFC 9110, 6.6.1).
async fn dated(State(simulator): State<Simulator>, mut response: Response) -> Response {
    let date = simulator.now().0.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// How long an API call takes where nothing is set.
const USUAL_LATENCY: Range<Duration> = Duration::from_millis(20)..Duration::from_millis(80);

/// How a simulator is opened.
pub struct SimulatorOptions {
    /// The journal; a lock file stands next to it. Created where it is missing.
    pub state_file: PathBuf,
    /// Lets callers that are not on loopback control it.
    pub token: Option<String>,
    /// Callers on loopback need the token, too: behind a proxy everybody comes from there.
    pub control_by_token: bool,
    /// Whom it serves.
    pub clients: Clients,
    /// How long an API call takes, drawn evenly; `None`: 20 to 80 ms. An empty range: no delay, and media is ready at
    /// once.
    pub latency: Option<Range<Duration>>,
}

/// The simulated networks. Clones share one state.
#[derive(Clone)]
pub struct Simulator(Arc<Shared>);

struct Shared {
    store: Store,
    clock: SharedClock,
    token: Option<String>,
    control_by_token: bool,
    clients: Clients,
    latency: Range<Duration>,
    media: PublicFetcher,
}

impl Simulator {
    /// Replays the state file. Fails where it is damaged, cannot be written, or is in use by another process.
    pub fn open(options: SimulatorOptions, clock: SharedClock) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Shared {
            store: Store::open(options.state_file)?,
            clock,
            token: options.token,
            control_by_token: options.control_by_token,
            latency: options.latency.unwrap_or(USUAL_LATENCY),
            media: PublicFetcher::new(options.clients.media())?,
            clients: options.clients,
        })))
    }

    /// Serves every path that starts with `/simulator/`. The control routes need the peer's address as
    /// `ConnectInfo<SocketAddr>`; without it they answer only to the token.
    pub fn router(&self) -> Router {
        let networks = NETWORKS.iter().fold(Router::new(), |router, network| {
            router.nest(&format!("/simulator/{}", network.platform()), network.routes())
        });
        let networks = networks.layer(map_response_with_state(self.clone(), dated));
        networks.merge(control::routes(self)).merge(samples::routes()).with_state(self.clone())
    }

    /// Lets go of the state file. Calls under way that change something fail from here on.
    pub async fn close(&self) {
        self.0.store.close();
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn media(&self) -> &PublicFetcher {
        &self.0.media
    }

    fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// How long a video takes to become ready.
    fn processing_time(&self) -> Duration {
        const PROCESSING_TIME: Duration = Duration::from_millis(1_500);
        if self.0.latency.is_empty() { Duration::ZERO } else { PROCESSING_TIME }
    }

    async fn usual_latency(&self) {
        if !self.0.latency.is_empty() {
            tokio::time::sleep(rand::random_range(self.0.latency.clone())).await;
        }
    }
}
