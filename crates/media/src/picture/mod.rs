//! Reads how large a picture is shown, and whether it is whole. Each format is read once from its beginning to its end:
//! what is kept in memory has a limit, and every step takes at least a byte off the file.

mod exif;
mod gif;
mod jpeg;
mod png;
mod reader;
mod webp;

use super::file_type::FileType;
use exif::Orientation;
use reader::Bytes;
use std::io::BufRead;

/// Width and height as the picture is shown, in pixels: Exif may say that it is to be turned. `None`: it is damaged, has
/// no area, or ends before its format says that it does.
pub fn shown_size(file: impl BufRead, file_type: FileType) -> Option<(u32, u32)> {
    let mut bytes = Bytes::new(file);
    let stored = match file_type {
        FileType::Jpeg => jpeg::read(&mut bytes),
        FileType::Png => png::read(&mut bytes),
        FileType::Gif => gif::read(&mut bytes),
        FileType::Webp => webp::read(&mut bytes),
        FileType::Mp4 | FileType::Mov | FileType::Webm => None,
    };
    stored.map(Stored::shown).filter(|(width, height)| *width > 0 && *height > 0)
}

/// What is stored of a picture.
#[derive(Clone, Copy, Debug)]
struct Stored {
    width: u32,
    height: u32,
    orientation: Orientation,
}

