//! What a resolver finds in its context.

use super::errors::top_level;
use super::loaders::Loaders;
use super::workspace::named_workspace;
use async_graphql::{Context, ID};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::language::Language;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use fanfare_services::{Committed, Freshness, Query, ServiceError, Services};
use std::sync::Arc;

/// Made for each request by `app`, which puts it into the request's data.
#[derive(Clone)]
pub struct RequestContext {
    pub services: Arc<Services>,
    pub actor: Option<Actor>,
    /// What is wrong with the token that came along, where nobody is signed in because of it.
    pub refused_token: Option<String>,
    pub loaders: Loaders,
    pub seq: SeqRecorder,
    /// Whether a key of this request was known.
    pub replayed: ReplayMark,
    /// How new what is read must be.
    pub fresh: Freshness,
    /// For the limits of those who are not signed in.
    pub client: std::net::IpAddr,
}

/// Short ways to it.
pub trait ContextExt {
    fn request(&self) -> async_graphql::Result<&RequestContext>;

    fn services(&self) -> async_graphql::Result<&Arc<Services>> {
        Ok(&self.request()?.services)
    }

    /// Who asks; `UNAUTHENTICATED` if nobody is signed in.
    fn actor(&self) -> async_graphql::Result<&Actor> {
        self.actor_if_any()?.ok_or_else(|| top_level(ServiceError::Unauthenticated))
    }

    /// Who asks, where somebody does; `UNAUTHENTICATED` if a token came along that is not accepted.
    fn actor_if_any(&self) -> async_graphql::Result<Option<&Actor>> {
        let request = self.request()?;
        match &request.refused_token {
            Some(words) => Err(top_level(ServiceError::TokenRefused(words.clone()))),
            None => Ok(request.actor.as_ref()),
        }
    }

    fn loaders(&self) -> async_graphql::Result<&Loaders> {
        Ok(&self.request()?.loaders)
    }

    /// The language that texts are written in. A field that asks for it stands in
    /// [`depends_on_language`](crate::versioned::depends_on_language).
    fn language(&self) -> Language;

    /// How new what is read must be (`X-Fanfare-Min-Seq`).
    fn fresh(&self) -> async_graphql::Result<Freshness> {
        Ok(self.request()?.fresh)
    }

    /// Where it is told that a key was known (`Idempotency-Replayed`).
    fn replayed(&self) -> async_graphql::Result<&ReplayMark> {
        Ok(&self.request()?.replayed)
    }

    /// What a command returned, once the client is told how far the log is after it (`X-Fanfare-Seq`).
    fn told<T>(&self, committed: Committed<T>) -> async_graphql::Result<T> {
        let (value, seq) = committed.into_parts();
        if let Some(seq) = seq {
            self.request()?.seq.record(seq);
        }
        Ok(value)
    }

    /// The workspace that an argument names; `None`: the default one.
    fn workspace(&self, named: Option<&ID>) -> async_graphql::Result<WorkspaceId> {
        named_workspace(self.actor()?, named).map_err(top_level)
    }

    /// What a list is asked for. `workspace`: as the argument names it; `None`: the default one.
    fn query<F>(&self, workspace: Option<&ID>, filter: F) -> async_graphql::Result<Query<F>> {
        self.query_in(self.workspace(workspace)?, filter)
    }

    /// The same in a workspace that is known.
    fn query_in<F>(&self, workspace: WorkspaceId, filter: F) -> async_graphql::Result<Query<F>> {
        Ok(Query { actor: self.actor()?.clone(), workspace, filter, fresh: self.fresh()? })
    }
}

impl ContextExt for Context<'_> {
    fn request(&self) -> async_graphql::Result<&RequestContext> {
        self.data::<RequestContext>()
    }

    // Not in the request's context: an event that is shown to all readers of a language has none.
    fn language(&self) -> Language {
        self.data_opt::<Language>().copied().unwrap_or_default()
    }
}
