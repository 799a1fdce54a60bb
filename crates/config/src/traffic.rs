//! What clients may hold of the server at once.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting;
use std::time::Duration;

/// What clients may hold of the server at once.
#[derive(Clone, Copy, Debug)]
pub struct TrafficLimits {
    /// Connections of all clients, of any kind.
    pub connections: usize,
    /// Whether the operator has set `connections`, rather than left it at its default.
    pub connections_are_set: bool,
    pub connections_per_address: usize,
    /// WebSockets and event streams of one address, and of one user.
    pub sockets_per_address: usize,
    pub sockets_per_user: usize,
    /// Operations at work on one WebSocket.
    pub operations_per_socket: usize,
    /// Size of a message on a WebSocket.
    pub socket_message_bytes: usize,
    /// Subscriptions that one user, and all together, hold open.
    pub subscriptions_per_user: usize,
    pub subscriptions: usize,
    /// Size of a subscription's document and variables.
    pub subscription_bytes: usize,
    /// Bytes of bodies that are held at once, of all clients and of one address.
    pub body_bytes: usize,
    pub body_bytes_per_address: usize,
    /// Size of a body of who has shown no valid token.
    pub anonymous_body_bytes: usize,
    /// Uploads that are read at once, of all clients and of one user.
    pub uploads: usize,
    pub uploads_per_user: usize,
    /// The time in which so many bytes of an upload must arrive.
    pub upload_window: Duration,
    pub upload_window_bytes: usize,
    /// How long an uploaded file may take from its arrival until its media file is stored.
    pub upload_store: Duration,
}

impl TrafficLimits {
    /// Makes do with `connections` where more are set. One address then has at most half of them, so that it cannot keep
    /// everybody else out.
    pub fn make_do_with(&mut self, connections: usize) {
        if connections < self.connections {
            self.connections = connections;
            self.connections_per_address = self.connections_per_address.min(connections.div_ceil(2));
        }
    }

    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            connections: reader.whole(&setting::MAX_CONNECTIONS)?,
            connections_are_set: reader.text(&setting::MAX_CONNECTIONS).is_some(),
            connections_per_address: reader.whole(&setting::MAX_CONNECTIONS_PER_ADDRESS)?,
            sockets_per_address: reader.whole(&setting::MAX_SOCKETS_PER_ADDRESS)?,
            sockets_per_user: reader.whole(&setting::MAX_SOCKETS_PER_USER)?,
            operations_per_socket: reader.whole(&setting::MAX_OPERATIONS_PER_SOCKET)?,
            socket_message_bytes: reader.whole(&setting::SOCKET_MESSAGE_BYTES)?,
            subscriptions_per_user: reader.whole(&setting::MAX_SUBSCRIPTIONS_PER_USER)?,
            subscriptions: reader.whole(&setting::MAX_SUBSCRIPTIONS)?,
            subscription_bytes: reader.whole(&setting::SUBSCRIPTION_BYTES)?,
            body_bytes: reader.whole(&setting::BODY_BYTES_HELD)?,
            body_bytes_per_address: reader.whole(&setting::BODY_BYTES_HELD_PER_ADDRESS)?,
            anonymous_body_bytes: reader.whole(&setting::ANONYMOUS_BODY_BYTES)?,
            uploads: reader.whole(&setting::MAX_UPLOADS)?,
            uploads_per_user: reader.whole(&setting::MAX_UPLOADS_PER_USER)?,
            upload_window: reader.seconds(&setting::UPLOAD_WINDOW_SECONDS)?,
            upload_window_bytes: reader.whole(&setting::UPLOAD_WINDOW_BYTES)?,
            upload_store: reader.seconds(&setting::UPLOAD_STORE_SECONDS)?,
        })
    }
}
