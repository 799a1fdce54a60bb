//! A subscription in two parts: what it follows, which lasts, and the showing of one event, which does not. The library
//! runs either of them to its end, so that a subscription that waits keeps nothing of the library's.

use crate::request::top_level;
use async_graphql::{Context, Error, ErrorExtensions as _, PathSegment, Pos, Response, Result};
use fanfare_domain::event::Event;
use fanfare_services::event::{Feed, FeedEnd, Happened, TooSlow};
use futures_util::Stream;
use std::sync::{Arc, Mutex, PoisonError};

/// Which events a subscription shows.
type Wanted = Box<dyn Fn(&Event) -> bool + Send + Sync>;

/// What a subscription follows.
pub struct Following {
    /// Boxed: its place moves with every event.
    feed: Box<Feed>,
    wanted: Wanted,
    /// Under which its field stands in the answer.
    key: Box<str>,
}

/// Where the field of a subscription that begins leaves what it follows.
#[derive(Clone, Default)]
pub(crate) struct Begun(Arc<Mutex<Option<Following>>>);

/// The event that is to be shown.
pub(crate) struct Shown(pub Arc<Event>);

impl Following {
    /// The events, each with the access decided again, and last the answer that says why there are no more.
    pub fn into_stream(self) -> impl Stream<Item = std::result::Result<Arc<Happened>, Box<Response>>> + Send {
        futures_util::stream::unfold(Some(self), |following| async move {
            let mut following = following?;
            let Self { feed, wanted, .. } = &mut following;
            match feed.next(&*wanted).await? {
                Ok(happened) => Some((Ok(happened), Some(following))),
                Err(end) => Some((Err(Box::new(following.last(end))), None)),
            }
        })
    }

    /// As the library answers for a field that fails; where the field stands in the document follows from the path.
    fn last(&self, end: FeedEnd) -> Response {
        let error = failure(end).into_server_error(Pos::default());
        Response::from_errors(vec![error.with_path(vec![PathSegment::Field(self.key.to_string())])])
    }
}

impl Begun {
    /// `None`: no field has begun to follow anything.
    pub fn take(&self) -> Option<Following> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Begins the subscription of a field: with these events of the feed.
pub(super) fn begin(
    ctx: &Context<'_>,
    feed: Box<Feed>,
    wanted: impl Fn(&Event) -> bool + Send + Sync + 'static,
) -> Result<()> {
    let field = ctx.field();
    let key = field.alias().unwrap_or(field.name()).into();
    let following = Following { feed, wanted: Box::new(wanted), key };
    let begun = ctx.data::<Begun>()?;
    *begun.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(following);
    Ok(())
}

/// The event that is to be shown; `None`: the subscription is to begin.
pub(super) fn shown<'a>(ctx: &Context<'a>) -> Option<&'a Arc<Event>> {
    ctx.data_opt::<Shown>().map(|shown| &shown.0)
}

fn failure(end: FeedEnd) -> Error {
    match end {
        FeedEnd::Refused(error) => top_level(error),
        FeedEnd::TooSlow(TooSlow { last }) => {
            Error::new("You are too slow; subscribe again after this cursor.").extend_with(|_, extensions| {
                extensions.set("code", "SLOW_CONSUMER");
                extensions.set("cursor", last.encode());
            })
        }
    }
}
