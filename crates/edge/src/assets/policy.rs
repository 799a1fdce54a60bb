//! Content security policies. No page has an inline script and none needs `eval`, so scripts come from the
//! server's own files only; `'self'` in `connect-src` covers the WebSocket of the same host.

/// The web app's pages.
pub const APP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// GraphiQL. Its editor, Monaco, writes `<style>` elements for colours and sizes it computes, hence
/// `'unsafe-inline'` for styles alone; its stylesheet holds its fonts as `data:` and it runs three workers.
pub const GRAPHIQL: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Assets: a worker is bound by the policy it was served with, and an image opened by itself is a document.
pub const ASSET: &str = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";
