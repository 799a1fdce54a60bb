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
    /// Since when the bytes that an upload's pace demands are waited for, and how many of them have come.
    paced_from: Instant,
    paced_bytes: usize,
    /// When the reader got the last bytes and did not yet ask for more.
    read_at: Option<Instant>,
}

impl<B> Watched<B> {
    pub fn new(body: B, watch: Arc<BodyWatch>, presence: Arc<Presence>) -> Self {
        let now = Instant::now();
        Self {
            body,
            watch,
            presence,
            timer: None,
            block_at: now,
            block_bytes: 0,
            paced_from: now,
            paced_bytes: 0,
            read_at: None,
        }
    }

    /// The time that the reader took is not the client's.
    fn asked(&mut self) {
        if let Some(read_at) = self.read_at.take() {
            let taken = read_at.elapsed();
            self.paced_from += taken;
            self.block_at += taken;
        }
    }

    fn arrived(&mut self, bytes: usize) {
        let now = Instant::now();
        self.read_at = Some(now);
        self.paced_bytes = self.paced_bytes.saturating_add(bytes);
        if self.watch.pace().is_some_and(|pace| self.paced_bytes >= pace.bytes) {
            (self.paced_from, self.paced_bytes) = (now, 0);
        }
        self.block_bytes = self.block_bytes.saturating_add(bytes);
        if self.block_bytes >= BLOCK_BYTES {
            (self.block_at, self.block_bytes) = (now, 0);
        }
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Polled {
        self.presence.waits_for_body(self.block_at);
        let (due, fault) = self.watch.due(self.paced_from);
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
        this.asked();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Pending => this.wait(cx),
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                this.arrived(bytes);
                if let Err(fault) = this.watch.hold(bytes) {
                    return Poll::Ready(Some(Err(fault.into())));
                }
                this.presence.got_bytes();
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => {
                this.presence.got_bytes();
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

#[cfg(test)]
mod tests {
    use super::super::budget::BodyBudget;
    use super::*;
    use fanfare_domain::client_network::ClientNetwork;
    use futures_util::{FutureExt as _, stream};
    use http_body_util::{BodyExt as _, StreamBody};
    use std::convert::Infallible;
    use std::time::Duration;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn a_client_is_silent_while_it_is_awaited_and_not_while_its_bytes_are_worked_on() {
        let (client, mut received) = mpsc::unbounded_channel::<Bytes>();
        let frames = stream::poll_fn(move |cx| {
            received.poll_recv(cx).map(|bytes| bytes.map(|bytes| Ok::<_, Infallible>(Frame::data(bytes))))
        });
        let lease = BodyBudget::new(10, 10).lease(ClientNetwork::of([192, 0, 2, 1].into()));
        let watch = BodyWatch::new(lease, Instant::now() + Duration::from_mins(1));
        let presence = Arc::new(Presence::new());
        presence.request_begins();
        let mut body = Watched::new(StreamBody::new(frames), watch, Arc::clone(&presence));
        assert!(body.frame().now_or_never().is_none());
        assert!(presence.silent_since().is_some());
        client.send(Bytes::from_static(b"a part")).unwrap();
        body.frame().now_or_never().unwrap().unwrap().unwrap();
        assert_eq!(presence.silent_since(), None);
        assert!(body.frame().now_or_never().is_none());
        assert!(presence.silent_since().is_some());
    }
}
