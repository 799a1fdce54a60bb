//! What clients may hold of the server at once.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting;

/// What clients may hold of the server at once.
#[derive(Clone, Copy, Debug)]
pub struct TrafficLimits {
    /// Connections of all clients, of any kind.
    pub connections: usize,
}

impl TrafficLimits {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self { connections: reader.whole(&setting::MAX_CONNECTIONS)? })
    }
}
