//! Reads size and duration out of an MP4 or MOV file (ISO/IEC 14496-12), for machines without ffprobe. It looks at
//! headers only, seeks over everything else, and stops after a number of boxes that no real file reaches.

use super::video_facts::VideoFacts;
use std::io::{self, Read, Seek, SeekFrom};

const MAX_BOXES: u32 = 10_000;
/// The longest header box that is read, in bytes; those of the standard are below 200.
const MAX_PAYLOAD: u64 = 4_096;

/// What the file says of its first video track. `None`: the file is damaged, or holds no video.
pub fn read(file: &mut (impl Read + Seek)) -> Option<VideoFacts> {
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let mut reader = BoxReader { file, left: MAX_BOXES };
    let movie = reader.find(0..end, *b"moov")?;
    let header = reader.payload(&movie, *b"mvhd")?;
    let mut duration_ms = movie_duration(&header);
    if duration_ms == Some(0) {
        // A fragmented file tells its length elsewhere (8.8.2).
        duration_ms = reader.fragmented_duration(&movie, time_scale(&header)?).or(duration_ms);
    }
    let (width, height) = reader.first_video_size(movie)?;
    Some(VideoFacts { width: Some(width), height: Some(height), duration_ms })
}

type Span = std::ops::Range<u64>;

struct BoxReader<'a, F> {
    file: &'a mut F,
    left: u32,
}

