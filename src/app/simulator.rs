//! How the simulator is opened, inside the server or alone.

use fanfare_config::{Config, Environment};
use fanfare_net::is_loopback;
use fanfare_simulator::{Clients, SimulatorOptions};
use url::Url;

/// The options of a simulator that serves these servers, and those that the settings name.
pub fn simulator_options(config: &Config, own: Vec<Url>) -> SimulatorOptions {
    let development = config.environment == Environment::Development;
    let bases: Vec<Url> = own.into_iter().chain(config.simulator_clients.iter().cloned()).collect();
    SimulatorOptions {
        state_file: config.data.join("simulator.journal"),
        token: config.simulator_token.as_ref().map(|token| token.expose().to_owned()),
        // A public address means that somebody stands before this process, and everybody comes from there.
        control_by_token: !development || config.public_url.as_ref().is_some_and(|url| !is_loopback(url)),
        clients: Clients { bases, loopback: development && config.bind.ip().is_loopback() },
        latency: Some(config.simulator_latency.min..config.simulator_latency.max),
    }
}
