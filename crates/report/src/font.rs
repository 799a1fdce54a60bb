//! Text in the encodings of its faces, and how long it is.

use super::face::Face;

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

/// Letters of one face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub face: Face,
    /// In the face's encoding: Windows-1252, or UTF-16 with the high byte first.
    pub bytes: Vec<u8>,
}

/// A line of text as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    pub runs: Vec<Run>,
    /// Whether a character is shown as `¤`.
    pub lacks: bool,
}

impl Encoded {
    fn push(&mut self, face: Face, bytes: &[u8]) {
        match self.runs.last_mut().filter(|run| run.face == face) {
            Some(run) => run.bytes.extend_from_slice(bytes),
            None => self.runs.push(Run { face, bytes: bytes.to_vec() }),
        }
    }

    /// Takes the last letter away; `false`: there was none.
    fn pop(&mut self) -> bool {
        let Some(run) = self.runs.last_mut() else { return false };
        let letter = if run.face == Face::Latin { 1 } else { 2 };
        run.bytes.truncate(run.bytes.len().saturating_sub(letter));
        if run.bytes.is_empty() {
            self.runs.pop();
        }
        true
    }

    /// How long it is, in the unit of `size`.
    pub fn width(&self, size: f32) -> f32 {
        let of_run = |run: &Run| -> f32 {
            let letters = run.bytes.iter();
            match run.face {
                Face::Latin | Face::LatinBold => letters.map(|code| f32::from(advance(*code))).sum(),
                // Two bytes a letter, and a letter is as wide as it is high.
                Face::Korean | Face::Japanese | Face::Chinese => letters.map(|_| 500.0).sum(),
            }
        };
        self.runs.iter().map(of_run).sum::<f32>() * size / 1_000.0
    }
}

/// White space becomes one space; marks that only change the character before them are left out.
pub fn encode(text: &str) -> Encoded {
    let mut encoded = Encoded::default();
    let han = Face::of_han(text);
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            encoded.push(Face::Latin, b" ");
        }
        for c in word.chars().filter(|c| !is_mark(*c)) {
            match (code(c), Face::of(c, han)) {
                (Some(code), _) => encoded.push(Face::Latin, &[code]),
                (None, Some(face)) => {
                    let mut units = [0; 2];
                    let units = c.encode_utf16(&mut units);
                    for unit in units {
                        encoded.push(face, &unit.to_be_bytes());
                    }
                }
                (None, None) => {
                    encoded.lacks = true;
                    encoded.push(Face::Latin, &[LACKING]);
                }
            }
        }
    }
    encoded
}

/// As much of a text as has room, with an ellipsis where something is cut off.
pub fn fitted(text: &str, size: f32, room: f32) -> Encoded {
    let mut encoded = encode(text);
    if encoded.width(size) <= room {
        return encoded;
    }
    let ellipsis = f32::from(advance(ELLIPSIS)) * size / 1_000.0;
    while encoded.width(size) + ellipsis > room && encoded.pop() {}
    encoded.push(Face::Latin, &[ELLIPSIS]);
    encoded
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

    fn latin(text: &str) -> Vec<u8> {
        match encode(text).runs.as_slice() {
            [] => Vec::new(),
            [Run { face: Face::Latin, bytes }] => bytes.clone(),
            runs => panic!("{runs:?}"),
        }
    }

    #[test]
    fn what_the_font_has_is_shown_and_what_it_lacks_is_seen_to_be_missing() {
        assert_eq!(latin("naïve €5 – “ok”"), b"na\xefve \x805 \x96 \x93ok\x94");
        assert_eq!((latin("a\n\n b"), latin(" ")), (b"a b".to_vec(), Vec::new()));
        assert_eq!(latin("Ж ok"), b"\xa4 ok");
        assert!(encode("Ж").lacks && encode("🦀").lacks && !encode("cafe\u{301}").lacks);
    }

    #[test]
    fn each_script_of_east_asia_has_its_face_and_ideographs_that_of_the_text() {
        let faces = |text: &str| {
            let encoded = encode(text);
            assert!(!encoded.lacks, "{text}");
            encoded.runs.into_iter().map(|run| (run.face, run.bytes)).collect::<Vec<_>>()
        };
        assert_eq!(faces("한국"), [(Face::Korean, vec![0xd5, 0x5c, 0xad, 0x6d])]);
        assert_eq!(
            faces("東京です"),
            [(Face::Japanese, vec![0x67, 0x71, 0x4e, 0xac, 0x30, 0x67, 0x30, 0x59])]
        );
        assert_eq!(faces("东京"), [(Face::Chinese, vec![0x4e, 0x1c, 0x4e, 0xac])]);
        let mixed: Vec<Face> = faces("새 글 ok").into_iter().map(|(face, _)| face).collect();
        assert_eq!(mixed, [Face::Korean, Face::Latin, Face::Korean, Face::Latin]);
    }

    #[test]
    fn a_line_that_has_no_room_ends_in_an_ellipsis() {
        assert!((encode("Hi").width(10.0) - 9.44).abs() < 1e-4);
        assert_eq!(fitted("Hi", 10.0, 9.5), encode("Hi"));
        for text in ["A long line of words", "아주 긴 글이 여기에 있다"] {
            let cut = fitted(text, 10.0, 50.0);
            let last = cut.runs.last().unwrap();
            assert!(last.bytes.ends_with(&[ELLIPSIS]) && cut.width(10.0) <= 50.0, "{cut:?}");
            assert!(cut.width(10.0) > 35.0, "as much as has room: {cut:?}");
        }
        assert_eq!(fitted("字", 10.0, 0.0).runs.len(), 1);
    }
}
