//! The interface of all objects with an id.

use crate::account::{Account, Network};
use crate::api_key::ApiKey;
use crate::audit::AuditEntry;
use crate::campaign::Campaign;
use crate::export::Export;
use crate::import::{Import, ImportProblem};
use crate::inbox::{InboxMessage, InboxReply};
use crate::invitation::Invitation;
use crate::media::{Media, MediaFetch};
use crate::person::{User, UserSession, Viewer};
use crate::post::{Post, PostTarget, PublishStep, Saga};
use crate::settings::Settings;
use crate::template::Template;
use crate::workspace::{Workspace, WorkspaceMember};
use async_graphql::{ID, Interface};

/// An object with an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque, unique among all objects."))]
pub enum Node {
    User(User),
    Viewer(Viewer),
    UserSession(UserSession),
    Workspace(Workspace),
    WorkspaceMember(WorkspaceMember),
    Settings(Settings),
    Invitation(Invitation),
    ApiKey(ApiKey),
    AuditEntry(AuditEntry),
    Network(Network),
    Account(Account),
    Media(Media),
    MediaFetch(MediaFetch),
    Post(Post),
    PostTarget(PostTarget),
    PublishStep(PublishStep),
    Saga(Saga),
    InboxMessage(InboxMessage),
    InboxReply(InboxReply),
    Campaign(Campaign),
    Template(Template),
    Export(Export),
    Import(Import),
    ImportProblem(ImportProblem),
}
