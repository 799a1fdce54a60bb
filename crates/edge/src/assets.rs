//! The web pages inside the binary: GraphiQL and the web app, with everything they load.
//!
//! Nothing is read from the disk at run time and nothing is fetched from elsewhere, so the pages work from one
//! binary without internet. `web/` builds them; a server built before answers 503 with how to do it. The binary holds
//! what gains from it only compressed, and unpacks it for the few clients that accept no coding.

mod content_coding;
mod embedded;
mod policy;
mod representation;

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use self::{content_coding::Coding, embedded::Find, representation::Representation};
use super::either_end::without_slash;
use super::media_type::accepts;
use super::named::Named;
use super::unknown;

/// A document of `web/dist` and the path it answers on.
#[derive(Clone, Copy)]
struct Page {
    path: &'static str,
    file: &'static str,
    policy: &'static str,
}

/// The path of GraphiQL.
pub(crate) const EDITOR: &str = "/graphiql";

/// The web app's paths are those of `web/src/app/routes.ts`: one document, which shows the page by its address.
const PAGES: [Page; 9] = [
    Page { path: "/", file: "index.html", policy: policy::APP },
    Page { path: "/accounts", file: "index.html", policy: policy::APP },
    Page { path: "/activity", file: "index.html", policy: policy::APP },
    Page { path: "/invitation", file: "index.html", policy: policy::APP },
    Page { path: "/register", file: "index.html", policy: policy::APP },
    Page { path: "/sign-in", file: "index.html", policy: policy::APP },
    Page { path: "/team", file: "index.html", policy: policy::APP },
    Page { path: "/you", file: "index.html", policy: policy::APP },
    Page { path: EDITOR, file: "graphiql.html", policy: policy::GRAPHIQL },
];

/// What browsers ask for by themselves, where a page names no icon.
const ICON: &[u8] = include_bytes!("assets/favicon.ico");
/// Nothing here is for search engines: it is an application, and its API.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";
/// For files whose names stay the same over versions.
const A_DAY: &str = "public, max-age=86400";

/// Names under `/assets` carry a hash of their content, so a copy never goes stale.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// A page names the assets of its build, so it is asked for again each time (mostly a 304).
const REVALIDATE: &str = "no-cache";

const NOT_BUILT: &str = "The web pages are not part of this server: it was built before them.\n\
    Run `make web`, or `npm ci && npm run build` in web/, then build the server again.\n\
    The GraphQL endpoint, /graphql, works without them.\n";

/// Whether the server is built with GraphiQL.
pub(crate) fn has_editor() -> bool {
    embedded::has_page("graphiql.html")
}

/// Routes of the pages and of what they load (`/assets/...`), for GET and HEAD; the answer of every path without one.
pub fn router() -> Router {
    router_over(embedded::find).fallback(unknown_path)
}

/// A browser that looks for a page gets the web app's about a missing one, if the server is built with pages; everybody
/// else gets JSON.
async fn unknown_path(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let looks = matches!(*method, Method::GET | Method::HEAD) && accepts(request.headers(), "text/html");
    let page =
        if looks && !unknown::is_below_api(path) { missing(embedded::find, request.headers()) } else { None };
    page.unwrap_or_else(|| unknown::not_found(path))
}

fn missing(find: Find, request: &HeaderMap) -> Option<Response> {
    let mut request = request.clone();
    // It confirms no copy: the copy may be that of a page that is there.
    request.remove(header::IF_NONE_MATCH);
    let mut response = respond(find, "index.html", &request, "no-store", policy::APP)?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Some(response)
}

fn router_over(find: Find) -> Router {
    let assets = get(move |Named(name): Named<String>, request: HeaderMap| async move {
        asset_response(find, &name, &request)
    });
    let router = Router::new()
        .route("/assets/{*name}", assets)
        .route("/favicon.ico", get(|| async { fixed("image/x-icon", ICON) }))
        .route("/robots.txt", get(|| async { fixed("text/plain; charset=utf-8", ROBOTS.as_bytes()) }));
    PAGES.into_iter().fold(router, |router, page| {
        let document = get(move |request: HeaderMap| async move { page_response(find, page, &request) });
        let router = router.route(page.path, document);
        if page.path == "/" {
            return router;
        }
        // The web app takes both for the same page, so each page has one address.
        router.route(&format!("{}/", page.path), get(without_slash))
    })
}

fn fixed(content_type: &'static str, content: &'static [u8]) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, A_DAY)], content).into_response()
}

fn page_response(find: Find, page: Page, request: &HeaderMap) -> Response {
    match respond(find, page.file, request, REVALIDATE, page.policy) {
        Some(response) => response,
        None => (StatusCode::SERVICE_UNAVAILABLE, [(header::CACHE_CONTROL, "no-store")], NOT_BUILT)
            .into_response(),
    }
}

fn asset_response(find: Find, name: &str, request: &HeaderMap) -> Response {
    let file = format!("assets/{name}");
    // The compressed siblings are representations of a file, not files of their own.
    if Coding::is_sibling(name) {
        return unknown::not_found(&file);
    }
    respond(find, &file, request, IMMUTABLE, policy::ASSET).unwrap_or_else(|| unknown::not_found(&file))
}

/// The best representation of `file` for this request, or `None` where the build has no such file.
fn respond(
    find: Find,
    file: &str,
    request: &HeaderMap,
    cache: &'static str,
    policy: &'static str,
) -> Option<Response> {
    let representation = Representation::preferred(find, file, request)?;
    let etag = representation.etag.clone();
    let body = if is_current(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        full(file, representation)
    };
    let headers = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    Some((headers, body).into_response())
}

fn full(file: &str, representation: Representation) -> Response {
    let mime = mime_guess::from_path(file).first_or_octet_stream();
    let content_type = match mime.type_() {
        mime_guess::mime::TEXT => format!("{mime}; charset=utf-8"),
        _ => mime.to_string(),
    };
    let coding = representation.coding;
    let mut response = ([(header::CONTENT_TYPE, content_type)], representation).into_response();
    if let Some(token) = coding.token() {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
    }
    response
}

/// Whether the client's copy is this one (RFC 9110, 13.1.2: `If-None-Match` compares weakly).
fn is_current(request: &HeaderMap, etag: &HeaderValue) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/").as_bytes() == etag.as_bytes())
}

#[cfg(test)]
mod tests;
