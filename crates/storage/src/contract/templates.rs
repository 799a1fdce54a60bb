//! Templates of a workspace's own. Those that come with the server are in no table.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{TemplateId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::template::TemplatePatch;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::{TemplateFilter, Window};
use fanfare_storage::rows::{NewTemplate, Template};

contract! {
    trait Templates = templates;

    /// Stores a template. Under a known key the first result is answered again.
    write create(new: NewTemplate, actor: EventActor, key: Option<KeyedInput>, now: Timestamp) -> (Template, Seq);
    /// Changes a template of the expected revision.
    write update(
        workspace: WorkspaceId,
        id: TemplateId,
        expected: ExpectedRevision,
        patch: TemplatePatch,
        actor: EventActor,
        now: Timestamp,
    ) -> (Template, Seq);
    /// Deletes a template. Posts that were made of it stay.
    write delete(workspace: WorkspaceId, id: TemplateId, actor: EventActor, now: Timestamp) -> Seq;
    /// A window of the templates, newest first.
    read page(workspace: WorkspaceId, filter: &TemplateFilter, window: &Window) -> Vec<Template>;
    /// The ids of a window, in the order of [`page`].
    read ids(workspace: WorkspaceId, filter: &TemplateFilter, window: &Window) -> Vec<TemplateId>;
    /// How many templates a filter finds.
    read count(workspace: WorkspaceId, filter: &TemplateFilter) -> i64;
    /// Templates by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[TemplateId]) -> Vec<Template>;
}
