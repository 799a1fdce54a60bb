//! What the edge needs from the application behind it.

use async_graphql::{Request, Response};
use async_trait::async_trait;
use fanfare_domain::actor::Actor;
use fanfare_domain::language::Language;
use fanfare_domain::noun::Noun;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use fanfare_services::ServiceResult;
use fanfare_services::cost::BudgetLeft;
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::{Alike, Grounds, Known, Question};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use std::net::IpAddr;
use std::sync::Arc;

/// The application, as the edge sees it. [`super::router`] keeps it as a trait object.
#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    /// Who a bearer token names; `Ok(None)` where none is given.
    async fn authenticate(&self, token: Option<&str>) -> Result<Option<Actor>, AuthFailure>;

    /// Whether a long-lived connection's actor may continue: their token has not expired, their session is not revoked.
    /// Asked every 30 seconds for each connection, so it should be cheap.
    async fn still_valid(&self, actor: &Actor) -> bool;

    /// Completes when the actor's session is revoked, on whatever node; never for others. Each long-lived connection
    /// waits for it.
    fn revoked(&self, _actor: Option<&Actor>) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }

    /// Takes an operation's `cost` from the caller's budget; answers what is left of it, where there is one.
    async fn charge(&self, _scope: &RequestScope, _cost: u64) -> Result<Option<BudgetLeft>, OverBudget> {
        Ok(None)
    }

    /// Whether the sender may add files to the library of their default workspace. Asked before a file is read, which
    /// may be large.
    async fn may_upload(&self, _scope: &RequestScope) -> ServiceResult<()> {
        Ok(())
    }

    /// Whether answers of queries may be kept as a whole.
    fn keeps_answers(&self) -> bool {
        false
    }

    /// Everything that an answer with these fields shows, each a type and a name; `None`: one of them keeps it out.
    fn nouns_of<'a>(&self, _selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Arc<[Noun]>> {
        None
    }

    /// Whether an answer with these fields, each a type and a name, depends on the language of the request.
    fn depends_on_language<'a>(&self, _selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> bool {
        false
    }

    /// The kept answer, if a fresh run would give the same to the sender now.
    async fn find_answer(&self, _question: &Question, _scope: &RequestScope) -> Option<Arc<Known>> {
        None
    }

    /// Keeps an answer that was given to the sender, with what it relies on.
    async fn keep_answer(
        &self,
        _question: &Question,
        _scope: &RequestScope,
        _known: Arc<Known>,
        _grounds: Grounds,
    ) {
    }

    /// Adds what resolvers need: the actor, fresh loaders, the language, the request id, [`SeqRecorder`]; decides on
    /// introspection.
    fn prepare(&self, request: Request, scope: &RequestScope) -> Request;

    /// Runs a query or a mutation to its end.
    async fn execute(&self, request: Request) -> Response;

    /// Begins a subscription. It ends when the stream does, or when the stream is dropped. One that does not begin is told
    /// why, and nothing else.
    async fn subscribe(&self, request: Request) -> BoxStream<'static, Told>;

    /// Answers an event that a subscription was told of: as its operation selects it, whose field is there without its
    /// arguments. `None`: nothing is shown of it. A request that was not prepared is answered with what is in the event,
    /// whoever asks, and with an error where that is not enough. It brings the language of its texts along.
    async fn show(&self, request: Request, happened: &Happened) -> Option<Response>;

    /// Whether an answer to an event with these fields, each a type and a name, is the same for all who have the same
    /// rights; `None`: each subscriber has one of their own.
    fn alike<'a>(&self, _selected: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Alike> {
        None
    }

    /// The same as [`Gateway::show`] for a request that was prepared for the sender, with what the answer relies on.
    /// No grounds: it is nobody else's.
    async fn show_noted(
        &self,
        request: Request,
        happened: &Happened,
        _scope: &RequestScope,
        _alike: &Alike,
    ) -> (Option<Response>, Option<Grounds>) {
        (self.show(request, happened).await, None)
    }

    /// Whether nothing has changed that an answer to an event shows.
    async fn is_present(&self, _grounds: &Grounds, _alike: &Alike, _scope: &RequestScope) -> bool {
        false
    }

    /// Whether the sender has every right now that an answer to an event relies on.
    async fn may_see(&self, _grounds: &Grounds, _scope: &RequestScope) -> bool {
        false
    }
}

/// What a subscription is told.
pub enum Told {
    /// Something to be shown.
    Event(Arc<Happened>),
    /// An answer as it is.
    Answer(Box<Response>),
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthFailure {
    #[error("The access token is not valid")]
    Invalid,
    #[error("The access token has expired")]
    Expired,
    /// Whether it is valid cannot be told now.
    #[error("Sign-in is not available now")]
    Unavailable,
}

/// The caller has used up their budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// Points that they may use in a minute.
    pub limit: u32,
    /// Seconds until the operation would be let through.
    pub retry_after: u64,
}

/// Who sent a request and how it is distinguished from others.
#[derive(Clone, Debug)]
pub struct RequestScope {
    pub actor: Option<Actor>,
    /// Why the token that came along is not accepted; nobody is signed in then.
    pub refused: Option<AuthFailure>,
    /// Stands in the logs, in `X-Request-Id` and in every error.
    pub request_id: Arc<str>,
    pub client: IpAddr,
    /// Where a command leaves the `seq` that the answer's `X-Fanfare-Seq` carries.
    pub seq: SeqRecorder,
    /// Set where a command was done before under its key: the answer carries `Idempotency-Replayed` then.
    pub replayed: ReplayMark,
    /// The language of texts, as `Accept-Language` prefers.
    pub language: Language,
    /// `X-Fanfare-Min-Seq`: a read must be at least this new.
    pub min_seq: Option<i64>,
}
