//! What a resolver finds in its context.

use super::errors::top_level;
use super::loaders::Loaders;
use async_graphql::Context;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::Seq;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use fanfare_services::{Freshness, ServiceError, Services};
use std::sync::Arc;

/// Made anew for each request by `app`, which puts it into the request's data.
#[derive(Clone)]
pub struct RequestContext {
    pub services: Arc<Services>,
    pub actor: Option<Actor>,
    pub loaders: Loaders,
    pub seq: SeqRecorder,
    /// Whether a key of this request was known.
    pub replayed: ReplayMark,
    /// How new what is read has to be.
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
        self.request()?.actor.as_ref().ok_or_else(|| top_level(ServiceError::Unauthenticated))
    }

    fn loaders(&self) -> async_graphql::Result<&Loaders> {
        Ok(&self.request()?.loaders)
    }

    /// How new what is read has to be (`X-Fanfare-Min-Seq`).
    fn fresh(&self) -> async_graphql::Result<Freshness> {
        Ok(self.request()?.fresh)
    }

    /// Where it is told that a key was known (`Idempotency-Replayed`).
    fn replayed(&self) -> async_graphql::Result<&ReplayMark> {
        Ok(&self.request()?.replayed)
    }

    /// Tells the client how far the log is after a command (`X-Fanfare-Seq`).
    fn wrote(&self, seq: Seq) -> async_graphql::Result<()> {
        self.request()?.seq.record(seq);
        Ok(())
    }
}

impl ContextExt for Context<'_> {
    fn request(&self) -> async_graphql::Result<&RequestContext> {
        self.data::<RequestContext>()
    }
}
