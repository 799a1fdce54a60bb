//! JPEG (ITU-T T.81, annex B): segments, each behind a marker, and data in between.

use super::Stored;
use super::exif::{self, Orientation};
use super::reader::Bytes;
use std::io::BufRead;

/// Segments of one file: no real picture has as many.
const MAX_SEGMENTS: u32 = 10_000;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const APP1: u8 = 0xe1;

pub fn read(bytes: &mut Bytes<impl BufRead>) -> Option<Stored> {
    if bytes.array::<2>()? != [0xff, START] {
        return None;
    }
    let (mut size, mut orientation, mut scanned) = (None, None, false);
    let mut marker = next_marker(bytes)?;
    for _ in 0..MAX_SEGMENTS {
        match marker {
            END => {
                let (width, height) = size.filter(|_| scanned)?;
                let orientation = orientation.unwrap_or_default();
                return Some(Stored { width, height, orientation });
            }
            0 | START => return None,
            // They stand alone (B.1.1.3).
            0x01 | 0xd0..=0xd7 => {}
            _ => {
                let length = u64::from(u16::from_be_bytes(bytes.array()?)).checked_sub(2)?;
                match marker {
                    0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                        let frame = frame(bytes, length)?;
                        size = size.or(Some(frame));
                    }
                    APP1 if orientation.is_none() => orientation = exif_of(&bytes.vec(length)?),
                    _ => bytes.skip(length)?,
                }
            }
        }
        if marker == SCAN {
            scanned = true;
            marker = marker_behind_scan(bytes)?;
        } else {
            marker = next_marker(bytes)?;
        }
    }
    None
}

/// Width and height of a frame (B.2.2).
fn frame(bytes: &mut Bytes<impl BufRead>, length: u64) -> Option<(u32, u32)> {
    let [_precision, h1, h2, w1, w2] = bytes.array::<5>()?;
    bytes.skip(length.checked_sub(5)?)?;
    let [height, width] = [[h1, h2], [w1, w2]].map(|side| u32::from(u16::from_be_bytes(side)));
    Some((width, height))
}

/// XMP stands in segments of the same kind.
fn exif_of(segment: &[u8]) -> Option<Orientation> {
    if segment.starts_with(b"Exif\0\0") { exif::orientation(segment) } else { None }
}

/// A marker may have any number of fill bytes before it (B.1.1.2).
fn next_marker(bytes: &mut Bytes<impl BufRead>) -> Option<u8> {
    if bytes.byte()? != 0xff {
        return None;
    }
    code(bytes)
}

/// What follows the first byte of a marker.
fn code(bytes: &mut Bytes<impl BufRead>) -> Option<u8> {
    loop {
        let byte = bytes.byte()?;
        if byte != 0xff {
            return Some(byte);
        }
    }
}

/// In a picture's data a zero marks an `ff` that is no marker, and restarts stand between its parts.
fn marker_behind_scan(bytes: &mut Bytes<impl BufRead>) -> Option<u8> {
    loop {
        bytes.skip_past(0xff)?;
        let code = code(bytes)?;
        if !matches!(code, 0 | 0xd0..=0xd7) {
            return Some(code);
        }
    }
}
