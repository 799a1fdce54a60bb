//! PNG (W3C, third edition, clause 5): chunks from IHDR to IEND.

use super::Stored;
use super::exif;
use super::reader::Bytes;
use std::io::BufRead;

/// The check sum behind each chunk, in bytes.
const CHECK_SUM: u64 = 4;

pub fn read(bytes: &mut Bytes<impl BufRead>) -> Option<Stored> {
    if bytes.array::<8>()? != *b"\x89PNG\r\n\x1a\n" || chunk(bytes)? != (*b"IHDR", 13) {
        return None;
    }
    let (width, height) = (u32::from_be_bytes(bytes.array()?), u32::from_be_bytes(bytes.array()?));
    bytes.skip(5 + CHECK_SUM)?;
    let (mut orientation, mut has_data) = (None, false);
    loop {
        let (kind, length) = chunk(bytes)?;
        match &kind {
            b"IEND" => {
                bytes.skip(length + CHECK_SUM)?;
                let orientation = orientation.unwrap_or_default();
                return has_data.then_some(Stored { width, height, orientation });
            }
            b"eXIf" if length <= exif::MAX_BLOCK => {
                orientation = orientation.or(exif::orientation(&bytes.vec(length)?));
                bytes.skip(CHECK_SUM)?;
            }
            _ => {
                has_data |= kind == *b"IDAT";
                bytes.skip(length + CHECK_SUM)?;
            }
        }
    }
}

/// The kind and the length of the chunk that begins here.
fn chunk(bytes: &mut Bytes<impl BufRead>) -> Option<([u8; 4], u64)> {
    let length = u64::from(u32::from_be_bytes(bytes.array()?));
    Some((bytes.array()?, length))
}
