//! `fanfare migrate`.

use crate::app::{make_database_file, migrate, named_database, newest_step};
use crate::cli::out::say;
use anyhow::Context as _;
use fanfare_config::{Config, DatabaseUrl};
use fanfare_storage::connection::migration;

/// The migrations' names and the SQL that undoes them.
const UNDO_STEPS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/undo_steps.rs"));

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Direction {
    Up,
    /// One step
    Down,
}

/// Runs the migrations that are missing, or takes the newest back, and names them. What would be deleted is deleted only
/// if `delete_data` says so.
pub async fn run(config: &Config, direction: Direction, delete_data: bool) -> anyhow::Result<()> {
    if let DatabaseUrl::Sqlite(path) = &config.database {
        make_database_file(path)?;
    }
    let name = || named_database(&config.database);
    if direction == Direction::Down
        && !delete_data
        && let Some(step) = newest_step(&config.database).await.with_context(name)?
    {
        anyhow::bail!(
            "migrate down takes back the newest migration, {step}, and deletes {}. Nothing was done. Back the \
             database up, then repeat it with --yes-delete-data",
            lost_with(&step)
        );
    }
    let (verb, to) = match direction {
        Direction::Up => ("up", migration::Direction::Up),
        Direction::Down => ("down", migration::Direction::DownOne),
    };
    let steps = migrate(&config.database, to).await.with_context(name)?;
    for step in &steps {
        say!("{verb} {step}");
    }
    if steps.is_empty() {
        say!("nothing to do");
    }
    Ok(())
}

/// What goes with a step, in words.
fn lost_with(step: &str) -> String {
    let undo = UNDO_STEPS.iter().find(|(name, _)| version_of(name) == version_of(step));
    let lost = undo.map_or_else(Vec::new, |(_, sql)| losses(sql));
    if lost.is_empty() { "what only it holds".to_owned() } else { lost.join(", ") }
}

/// The digits that name a migration, with or without dashes: those before the underscore.
fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
}

/// The tables, columns and rows that a migration's SQL deletes.
fn losses(sql: &str) -> Vec<String> {
    let code: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let mut lost = Vec::new();
    for statement in code.join("\n").to_lowercase().split(';') {
        let words: Vec<&str> = statement
            .split_whitespace()
            .map(|word| word.trim_matches(','))
            .filter(|word| !matches!(*word, "if" | "exists"))
            .collect();
        match words.as_slice() {
            ["drop", "table", tables @ ..] => {
                let tables = tables.iter().filter(|word| !matches!(**word, "cascade" | "restrict"));
                lost.extend(tables.map(|table| format!("the table {table}")));
            }
            ["alter", "table", table, changes @ ..] => {
                let columns = changes.windows(3).filter_map(|words| match words {
                    ["drop", "column", column] => Some(format!("the column {column} of {table}")),
                    _ => None,
                });
                lost.extend(columns);
            }
            ["delete", "from", table, ..] => lost.push(format!("rows of {table}")),
            _ => {}
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_step_deletes_is_named() {
        let sql = "-- drop table kept;\ndrop index x;\ndrop table if exists a, b;\nALTER TABLE posts\n
            drop column one,\n drop column two;\ndelete from exports where kind = 'report';";
        let expected = [
            "the table a",
            "the table b",
            "the column one of posts",
            "the column two of posts",
            "rows of exports",
        ];
        assert_eq!(losses(sql), expected);
    }

    #[test]
    fn every_migration_is_known_by_the_name_that_the_database_keeps() {
        assert!(UNDO_STEPS.len() > 20, "{}", UNDO_STEPS.len());
        let (name, _) = UNDO_STEPS.first().unwrap();
        assert_eq!(version_of(name), "20261122000001");
        assert!(lost_with("20261122000001").contains("the table users"));
        assert_eq!(lost_with("20990101000000"), "what only it holds");
    }
}
