//! What a connection is doing: a server that is full closes the one that has been silent for longest.

use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What one connection is doing.
#[derive(Debug)]
pub struct Presence {
    state: Mutex<State>,
    closing: CancellationToken,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// No request, or one whose head has not arrived.
    Idle { since: Instant },
    /// A request is being answered; where its body is waited for, since when.
    Serving { waits_since: Option<Instant> },
    /// It is a WebSocket, which has timeouts of its own.
    Upgraded,
}

impl Presence {
    /// Of a connection that has just been opened.
    pub fn new() -> Self {
        let state = State::Idle { since: Instant::now() };
        Self { state: Mutex::new(state), closing: CancellationToken::new() }
    }

    /// The head of a request has arrived.
    pub fn request_begins(&self) {
        *self.state.lock() = State::Serving { waits_since: None };
    }

    /// The request's body is waited for; its last progress was `since`.
    pub fn waits_for_body(&self, since: Instant) {
        self.set_waiting(Some(since));
    }

    /// Something of the request's body has arrived, perhaps its end: it is the server's turn.
    pub fn got_bytes(&self) {
        self.set_waiting(None);
    }

    /// A body may be read away after its answer: the connection is idle all the same.
    fn set_waiting(&self, since: Option<Instant>) {
        let mut state = self.state.lock();
        if let State::Serving { waits_since } = &mut *state {
            *waits_since = since;
        }
    }

    /// The answer has been sent.
    pub fn request_ends(&self) {
        let mut state = self.state.lock();
        if !matches!(*state, State::Upgraded) {
            *state = State::Idle { since: Instant::now() };
        }
    }

    /// The client takes what is left of an answer.
    pub fn takes(&self) {
        let mut state = self.state.lock();
        if let State::Idle { since } = &mut *state {
            *since = Instant::now();
        }
    }

    pub fn becomes_websocket(&self) {
        *self.state.lock() = State::Upgraded;
    }

    /// Since when the client has been silent; `None` where it is the server's turn.
    pub fn silent_since(&self) -> Option<Instant> {
        match *self.state.lock() {
            State::Idle { since } => Some(since),
            State::Serving { waits_since } => waits_since,
            State::Upgraded => None,
        }
    }

    /// Has the connection closed.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Waits for [`Presence::close`].
    pub async fn closed(&self) {
        self.closing.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_connection_whose_client_is_awaited_is_silent() {
        let presence = Presence::new();
        assert!(presence.silent_since().is_some());
        presence.request_begins();
        assert_eq!(presence.silent_since(), None);
        let progress = Instant::now();
        presence.waits_for_body(progress);
        assert_eq!(presence.silent_since(), Some(progress));
        presence.got_bytes();
        assert_eq!(presence.silent_since(), None);
        presence.request_ends();
        // What is left of the body is read away.
        presence.got_bytes();
        assert!(presence.silent_since().is_some());
        presence.request_begins();
        presence.becomes_websocket();
        presence.request_ends();
        assert_eq!(presence.silent_since(), None);
    }
}
