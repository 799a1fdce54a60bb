//! How long a fragmented file lasts, where its header does not tell.

use super::{BoxReader, Span, milliseconds, time_scale, word};
use std::io::{Read, Seek};

/// The longest index, and the longest list of samples, that is read, in bytes.
const MAX_LIST: u64 = 1 << 20;

// Which fields a box has (8.8.7 and 8.8.8).
const HAS_BASE_OFFSET: u64 = 0x01;
const HAS_DESCRIPTION: u64 = 0x02;
const HAS_DEFAULT_DURATION: u64 = 0x08;
const HAS_DATA_OFFSET: u64 = 0x0001;
const HAS_FIRST_FLAGS: u64 = 0x0004;
const HAS_DURATION: u64 = 0x0100;
const PER_SAMPLE: [u64; 4] = [HAS_DURATION, 0x0200, 0x0400, 0x0800];

impl<F: Read + Seek> BoxReader<'_, F> {
    /// The sum of all indexes of segments (8.16.3). Where one leads to others it counts alone, as it holds them all.
    pub(super) fn indexed_duration(&mut self, end: u64) -> Option<u64> {
        let (mut at, mut sum) = (0, 0_u64);
        while let Some((kind, content)) = self.box_at(at, end) {
            at = content.end;
            if kind != *b"sidx" {
                continue;
            }
            let index = Index::read(&self.content(&content, MAX_LIST)?)?;
            sum = sum.checked_add(index.duration_ms)?;
            if index.leads_to_others {
                break;
            }
        }
        Some(sum)
    }

    /// The sum of the samples of a track in all fragments (8.8.4).
    pub(super) fn summed_duration(&mut self, extends: &Span, track: &Span, end: u64) -> Option<u64> {
        let header = self.payload(track, *b"tkhd")?;
        let id = word(&header, if header.first()? == &1 { 20 } else { 12 })?;
        let media = self.find(track.clone(), *b"mdia")?;
        let scale = time_scale(&self.payload(&media, *b"mdhd")?)?;
        let default = self.default_duration(extends, id).unwrap_or(0);
        let (mut at, mut units) = (0, 0_u64);
        while let Some((kind, fragment)) = self.box_at(at, end) {
            at = fragment.end;
            if kind == *b"moof" {
                units = units.checked_add(self.fragment_units(&fragment, id, default)?)?;
            }
        }
        milliseconds(units, scale)
    }

    /// `trex` of a track (8.8.3).
    fn default_duration(&mut self, extends: &Span, id: u64) -> Option<u64> {
        let mut at = extends.start;
        while let Some((kind, content)) = self.box_at(at, extends.end) {
            at = content.end;
            if kind == *b"trex" {
                let defaults = self.content(&content, 24)?;
                if word(&defaults, 4)? == id {
                    return word(&defaults, 12);
                }
            }
        }
        None
    }

    fn fragment_units(&mut self, fragment: &Span, id: u64, default: u64) -> Option<u64> {
        let (mut at, mut units) = (fragment.start, 0_u64);
        while let Some((kind, part)) = self.box_at(at, fragment.end) {
            at = part.end;
            if kind != *b"traf" {
                continue;
            }
            let header = self.payload(&part, *b"tfhd")?;
            if word(&header, 4)? == id {
                let default = fragment_default(&header).unwrap_or(default);
                units = units.checked_add(self.run_units(&part, default)?)?;
            }
        }
        Some(units)
    }

    fn run_units(&mut self, part: &Span, default: u64) -> Option<u64> {
        let (mut at, mut units) = (part.start, 0_u64);
        while let Some((kind, content)) = self.box_at(at, part.end) {
            at = content.end;
            if kind == *b"trun" {
                let run = self.content(&content, MAX_LIST)?;
                units = units.checked_add(run_of(&run, default)?)?;
            }
        }
        Some(units)
    }
}

/// What `sidx` says.
struct Index {
    duration_ms: u64,
    leads_to_others: bool,
}

impl Index {
    fn read(index: &[u8]) -> Option<Self> {
        let scale = word(index, 8)?;
        let count_at = if index.first()? == &1 { 28 } else { 20 };
        // Two bytes are reserved.
        let count = usize::try_from(word(index, count_at)? & 0xffff).ok()?;
        let references = index.get(count_at + 4..)?.chunks_exact(12).take(count);
        if references.len() < count {
            return None;
        }
        let (mut units, mut leads_to_others) = (0_u64, false);
        for reference in references {
            leads_to_others |= reference.first()? & 0x80 != 0;
            units = units.checked_add(word(reference, 4)?)?;
        }
        Some(Self { duration_ms: milliseconds(units, scale)?, leads_to_others })
    }
}

/// The flags of a box: three bytes behind its version.
fn flags(content: &[u8]) -> Option<u64> {
    Some(word(content, 0)? & 0x00ff_ffff)
}

