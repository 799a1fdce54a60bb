//! What waits to be sent to one client, within a bound.

use axum::extract::ws::{Message, Utf8Bytes};
use futures_util::Sink;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::time::Instant;

/// A queue in front of the socket. While it has no room its owner makes nothing new, so a client that does not read
/// costs this much and no more.
pub struct Outbox {
    queue: VecDeque<Message>,
    bytes: usize,
    capacity: usize,
    /// Something was handed to the socket that may not have left it.
    unflushed: bool,
    /// When the socket last took something, or when something began to wait.
    moved: Instant,
}

impl Outbox {
    /// `capacity` in bytes; one message beyond it is taken, so that the largest fits.
    pub fn new(capacity: usize) -> Self {
        Self { queue: VecDeque::new(), bytes: 0, capacity, unflushed: false, moved: Instant::now() }
    }

    pub fn has_room(&self) -> bool {
        self.bytes < self.capacity
    }

    /// Whether something waits for the client.
    pub fn is_waiting(&self) -> bool {
        self.unflushed || !self.queue.is_empty()
    }

    /// Since when nothing has moved; `None` where nothing waits.
    pub fn stuck_since(&self) -> Option<Instant> {
        self.is_waiting().then_some(self.moved)
    }

    pub fn push(&mut self, text: Utf8Bytes) {
        self.push_message(Message::Text(text));
    }

    pub fn push_message(&mut self, message: Message) {
        if !self.is_waiting() {
            self.moved = Instant::now();
        }
        self.bytes += size(&message);
        self.queue.push_back(message);
    }

    /// Forgets what was not handed to the socket yet.
    pub fn clear(&mut self) {
        self.queue.clear();
        self.bytes = 0;
    }

    /// Hands everything to the socket; ready once all has left. May be dropped and called again at any point.
    pub fn poll_send<S>(&mut self, cx: &mut Context<'_>, sink: &mut S) -> Poll<Result<(), S::Error>>
    where
        S: Sink<Message> + Unpin,
    {
        while !self.queue.is_empty() {
            ready!(Pin::new(&mut *sink).poll_ready(cx))?;
            if let Some(message) = self.queue.pop_front() {
                self.bytes = self.bytes.saturating_sub(size(&message));
                self.unflushed = true;
                self.moved = Instant::now();
                Pin::new(&mut *sink).start_send(message)?;
            }
        }
        ready!(Pin::new(&mut *sink).poll_flush(cx))?;
        self.unflushed = false;
        // A burst must not leave its capacity behind in an idle connection.
        self.queue.shrink_to(4);
        Poll::Ready(Ok(()))
    }
}

/// A message's cost: its text and what it occupies in the queue.
fn size(message: &Message) -> usize {
    let payload = match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    };
    payload + size_of::<Message>()
}
