//! A body that is not waited for without end.

use super::watch::BodyWatch;
use crate::presence::Presence;
use axum::BoxError;
use axum::body::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes that count as progress. Whoever sends less in a drop is as silent as who sends nothing.
const BLOCK_BYTES: usize = 1024;

type Polled = Poll<Option<Result<Frame<Bytes>, BoxError>>>;

/// The body of a request. It fails with a [`super::BodyFault`] once its time is over, or once there is no room for it.
pub struct Watched<B> {
    body: B,
    watch: Arc<BodyWatch>,
    presence: Arc<Presence>,
    /// Made only while the body is waited for.
    timer: Option<Pin<Box<Sleep>>>,
    /// When the last block had arrived.
    block_at: Instant,
    block_bytes: usize,
}

impl<B> Watched<B> {
    pub fn new(body: B, watch: Arc<BodyWatch>, presence: Arc<Presence>) -> Self {
        Self { body, watch, presence, timer: None, block_at: Instant::now(), block_bytes: 0 }
    }

    fn arrived(&mut self, bytes: usize) {
        self.block_bytes = self.block_bytes.saturating_add(bytes);
        if self.block_bytes >= BLOCK_BYTES {
            (self.block_at, self.block_bytes) = (Instant::now(), 0);
        }
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Polled {
        self.presence.waits_for_body(self.block_at);
        let (due, fault) = self.watch.due();
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if timer.deadline() != due {
            timer.as_mut().reset(due);
        }
        ready!(timer.as_mut().poll(cx));
        self.watch.fail(fault);
        Poll::Ready(Some(Err(fault.into())))
    }
}

impl<B> HttpBody for Watched<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Pending => this.wait(cx),
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                this.arrived(bytes);
                if let Err(fault) = this.watch.hold(bytes) {
                    return Poll::Ready(Some(Err(fault.into())));
                }
                if this.body.is_end_stream() {
                    this.presence.has_body();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => {
                this.presence.has_body();
                Poll::Ready(end.map(|end| end.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
