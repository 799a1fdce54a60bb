//! The routes over a made-up build, so that the tests hold with and without a real one.

use axum::{
    body::{Body, Bytes},
    http::Request,
};
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt;
use std::{borrow::Cow, io::Write as _};
use tower::ServiceExt;

use super::{embedded::Asset, *};

fn asset(bytes: &'static str, etag: &'static str) -> Asset {
    Asset { bytes: Cow::Borrowed(bytes.as_bytes()), etag: HeaderValue::from_static(etag) }
}

/// What is behind `assets/packed-5e6f.js`.
const PACKED: &str = "export const packed = true";

fn gzip(plain: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn built(path: &str) -> Option<Asset> {
    match path {
        "index.html" => Some(asset("<p>app", "\"app\"")),
        "graphiql.html" => Some(asset("<p>editor", "\"editor\"")),
        "assets/app-1a2b.js" => Some(asset("export {}", "\"plain\"")),
        "assets/app-1a2b.js.br" => Some(asset("brotli", "\"brotli\"")),
        "assets/app-1a2b.js.gz" => Some(asset("gzip", "\"gzip\"")),
        "assets/packed-5e6f.js.gz" => {
            let bytes = Cow::Owned(gzip(PACKED));
            Some(Asset { bytes, etag: HeaderValue::from_static("\"packed\"") })
        }
        "assets/font-3c4d.ttf" => Some(asset("font", "\"font\"")),
        _ => None,
    }
}

async fn send(find: Find, method: &str, path: &str, headers: &[(&str, &str)]) -> (Response<()>, Bytes) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router_over(find).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (Response::from_parts(parts, ()), body.collect().await.unwrap().to_bytes())
}

fn header_of<'a>(response: &'a Response<()>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_page_is_revalidated_and_allows_no_inline_script() {
    for page in PAGES {
        let (response, _) = send(built, "GET", page.path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", page.path);
        assert_eq!(header_of(&response, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header_of(&response, "cache-control"), "no-cache");
        assert_eq!(header_of(&response, "x-content-type-options"), "nosniff");
        let scripts = header_of(&response, "content-security-policy")
            .split(';')
            .find(|directive| directive.trim().starts_with("script-src"));
        assert_eq!(scripts.map(str::trim), Some("script-src 'self'"), "{}", page.path);
    }
}

#[tokio::test]
async fn a_hashed_asset_is_kept_for_a_year_with_its_type() {
    let (response, body) = send(built, "GET", "/assets/app-1a2b.js", &[]).await;
    assert_eq!(header_of(&response, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header_of(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header_of(&response, "x-content-type-options"), "nosniff");
    assert_eq!(body, "export {}");
}

#[tokio::test]
async fn the_representation_follows_accept_encoding() {
    for (accept, coding, content) in
        [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("br;q=0, gzip;q=0", "", "export {}")]
    {
        let (response, body) =
            send(built, "GET", "/assets/app-1a2b.js", &[("accept-encoding", accept)]).await;
        assert_eq!(header_of(&response, "content-encoding"), coding, "{accept}");
        assert_eq!(header_of(&response, "vary"), "accept-encoding");
        assert_eq!(body, content, "{accept}");
    }
    let (response, body) = send(built, "GET", "/assets/font-3c4d.ttf", &[("accept-encoding", "br")]).await;
    assert_eq!(header_of(&response, "content-encoding"), "", "a file without siblings goes as it is");
    assert_eq!(body, "font");
}

#[tokio::test]
async fn a_file_stored_as_gzip_only_is_unpacked_for_a_client_that_accepts_no_coding() {
    let path = "/assets/packed-5e6f.js";
    for method in ["GET", "HEAD"] {
        let (response, body) = send(built, method, path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, "content-encoding"), "");
        assert_eq!(header_of(&response, "content-length"), PACKED.len().to_string());
        assert_eq!(header_of(&response, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header_of(&response, "etag"), "\"packed-unpacked\"");
        assert_eq!(body, if method == "GET" { PACKED } else { "" });
    }
    let (response, _) = send(built, "GET", path, &[("if-none-match", "\"packed-unpacked\"")]).await;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);

    let (response, body) = send(built, "GET", path, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(header_of(&response, "content-encoding"), "gzip");
    assert_eq!(header_of(&response, "etag"), "\"packed\"");
    assert_eq!(body, gzip(PACKED));
}

#[tokio::test]
async fn a_copy_is_confirmed_by_the_tag_of_its_own_representation_only() {
    let asked = |tag| [("accept-encoding", "br"), ("if-none-match", tag)];
    for tag in ["\"brotli\"", "W/\"brotli\"", "\"old\", \"brotli\"", "*"] {
        let (response, body) = send(built, "GET", "/assets/app-1a2b.js", &asked(tag)).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{tag}");
        assert_eq!(header_of(&response, "etag"), "\"brotli\"");
        assert!(body.is_empty());
    }
    let (response, _) = send(built, "GET", "/assets/app-1a2b.js", &asked("\"plain\"")).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_answers_what_get_does_without_the_content() {
    for path in ["/", "/assets/app-1a2b.js"] {
        let (got, content) = send(built, "GET", path, &[]).await;
        let (headed, nothing) = send(built, "HEAD", path, &[]).await;
        assert_eq!(headed.status(), got.status());
        for name in ["etag", "content-type", "cache-control"] {
            assert_eq!(header_of(&headed, name), header_of(&got, name), "{name}");
        }
        assert_eq!(header_of(&headed, "content-length"), content.len().to_string());
        assert!(nothing.is_empty());
    }
}

#[tokio::test]
async fn only_exact_names_of_the_build_are_found() {
    for path in [
        "/assets/unknown.js",
        "/assets/app-1a2b.js.br",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets/..%2findex.html",
        "/assets//app-1a2b.js",
        "/assets/",
    ] {
        let (response, _) = send(built, "GET", path, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_server_without_the_web_build_says_how_to_make_it() {
    for page in PAGES {
        let (response, body) = send(|_| None, "GET", page.path, &[]).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(header_of(&response, "cache-control"), "no-store");
        assert!(std::str::from_utf8(&body).unwrap().contains("npm ci && npm run build"));
    }
}

#[tokio::test]
async fn what_browsers_and_robots_ask_for_by_themselves_is_there() {
    let (icon, content) = send(built, "GET", "/favicon.ico", &[]).await;
    assert_eq!((icon.status(), header_of(&icon, "content-type")), (StatusCode::OK, "image/x-icon"));
    assert!(content.starts_with(&[0, 0, 1, 0, 1, 0]), "one picture in an icon file");
    let (robots, content) = send(built, "GET", "/robots.txt", &[]).await;
    assert_eq!(header_of(&robots, "content-type"), "text/plain; charset=utf-8");
    assert_eq!(content, "User-agent: *\nDisallow: /\n");
}

#[tokio::test]
async fn a_slash_behind_a_page_leads_to_the_page() {
    for page in PAGES.into_iter().filter(|page| page.path != "/") {
        let (response, _) = send(built, "GET", &format!("{}/?a=b", page.path), &[]).await;
        assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(header_of(&response, "location"), format!("{}?a=b", page.path));
    }
}

#[test]
fn the_page_about_a_missing_one_is_the_app_with_404_whatever_copy_the_browser_has() {
    let request = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("\"app\""))]);
    let response = missing(built, &request).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert!(missing(|_| None, &request).is_none());
}
