//! How a picture is to be turned (Exif 3.0, 4.6.5.1 "Orientation"), out of its TIFF block (TIFF 6.0, section 2).

/// The longest block that is looked at, in bytes; the orientation stands in its first directory.
pub const MAX_BLOCK: u64 = 65_536;

const ORIENTATION: u32 = 0x0112;
const SHORT: u32 = 3;

/// As Exif numbers them: 1 is upright; from 5 on, rows and columns change places.
#[derive(Clone, Copy, Debug, Default)]
pub struct Orientation(u32);

impl Orientation {
    pub const fn is_quarter_turn(self) -> bool {
        matches!(self.0, 5..=8)
    }
}

/// The orientation in a block, with the name before it or without. `None`: it says nothing of it.
pub fn orientation(block: &[u8]) -> Option<Orientation> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(u32::from(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }))
    };
    let directory: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let directory = if big { u32::from_be_bytes(directory) } else { u32::from_le_bytes(directory) };
    let directory = usize::try_from(directory).ok()?;
    let entries = short(directory)?;
    (0..entries).find_map(|entry| {
        let at = usize::try_from(entry).ok()?.checked_mul(12)?.checked_add(directory)?.checked_add(2)?;
        let found = short(at)? == ORIENTATION && short(at.checked_add(2)?)? == SHORT;
        if found { short(at.checked_add(8)?).map(Orientation) } else { None }
    })
}
