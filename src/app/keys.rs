//! Keys that seal: which of them the servers that run seal with, and sealing again with another.

use super::database;
use anyhow::Context as _;
use fanfare_auth::Sealer;
use fanfare_config::{Config, DatabaseUrl};
use fanfare_domain::clock::{Clock as _, SharedClock, SystemClock};
use fanfare_services::sealing::{Resealed, reseal};
use fanfare_storage::{Db, DbError};
use std::sync::Arc;
use std::time::Duration;

/// How often a server says that it runs.
const SAID_EVERY: Duration = Duration::from_secs(15);
/// A server that has not said so for as long has ended without a word.
const BELIEVED_FOR: Duration = Duration::from_mins(1);

/// Seals every secret in the database again with the first key, next to the servers that run.
///
/// Fails, and changes nothing, while a server runs that seals with another key: it might not open what is sealed here, and
/// what it seals would be missed.
pub async fn rotate_keys(config: &Config) -> anyhow::Result<Resealed> {
    if let DatabaseUrl::Sqlite(path) = &config.database {
        anyhow::ensure!(path.exists(), "DATABASE_URL: there is no file {}", path.display());
    }
    let db = database::open(config).await?.callers;
    let sealer = sealer(config)?;
    let now = SystemClock.now();
    let servers = db
        .sealing_servers()
        .keys(now.minus(BELIEVED_FOR))
        .await
        .context("DATABASE_URL: the database has another schema; run `fanfare migrate` first")?;
    if let Some((key, seen)) = servers.iter().find(|(key, _)| key != sealer.first_id()) {
        anyhow::bail!(
            "ENCRYPTION_KEY: a server that ran {} s ago seals with the key {key} and not with {}: start every server \
             with the new key in front first (one that was killed is forgotten after {} s)",
            now.since(*seen).as_secs(),
            sealer.first_id(),
            BELIEVED_FOR.as_secs()
        );
    }
    Ok(reseal(&db, &sealer, now).await?)
}

/// What seals with the first key of the settings.
pub(super) fn sealer(config: &Config) -> anyhow::Result<Sealer> {
    let keys = config.encryption_keys.iter().map(|key| (key.id.clone(), key.bytes));
    Sealer::new(keys).context("ENCRYPTION_KEY: there is none")
}

/// A server that says which key it seals with, for as long as it runs.
pub(super) struct SealingServer {
    db: Db,
    clock: SharedClock,
    sealer: Arc<Sealer>,
    name: String,
}

impl SealingServer {
    /// Says so for the first time, before anything is sealed.
    pub(super) async fn enter(db: Db, clock: SharedClock, sealer: Arc<Sealer>) -> anyhow::Result<Self> {
        let server = Self { db, clock, sealer, name: fanfare_auth::random_text() };
        server.say().await?;
        Ok(server)
    }

    /// Says so again and again, for as long as it is polled.
    pub(super) async fn run(&self) {
        loop {
            tokio::time::sleep(SAID_EVERY).await;
            if let Err(error) = self.say().await {
                tracing::warn!(%error, "server heartbeat failed");
            }
        }
    }

    async fn say(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        self.db.sealing_servers().seen(&self.name, self.sealer.first_id(), now).await
    }

    /// Says that the server has ended, once nothing is sealed any more.
    pub(super) async fn leave(self) {
        let before = self.clock.now().minus(BELIEVED_FOR);
        if let Err(error) = self.db.sealing_servers().gone(&self.name, before).await {
            tracing::warn!(%error, "server sign-off failed");
        }
    }
}
