//! Settings of workspaces. One that has decided nothing has no row.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::settings::{SettingsPatch, WorkspaceSettings};

contract! {
    trait Settings = settings;

    /// The settings of a workspace.
    read of(workspace: WorkspaceId) -> WorkspaceSettings;
    /// The words that no post of the workspace may hold to be published.
    read banned_keywords(workspace: WorkspaceId) -> Vec<String>;
    /// What the workspace answers automatically; `None`: nothing.
    read auto_reply(workspace: WorkspaceId) -> Option<String>;
    /// Changes the settings of the expected revision.
    write update(
        workspace: WorkspaceId,
        expected: ExpectedRevision,
        patch: SettingsPatch,
        actor: EventActor,
        now: Timestamp,
    ) -> (WorkspaceSettings, Seq);
}
