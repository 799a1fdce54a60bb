//! Brings a database to the newest step, or back: what both backends share.

use diesel::backend::Backend;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

/// Why a database was not brought to another step.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A step failed; the message names it.
    #[error("migration failed: {0}")]
    Failed(String),
    /// There is no connection.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
}

impl MigrationError {
    pub fn new(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    pub fn unreachable(error: impl std::fmt::Display) -> Self {
        Self::Unreachable(error.to_string())
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Direction {
    /// Runs the steps that are missing.
    Up,
    /// Takes the newest step back.
    DownOne,
    /// Takes every step back.
    Down,
}

/// The newest step that is in place; `None`: the database is empty. Blocks.
pub fn newest<DB: Backend>(
    harness: &mut impl MigrationHarness<DB>,
) -> Result<Option<String>, MigrationError> {
    let applied = harness.applied_migrations().map_err(MigrationError::new)?;
    Ok(applied.iter().map(ToString::to_string).max())
}

/// Runs the steps and returns their names. Blocks.
pub fn run<DB: Backend>(
    harness: &mut impl MigrationHarness<DB>,
    source: EmbeddedMigrations,
    direction: Direction,
) -> Result<Vec<String>, MigrationError> {
    let versions = match direction {
        Direction::Up => harness.run_pending_migrations(source),
        Direction::DownOne if newest(harness)?.is_none() => Ok(Vec::new()),
        Direction::DownOne => harness.revert_last_migration(source).map(|version| vec![version]),
        Direction::Down => harness.revert_all_migrations(source),
    };
    Ok(versions.map_err(MigrationError::new)?.iter().map(ToString::to_string).collect())
}
