//! Consents under way: each state is valid for one use.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_storage::rows::{NewOauthState, OauthState};

contract! {
    trait OauthStates = oauth_states;

    /// Stores a consent that begins.
    write insert(state: NewOauthState) -> ();
    /// A state that is neither used nor expired, left as it is.
    read peek(hash: &str, now: Timestamp) -> Option<OauthState>;
    /// Uses a state up; `None` if it is unknown, used or expired. Of two at once one wins.
    write consume(hash: &str, now: Timestamp) -> Option<OauthState>;
    /// A state that was used up and has not expired. One whose consent failed is forgotten.
    read used(hash: &str, now: Timestamp) -> Option<OauthState>;
    /// Keeps what came of a consent.
    write keep_outcome(hash: &str, account: AccountId) -> ();
    /// Forgets a consent that failed.
    write forget(hash: &str) -> ();
    /// Forgets consents that were not finished in time.
    write sweep(now: Timestamp) -> usize;
}
