//! `fanfare simulator`.

use crate::app::simulator_options;
use crate::open_files;
use anyhow::Context as _;
use fanfare_config::{Config, private_folder};
use fanfare_domain::clock::{SharedClock, SystemClock};
use fanfare_edge::{ServeOptions, serve};
use fanfare_simulator::Simulator;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Serves the simulated networks until SIGTERM or SIGINT.
pub async fn run(config: Config) -> anyhow::Result<()> {
    fanfare_telemetry::init_log(&config.log, config.log_format)?;
    private_folder(&config.data).context("FANFARE_DATA: the folder cannot be made")?;
    let listener = TcpListener::bind(config.bind).await.context("FANFARE_BIND")?;
    let clock: SharedClock = Arc::new(SystemClock);
    let own = config.public_url.iter().cloned().collect();
    let simulator = Simulator::open(simulator_options(&config, own), clock)?;
    super::out::announce(format_args!("simulator listening on http://{}\n", listener.local_addr()?));
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let connections = open_files::connections(&config.traffic, 0);
    let serve_options = ServeOptions {
        connections,
        body_bytes: config.traffic.body_bytes,
        body_bytes_per_address: config.traffic.body_bytes,
        ..ServeOptions::default()
    };
    let serving = serve(listener, simulator.router(), serve_options, TaskTracker::new(), stop.clone());
    let stopping = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    };
    tokio::join!(serving, stopping);
    simulator.close().await;
    Ok(())
}
