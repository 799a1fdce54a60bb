//! What people sign in with in addition to their passwords: the secrets of their apps, and recovery codes.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::rows::SecondFactor;

contract! {
    trait SecondFactors = second_factors;

    /// A person's second factor, on or about to be.
    read of(user: UserId) -> Option<SecondFactor>;
    /// Stores a secret that waits to be confirmed, in place of one that waits already; `false`: the second factor is on,
    /// and stays as it is.
    write begin(user: UserId, secret_sealed: &str, now: Timestamp) -> bool;
    /// Turns on the secret that was made at `made_at`, whose code of `step` was shown, with its recovery codes; `None`: that
    /// secret does not wait any more.
    write confirm(
        actor: EventActor,
        made_at: Timestamp,
        step: i64,
        code_hashes: Vec<String>,
        now: Timestamp,
    ) -> Option<Vec<(WorkspaceId, Seq)>>;
    /// Notes that the code of `step` was used; `false`: it, or a newer one, was used before. Of two at once one wins.
    write use_step(user: UserId, step: i64) -> bool;
    /// Counts a wrong code. `Some`: it was one of `most` in a row, and codes of the app are refused for a while; says where
    /// that was reported.
    write note_failure(actor: EventActor, most: u32, now: Timestamp) -> Option<Vec<(WorkspaceId, Seq)>>;
    /// Uses a recovery code up; `None`: it is unknown or used.
    write use_recovery_code(actor: EventActor, hash: &str, now: Timestamp) -> Option<Vec<(WorkspaceId, Seq)>>;
    /// Puts new recovery codes in place of all there are.
    write replace_codes(actor: EventActor, code_hashes: Vec<String>, now: Timestamp) -> Vec<(WorkspaceId, Seq)>;
    /// Forgets the secret and the recovery codes.
    write disable(actor: EventActor, now: Timestamp) -> Vec<(WorkspaceId, Seq)>;
}
