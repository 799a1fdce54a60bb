//! `Range` (RFC 9110, 14.2): which part of a file is asked for.

use std::ops::Range;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of it: no range, a form that is not known, or several ranges at once, which a server may pass over.
    Whole,
    Part(Range<u64>),
    /// A range that lies outside.
    Unsatisfiable,
}

/// Reads the header for a file of `size` bytes.
pub fn read(header: Option<&str>, size: u64) -> Asked {
    let Some((unit, spec)) = header.and_then(|text| text.split_once('=')) else { return Asked::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return Asked::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else { return Asked::Whole };
    match (number(first), number(last)) {
        // The last bytes.
        (None, Some(length)) if first.is_empty() => {
            if length == 0 || size == 0 {
                return Asked::Unsatisfiable;
            }
            Asked::Part(size.saturating_sub(length)..size)
        }
        (Some(start), None) if last.is_empty() => within(start, size, size),
        (Some(start), Some(end)) if start <= end => within(start, end.saturating_add(1), size),
        _ => Asked::Whole,
    }
}

fn within(start: u64, end: u64, size: u64) -> Asked {
    if start >= size { Asked::Unsatisfiable } else { Asked::Part(start..end.min(size)) }
}

fn number(text: &str) -> Option<u64> {
    // `parse` takes a plus sign, the header does not.
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_cut_to_the_file_and_refused_outside_it() {
        let cases = [
            ("bytes=0-4", Asked::Part(0..5)),
            ("bytes=5-", Asked::Part(5..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-30", Asked::Part(0..10)),
            ("bytes=9-400", Asked::Part(9..10)),
            ("bytes=0-18446744073709551615", Asked::Part(0..10)),
            ("bytes=10-", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=5-4", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("lines=0-4", Asked::Whole),
            ("nonsense", Asked::Whole),
        ];
        for (header, expected) in cases {
            assert_eq!(read(Some(header), 10), expected, "{header}");
        }
        assert_eq!(read(None, 10), Asked::Whole);
        assert_eq!(read(Some("bytes=0-"), 0), Asked::Unsatisfiable);
    }

    proptest! {
        #[test]
        fn a_part_is_never_empty_and_lies_within_the_file(
            header in prop_oneof![any::<String>(), "bytes=[0-9]{0,21}-[0-9]{0,21}", "bytes *= *[0-9]{0,3}-[0-9]{0,3}( *,.*)?"],
            size in prop_oneof![0..1_000_u64, any::<u64>()],
        ) {
            if let Asked::Part(part) = read(Some(&header), size) {
                prop_assert!(part.start < part.end && part.end <= size, "{part:?}");
            }
        }

        #[test]
        fn what_is_asked_for_within_the_file_is_given(size in 1..=u64::MAX, a in any::<u64>(), b in any::<u64>()) {
            let (first, last) = ((a % size).min(b % size), (a % size).max(b % size));
            prop_assert_eq!(read(Some(&format!("bytes={first}-{last}")), size), Asked::Part(first..last + 1));
            prop_assert_eq!(read(Some(&format!("bytes={first}-")), size), Asked::Part(first..size));
            prop_assert_eq!(read(Some(&format!("bytes=-{}", first + 1)), size), Asked::Part(size - first - 1..size));
        }
    }
}
