//! The schema as a whole: the nouns' queries and mutations under one root each.

use super::account::AccountQuery;
use super::account_connection::AccountMutation;
use super::account_link::AccountLinkMutation;
use super::analytics::AnalyticsQuery;
use super::api_key::{ApiKeyMutation, ApiKeyQuery};
use super::audit::AuditQuery;
use super::calendar::CalendarQuery;
use super::campaign::CampaignQuery;
use super::campaign_mutation::CampaignMutation;
use super::erasure::ErasureMutation;
use super::export::{ExportMutation, ExportQuery};
use super::import::ImportQuery;
use super::import_mutation::ImportMutation;
use super::inbox_mutation::InboxMutation;
use super::inbox_query::InboxQuery;
use super::media::{MediaMutation, MediaQuery};
use super::network::NetworkQuery;
use super::node::NodeQuery;
use super::optimal_times::OptimalTimesQuery;
use super::password::PasswordMutation;
use super::people::PeopleMutation;
use super::post_bulk::PostBulkMutation;
use super::post_metrics::PostMetricsMutation;
use super::post_mutation::PostMutation;
use super::post_query::PostQuery;
use super::second_factor::SecondFactorMutation;
use super::settings::{SettingsMutation, SettingsQuery};
use super::subscription::Subscription;
use super::template::TemplateQuery;
use super::template_mutation::TemplateMutation;
use super::viewer::ViewerQuery;
use super::workspace::WorkspaceMutation;
use super::writing::WritingMutation;
use async_graphql::{MergedObject, Request, Response, SDLExportOptions};
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
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    PeopleMutation,
    PasswordMutation,
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
);

type Roots = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema, ready to run. What it runs is boxed here, so that no other crate compiles the resolvers' futures.
#[derive(Clone)]
pub struct Schema(Roots);

impl Schema {
    /// Depth, complexity and the rest are limited by the edge before the library sees a document.
    /// `suggestions`: whether an unknown field is answered with the names of known ones.
    pub fn new(suggestions: bool) -> Self {
        let schema = Roots::build(Query::default(), Mutation::default(), Subscription)
            .limit_recursive_depth(RECURSION);
        Self(if suggestions { schema.finish() } else { schema.disable_suggestions().finish() })
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

/// The schema's definition, as `schema.graphql` holds it.
pub fn sdl() -> String {
    Schema::new(true).sdl()
}

#[cfg(test)]
mod tests;
