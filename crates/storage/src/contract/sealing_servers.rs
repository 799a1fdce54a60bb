//! Which servers run, and with which key each of them seals.

use fanfare_domain::clock::Timestamp;

contract! {
    trait SealingServers = sealing_servers;

    /// Notes that a server runs and seals with this key.
    write seen(server: &str, key_id: &str, now: Timestamp) -> ();
    /// Notes that a server has ended, and forgets those that have not been seen since `before`.
    write gone(server: &str, before: Timestamp) -> ();
    /// The keys that servers which were seen since `after` seal with, each with when it was seen last.
    read keys(after: Timestamp) -> Vec<(String, Timestamp)>;
}
