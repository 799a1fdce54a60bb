//! GIF (version 89a, appendix B): a screen, then blocks up to the trailer.

use super::Stored;
use super::exif::Orientation;
use super::reader::Bytes;
use std::io::BufRead;

pub fn read(bytes: &mut Bytes<impl BufRead>) -> Option<Stored> {
    let head: [u8; 6] = bytes.array()?;
    if head != *b"GIF87a" && head != *b"GIF89a" {
        return None;
    }
    let (width, height) = (u16::from_le_bytes(bytes.array()?), u16::from_le_bytes(bytes.array()?));
    let [flags, _background, _aspect] = bytes.array::<3>()?;
    bytes.skip(colours(flags))?;
    let mut has_picture = false;
    loop {
        match bytes.byte()? {
            0x3b => {
                let (width, height) = (u32::from(width), u32::from(height));
                return has_picture.then_some(Stored { width, height, orientation: Orientation::default() });
            }
            0x21 => {
                bytes.skip(1)?;
                parts(bytes)?;
            }
            0x2c => {
                bytes.skip(8)?;
                let flags = bytes.byte()?;
                // The smallest size of a code stands behind the colours.
                bytes.skip(colours(flags) + 1)?;
                parts(bytes)?;
                has_picture = true;
            }
            // Some programs write one end too many.
            0 => {}
            _ => return None,
        }
    }
}

/// The length of a table of colours, in bytes.
fn colours(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3_u64 << ((flags & 7) + 1) }
}

/// Passes over the parts of a block, of which the last one is empty.
fn parts(bytes: &mut Bytes<impl BufRead>) -> Option<()> {
    loop {
        match bytes.byte()? {
            0 => return Some(()),
            length => bytes.skip(u64::from(length))?,
        }
    }
}
