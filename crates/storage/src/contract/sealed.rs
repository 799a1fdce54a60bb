//! Sealed texts, of all workspaces, to be sealed again. Each is replaced only where it is still what was read: whoever
//! has stored another text meanwhile, as a refresh of tokens does, is not overwritten.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, StepId, TargetId, UserId};
use fanfare_storage::rows::SealedAccount;

contract! {
    trait Sealed = sealed;

    /// The tokens of accounts behind `after`.
    read accounts(after: AccountId, limit: i64) -> Vec<SealedAccount>;
    /// Replaces the tokens of an account; `false` where they are not the ones that were read any more. Whoever stores
    /// tokens seals the access token again, and no two seals are alike: it tells for both.
    write swap_account(read: &SealedAccount, access: &str, refresh: Option<&str>) -> bool;
    /// What steps behind `after` remember, with the target that it is bound to.
    read steps(after: StepId, limit: i64) -> Vec<(StepId, TargetId, String)>;
    /// Replaces what a step remembers; `false` where it is not what was read any more.
    write swap_step(id: StepId, read: &str, sealed: &str) -> bool;
    /// The PKCE verifiers of consents under way whose hash of the state is behind `after`.
    read consents(after: &str, limit: i64, now: Timestamp) -> Vec<(String, String)>;
    /// Replaces the verifier of a consent; `false` where it is not what was read any more.
    write swap_consent(hash: &str, read: &str, sealed: &str) -> bool;
    /// The secrets of apps that make codes, of people behind `after`.
    read totp_secrets(after: UserId, limit: i64) -> Vec<(UserId, String)>;
    /// Replaces the secret of a person's app; `false` where it is not what was read any more.
    write swap_totp_secret(user: UserId, read: &str, sealed: &str) -> bool;
}