impl Stored {
    const fn shown(self) -> (u32, u32) {
        if self.orientation.is_quarter_turn() { (self.height, self.width) } else { (self.width, self.height) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A TIFF block that says how the picture is to be turned, in either order of bytes.
    fn tiff(orientation: u16, big: bool) -> Vec<u8> {
        let mark: &[u8] = if big { b"MM" } else { b"II" };
        let short = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        let long = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        let entry =
            |tag: u16, value: u16| [&short(tag)[..], &short(3), &long(1), &short(value), &[0, 0]].concat();
        let entries = [entry(0x0100, 9), entry(0x0112, orientation)].concat();
        [mark, &short(42), &long(8), &short(2), &entries, &long(0)].concat()
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, content].concat()
    }

    fn jpeg(tiff: &[u8]) -> Vec<u8> {
        let exif = segment(0xe1, &[b"Exif\0\0", tiff].concat());
        let frame = segment(0xc0, &[8, 0x05, 0xdc, 0x03, 0xe8, 3, 0, 0, 0]);
        let scan = [segment(0xda, &[0; 8]), b"\x12\xff\x00\x34\xff\xd0\x56".to_vec()].concat();
        let fill = vec![0xff; 3];
        [b"\xff\xd8".to_vec(), fill.clone(), exif, fill, frame, scan, b"\xff\xff\xd9".to_vec()].concat()
    }

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], kind, content, &[0; 4]].concat()
    }

    fn png(tiff: &[u8]) -> Vec<u8> {
        let header = [&1_000_u32.to_be_bytes()[..], &1_500_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let chunks =
            [chunk(b"IHDR", &header), chunk(b"eXIf", tiff), chunk(b"IDAT", &[7; 40]), chunk(b"IEND", &[])];
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
    }

    fn riff(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let padding = vec![0; content.len() % 2];
        [&kind[..], &length, content, &padding].concat()
    }

    fn webp(tiff: &[u8]) -> Vec<u8> {
        let extended =
            [&[8_u8, 0, 0, 0][..], &999_u32.to_le_bytes()[..3], &1_499_u32.to_le_bytes()[..3]].concat();
        let frame = b"\0\0\0\x9d\x01\x2a\xe8\x03\xdc\x05\0";
        let chunks = [riff(b"VP8X", &extended), riff(b"VP8 ", frame), riff(b"EXIF", tiff)].concat();
        riff(b"RIFF", &[b"WEBP".to_vec(), chunks].concat())
    }

    fn gif() -> Vec<u8> {
        let screen = b"GIF89a\xe8\x03\xdc\x05\x80\0\0";
        let frame = b"\x2c\0\0\0\0\xe8\x03\xdc\x05\0\x08\x02ab\0";
        [&screen[..], &[0; 6], b"\x21\xf9\x04\0\0\0\0\0", frame, b";"].concat()
    }

    /// A picture of 1,000 by 1,500 stored pixels.
    type Picture = fn(&[u8]) -> Vec<u8>;
    const TURNED: [(FileType, Picture); 3] =
        [(FileType::Jpeg, jpeg), (FileType::Png, png), (FileType::Webp, webp)];

    #[test]
    fn a_picture_is_as_large_as_it_is_shown() {
        for (file_type, picture) in TURNED {
            for big in [true, false] {
                for orientation in 0..=9 {
                    let shown = shown_size(&picture(&tiff(orientation, big))[..], file_type);
                    let turned = (5..=8).contains(&orientation);
                    let expected = if turned { (1_500, 1_000) } else { (1_000, 1_500) };
                    assert_eq!(shown, Some(expected), "{file_type:?} {orientation}");
                }
            }
            assert_eq!(shown_size(&picture(b"nonsense")[..], file_type), Some((1_000, 1_500)));
        }
        assert_eq!(shown_size(&gif()[..], FileType::Gif), Some((1_000, 1_500)));
    }

    #[test]
    fn the_plain_forms_of_webp_are_measured() {
        let lossy = riff(b"VP8 ", b"\0\0\0\x9d\x01\x2a\xe8\x43\xdc\x85");
        let lossless = riff(b"VP8L", &[&[0x2f_u8][..], &((0x5db << 14) | 0x3e7_u32).to_le_bytes()].concat());
        for chunk in [lossy, lossless] {
            let file = riff(b"RIFF", &[b"WEBP".to_vec(), chunk].concat());
            assert_eq!(shown_size(&file[..], FileType::Webp), Some((1_000, 1_500)));
        }
        let nothing = [b"WEBP".to_vec(), riff(b"VP8X", &[0; 10])].concat();
        assert_eq!(
            shown_size(&riff(b"RIFF", &nothing)[..], FileType::Webp),
            None,
            "a header without a picture"
        );
    }

    #[test]
    fn what_follows_the_end_of_a_picture_counts_for_nothing_and_a_cut_one_is_refused() {
        let pictures = TURNED.map(|(file_type, picture)| (file_type, picture(&tiff(6, true))));
        for (file_type, whole) in pictures.into_iter().chain([(FileType::Gif, gif())]) {
            let trailed = [&whole[..], b"\xff\xd8 a trailer of the camera"].concat();
            assert_eq!(shown_size(&trailed[..], file_type), shown_size(&whole[..], file_type));
            for end in 0..whole.len() {
                assert_eq!(shown_size(&whole[..end], file_type), None, "{file_type:?} cut at {end}");
            }
        }
    }

    #[test]
    fn the_simulators_sample_is_whole() {
        let sample = include_bytes!("../../../simulator/src/samples/sample.jpg");
        assert!(shown_size(&sample[..], FileType::Jpeg).is_some());
        assert_eq!(shown_size(&sample[..sample.len() / 2], FileType::Jpeg), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

        #[test]
        fn a_damaged_picture_is_measured_or_refused(
            which in 0..4_usize,
            orientation in any::<u16>(),
            damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6),
            tail in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let tiff = tiff(orientation, orientation % 2 == 0);
            let (file_type, mut bytes) = match TURNED.get(which) {
                Some((file_type, picture)) => (*file_type, picture(&tiff)),
                None => (FileType::Gif, gif()),
            };
            for (at, value) in damage {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            bytes.extend(tail);
            if let Some((width, height)) = shown_size(&bytes[..], file_type) {
                prop_assert!(width > 0 && height > 0);
            }
        }

        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for file_type in [FileType::Jpeg, FileType::Png, FileType::Gif, FileType::Webp] {
                let _ = shown_size(&bytes[..], file_type);
            }
        }
    }
}
