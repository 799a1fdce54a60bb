//! Helvetica, one of the 14 fonts that every PDF reader has (ISO 32000-1, 9.6.2.2): nothing is embedded. It has the
//! characters of Windows-1252 and no others.

/// Shown in place of a character that the font lacks, in the font's encoding: `¤`.
const LACKING: u8 = 0xa4;
const ELLIPSIS: u8 = 0x85;

/// The characters of the codes 0x80 to 0x9f; a space where a code has none.
const SPECIALS: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// Advances of the codes 0x20 to 0x7e in thousandths of the size, from Adobe's font metrics of Helvetica.
const ADVANCES: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// A line of text in the font's encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    pub bytes: Vec<u8>,
    /// Whether a character is shown as `¤`.
    pub lacks: bool,
}

/// White space becomes one space; marks that only change the character before them are left out.
pub fn encode(text: &str) -> Encoded {
    let mut encoded = Encoded::default();
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            encoded.bytes.push(b' ');
        }
        for c in word.chars().filter(|c| !is_mark(*c)) {
            let code = code(c);
            encoded.lacks |= code.is_none();
            encoded.bytes.push(code.unwrap_or(LACKING));
        }
    }
    encoded
}

/// As much of a text as has room, with an ellipsis where something is cut off.
pub fn fitted(text: &str, size: f32, room: f32) -> Encoded {
    let mut encoded = encode(text);
    if width(&encoded.bytes, size) <= room {
        return encoded;
    }
    while !encoded.bytes.is_empty() && width(&encoded.bytes, size) + width(&[ELLIPSIS], size) > room {
        encoded.bytes.pop();
    }
    encoded.bytes.push(ELLIPSIS);
    encoded
}

/// How long a line is, in the unit of `size`.
pub fn width(bytes: &[u8], size: f32) -> f32 {
    let thousandths: f32 = bytes.iter().map(|code| f32::from(advance(*code))).sum();
    thousandths * size / 1_000.0
}

fn code(c: char) -> Option<u8> {
    match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        _ => (0x80..=0x9f).zip(SPECIALS).find_map(|(code, special)| (special == c).then_some(code)),
    }
}

/// Combining accents, joiners and selectors of a variant.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}')
}

/// Beyond ASCII it is that of the letter below the accent, else a wide one: a line is never longer than was reckoned.
fn advance(code: u8) -> u16 {
    let alike = match code {
        0x20..=0x7e => code,
        0xa0 => b' ',
        0xa4 | 0x96 => b'0',
        0xc0..=0xc5 => b'A',
        0xc7 => b'C',
        0xc8..=0xcb => b'E',
        0xcc..=0xcf => b'I',
        0xd1 => b'N',
        0xd2..=0xd6 | 0xd8 => b'O',
        0xd9..=0xdc => b'U',
        0xdd => b'Y',
        0xdf => b'F',
        0xe0..=0xe5 => b'a',
        0xe7 => b'c',
        0xe8..=0xeb => b'e',
        0xec..=0xef => b'[',
        0xf1..=0xf6 | 0xf8..=0xfc => b'F',
        _ => b'@',
    };
    ADVANCES.get(usize::from(alike.saturating_sub(0x20))).copied().unwrap_or(1_015)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_has_is_shown_and_what_it_lacks_is_seen_to_be_missing() {
        assert_eq!(encode("naïve €5 – “ok”").bytes, b"na\xefve \x805 \x96 \x93ok\x94");
        assert_eq!(encode("a\n\n b").bytes, b"a b");
        let korean = encode("한국 ok");
        assert_eq!((korean.bytes.as_slice(), korean.lacks), (b"\xa4\xa4 ok".as_slice(), true));
        assert!(!encode("cafe\u{301}").lacks);
    }

    #[test]
    fn a_line_that_has_no_room_ends_in_an_ellipsis() {
        assert_eq!(width(b"Hi", 10.0), 9.44);
        assert_eq!(fitted("Hi", 10.0, 9.5).bytes, b"Hi");
        let cut = fitted("A long line of words", 10.0, 50.0);
        assert!(cut.bytes.ends_with(&[ELLIPSIS]) && width(&cut.bytes, 10.0) <= 50.0, "{cut:?}");
    }
}