/// What `tfhd` says of the length of its samples.
fn fragment_default(header: &[u8]) -> Option<u64> {
    let flags = flags(header)?;
    if flags & HAS_DEFAULT_DURATION == 0 {
        return None;
    }
    let base = if flags & HAS_BASE_OFFSET == 0 { 8 } else { 16 };
    word(header, if flags & HAS_DESCRIPTION == 0 { base } else { base + 4 })
}

/// The length of the samples of a `trun`, each as long as it says itself, or else as long as its fragment says.
fn run_of(run: &[u8], default: u64) -> Option<u64> {
    let (flags, count) = (flags(run)?, word(run, 4)?);
    if flags & HAS_DURATION == 0 {
        return count.checked_mul(default);
    }
    let has = |flag: u64| usize::from(flags & flag != 0);
    let begin = 8 + 4 * (has(HAS_DATA_OFFSET) + has(HAS_FIRST_FLAGS));
    let size = 4 * PER_SAMPLE.into_iter().map(has).sum::<usize>();
    let count = usize::try_from(count).ok()?;
    let samples = run.get(begin..)?.chunks_exact(size).take(count);
    if samples.len() < count {
        return None;
    }
    // The duration is the first of a sample's fields.
    samples.map(|sample| word(sample, 0)).try_fold(0_u64, |sum, units| sum.checked_add(units?))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{boxed, facts, file, track, words};
    use super::super::{VideoFacts, read};
    use std::io::Cursor;

    /// A track of 90,000 units a second, with the number 1.
    fn fragmented(extends: &[u8], behind: &[Vec<u8>]) -> Option<VideoFacts> {
        let mut track = track(b"vide", false, 640, 480);
        // Into the box of the track and that of its media.
        let clock = boxed(b"mdhd", &words(&[0, 0, 0, 90_000, 0]));
        let media = track.windows(4).position(|kind| kind == b"mdia").unwrap() - 4;
        for at in [0, media] {
            let size = u32::from_be_bytes(track[at..at + 4].try_into().unwrap());
            track[at..at + 4].copy_from_slice(&(size + u32::try_from(clock.len()).unwrap()).to_be_bytes());
        }
        drop(track.splice(media + 8..media + 8, clock));
        let whole = [file(0, &[track], &boxed(b"mvex", extends)), behind.concat()].concat();
        read(&mut Cursor::new(whole))
    }

    fn fragment(track: u32, header: &[u32], run: &[u32]) -> Vec<u8> {
        let header = [&[header[0], track][..], &header[1..]].concat();
        let part = [boxed(b"tfhd", &words(&header)), boxed(b"trun", &words(run))].concat();
        boxed(b"moof", &boxed(b"traf", &part))
    }

    fn lasting(duration_ms: Option<u64>) -> Option<VideoFacts> {
        Some(VideoFacts { duration_ms, ..facts(640, 480, 0).unwrap() })
    }

    #[test]
    fn fragments_last_as_long_as_their_samples() {
        let defaults = boxed(b"trex", &words(&[0, 1, 1, 3_000, 0, 0]));
        // 30 samples by the movie's default, 10 by the fragment's, 3 each on its own, and those of another track.
        let behind = [
            fragment(1, &[0], &[0, 30]),
            fragment(1, &[0x0b, 0, 0, 1, 9_000], &[0x05, 10, 0, 0]),
            fragment(1, &[0], &[0x0301, 3, 0, 30_000, 1, 30_000, 1, 30_000, 1]),
            fragment(2, &[0], &[0, 1_000]),
        ];
        assert_eq!(fragmented(&defaults, &behind), lasting(Some(3_000)));
        assert_eq!(fragmented(&defaults, &behind[..1]), lasting(Some(1_000)));
        assert_eq!(fragmented(&[], &behind[2..]), lasting(Some(1_000)));
    }

    #[test]
    fn an_index_tells_the_length_and_an_unknown_one_is_not_told() {
        let reference = [0x0000_1000, 45_000, 0x9000_0000];
        let index = |first: u32| {
            let head = [0, 1, 30_000, 0, 0, 2];
            boxed(
                b"sidx",
                &words(&[&head[..], &[first | reference[0]], &reference[1..], &reference].concat()),
            )
        };
        assert_eq!(fragmented(&[], &[index(0)]), lasting(Some(3_000)));
        assert_eq!(fragmented(&[], &[index(0), index(0)]), lasting(Some(6_000)));
        assert_eq!(fragmented(&[], &[index(0x8000_0000), index(0)]), lasting(Some(3_000)));
        let unknown = boxed(b"mehd", &words(&[0, u32::MAX]));
        assert_eq!(fragmented(&unknown, &[index(0)]), lasting(Some(3_000)));
        assert_eq!(fragmented(&unknown, &[]), lasting(None));
        assert_eq!(fragmented(&[], &[]), lasting(None));
        // A list that is shorter than it says.
        assert_eq!(fragmented(&[], &[boxed(b"sidx", &words(&[0, 1, 30_000, 0, 0, 9]))]), lasting(None));
    }
}
