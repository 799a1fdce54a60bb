//! Reads size and duration out of an MP4 or MOV file (ISO/IEC 14496-12), for machines without ffprobe. It looks at
//! headers only, seeks over everything else, and stops after a number of boxes that no real file reaches.

mod fragments;

use super::video_facts::VideoFacts;
use std::io::{self, Read, Seek, SeekFrom};

const MAX_BOXES: u32 = 10_000;
/// A fragmented film of some hours has tens of thousands of boxes.
const MAX_FRAGMENT_BOXES: u32 = 200_000;
/// The longest header box that is read, in bytes; those of the standard are below 200.
const MAX_PAYLOAD: u64 = 4_096;

/// What the file says of its first video track. `None`: the file is damaged, or holds no video.
pub fn read(file: &mut (impl Read + Seek)) -> Option<VideoFacts> {
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let mut reader = BoxReader { file, left: MAX_BOXES };
    let movie = reader.find(0..end, *b"moov")?;
    let header = reader.payload(&movie, *b"mvhd")?;
    let track = reader.first_video(&movie)?;
    let (width, height) = reader.video_size(&track)?;
    let mut duration_ms = movie_duration(&header);
    if duration_ms.is_none_or(|duration| duration == 0)
        && let Some(extends) = reader.find(movie, *b"mvex")
    {
        // What the header tells of a fragmented file is what stands before its fragments.
        reader.left = MAX_FRAGMENT_BOXES;
        duration_ms = reader.fragmented_duration(&extends, &track, time_scale(&header)?, end);
    }
    Some(VideoFacts { width: Some(width), height: Some(height), duration_ms })
}

/// Whether the file ends before one of its boxes that make a video does, or before its media began.
pub fn is_cut(file: &mut (impl Read + Seek)) -> bool {
    let Ok(end) = file.seek(SeekFrom::End(0)) else { return true };
    let mut reader = BoxReader { file, left: MAX_FRAGMENT_BOXES };
    let (mut at, mut has_media) = (0, false);
    while let Some((kind, stop)) = reader.bounds_at(at, end) {
        if matches!(&kind, b"moov" | b"moof" | b"mdat") && stop > end {
            return true;
        }
        has_media |= kind == *b"mdat";
        // Behind the last box that is one there may be anything.
        at = stop.min(end);
    }
    !has_media
}

type Span = std::ops::Range<u64>;

struct BoxReader<'a, F> {
    file: &'a mut F,
    left: u32,
}

impl<F: Read + Seek> BoxReader<'_, F> {
    /// The kind and the content of the box at `at`; `None` behind the last one and for nonsense.
    fn box_at(&mut self, at: u64, end: u64) -> Option<([u8; 4], Span)> {
        let (kind, header, stop) = self.header_at(at, end)?;
        (stop <= end).then_some((kind, header..stop))
    }

    /// The kind and the end of the box at `at`, which may lie behind the end of the file.
    fn bounds_at(&mut self, at: u64, end: u64) -> Option<([u8; 4], u64)> {
        self.header_at(at, end).map(|(kind, _, stop)| (kind, stop))
    }

    /// The kind of the box at `at`, where its content begins, and where it ends.
    fn header_at(&mut self, at: u64, end: u64) -> Option<([u8; 4], u64, u64)> {
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
        let stop = at.checked_add(size).filter(|_| size >= header)?;
        Some((kind, at + header, stop))
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
        self.content(&content, MAX_PAYLOAD)
    }

    /// The beginning of a content.
    fn content(&mut self, content: &Span, most: u64) -> Option<Vec<u8>> {
        let length = (content.end - content.start).min(most);
        self.file.seek(SeekFrom::Start(content.start)).ok()?;
        let mut bytes = Vec::new();
        self.file.by_ref().take(length).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn first_video(&mut self, movie: &Span) -> Option<Span> {
        let mut at = movie.start;
        while let Some((kind, track)) = self.box_at(at, movie.end) {
            at = track.end;
            if kind == *b"trak" && self.is_video(&track) {
                return Some(track);
            }
        }
        None
    }

    fn video_size(&mut self, track: &Span) -> Option<(u32, u32)> {
        let header = self.payload(track, *b"tkhd")?;
        track_size(&header).filter(|(width, height)| *width > 0 && *height > 0)
    }

    /// Whether the track's handler is that of videos (8.4.3).
    fn is_video(&mut self, track: &Span) -> bool {
        let media = self.find(track.clone(), *b"mdia");
        let handler = media.and_then(|media| self.payload(&media, *b"hdlr"));
        handler.is_some_and(|handler| handler.get(8..12) == Some(b"vide"))
    }

    /// What the extension of the movie says of the length of all fragments (8.8.2), else what the index of the segments
    /// says (8.16.3), else the sum of the fragments themselves. `None`: not told.
    fn fragmented_duration(&mut self, extends: &Span, track: &Span, scale: u64, end: u64) -> Option<u64> {
        let header = self.payload(extends, *b"mehd");
        let told = header.and_then(|header| {
            let units = if header.first()? == &1 { known_long(&header, 4)? } else { known_word(&header, 4)? };
            milliseconds(units, scale)
        });
        let told = told.or_else(|| self.indexed_duration(end));
        told.filter(|duration| *duration > 0)
            .or_else(|| self.summed_duration(extends, track, end))
            .filter(|duration| *duration > 0)
    }
}

