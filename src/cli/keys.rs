//! `fanfare keys`.

use crate::app::rotate_keys;
use crate::cli::out::say;
use anyhow::Context as _;
use fanfare_config::Config;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Seal every secret in the database again with the first key of ENCRYPTION_KEY, while servers run
    ///
    /// Start every server with the new key in front of the old one first. Once this has succeeded the old key can be
    /// dropped.
    Rotate,
    /// Put a new key in front of the one that development keeps in the data folder; the next start seals with it
    Make,
}

/// Runs a command; fails where a secret was left as it was.
pub async fn run(mut config: Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Rotate => rotate(config).await,
        Command::Make => {
            let id = config.make_encryption_key()?;
            say!("made the key {id}; start the server with it, then run `fanfare keys rotate`");
            Ok(())
        }
    }
}

async fn rotate(mut config: Config) -> anyhow::Result<()> {
    config.load_or_create_secrets()?;
    fanfare_telemetry::init_log(&config.log, config.log_format)?;
    let first = config.encryption_keys.first().context("ENCRYPTION_KEY: there is none")?.id.clone();
    let told = rotate_keys(&config).await?;
    say!("sealed {} of {} rows again with the key {first}", told.resealed, told.rows);
    anyhow::ensure!(
        told.unreadable == 0,
        "{} rows cannot be opened with any key of ENCRYPTION_KEY and are left as they are; the log names them",
        told.unreadable
    );
    anyhow::ensure!(
        told.missed == 0,
        "{} rows were changed by others again and again; run this once more before an old key is dropped",
        told.missed
    );
    Ok(())
}
