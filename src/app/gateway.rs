//! The schema and the services, as the edge sees them.

use super::introspection;
use async_graphql::parser::types::OperationType;
use async_graphql::{IntrospectionMode, Pos, Request, Response, ServerError};
use async_trait::async_trait;
use axum::http::{HeaderName, HeaderValue};
use fanfare_auth::{AccessTokenError, ApiKeySecret, scopes_change_anything};
use fanfare_config::Config;
use fanfare_domain::actor::{Actor, Credential, Role};
use fanfare_domain::clock::whole_seconds;
use fanfare_domain::noun::Noun;
use fanfare_edge::{AuthFailure, Gateway, OverBudget, RequestScope, Told};
use fanfare_graphql::request::Loaders;
use fanfare_graphql::request::RequestContext;
use fanfare_graphql::request::top_level;
use fanfare_graphql::schema::Schema;
use fanfare_graphql::versioned::{alike, depends_on_language, nouns_of};
use fanfare_services::cost::BudgetLeft;
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::{Alike, Grounds, Known, Question, Witness};
use fanfare_services::{Freshness, ServiceError, ServiceResult, Services};
use fanfare_storage::connection::{share, statements};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use std::any::TypeId;
use std::future::ready;
use std::sync::Arc;

const STATEMENTS: HeaderName = HeaderName::from_static("x-fanfare-sql-statements");

/// Who may ask for the schema where introspection is off.
const MAY_INTROSPECT: &str = "Introspection is off on this server: sign in as an owner or admin of your default workspace, \
    or use an API key with the scope ADMIN. FANFARE_INTROSPECTION=on allows it to everyone.";

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

impl SchemaGateway {
    async fn key_holder(&self, key: &str) -> Result<Actor, AuthFailure> {
        let holder = self.services.api_keys().key_holder(key).await.map_err(|error| unavailable(&error))?;
        let actor = holder.ok_or(AuthFailure::Invalid)?;
        if actor.is_expired(self.services.clock().now()) { Err(AuthFailure::Expired) } else { Ok(actor) }
    }

    async fn is_live(&self, actor: &Actor) -> ServiceResult<bool> {
        match &actor.credential {
            Credential::Session(session) => self.services.sessions().is_live(*session).await,
            Credential::ApiKey(grant) => self.services.api_keys().is_live(actor, grant).await,
        }
    }

    /// Whoever runs a place may look at the schema in production too: its owners and admins, and keys with the scope
    /// `admin`. What cannot be told now is refused.
    async fn may_introspect(&self, actor: &Actor) -> bool {
        if let Some(grant) = actor.grant() {
            return grant.administers();
        }
        let role = self.services.workspaces().role(actor, actor.default_workspace).await;
        role.is_ok_and(|role| role.covers(Role::Admin))
    }

    /// Lets introspection through where it is off for others, and refuses it to them. Only who asks for the schema is
    /// looked at.
    async fn allow_introspection(&self, request: &mut Request) -> Result<(), ServerError> {
        if request.introspection_mode != IntrospectionMode::Disabled {
            return Ok(());
        }
        let operation = request.operation_name.clone();
        // What cannot be parsed is not run; the schema says why.
        let document = request.parsed_query().ok();
        let Some(at) = document.and_then(|it| introspection::asked_at(it, operation.as_deref())) else {
            return Ok(());
        };
        if let Some(actor) = context(request).and_then(|context| context.actor.as_ref())
            && self.may_introspect(actor).await
        {
            request.introspection_mode = IntrospectionMode::Enabled;
            return Ok(());
        }
        let refused_token = context(request).and_then(|context| context.refused_token.clone());
        let forbidden = || ServiceError::Forbidden(MAY_INTROSPECT.to_owned());
        Err(top_level(refused_token.map_or_else(forbidden, ServiceError::TokenRefused)).into_server_error(at))
    }
}

fn unavailable(error: &ServiceError) -> AuthFailure {
    tracing::warn!(%error, "sign-in cannot be looked at");
    AuthFailure::Unavailable
}

/// What the request was prepared with.
fn context(request: &Request) -> Option<&RequestContext> {
    request.data.get(&TypeId::of::<RequestContext>())?.downcast_ref()
}

/// Whether what the request was prepared with may run it, as far as that can be told before its services are asked.
fn may_run(request: &mut Request) -> bool {
    let grant = context(request).and_then(|context| context.actor.as_ref()?.grant());
    if grant.is_none_or(|grant| scopes_change_anything(&grant.scopes)) {
        return true;
    }
    // What cannot be parsed is not run; the schema says why.
    request.parsed_query().is_ok_and(|document| {
        document.operations.iter().all(|(_, operation)| operation.node.ty != OperationType::Mutation)
    })
}

#[async_trait]
impl Gateway for SchemaGateway {
    async fn authenticate(&self, token: Option<&str>) -> Result<Option<Actor>, AuthFailure> {
        let Some(token) = token else { return Ok(None) };
        if ApiKeySecret::looks_like_one(token) {
            return self.key_holder(token).await.map(Some);
        }
        let actor = self.services.sessions().verify(token).map_err(|error| match error {
            AccessTokenError::Expired => AuthFailure::Expired,
            _ => AuthFailure::Invalid,
        })?;
        match self.is_live(&actor).await {
            Ok(true) => Ok(Some(actor)),
            Ok(false) => Err(AuthFailure::Invalid),
            Err(error) => Err(unavailable(&error)),
        }
    }

