//! The schema and the services, as the edge sees them.

use crate::auth::AccessTokenError;
use crate::config::Config;
use crate::db::statements;
use crate::domain::actor::Actor;
use crate::graphql::context::RequestContext;
use crate::graphql::loaders::Loaders;
use crate::graphql::schema::Schema;
use crate::http::{AuthFailure, Gateway, RequestScope};
use crate::services::{ServiceError, Services};
use async_graphql::{Request, Response};
use async_trait::async_trait;
use axum::http::{HeaderName, HeaderValue};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use std::sync::Arc;

const STATEMENTS: HeaderName = HeaderName::from_static("x-fanfare-sql-statements");

/// The application behind the edge.
pub struct SchemaGateway {
    schema: Schema,
    services: Arc<Services>,
    introspection: bool,
    /// Whether answers tell how many SQL statements they took.
    counts_statements: bool,
}

impl SchemaGateway {
    pub fn new(schema: Schema, services: Arc<Services>, config: &Config) -> Self {
        let introspection = config.graphql.introspection;
        Self { schema, services, introspection, counts_statements: config.count_statements }
    }
}

#[async_trait]
impl Gateway for SchemaGateway {
    async fn authenticate(&self, token: Option<&str>) -> Result<Option<Actor>, AuthFailure> {
        let Some(token) = token else { return Ok(None) };
        let actor = self.services.access_tokens.verify(token).map_err(|error| match error {
            AccessTokenError::Expired => AuthFailure::Expired,
            _ => AuthFailure::Invalid,
        })?;
        match self.services.access.session_is_live(&self.services.db, actor.session_id).await {
            Ok(true) => Ok(Some(actor)),
            Ok(false) => Err(AuthFailure::Invalid),
            Err(error) => {
                tracing::warn!(%error, "sign-in cannot be looked at");
                Err(AuthFailure::Unavailable)
            }
        }
    }

    async fn still_valid(&self, actor: &Actor) -> bool {
        let now = self.services.clock.now().micros() / 1_000_000;
        if actor.expires_at <= now {
            return false;
        }
        let live = self.services.access.session_is_live(&self.services.db, actor.session_id).await;
        // A database that does not answer for a moment ends no connection.
        matches!(live, Ok(true) | Err(ServiceError::Unavailable(_)))
    }

    fn prepare(&self, request: Request, scope: &RequestScope) -> Request {
        let context = RequestContext {
            services: Arc::clone(&self.services),
            actor: scope.actor.clone(),
            loaders: Loaders::new(&self.services.db),
            seq: scope.seq.clone(),
            client: scope.client,
        };
        let request = request.data(context);
        if self.introspection { request } else { request.disable_introspection() }
    }

    async fn execute(&self, request: Request) -> Response {
        if !self.counts_statements {
            return self.schema.execute(request).await;
        }
        let (mut response, count) = statements::count(self.schema.execute(request)).await;
        response.http_headers.insert(STATEMENTS, HeaderValue::from(count));
        response
    }

    fn subscribe(&self, request: Request) -> BoxStream<'static, Response> {
        self.schema.execute_stream(request).boxed()
    }
}
