//! `fanfare migrate`.

use crate::app::migrate;
use crate::cli::out::say;
use fanfare_config::{Config, DatabaseUrl};
use fanfare_storage::connection::migration;

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Direction {
    Up,
    Down,
}

/// Runs the migrations and names them.
pub async fn run(config: &Config, direction: Direction) -> anyhow::Result<()> {
    if let DatabaseUrl::Sqlite(path) = &config.database
        && let Some(folder) = path.parent()
    {
        std::fs::create_dir_all(folder)?;
    }
    let (verb, to) = match direction {
        Direction::Up => ("up", migration::Direction::Up),
        Direction::Down => ("down", migration::Direction::Down),
    };
    let steps = migrate(&config.database, to).await?;
    for step in &steps {
        say!("{verb} {step}");
    }
    if steps.is_empty() {
        say!("nothing to do");
    }
    Ok(())
}
