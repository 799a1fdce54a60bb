//! An id of a row whose noun is known only at run time.

use super::id::{
    AccountId, ApiKeyId, CampaignId, ExportId, ImportId, ImportProblemId, InboxMessageId, InboxReplyId,
    InvitationId, MediaFetchId, MediaId, PostId, SagaId, StepId, TargetId, TemplateId, UserId, WorkspaceId,
};

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub workspace: WorkspaceId,
    /// What it is a part of, of those nouns that are read by what they are a part of: a step's target, the post of a saga
    /// or a fetch.
    pub parent: Option<RowId>,
}

macro_rules! row_ids {
    ($($noun:ident($id:ident)),+ $(,)?) => {
        /// A row of any noun that has a global id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RowId {
            $($noun($id),)+
        }

        impl RowId {
            /// `kind`: the noun, as it stands in a global id. `None`: there is no such noun.
            pub fn new(kind: &str, row: i64) -> Option<Self> {
                match kind {
                    $($id::KIND => Some(Self::$noun($id(row))),)+
                    _ => None,
                }
            }
        }

        $(
            impl From<$id> for RowId {
                fn from(id: $id) -> Self {
                    Self::$noun(id)
                }
            }
        )+
    };
}

row_ids! {
    User(UserId),
    Workspace(WorkspaceId),
    Account(AccountId),
    Media(MediaId),
    MediaFetch(MediaFetchId),
    Post(PostId),
    Target(TargetId),
    Step(StepId),
    Saga(SagaId),
    ApiKey(ApiKeyId),
    Invitation(InvitationId),
    InboxMessage(InboxMessageId),
    InboxReply(InboxReplyId),
    Campaign(CampaignId),
    Template(TemplateId),
    Export(ExportId),
    Import(ImportId),
    ImportProblem(ImportProblemId),
}
