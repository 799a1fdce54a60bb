//! What cursors of lists are made of.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanfare_domain::clock::Timestamp;
use std::ops::Range;

/// The years 1 to 9999, in microseconds since 1970. PostgreSQL refuses some of the times that are beyond.
const TIMES: Range<i64> = -62_135_596_800_000_000..253_402_300_800_000_000;

/// What a cursor says: where a row stands in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// What the list is ordered by, where clients choose that; empty elsewhere.
    by: &'static str,
    /// The time by which the list is ordered; `None`: the row has none.
    at: Option<Timestamp>,
    /// The row's number.
    id: i64,
}

impl Key {
    /// Of a row in a list of which clients choose the order.
    pub const fn new(by: &'static str, at: Option<Timestamp>, id: i64) -> Self {
        Self { by, at, id }
    }
}

impl From<(Timestamp, i64)> for Key {
    fn from((at, id): (Timestamp, i64)) -> Self {
        Self { by: "", at: Some(at), id }
    }
}

/// The cursor of a row.
pub fn encode(key: impl Into<Key>) -> String {
    let Key { by, at, id } = key.into();
    let at = at.map(|at| at.micros().to_string()).unwrap_or_default();
    let mark = if by.is_empty() { "" } else { ":" };
    URL_SAFE_NO_PAD.encode(format!("{by}{mark}{at}.{id}"))
}

/// The time and the number of a row in a list whose cursors begin with `by`.
pub(super) fn decode(by: &str, text: &str) -> Option<(Option<Timestamp>, i64)> {
    if text.len() > 80 {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let text = if by.is_empty() { text.as_str() } else { text.strip_prefix(by)?.strip_prefix(':')? };
    let (micros, id) = text.split_once('.')?;
    let at = if micros.is_empty() && !by.is_empty() {
        None
    } else {
        let micros: i64 = micros.parse().ok().filter(|micros| TIMES.contains(micros))?;
        Some(Timestamp::from_micros(micros)?)
    };
    Some((at, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_of_one_order_is_none_of_another() {
        let at = Timestamp::from_micros(5);
        for (by, at) in [("", at), ("scheduled", at), ("scheduled", None), ("published", None)] {
            let cursor = encode(Key::new(by, at, 7));
            for list in ["", "scheduled", "published"] {
                let expected = (list == by).then_some((at, 7));
                assert_eq!(decode(list, &cursor), expected, "{by:?} in {list:?}");
            }
        }
    }

    #[test]
    fn a_time_that_no_row_can_have_makes_no_cursor() {
        let read = |micros: i64| decode("", &URL_SAFE_NO_PAD.encode(format!("{micros}.7")));
        for micros in [TIMES.start, TIMES.end - 1] {
            assert_eq!(read(micros), Some((Timestamp::from_micros(micros), 7)));
        }
        for micros in [i64::MIN, TIMES.start - 1, TIMES.end, i64::MAX] {
            assert_eq!(read(micros), None, "{micros}");
        }
    }

    proptest! {
        #[test]
        fn any_key_is_read_back(micros in -60_000_000_000_000_000..60_000_000_000_000_000_i64, id in any::<i64>()) {
            let at = Timestamp::from_micros(micros).unwrap();
            for (by, at) in [("", Some(at)), ("scheduled", Some(at)), ("scheduled", None)] {
                prop_assert_eq!(decode(by, &encode(Key::new(by, at, id))), Some((at, id)));
            }
        }

        #[test]
        fn any_text_is_a_key_or_refused(text in prop_oneof![any::<String>(), "[0-9.+-]{0,45}"]) {
            for text in [URL_SAFE_NO_PAD.encode(&text), text] {
                for by in ["", "scheduled"] {
                    if let Some((at, id)) = decode(by, &text) {
                        prop_assert_eq!(decode(by, &encode(Key::new(by, at, id))), Some((at, id)));
                    }
                }
            }
        }
    }
}