fn milliseconds(units: u64, scale: u64) -> Option<u64> {
    units.checked_mul(1_000)?.checked_div(scale)
}

/// `mvhd` (8.2.2): times are 64 bits wide in version 1.
fn time_scale(header: &[u8]) -> Option<u64> {
    word(header, if header.first()? == &1 { 20 } else { 12 })
}

/// `None`: not told, which is written as all ones.
fn movie_duration(header: &[u8]) -> Option<u64> {
    let units = if header.first()? == &1 { known_long(header, 24)? } else { known_word(header, 16)? };
    milliseconds(units, time_scale(header)?)
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

fn known_word(bytes: &[u8], at: usize) -> Option<u64> {
    word(bytes, at).filter(|word| *word != u64::from(u32::MAX))
}

fn known_long(bytes: &[u8], at: usize) -> Option<u64> {
    long(bytes, at).filter(|long| *long != u64::MAX)
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    pub(super) fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes()[..], kind, content].concat()
    }

    pub(super) fn words(values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_be_bytes()).collect()
    }

    pub(super) fn track(handler: &[u8; 4], quarter_turn: bool, width: u32, height: u32) -> Vec<u8> {
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

    pub(super) fn file(duration: u32, tracks: &[Vec<u8>], extra: &[u8]) -> Vec<u8> {
        let mvhd = boxed(b"mvhd", &words(&[0, 0, 0, 600, duration]));
        let moov = boxed(b"moov", &[&mvhd[..], &tracks.concat(), extra].concat());
        [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"mdat", &[7; 100]), moov].concat()
    }

    pub(super) fn facts(width: u32, height: u32, duration_ms: u64) -> Option<VideoFacts> {
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
    fn a_duration_that_is_not_known_is_not_told() {
        let tracks = [track(b"vide", false, 640, 480)];
        let unknown = VideoFacts { duration_ms: None, ..facts(640, 480, 0).unwrap() };
        assert_eq!(read(&mut Cursor::new(file(u32::MAX, &tracks, &[]))), Some(unknown));
        // The same with times of 64 bits.
        let header = [&[1_u32 << 24, 0, 0, 0, 0, 600][..], &[u32::MAX; 2]].concat();
        let moov = [boxed(b"mvhd", &words(&header)), tracks.concat()].concat();
        assert_eq!(read(&mut Cursor::new(boxed(b"moov", &moov))), Some(unknown));
        let extra = boxed(b"mvex", &boxed(b"mehd", &words(&[0, 1200])));
        assert_eq!(read(&mut Cursor::new(file(u32::MAX, &tracks, &extra))), facts(640, 480, 2000));
    }

    #[test]
    fn a_file_that_ends_inside_of_its_movie_or_its_media_is_cut() {
        let whole = file(900, &[track(b"vide", false, 640, 480)], &[]);
        let is_cut = |bytes: &[u8]| is_cut(&mut Cursor::new(bytes));
        assert!(!is_cut(&whole) && !is_cut(&[&whole[..], b"a trailer that is no box"].concat()));
        // Where a box of the movie ends, the reader of its header finds what is missing.
        let media_ends = 16 + 108;
        for end in (0..media_ends).chain(media_ends + 8..whole.len()) {
            assert!(is_cut(&whole[..end]), "cut at {end}");
        }
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
        let kinds = [
            *b"moov", *b"mvhd", *b"trak", *b"tkhd", *b"mdia", *b"hdlr", *b"mdhd", *b"mvex", *b"mehd",
            *b"trex",
        ];
        let fragments = [*b"free", *b"moof", *b"traf", *b"tfhd", *b"trun", *b"sidx", *b"mdat"];
        let kind = proptest::sample::select([&kinds[..], &fragments].concat());
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
        fn any_boxes_behind_a_movie_are_taken(bytes in boxes()) {
            let extra = boxed(b"mvex", &[]);
            let movie = file(0, &[track(b"vide", false, 640, 480)], &extra);
            let whole = [movie, bytes].concat();
            let _ = is_cut(&mut Cursor::new(&whole));
            let read = read(&mut Cursor::new(whole)).unwrap();
            prop_assert!(read.duration_ms != Some(0), "an unknown length is not told");
        }

        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = is_cut(&mut Cursor::new(&bytes));
            let _ = read(&mut Cursor::new(bytes));
        }
    }
}
