//! Addresses that mean the same with a slash at their end and without.

use axum::Router;
use axum::routing::MethodRouter;

/// Serves `path`, and the same with a slash at its end.
pub fn either_end<S>(router: Router<S>, path: &str, methods: MethodRouter<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.route(&format!("{path}/"), methods.clone()).route(path, methods)
}