    async fn still_valid(&self, actor: &Actor) -> bool {
        if actor.is_expired(self.services.clock().now()) {
            return false;
        }
        // A database that does not answer for a moment ends no connection.
        matches!(self.is_live(actor).await, Ok(true) | Err(ServiceError::Unavailable(_)))
    }

    fn revoked(&self, actor: Option<&Actor>) -> BoxFuture<'static, ()> {
        match actor.map(|actor| &actor.credential) {
            Some(Credential::Session(session)) => Box::pin(self.services.sessions().revoked(*session)),
            _ => Box::pin(std::future::pending()),
        }
    }

    async fn charge(&self, scope: &RequestScope, cost: u64) -> Result<Option<BudgetLeft>, OverBudget> {
        match self.services.costs().charge(scope.actor.as_ref(), scope.client, cost).await {
            Ok(left) => Ok(Some(left)),
            Err(empty) => {
                Err(OverBudget { limit: empty.limit, retry_after: whole_seconds(empty.retry_after) })
            }
        }
    }

    async fn may_upload(&self, scope: &RequestScope) -> ServiceResult<()> {
        let Some(actor) = &scope.actor else { return Ok(()) };
        self.services.media().may_upload(actor, actor.default_workspace).await
    }

    fn keeps_answers(&self) -> bool {
        self.services.whole_answers().is_on()
    }

    fn nouns_of<'a>(&self, selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Arc<[Noun]>> {
        nouns_of(selected)
    }

    fn depends_on_language<'a>(&self, selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> bool {
        depends_on_language(selected)
    }

    async fn find_answer(&self, question: &Question, scope: &RequestScope) -> Option<Arc<Known>> {
        let actor = scope.actor.as_ref()?;
        let fresh = Freshness::at_least(scope.min_seq);
        let found = self.services.whole_answers().find(actor, question, fresh);
        share::on_behalf_of(Some(actor.user_id), found).await
    }

    async fn keep_answer(
        &self,
        question: &Question,
        scope: &RequestScope,
        known: Arc<Known>,
        grounds: Grounds,
    ) {
        if let Some(actor) = &scope.actor {
            self.services.whole_answers().keep(actor, question, &known, grounds).await;
        }
    }

    fn prepare(&self, request: Request, scope: &RequestScope) -> Request {
        let fresh = Freshness::at_least(scope.min_seq);
        let context = RequestContext {
            services: Arc::clone(&self.services),
            actor: scope.actor.clone(),
            refused_token: scope.refused.map(|failure| failure.to_string()),
            loaders: Loaders::new(&self.services, fresh),
            seq: scope.seq.clone(),
            replayed: scope.replayed.clone(),
            fresh,
            client: scope.client,
        };
        let request = request.data(context).data(scope.language);
        if self.introspection { request } else { request.disable_introspection() }
    }

    async fn execute(&self, mut request: Request) -> Response {
        if !may_run(&mut request) {
            let words = "This API key only reads.".to_owned();
            let refusal = top_level(ServiceError::Forbidden(words));
            return Response::from_errors(vec![refusal.into_server_error(Pos::default())]);
        }
        if let Err(refusal) = self.allow_introspection(&mut request).await {
            return Response::from_errors(vec![refusal]);
        }
        let user = context(&request).and_then(|context| context.actor.as_ref()).map(|actor| actor.user_id);
        let work = share::on_behalf_of(user, self.schema.execute(request));
        if !self.counts_statements {
            return work.await;
        }
        let (mut response, count) = statements::count(work).await;
        response.http_headers.insert(STATEMENTS, HeaderValue::from(count));
        response
    }

    async fn subscribe(&self, request: Request) -> BoxStream<'static, Told> {
        match self.schema.follow(request).await {
            Ok(following) => {
                let told = following.into_stream();
                told.map(|next| next.map_or_else(Told::Answer, Told::Event)).boxed()
            }
            Err(refusal) => stream::once(ready(Told::Answer(refusal))).boxed(),
        }
    }

    async fn show(&self, request: Request, happened: &Happened) -> Option<Response> {
        self.schema.show(request, Arc::clone(happened.event())).await
    }

    fn alike<'a>(&self, selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Alike> {
        alike(selected)
    }

    async fn show_noted(
        &self,
        request: Request,
        happened: &Happened,
        scope: &RequestScope,
        alike: &Alike,
    ) -> (Option<Response>, Option<Grounds>) {
        let Some(actor) = &scope.actor else { return (self.show(request, happened).await, None) };
        let witness = Witness::new(Arc::clone(&alike.about));
        let (answers, workspace) = (self.services.whole_answers(), happened.event().workspace_id);
        let work = async {
            if let Err(error) = answers.begin_answer_to_event(actor, workspace, alike).await {
                tracing::debug!(%error, "an answer to an event is not shared");
            }
            self.show(request, happened).await
        };
        let response = witness.follow(work).await;
        (response, witness.grounds())
    }

    async fn is_present(&self, grounds: &Grounds, alike: &Alike, scope: &RequestScope) -> bool {
        let fresh = Freshness::at_least(scope.min_seq);
        self.services.whole_answers().is_present(grounds, &alike.about, fresh).await
    }

    async fn may_see(&self, grounds: &Grounds, scope: &RequestScope) -> bool {
        let Some(actor) = &scope.actor else { return false };
        self.services.whole_answers().may_see(actor, grounds).await
    }
}
