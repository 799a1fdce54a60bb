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
}

impl TrafficLimits {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            connections: reader.whole(&setting::MAX_CONNECTIONS)?,
            body_bytes: reader.whole(&setting::BODY_BYTES_HELD)?,
            body_bytes_per_address: reader.whole(&setting::BODY_BYTES_HELD_PER_ADDRESS)?,
            anonymous_body_bytes: reader.whole(&setting::ANONYMOUS_BODY_BYTES)?,
            uploads: reader.whole(&setting::MAX_UPLOADS)?,
            uploads_per_user: reader.whole(&setting::MAX_UPLOADS_PER_USER)?,
            upload_window: reader.seconds(&setting::UPLOAD_WINDOW_SECONDS)?,
            upload_window_bytes: reader.whole(&setting::UPLOAD_WINDOW_BYTES)?,
        })
    }
}
