//! `fanfare migrate`.

use fanfare::config::{Config, DatabaseUrl};
use fanfare::db::Migrator;

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Direction {
    Up,
    Down,
}

/// Runs the migrations and names them.
pub async fn run(config: &Config, direction: Direction) -> anyhow::Result<()> {
    let migrator = match &config.database {
        DatabaseUrl::Sqlite(path) => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            Migrator::new(&format!("sqlite://{}", path.display()))
        }
        DatabaseUrl::Postgres(url) => Migrator::new(url.expose()),
    };
    let (verb, steps) = match direction {
        Direction::Up => ("up", migrator.up().await?),
        Direction::Down => ("down", migrator.down().await?),
    };
    for step in &steps {
        println!("{verb} {step}");
    }
    if steps.is_empty() {
        println!("nothing to do");
    }
    Ok(())
}
