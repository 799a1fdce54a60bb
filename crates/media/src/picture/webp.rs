//! WebP (RFC 9649): chunks in a RIFF file.

use super::Stored;
use super::exif;
use super::reader::Bytes;
use std::io::BufRead;

/// The kind and the length of a chunk, in bytes.
const CHUNK_HEADER: u64 = 8;

pub fn read(bytes: &mut Bytes<impl BufRead>) -> Option<Stored> {
    if bytes.array::<4>()? != *b"RIFF" {
        return None;
    }
    let mut left = u64::from(u32::from_le_bytes(bytes.array()?)).checked_sub(4)?;
    if bytes.array::<4>()? != *b"WEBP" {
        return None;
    }
    let (mut size, mut orientation, mut has_picture) = (None, None, false);
    while left >= CHUNK_HEADER {
        let kind: [u8; 4] = bytes.array()?;
        let length = u64::from(u32::from_le_bytes(bytes.array()?));
        left -= CHUNK_HEADER;
        if length > left {
            return None;
        }
        // A chunk of an odd length is padded, which the last one may have forgotten.
        let padded = (length + length % 2).min(left);
        left -= padded;
        let taken = match &kind {
            b"VP8X" | b"VP8 " | b"VP8L" if size.is_none() => {
                let head: [u8; 10] = head(bytes, length)?;
                size = Some(measure(kind, head)?);
                length.min(10)
            }
            b"EXIF" if length <= exif::MAX_BLOCK => {
                orientation = orientation.or(exif::orientation(&bytes.vec(length)?));
                length
            }
            _ => 0,
        };
        has_picture |= matches!(&kind, b"VP8 " | b"VP8L" | b"ANMF");
        bytes.skip(padded.checked_sub(taken)?)?;
    }
    bytes.skip(left)?;
    let (width, height) = size.filter(|_| has_picture)?;
    Some(Stored { width, height, orientation: orientation.unwrap_or_default() })
}

/// The first ten bytes of a chunk; a shorter one is filled up with zeros.
fn head(bytes: &mut Bytes<impl BufRead>, length: u64) -> Option<[u8; 10]> {
    let mut head = [0; 10];
    let found = bytes.vec(length.min(10))?;
    head.get_mut(..found.len())?.copy_from_slice(&found);
    Some(head)
}

/// Width and height by the first chunk (2.5 to 2.7).
fn measure(kind: [u8; 4], head: [u8; 10]) -> Option<(u32, u32)> {
    let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9] = head;
    match &kind {
        b"VP8X" => {
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            Some((side(b4, b5, b6), side(b7, b8, b9)))
        }
        b"VP8L" if b0 == 0x2f => {
            let sides = u32::from_le_bytes([b1, b2, b3, b4]);
            Some(((sides & 0x3fff) + 1, ((sides >> 14) & 0x3fff) + 1))
        }
        // The two highest bits say how to scale it, which no viewer does.
        b"VP8 " if [b3, b4, b5] == [0x9d, 0x01, 0x2a] => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            Some((side(b6, b7), side(b8, b9)))
        }
        _ => None,
    }
}
