//! Addresses that mean the same with a slash at their end and without.

use axum::Router;
use axum::http::Uri;
use axum::response::Redirect;
use axum::routing::MethodRouter;

/// Serves `path`, and the same with a slash at its end.
pub fn either_end<S>(router: Router<S>, path: &str, methods: MethodRouter<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.route(&format!("{path}/"), methods.clone()).route(path, methods)
}

/// Leads from a path with a slash at its end to the same without it (308, which keeps the method).
pub async fn without_slash(uri: Uri) -> Redirect {
    let path = uri.path().trim_end_matches('/');
    match uri.query() {
        Some(query) => Redirect::permanent(&format!("{path}?{query}")),
        None => Redirect::permanent(path),
    }
}
