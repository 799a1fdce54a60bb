//! `fanfare serve` and `fanfare worker`.

use super::banner::Banner;
use super::out;
use crate::app::App;
use crate::open_files;
use anyhow::Context as _;
use fanfare_config::{Config, Environment, Roles};
use std::net::SocketAddr;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Serves until SIGTERM or SIGINT.
pub async fn serve(mut config: Config) -> anyhow::Result<()> {
    config.load_or_create_secrets()?;
    fanfare_telemetry::init_log(&config.log, config.log_format)?;
    config.traffic.make_do_with(open_files::connections(&config.traffic, config.db_pool));
    let metrics = fanfare_telemetry::install_metrics()?;
    tokio::spawn(fanfare_telemetry::keep_metrics(metrics.clone()));
    let (demo, roles, format) = (config.demo && config.roles.api, config.roles, config.log_format);
    let data = config.data.clone();
    let environment = config.environment;
    let app = App::build(config, metrics).await?;
    warn_of_exposure(environment, app.address());
    let base = app.public_base();
    stop_on_signal(app.stop())?;
    let sign_in = if demo { Some(super::demo_workspace::ensure(&app.services, &data).await?) } else { None };
    let banner = Banner { address: app.address(), base: roles.api.then_some(base), demo: sign_in };
    out::announce(format_args!("{}", banner.text(format)));
    app.run().await
}

/// Development is made for one machine: it prints a password, tells the schema and simulates networks.
fn warn_of_exposure(environment: Environment, address: SocketAddr) {
    if environment == Environment::Development && !address.ip().is_loopback() {
        tracing::warn!(
            %address,
            "other machines can reach this development server, with its demo account, schema and simulator; \
             set FANFARE_ENV=production, or FANFARE_BIND to a loopback address"
        );
    }
}

/// Publishes only.
pub async fn work(mut config: Config) -> anyhow::Result<()> {
    config.roles = Roles { api: false, worker: true };
    anyhow::ensure!(
        matches!(config.database, fanfare_config::DatabaseUrl::Postgres(_)),
        "DATABASE_URL: a worker of its own needs PostgreSQL; an SQLite file belongs to one process"
    );
    serve(config).await
}

fn stop_on_signal(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new requests, jobs at work are ended");
        stop.cancel();
    });
    Ok(())
}
