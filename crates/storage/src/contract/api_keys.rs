//! API keys and the hashes of their secrets.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{ApiKeyId, UserId, WorkspaceId};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::Window;
use fanfare_storage::rows::{ApiKey, ApiKeySecretRow, NewApiKey, NewApiKeySecret};

contract! {
    trait ApiKeys = api_keys;

    /// The key that a secret's prefix names, with the stored hash. For sign-in, which knows no workspace yet.
    read by_prefix(prefix: &str) -> Option<(ApiKeySecretRow, ApiKey)>;
    /// Stores a key. `false` in the answer: the `clientMutationKey` was used before, and the first key is answered.
    write create(new: NewApiKey, secret: NewApiKeySecret, actor: EventActor, key: Option<KeyedInput>) -> (ApiKey, bool, Seq);
    /// Gives a key a new secret. Those that it has end at `old_end` at the latest. Answers their prefixes, too.
    write rotate(
        workspace: WorkspaceId,
        id: ApiKeyId,
        secret: NewApiKeySecret,
        old_end: Timestamp, actor: EventActor,
        now: Timestamp,
    ) -> (ApiKey, Vec<String>, Seq);
    /// Ends a key with all its secrets; one that has been ended stays as it is. Answers their prefixes, too.
    write revoke(
        workspace: WorkspaceId,
        id: ApiKeyId,
        actor: EventActor,
        now: Timestamp,
    ) -> (ApiKey, Vec<String>, Seq);
    /// A key by its id.
    read find(workspace: WorkspaceId, id: ApiKeyId) -> Option<ApiKey>;
    /// Keys by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[ApiKeyId]) -> Vec<ApiKey>;
    /// A window of the keys, newest first: one person's, or everyone's.
    read page(workspace: WorkspaceId, of: Option<UserId>, window: &Window) -> Vec<ApiKey>;
    /// How many keys there are: one person's, or everyone's.
    read count(workspace: WorkspaceId, of: Option<UserId>) -> i64;
    /// Stores another hash of the same secret.
    write rehash(workspace: WorkspaceId, prefix: &str, hash: &str) -> ();
    /// Notes that a key was used, unless that was noted after `before`: several nodes notice the same use.
    write touch(workspace: WorkspaceId, id: ApiKeyId, now: Timestamp, before: Timestamp) -> usize;
}
