//! The one way to answer with a stream.

use axum::body::{Body, Bytes};
use futures_util::stream::{Stream, StreamExt as _};

/// An answer's body made of `stream`. Compression polls a body once more after its end, and many streams panic then
/// (`unfold` does); a fused stream says again that it has ended.
#[expect(clippy::disallowed_methods, reason = "the one place where a body is made of a stream, fused")]
pub fn stream_body<S, O, E>(stream: S) -> Body
where
    S: Stream<Item = Result<O, E>> + Send + 'static,
    O: Into<Bytes> + 'static,
    E: Into<axum::BoxError> + 'static,
{
    Body::from_stream(stream.fuse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use http_body_util::BodyExt as _;
    use std::convert::Infallible;

    #[tokio::test]
    async fn a_body_that_has_ended_says_so_as_often_as_it_is_asked() {
        let once =
            stream::unfold(Some("all"), |left| async move { Some((Ok::<_, Infallible>(left?), None)) });
        let mut body = stream_body(once);
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first, "all");
        assert!(body.frame().await.is_none());
        assert!(body.frame().await.is_none());
    }
}
