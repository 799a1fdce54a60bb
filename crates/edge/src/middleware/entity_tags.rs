//! Entity tags of answers that are compressed on their way: a strong tag stands for one sequence of bytes (RFC 9110,
//! 8.8.1), so that these have a weak one.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// The handler chose the coding, and the tag is that of the coded bytes.
#[derive(Clone, Copy)]
struct Coded;

/// Notes answers that have a coding already. It stands inside of the compression.
pub async fn note(mut response: Response) -> Response {
    if response.headers().contains_key(header::CONTENT_ENCODING) {
        response.extensions_mut().insert(Coded);
    }
    response
}

/// Weakens the strong tag of an answer that was compressed. It stands around the compression. An answer without a body
/// repeats the tag in the client's form: what the client has may be compressed.
pub async fn weaken(request: Request, next: Next) -> Response {
    let known: Vec<HeaderValue> = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    let mut response = next.run(request).await;
    let Some(weak) = response.headers().get(header::ETAG).and_then(weakened) else { return response };
    let is_weak = if response.status() == StatusCode::NOT_MODIFIED {
        names(&known, &weak)
    } else {
        let is_coded = response.headers().contains_key(header::CONTENT_ENCODING);
        is_coded && response.extensions().get::<Coded>().is_none()
    };
    if is_weak {
        response.headers_mut().insert(header::ETAG, weak);
    }
    response
}

/// The weak form of a strong tag.
fn weakened(tag: &HeaderValue) -> Option<HeaderValue> {
    let tag = tag.as_bytes();
    if tag.starts_with(b"W/") {
        return None;
    }
    HeaderValue::from_bytes(&[b"W/".as_slice(), tag].concat()).ok()
}

/// Whether a tag stands among those of `If-None-Match`.
fn names(known: &[HeaderValue], tag: &HeaderValue) -> bool {
    let lists = known.iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|given| given.trim().as_bytes() == tag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strong_tag_has_a_weak_form_and_a_weak_one_is_weak() {
        let tag = HeaderValue::from_static;
        assert_eq!(weakened(&tag("\"a\"")), Some(tag("W/\"a\"")));
        assert_eq!(weakened(&tag("W/\"a\"")), None);
    }

    #[test]
    fn a_tag_is_found_in_its_own_form_among_others() {
        let known = [HeaderValue::from_static("\"x\", W/\"a\""), HeaderValue::from_static("\"b\"")];
        for (tag, is_named) in [("W/\"a\"", true), ("\"b\"", true), ("\"a\"", false), ("W/\"b\"", false)] {
            assert_eq!(names(&known, &HeaderValue::from_static(tag)), is_named, "{tag}");
        }
    }
}
