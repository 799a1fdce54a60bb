//! The schema as a whole: the nouns' queries and mutations under one root each.

use crate::account::{AccountLinkMutation, AccountMutation, AccountQuery, NetworkQuery};
use crate::analytics::{AnalyticsQuery, OptimalTimesQuery};
use crate::api_key::{ApiKeyMutation, ApiKeyQuery};
use crate::audit::AuditQuery;
use crate::calendar::CalendarQuery;
use crate::campaign::{CampaignMutation, CampaignQuery};
use crate::event::Subscription;
use crate::export::{ExportMutation, ExportQuery};
use crate::import::{ImportMutation, ImportQuery};
use crate::inbox::{InboxMutation, InboxQuery};
use crate::invitation::{InvitationMutation, InvitationQuery};
use crate::media::{MediaMutation, MediaQuery};
use crate::node::NodeQuery;
use crate::person::{
    ErasureMutation, PasswordMutation, SecondFactorMutation, SessionMutation, UserSessionMutation,
    ViewerQuery,
};
use crate::post::{PostBulkMutation, PostMetricsMutation, PostMutation, PostQuery};
use crate::settings::{SettingsMutation, SettingsQuery};
use crate::template::{TemplateMutation, TemplateQuery};
use crate::workspace::WorkspaceMutation;
use crate::writing::WritingMutation;
use async_graphql::{MergedObject, Request, Response, SDLExportOptions, ValidationMode};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

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
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SessionMutation,
    PasswordMutation,
    UserSessionMutation,
    SecondFactorMutation,
    WorkspaceMutation,
    AccountMutation,
    AccountLinkMutation,
    MediaMutation,
    PostMutation,
    ApiKeyMutation,
    PostMetricsMutation,
    InboxMutation,
    PostBulkMutation,
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

    /// Starts a subscription. It ends when the stream does, or when the stream is dropped.
    pub fn subscribe(&self, request: Request) -> BoxStream<'static, Response> {
        Box::pin(self.0.execute_stream(request))
    }

    /// The schema's definition, in an order that does not depend on the code's.
    pub fn sdl(&self) -> String {
        let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
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
