//! Posts and targets of which a part is known without their rows: by an id, or by an event. Where nothing else is
//! selected, no row is read.

use super::object::Post;
use super::target::{PostTarget, TargetError};
use crate::account::Account;
use crate::request::{ContextExt as _, top_level};
use crate::scalars::{BigInt, GlobalId as _, Url};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    Context, ContextSelectionSet, ID, Lookahead, Object, OutputType, Positioned, Result, SelectionField,
    ServerResult, SimpleObject, Value,
};
use fanfare_domain::event::payload::TargetPayload;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{PostStatus, TargetStatus};
use fanfare_services::ServiceError;
use std::borrow::Cow;

/// What is known of any object by its id.
pub const KNOWN_BY_ID: [&str; 3] = ["id", "databaseId", "__typename"];
/// What events tell of a post.
pub const TOLD_OF_POST: [&str; 4] = ["id", "databaseId", "__typename", "status"];
/// What events tell of a target.
pub const TOLD_OF_TARGET: [&str; 9] =
    ["id", "databaseId", "__typename", "status", "platform", "account", "externalId", "url", "error"];

/// An object of the schema's type `T`: with its row, or as `P` where no field beyond `P`'s is selected.
pub enum Shown<T, P> {
    Read(T),
    Told(P),
}

impl<T: OutputType, P: OutputType> OutputType for Shown<T, P> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::Read(object) => object.resolve(ctx, field).await,
            Self::Told(object) => object.resolve(ctx, field).await,
        }
    }
}

/// A post of a workspace that the asker is known to belong to.
pub type ShownPost = Shown<Post, ToldPost>;

impl ShownPost {
    /// The post with this id, for a field that is about it; `NOT_FOUND` where more than the id is asked for and the
    /// workspace has no such post.
    pub async fn of_id(ctx: &Context<'_>, workspace: WorkspaceId, id: PostId) -> Result<Self> {
        if !asks_beyond(&ctx.look_ahead(), &KNOWN_BY_ID) {
            return Ok(Self::Told(ToldPost::new(id, None)));
        }
        Post::load(ctx.loaders()?, workspace, id).await.map(Self::Read)
    }
}

/// A target of a workspace that the asker is known to belong to.
pub type ShownTarget = Shown<PostTarget, NamedTarget>;

impl ShownTarget {
    /// The same for a target.
    pub async fn of_id(ctx: &Context<'_>, workspace: WorkspaceId, id: TargetId) -> Result<Self> {
        if !asks_beyond(&ctx.look_ahead(), &KNOWN_BY_ID) {
            return Ok(Self::Told(NamedTarget { id: id.global(), database_id: BigInt(id.0) }));
        }
        PostTarget::load(ctx.loaders()?, workspace, id).await.map(Self::Read)
    }
}

/// Whether a document selects of an object what is not among these fields.
pub fn asks_beyond(object: &Lookahead<'_>, known: &[&str]) -> bool {
    let selections = object.selection_fields();
    selections.iter().flat_map(SelectionField::selection_set).any(|field| !known.contains(&field.name()))
}

/// A post of which its id is known, and by an event its status.
#[derive(SimpleObject)]
#[graphql(name = "Post")]
pub struct ToldPost {
    pub id: ID,
    pub database_id: BigInt,
    pub status: Option<PostStatus>,
}

impl ToldPost {
    pub fn new(id: PostId, status: Option<PostStatus>) -> Self {
        Self { id: id.global(), database_id: BigInt(id.0), status }
    }
}

/// A target of which only its id is known.
#[derive(SimpleObject)]
#[graphql(name = "PostTarget")]
pub struct NamedTarget {
    pub id: ID,
    pub database_id: BigInt,
}

/// A target as it was at an event.
pub struct ToldTarget {
    pub workspace_id: WorkspaceId,
    pub id: TargetId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub status: TargetStatus,
    pub external_id: Option<String>,
    pub url: Option<String>,
    pub error: Option<TargetError>,
}

impl ToldTarget {
    /// `None`: the event does not tell its network.
    pub fn new(workspace_id: WorkspaceId, id: TargetId, said: &TargetPayload) -> Option<Self> {
        Some(Self {
            workspace_id,
            id,
            account_id: said.account_id,
            platform: said.platform?,
            status: said.to,
            external_id: said.external_id.clone(),
            url: said.url.clone(),
            error: TargetError::told(said),
        })
    }
}

#[Object(name = "PostTarget")]
impl ToldTarget {
    async fn id(&self) -> ID {
        self.id.global()
    }

    async fn database_id(&self) -> BigInt {
        BigInt(self.id.0)
    }

    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        let account = ctx.loaders()?.account(self.workspace_id, self.account_id).await?;
        account.map(Account).ok_or_else(|| top_level(ServiceError::NotFound))
    }

    async fn platform(&self) -> Platform {
        self.platform
    }

    async fn status(&self) -> TargetStatus {
        self.status
    }

    async fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.url.as_deref())
    }

    async fn error(&self) -> Option<&TargetError> {
        self.error.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::registry::MetaType;
    use std::collections::BTreeSet;

    /// The fields that a type has, with `__typename`, which every type has.
    fn fields_of<T: OutputType>() -> BTreeSet<String> {
        // Its accounts lead to posts and their targets, whose types have the same names.
        let mut registry = Registry::default();
        registry.ignore_name_conflicts.extend(["Post".to_owned(), "PostTarget".to_owned()]);
        let MetaType::Object { fields, .. } = registry.create_fake_output_type::<T>() else {
            panic!("not an object");
        };
        fields.into_keys().chain(["__typename".to_owned()]).collect()
    }

    fn names(known: &[&str]) -> BTreeSet<String> {
        known.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_object_without_its_row_answers_exactly_the_fields_that_need_none() {
        assert_eq!(fields_of::<ToldPost>(), names(&TOLD_OF_POST));
        assert_eq!(fields_of::<ToldTarget>(), names(&TOLD_OF_TARGET));
        assert_eq!(fields_of::<NamedTarget>(), names(&KNOWN_BY_ID));
        assert!(names(&KNOWN_BY_ID).is_subset(&fields_of::<ToldPost>()));
        assert!(names(&TOLD_OF_TARGET).is_subset(&fields_of::<PostTarget>()));
        assert!(names(&TOLD_OF_POST).is_subset(&fields_of::<Post>()));
    }
}
