//! The forms of a file that the build has, and which of them is sent to a client.

use super::content_coding::{self, Coding};
use super::embedded::{Asset, Find};
use crate::stream_body::stream_body;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use flate2::bufread::GzDecoder;
use futures_util::stream;
use std::{
    borrow::Cow,
    io::{self, Cursor, Read},
    iter,
};

/// How much is unpacked at a time: a client that reads slowly holds no more memory than this.
const PIECE_BYTES: u64 = 64 * 1024;

/// One form of a file, as it is sent to a client.
pub struct Representation {
    /// What `Content-Encoding` says of it.
    pub coding: Coding,
    /// A strong entity tag, different for each form.
    pub etag: HeaderValue,
    content: Content,
}

enum Content {
    /// As the build has it.
    Stored(Cow<'static, [u8]>),
    /// Without a coding: the build has the file as gzip only, which is unpacked while it is sent.
    Unpacked(Cow<'static, [u8]>),
}

impl Representation {
    /// The form of `file` that this client prefers, or `None` where the build has no such file.
    pub fn preferred(find: Find, file: &str, request: &HeaderMap) -> Option<Self> {
        content_coding::preferred(request).into_iter().find_map(|coding| Self::of(find, file, coding))
    }

    fn of(find: Find, file: &str, coding: Coding) -> Option<Self> {
        if let Some(Asset { bytes, etag }) = find(&format!("{file}{}", coding.suffix())) {
            return Some(Self { coding, etag, content: Content::Stored(bytes) });
        }
        if coding != Coding::Identity {
            return None;
        }
        let packed = find(&format!("{file}{}", Coding::Gzip.suffix()))?;
        let etag = tag_of_unpacked(&packed.etag)?;
        Some(Self { coding, etag, content: Content::Unpacked(packed.bytes) })
    }
}

impl IntoResponse for Representation {
    /// The whole of it, with its length.
    fn into_response(self) -> Response {
        match self.content {
            Content::Stored(bytes) => Body::from(bytes).into_response(),
            Content::Unpacked(gzip) => {
                let length = unpacked_length(&gzip).map(|length| [(header::CONTENT_LENGTH, length)]);
                (length, stream_body(stream::iter(unpacked(gzip)))).into_response()
            }
        }
    }
}

/// A tag of its own: the same tag would name two different contents.
fn tag_of_unpacked(packed: &HeaderValue) -> Option<HeaderValue> {
    let tag = packed.to_str().ok()?.strip_suffix('"')?;
    HeaderValue::try_from(format!("{tag}-unpacked\"")).ok()
}

/// The length of the content, which is in the last four bytes of gzip (RFC 1952, 2.3.1) for files below 4 GiB.
fn unpacked_length(gzip: &[u8]) -> Option<HeaderValue> {
    gzip.last_chunk().map(|length| HeaderValue::from(u32::from_le_bytes(*length)))
}

fn unpacked(gzip: Cow<'static, [u8]>) -> impl Iterator<Item = io::Result<Vec<u8>>> + Send + 'static {
    let mut decoder = GzDecoder::new(Cursor::new(gzip));
    iter::from_fn(move || {
        let mut piece = Vec::new();
        match decoder.by_ref().take(PIECE_BYTES).read_to_end(&mut piece) {
            Ok(0) => None,
            Ok(_) => Some(Ok(piece)),
            Err(error) => Some(Err(error)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_is_unpacked_in_pieces_to_what_it_was() {
        use flate2::{Compression, write::GzEncoder};
        use std::io::Write as _;

        let plain: Vec<u8> = (0..400_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&plain).unwrap();
        let gzip = encoder.finish().unwrap();

        assert_eq!(unpacked_length(&gzip).unwrap(), plain.len().to_string());
        let pieces: Vec<Vec<u8>> = unpacked(Cow::Owned(gzip)).map(Result::unwrap).collect();
        assert!(pieces.len() > 10, "{} pieces", pieces.len());
        assert!(pieces.concat() == plain, "another content");
    }
}