impl<F: Read + Seek> BoxReader<'_, F> {
    /// The kind, the content and the end of the box at `at`; `None` behind the last one and for nonsense.
    fn box_at(&mut self, at: u64, end: u64) -> Option<([u8; 4], Span)> {
        self.left = self.left.checked_sub(1)?;
        if end.checked_sub(at)? < 8 {
            return None;
        }
        self.file.seek(SeekFrom::Start(at)).ok()?;
        let size = u64::from(u32::from_be_bytes(self.bytes().ok()?));
        let kind = self.bytes::<4>().ok()?;
        let (header, size) = match size {
            0 => (8, end - at),
            1 => (16, u64::from_be_bytes(self.bytes().ok()?)),
            size => (8, size),
        };
        let stop = at.checked_add(size).filter(|stop| size >= header && *stop <= end)?;
        Some((kind, at + header..stop))
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The content of the first box of a kind.
    fn find(&mut self, within: Span, kind: [u8; 4]) -> Option<Span> {
        let mut at = within.start;
        while let Some((found, content)) = self.box_at(at, within.end) {
            if found == kind {
                return Some(content);
            }
            at = content.end;
        }
        None
    }

    /// The bytes of the first box of a kind.
    fn payload(&mut self, within: &Span, kind: [u8; 4]) -> Option<Vec<u8>> {
        let content = self.find(within.clone(), kind)?;
        let length = (content.end - content.start).min(MAX_PAYLOAD);
        self.file.seek(SeekFrom::Start(content.start)).ok()?;
        let mut bytes = Vec::new();
        self.file.by_ref().take(length).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn first_video_size(&mut self, movie: Span) -> Option<(u32, u32)> {
        let mut at = movie.start;
        while let Some((kind, track)) = self.box_at(at, movie.end) {
            at = track.end;
            if kind == *b"trak" && self.is_video(&track) {
                let header = self.payload(&track, *b"tkhd")?;
                return track_size(&header).filter(|(width, height)| *width > 0 && *height > 0);
            }
        }
        None
    }

    /// Whether the track's handler is that of videos (8.4.3).
    fn is_video(&mut self, track: &Span) -> bool {
        let media = self.find(track.clone(), *b"mdia");
        let handler = media.and_then(|media| self.payload(&media, *b"hdlr"));
        handler.is_some_and(|handler| handler.get(8..12) == Some(b"vide"))
    }

    fn fragmented_duration(&mut self, movie: &Span, scale: u64) -> Option<u64> {
        let extends = self.find(movie.clone(), *b"mvex")?;
        let header = self.payload(&extends, *b"mehd")?;
        let units = if header.first()? == &1 { long(&header, 4)? } else { word(&header, 4)? };
        units.checked_mul(1_000)?.checked_div(scale)
    }
}

/// `mvhd` (8.2.2): times are 64 bits wide in version 1.
fn time_scale(header: &[u8]) -> Option<u64> {
    word(header, if header.first()? == &1 { 20 } else { 12 })
}

fn movie_duration(header: &[u8]) -> Option<u64> {
    let units = if header.first()? == &1 { long(header, 24)? } else { word(header, 16)? };
    units.checked_mul(1_000)?.checked_div(time_scale(header)?)
}

/// `tkhd` (8.3.2): a matrix, then width and height as 16.16 fixed-point numbers. A matrix that turns the picture by a
/// quarter swaps them.
fn track_size(header: &[u8]) -> Option<(u32, u32)> {
    let matrix = if header.first()? == &1 { 52 } else { 40 };
    let (a, b) = (word(header, matrix)?, word(header, matrix + 4)?);
    let pixels = |at| word(header, at).and_then(|fixed| u32::try_from(fixed >> 16).ok());
    let (width, height) = (pixels(matrix + 36)?, pixels(matrix + 40)?);
    Some(if a == 0 && b != 0 { (height, width) } else { (width, height) })
}

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let word: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u64::from(u32::from_be_bytes(word)))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes()[..], kind, content].concat()
    }

    fn words(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_be_bytes()).collect()
    }

    fn track(handler: &[u8; 4], quarter_turn: bool, width: u32, height: u32) -> Vec<u8> {
        let (a, b) = if quarter_turn { (0, 0x10000) } else { (0x10000, 0) };
        let tkhd = words(&[
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            a,
            b,
            0,
            0,
            0x10000,
            0,
            0,
            0,
            0x4000_0000,
            width << 16,
            height << 16,
        ]);
        let hdlr = [&words(&[0, 0])[..], handler, &[0; 12]].concat();
        boxed(b"trak", &[boxed(b"tkhd", &tkhd), boxed(b"mdia", &boxed(b"hdlr", &hdlr))].concat())
    }

    fn file(duration: u32, tracks: &[Vec<u8>], extra: &[u8]) -> Vec<u8> {
        let mvhd = boxed(b"mvhd", &words(&[0, 0, 0, 600, duration]));
        let moov = boxed(b"moov", &[&mvhd[..], &tracks.concat(), extra].concat());
        [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"mdat", &[7; 100]), moov].concat()
    }

    fn facts(width: u32, height: u32, duration_ms: u64) -> Option<VideoFacts> {
        Some(VideoFacts { width: Some(width), height: Some(height), duration_ms: Some(duration_ms) })
    }

    #[test]
    fn size_and_duration_of_a_video_are_read_wherever_its_header_stands() {
        let tracks = [track(b"soun", false, 0, 0), track(b"vide", false, 1280, 720)];
        assert_eq!(read(&mut Cursor::new(file(900, &tracks, &[]))), facts(1280, 720, 1500));
    }

    #[test]
    fn a_video_that_is_turned_by_a_quarter_is_as_wide_as_its_picture_is_high() {
        let tracks = [track(b"vide", true, 1920, 1080)];
        assert_eq!(read(&mut Cursor::new(file(600, &tracks, &[]))), facts(1080, 1920, 1000));
    }

    #[test]
    fn a_fragmented_file_tells_its_length_in_its_extension() {
        let extra = boxed(b"mvex", &boxed(b"mehd", &words(&[0, 1200])));
        let tracks = [track(b"vide", false, 640, 480)];
        assert_eq!(read(&mut Cursor::new(file(0, &tracks, &extra))), facts(640, 480, 2000));
    }

    #[test]
    fn the_simulators_sample_is_read() {
        let sample = include_bytes!("../../simulator/src/samples/sample.mp4");
        let facts = read(&mut Cursor::new(&sample[..])).unwrap();
        assert!(facts.width.unwrap() > 0 && facts.height.unwrap() > 0 && facts.duration_ms.unwrap() > 0);
    }

    #[test]
    fn no_cut_and_no_nonsense_is_taken_for_a_video_or_ends_in_a_panic() {
        let whole = file(900, &[track(b"vide", false, 1280, 720)], &[]);
        for end in 0..whole.len() {
            assert_eq!(read(&mut Cursor::new(&whole[..end])), None, "cut at {end}");
        }
        assert_eq!(read(&mut Cursor::new(file(900, &[track(b"soun", false, 0, 0)], &[]))), None);
        // A box of size 1 with a length that would overflow, and thousands of empty boxes.
        let huge = [&words(&[1])[..], b"moov", &u64::MAX.to_be_bytes()].concat();
        assert_eq!(read(&mut Cursor::new(huge)), None);
        assert_eq!(read(&mut Cursor::new(boxed(b"free", &[]).repeat(20_000))), None);
    }

    /// Boxes inside boxes, of the kinds that are read, with sizes that may be wrong.
    fn boxes() -> impl Strategy<Value = Vec<u8>> {
        let kinds =
            [*b"moov", *b"mvhd", *b"trak", *b"tkhd", *b"mdia", *b"hdlr", *b"mvex", *b"mehd", *b"free"];
        let kind = proptest::sample::select(kinds.to_vec());
        let leaf =
            (kind.clone(), proptest::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(1)], 0..100))
                .prop_map(|(kind, content)| boxed(&kind, &content));
        let nested = leaf.prop_recursive(4, 40, 5, move |inner| {
            (kind.clone(), proptest::collection::vec(inner, 0..5))
                .prop_map(|(kind, inner)| boxed(&kind, &inner.concat()))
        });
        let patch =
            (any::<proptest::sample::Index>(), prop_oneof![Just(0), Just(1), Just(0xff), any::<u8>()]);
        (proptest::collection::vec(nested, 1..4), proptest::collection::vec(patch, 0..4)).prop_map(
            |(boxes, patches)| {
                let mut bytes = boxes.concat();
                for (at, value) in patches {
                    let at = at.index(bytes.len());
                    bytes[at] = value;
                }
                bytes
            },
        )
    }

    /// Counts what is read, and refuses to be read behind its end.
    struct Watched {
        content: Cursor<Vec<u8>>,
        reads: u32,
    }

    impl Read for Watched {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.reads += 1;
            let length = u64::try_from(self.content.get_ref().len()).unwrap();
            assert!(self.content.position() <= length, "read behind the end");
            self.content.read(buffer)
        }
    }

    impl Seek for Watched {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.content.seek(to)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

        #[test]
        fn any_boxes_are_read_within_their_bounds_and_in_a_bounded_number_of_steps(bytes in boxes()) {
            let mut file = Watched { content: Cursor::new(bytes), reads: 0 };
            if let Some(facts) = read(&mut file) {
                prop_assert!(facts.width.is_some_and(|it| it > 0) && facts.height.is_some_and(|it| it > 0));
            }
            prop_assert!(file.reads < 4 * MAX_BOXES, "{} reads", file.reads);
        }

        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&mut Cursor::new(bytes));
        }
    }
}
