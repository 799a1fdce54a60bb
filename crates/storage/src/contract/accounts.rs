//! Connected accounts.

use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_storage::command::profile_update::ProfileUpdate;
use fanfare_storage::page::{AccountFilter, Window};
use fanfare_storage::rows::{Account, ConnectedAccount, ShownAccount};

contract! {
    trait Accounts = accounts;

    /// Stores the account of a finished consent; the same account of the network again is the same row.
    write connect(new: ConnectedAccount, actor: EventActor) -> (Account, Seq);
    /// The same, unless the account is connected and active: then `None`, and nothing is changed.
    write connect_new(new: ConnectedAccount, actor: EventActor) -> Option<(Account, Seq)>;
    /// The accounts on some networks that can publish, the oldest first.
    read active_on(workspace: WorkspaceId, platforms: &[Platform]) -> Vec<ShownAccount>;
    /// Which of these accounts are disconnected. The workspace is not a parameter: a worker works for all of them.
    read disconnected(ids: &[AccountId]) -> Vec<AccountId>;
    /// Forgets the tokens, ends what is under way and cancels what was not sent; answers the account as it was, and the
    /// posts that had either.
    write disconnect(
        workspace: WorkspaceId,
        id: AccountId,
        actor: EventActor,
        now: Timestamp,
    ) -> (Account, Vec<PostId>, Seq);
    /// Marks an account that its network refuses.
    write set_reconnect_required(
        workspace: WorkspaceId,
        id: AccountId,
        reason: String,
        now: Timestamp,
    ) -> Option<Seq>;
    /// Stores what the network says of an account that it answers for; `None`: nothing new.
    write update_profile(workspace: WorkspaceId, id: AccountId, update: ProfileUpdate) -> Option<Seq>;
    /// Accounts by id with their tokens; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[AccountId]) -> Vec<Account>;
    /// The same as people see them.
    read shown(workspace: WorkspaceId, ids: &[AccountId]) -> Vec<ShownAccount>;
    /// The same with the words that no post of the workspace may hold, in one statement. `None`: the first of the accounts is
    /// not there, and the words were not read.
    read shown_with_banned(
        workspace: WorkspaceId,
        ids: &[AccountId],
    ) -> (Vec<ShownAccount>, Option<Vec<String>>);
    /// Accounts of which a name or a handle is among `names`: each with its network, its status and both.
    read called(
        workspace: WorkspaceId,
        names: &[&str],
    ) -> Vec<(AccountId, Platform, AccountStatus, [Option<String>; 2])>;
    /// A window of the accounts, newest first.
    read page(workspace: WorkspaceId, filter: &AccountFilter, window: &Window) -> Vec<ShownAccount>;
    /// How many accounts a filter finds.
    read count(workspace: WorkspaceId, filter: &AccountFilter) -> i64;
}
