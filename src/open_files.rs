//! How many files the process may open, and how many of them may be connections.

use fanfare_config::TrafficLimits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are no connections of clients: the log, media files, uploads, calls of networks.
const OTHERS: usize = 256;

/// A server with fewer connections than this turns clients away before it is busy.
const FEW: usize = 4_096;

/// Raises the soft limit to the hard one, as every process may, and says how many connections the files are enough for:
/// those of the setting at most. `database` is how many connections the database has.
pub fn connections(limits: &TrafficLimits, database: u32) -> usize {
    let wanted = limits.connections;
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
    if is_a_concern(connections, wanted, limits.connections_are_set) {
        tracing::warn!(
            files,
            connections,
            wanted,
            "the limit of open files leaves room for fewer connections"
        );
    } else if connections < wanted {
        tracing::info!(
            files,
            connections,
            wanted,
            "the limit of open files leaves room for fewer connections"
        );
    }
    connections
}

/// Whether an operator should act: more than a tenth of what is wanted is missing, and it was set or few are left.
fn is_a_concern(connections: usize, wanted: usize, is_set: bool) -> bool {
    connections < wanted - wanted / 10 && (is_set || connections < FEW)
}

/// At least half of the files are for connections, however few there are.
fn within(wanted: usize, files: usize, others: usize) -> usize {
    wanted.min(files - others.min(files / 2)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_connections_less_than_the_default_concern_nobody() {
        assert!(!is_a_concern(19_736, 20_000, false) && !is_a_concern(19_736, 20_000, true));
        assert!(!is_a_concern(20_000, 20_000, true) && !is_a_concern(1, 1, true));
        assert!(!is_a_concern(4_096, 20_000, false), "enough, and nobody asked for more");
        assert!(is_a_concern(4_096, 20_000, true), "the operator asked for more");
        assert!(is_a_concern(767, 20_000, false), "few");
    }
}
