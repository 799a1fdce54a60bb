//! What the routes next to GraphQL share: the edge, which knows who asks, and the services, which do the work.

use super::edge::Edge;
use fanfare_services::Services;
use std::sync::Arc;

/// The largest body of these routes, in bytes.
pub const BODY_BYTES: usize = 64 << 10;

/// State of the routes.
#[derive(Clone)]
pub struct Site {
    pub edge: Arc<Edge>,
    pub services: Arc<Services>,
}

impl Site {
    pub fn new(services: &Arc<Services>, edge: &Arc<Edge>) -> Self {
        Self { edge: Arc::clone(edge), services: Arc::clone(services) }
    }
}
