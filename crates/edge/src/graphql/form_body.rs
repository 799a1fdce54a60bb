//! A form as it arrives, of which little is held at a time. The library that reads it would take whatever has arrived, and
//! would look for the head of a part without end.

use axum::BoxError;
use axum::body::{Body, Bytes};
use futures_util::stream::{Stream, StreamExt as _};
use multer::{Constraints, Field, Multipart, SizeLimit};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

/// The most that is read to find the head of a part, in bytes: its name, its file's name and type.
pub const PART_HEAD_BYTES: usize = 16 << 10;

/// A part whose head has no end, or a body that has no part.
#[derive(Debug, thiserror::Error)]
#[error("the head of a part is too long")]
pub struct HeadTooLong;

/// The parts of a form. Each must be read to its end before the next is asked for.
pub struct FormBody {
    multipart: Multipart<'static>,
    /// How many bytes may still be read before the head of a part ends.
    left: Arc<AtomicUsize>,
}

impl FormBody {
    pub fn new(body: Body, boundary: &str, sizes: SizeLimit) -> Self {
        let left = Arc::new(AtomicUsize::new(PART_HEAD_BYTES));
        let frames = body.into_data_stream().map(|frame| frame.map_err(BoxError::from));
        let one_by_one = OneByOne { frames, gave: false, left: Arc::clone(&left) };
        let constraints = Constraints::new().size_limit(sizes);
        Self { multipart: Multipart::with_constraints(one_by_one, boundary, constraints), left }
    }

    /// The next part, with its data still to be read.
    pub async fn next_part(&mut self) -> Result<Option<Field<'static>>, multer::Error> {
        self.left.store(PART_HEAD_BYTES, Ordering::Relaxed);
        let part = self.multipart.next_field().await;
        // The data of a part has limits of its own.
        self.left.store(usize::MAX, Ordering::Relaxed);
        part
    }
}

/// Yields one frame at a time: the reader must process it before it can ask for the next.
struct OneByOne<S> {
    frames: S,
    gave: bool,
    left: Arc<AtomicUsize>,
}

impl<S> Stream for OneByOne<S>
where
    S: Stream<Item = Result<Bytes, BoxError>> + Unpin,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.gave) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Poll::Ready(Some(Err(HeadTooLong.into())));
        }
        let frame = ready!(self.frames.poll_next_unpin(cx));
        if let Some(Ok(bytes)) = &frame {
            self.gave = true;
            if left != usize::MAX {
                self.left.store(left.saturating_sub(bytes.len()), Ordering::Relaxed);
            }
        }
        Poll::Ready(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream_body::stream_body;
    use futures_util::stream;
    use std::convert::Infallible;

    const FRAME: usize = 8 << 10;
    const HEAD: &str = "--b\r\ncontent-disposition: form-data; name=\"file\"\r\n";

    /// A form that begins so and then goes on without end; and how many frames of it were taken.
    fn endless(begun: &'static str) -> (FormBody, Arc<AtomicUsize>) {
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        let frames = stream::repeat_with(move || {
            let first = count.fetch_add(1, Ordering::Relaxed) == 0;
            Ok::<_, Infallible>(if first { Bytes::from(begun) } else { Bytes::from(vec![b'x'; FRAME]) })
        });
        (FormBody::new(stream_body(frames), "b", SizeLimit::new()), taken)
    }

    #[tokio::test]
    async fn a_head_without_an_end_is_not_kept() {
        for begun in ["no part at all", "--b\r\nx-long: "] {
            let (mut form, taken) = endless(begun);
            let refused = form.next_part().await.err().unwrap();
            assert!(
                matches!(&refused, multer::Error::StreamReadFailed(cause) if cause.is::<HeadTooLong>()),
                "{refused}"
            );
            assert!(taken.load(Ordering::Relaxed) * FRAME <= PART_HEAD_BYTES + 2 * FRAME, "{begun}");
        }
    }

    #[tokio::test]
    async fn a_part_is_read_as_it_is_asked_for() {
        let (mut form, taken) = endless("--b\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nx");
        let mut part = form.next_part().await.unwrap().unwrap();
        assert_eq!(part.name(), Some("file"));
        for _ in 0..100 {
            assert!(!part.chunk().await.unwrap().unwrap().is_empty());
        }
        assert!(taken.load(Ordering::Relaxed) <= 110);
    }

    #[tokio::test]
    async fn parts_in_small_frames_are_found() {
        let text = format!("{HEAD}\r\nfirst\r\n{HEAD}\r\nsecond\r\n--b--\r\n");
        let frames = text.into_bytes().into_iter().map(|byte| Ok::<_, Infallible>(vec![byte]));
        let frames: Vec<_> = frames.collect();
        let mut form = FormBody::new(stream_body(stream::iter(frames)), "b", SizeLimit::new());
        for expected in ["first", "second"] {
            assert_eq!(form.next_part().await.unwrap().unwrap().text().await.unwrap(), expected);
        }
        assert!(form.next_part().await.unwrap().is_none());
    }
}
