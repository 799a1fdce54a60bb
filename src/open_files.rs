//! How many files the process may open, and how many of them may be connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are no connections of clients: the log, media files, uploads, calls of networks.
const OTHERS: usize = 256;

/// Raises the soft limit to the hard one, as every process may, and says how many connections the files are enough for:
/// `wanted` at most. `database` is how many connections the database has.
pub fn connections(wanted: usize, database: u32) -> usize {
    let before = getrlimit(Resource::Nofile);
    let highest = Rlimit { current: before.maximum, maximum: before.maximum };
    if before.current != before.maximum
        && let Err(error) = setrlimit(Resource::Nofile, highest)
    {
        tracing::warn!(%error, "the limit of open files cannot be raised");
    }
    let files = getrlimit(Resource::Nofile).current;
    let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let database = usize::try_from(database).unwrap_or(usize::MAX);
    let connections = within(wanted, files, OTHERS.saturating_add(database));
    if connections < wanted {
        tracing::warn!(
            files,
            connections,
            wanted,
            "the limit of open files leaves room for fewer connections"
        );
    }
    connections
}

/// At least half of the files are for connections, however few there are.
fn within(wanted: usize, files: usize, others: usize) -> usize {
    wanted.min(files - others.min(files / 2)).max(1)
}
