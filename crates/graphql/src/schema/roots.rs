//! The schema as a whole: the nouns' queries and mutations under one root each.

use crate::account::{AccountLinkMutation, AccountMutation, AccountQuery, NetworkQuery};
use crate::analytics::{AnalyticsQuery, OptimalTimesQuery};
use crate::api_key::{ApiKeyMutation, ApiKeyQuery};
use crate::audit::AuditQuery;
use crate::calendar::CalendarQuery;
use crate::campaign::{CampaignMutation, CampaignQuery};
use crate::event::{Begun, Following, Shown, Subscription};
use crate::export::{ExportMutation, ExportQuery};
use crate::import::{ImportMutation, ImportQuery};
use crate::inbox::{InboxMutation, InboxQuery, InboxReviewMutation};
use crate::invitation::{InvitationMutation, InvitationQuery};
use crate::media::{MediaMutation, MediaQuery, MediaUpdateMutation};
use crate::node::NodeQuery;
use crate::person::{
    ErasureMutation, PasswordMutation, ProfileMutation, SecondFactorMutation, SessionMutation,
    UserSessionMutation, ViewerQuery,
};
use crate::post::{
    PostBulkCommandMutation, PostBulkMutation, PostDuplicateMutation, PostMetricsMutation, PostMutation,
    PostQuery, PostTargetMutation,
};
use crate::settings::{SettingsMutation, SettingsQuery};
use crate::template::{TemplateMutation, TemplateQuery};
use crate::workspace::{WorkspaceMutation, WorkspaceQuery};
use crate::writing::WritingMutation;
use async_graphql::{MergedObject, Request, Response, SDLExportOptions, ServerError, ValidationMode};
use fanfare_domain::event::Event;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Selections inside one another that the library reads; the edge's own limit (`limits`) is lower.
const RECURSION: usize = 200;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    ViewerQuery,
    NodeQuery,
    AccountQuery,
    NetworkQuery,
    MediaQuery,
    PostQuery,
    ApiKeyQuery,
    AnalyticsQuery,
    InboxQuery,
    OptimalTimesQuery,
    CampaignQuery,
    TemplateQuery,
    CalendarQuery,
    SettingsQuery,
    ExportQuery,
    ImportQuery,
    AuditQuery,
    InvitationQuery,
    WorkspaceQuery,
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SessionMutation,
    PasswordMutation,
    ProfileMutation,
    UserSessionMutation,
    SecondFactorMutation,
    WorkspaceMutation,
    AccountMutation,
    AccountLinkMutation,
    MediaMutation,
    MediaUpdateMutation,
    PostMutation,
    PostTargetMutation,
    PostDuplicateMutation,
    ApiKeyMutation,
    PostMetricsMutation,
    InboxMutation,
    InboxReviewMutation,
    PostBulkMutation,
    PostBulkCommandMutation,
    WritingMutation,
    CampaignMutation,
    TemplateMutation,
    SettingsMutation,
    ExportMutation,
    ImportMutation,
    ErasureMutation,
    InvitationMutation,
);

type Roots = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema, ready to run. What it runs is boxed here, so that no other crate compiles the resolvers' futures.
#[derive(Clone)]
pub struct Schema(Roots);

impl Schema {
    /// It runs normal forms of `fanfare-operation`: the edge has validated their documents and held them against the
    /// limits.
    pub fn new() -> Self {
        let schema = Roots::build(Query::default(), Mutation::default(), Subscription);
        Self(schema.limit_recursive_depth(RECURSION).validation_mode(ValidationMode::Fast).finish())
    }

    /// Runs a query or a mutation to its end.
    pub fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(self.0.execute(request))
    }

    /// Begins a subscription.
    ///
    /// # Errors
    /// The answer that says why it does not begin.
    pub fn follow(&self, request: Request) -> BoxFuture<'_, Result<Following, Box<Response>>> {
        let begun = Begun::default();
        let mut answers = self.0.execute_stream(request.data(begun.clone()));
        Box::pin(async move {
            if let Some(refusal) = answers.next().await {
                return Err(Box::new(refusal));
            }
            begun.take().ok_or_else(|| {
                let nothing = ServerError::new("a subscription follows nothing", None);
                Box::new(Response::from_errors(vec![nothing]))
            })
        })
    }

    /// Shows an event as a subscription selects it, whose field is there without its arguments; `None` where it shows
    /// nothing of it.
    ///
    /// Without a [`RequestContext`](crate::request::RequestContext) the answer tells what is in the event and nothing else,
    /// whoever asks: what needs a row, or the asker, is an error.
    pub fn show(&self, request: Request, event: Arc<Event>) -> BoxFuture<'_, Option<Response>> {
        let mut answers = self.0.execute_stream(request.data(Shown(event)));
        Box::pin(async move { answers.next().await })
    }

    /// The schema's definition, in an order that does not depend on the code's.
    pub fn sdl(&self) -> String {
        let options = SDLExportOptions::new().include_specified_by();
        let options = options.sorted_fields().sorted_arguments().sorted_enum_items();
        self.0.sdl_with_options(options)
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self::new()
    }
}

/// The schema's definition, as `schema.graphql` holds it.
pub fn sdl() -> String {
    Schema::new().sdl()
}
