//! A refused body is read to its end all the same.
//!
//! A client that still sends when its answer arrives may never read it: a connection closed with bytes unread is reset,
//! and the reset takes the answer with it (RFC 9112, section 9.6). So what a handler leaves of a body is read away
//! alongside the answer, up to a limit.

use super::super::request_body::{BodyFault, BodyWatch};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// The most that is read away of one body, in bytes: enough for the largest picture, not for a film.
const LIMIT: usize = 64 << 20;

/// How long one body is read away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets what the handler leaves of the request's body be read away.
pub async fn linger(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let watch = request.extensions().get::<Arc<BodyWatch>>().cloned();
    next.run(request.map(|body| Body::new(Lingering { left: Some(body), watch }))).await
}

/// A body that, dropped before its end, is read to its end.
struct Lingering {
    /// None once it has ended or failed.
    left: Option<Body>,
    watch: Option<Arc<BodyWatch>>,
}

impl HttpBody for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = self.left.as_mut() else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        let goes_on = match &frame {
            Some(Ok(_)) => true,
            Some(Err(error)) => BodyFault::behind(error).is_some_and(BodyFault::is_refusal),
            None => false,
        };
        if !goes_on {
            self.left = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.left.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(body) = self.left.take().filter(|body| !body.is_end_stream()) else { return };
        if let Some(watch) = &self.watch {
            watch.discard();
        }
        let too_much = body.size_hint().lower() > LIMIT as u64;
        if let (false, Ok(runtime)) = (too_much, Handle::try_current()) {
            runtime.spawn(timeout(PATIENCE, read_away(body)));
        }
    }
}

/// Reads a body until it ends, fails or grows too long.
async fn read_away(mut body: Body) {
    let mut left = LIMIT;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(length) {
            Some(less) => left = less,
            None => return,
        }
    }
}
