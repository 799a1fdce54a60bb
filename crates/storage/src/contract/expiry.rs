//! Accounts whose access ends soon: the workspace is not a parameter, a worker looks at all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use std::collections::BTreeMap;

contract! {
    trait Expiry = expiry;

    /// Tells of active accounts whose access ends before `before`, unless they were told of after `told_after`. An access
    /// token that can be renewed does not end; its refresh token may. Answers the last event of each workspace that has one.
    write warn(
        before: Timestamp,
        told_after: Timestamp,
        now: Timestamp,
        limit: i64,
    ) -> BTreeMap<WorkspaceId, Seq>;
}
