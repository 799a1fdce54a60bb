//! Refreshing the tokens of accounts: one holder at a time over all nodes, ahead of their end or because a network has
//! refused them. The workspace is not a parameter where a worker claims: it works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::command::account_tokens::{ClaimedRefresh, SealedTokens, TokenTurn};
use std::time::Duration;

contract! {
    trait TokenRefreshes = token_refreshes;

    /// Claims refreshes that are due, the longest due first. Never waits for a lock that another node holds.
    write claim(limit: i64, lease_for: Duration, clock: Timestamp) -> Vec<ClaimedRefresh>;
    /// Asks for the right to refresh an account's tokens now, which nobody else may hold, nor have held when they died: that
    /// is taken over by [`Self::retake`].
    write begin(workspace: WorkspaceId, id: AccountId, lease_for: Duration, clock: Timestamp) -> TokenTurn;
    /// Stores refreshed tokens and gives the turn back; answers the position of the event that tells of new tokens.
    write finish(lease: Lease<AccountId>, tokens: SealedTokens, now: Timestamp) -> (WorkspaceId, Seq);
    /// Marks an account whose network refuses to refresh, and gives the turn back.
    write refuse(
        workspace: WorkspaceId,
        lease: Lease<AccountId>,
        reason: String,
        now: Timestamp,
    ) -> Option<Seq>;
    /// Gives the turn back without new tokens. `at`: when the refresh ahead is tried again, as it failed; `None`:
    /// someone else has refreshed meanwhile.
    write give_back(lease: Lease<AccountId>, at: Option<Timestamp>, clock: Timestamp) -> ();
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<AccountId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<AccountId>>;
    /// Takes refreshes from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<AccountId>) -> usize;
}
