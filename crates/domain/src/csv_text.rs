//! The text of a file that a spreadsheet or an editor has saved, whatever its encoding.
//!
//! UTF-8 and UTF-16 in both orders are told by a byte order mark, or by the bytes themselves. What is neither is read as
//! Windows-1252, which spreadsheets write for "CSV" in western Europe, if it can be nothing else: every byte of it is a
//! letter or a sign of that encoding, and no more than two that are not ASCII stand together, as they do in the words of
//! other scripts.

/// The text without byte order marks. `None`: the bytes are no text in an encoding that is read.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        // Headings begin with a letter or a quotation mark of ASCII.
        [1..=0xff, 0, ..] => utf_16(bytes, u16::from_le_bytes),
        [0, 1..=0xff, ..] => utf_16(bytes, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => windows_1252(bytes),
        },
    };
    // Files that were joined have marks in their middle. PostgreSQL cannot store a NUL.
    text.filter(|text| !text.contains('\0')).map(|text| text.replace('\u{feff}', ""))
}

fn utf_16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}

fn windows_1252(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let mut together = 0;
    for &byte in bytes {
        together = if byte.is_ascii() { 0 } else { together + 1 };
        if together > 2 {
            return None;
        }
        text.push(western(byte)?);
    }
    Some(text)
}

/// The character of a byte, if it is one that texts of western Europe have (WHATWG Encoding, index windows-1252).
fn western(byte: u8) -> Option<char> {
    Some(match byte {
        b'\t' | b'\n' | b'\r' | b' '..=b'~' => char::from(byte),
        0x80 => '€',
        0x82 => '‚',
        0x84 => '„',
        0x85 => '…',
        0x8a => 'Š',
        0x8c => 'Œ',
        0x8e => 'Ž',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x95 => '•',
        0x96 => '–',
        0x97 => '—',
        0x99 => '™',
        0x9a => 'š',
        0x9c => 'œ',
        0x9e => 'ž',
        0x9f => 'Ÿ',
        // No-break space, signs of money and law, quotation marks, fractions of typography.
        0xa0 | 0xa1 | 0xa3 | 0xa7..=0xab | 0xae | 0xb0 | 0xb4 | 0xb7 | 0xba | 0xbb | 0xbf => char::from(byte),
        // Letters, with the two signs of arithmetic between them. The last one, ÿ, is more often no text at all.
        0xc0..=0xfe => char::from(byte),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf_16_of(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn an_encoding_is_told_from_the_bytes() {
        let text = "content,title\r\nÄrger für Zoë,한국어 🎉";
        let marked = format!("\u{feff}{text}");
        for (what, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8 with a mark", marked.as_bytes().to_vec()),
            ("UTF-16LE with a mark", utf_16_of(&marked, u16::to_le_bytes)),
            ("UTF-16BE with a mark", utf_16_of(&marked, u16::to_be_bytes)),
            ("UTF-16LE", utf_16_of(text, u16::to_le_bytes)),
            ("UTF-16BE", utf_16_of(text, u16::to_be_bytes)),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(text), "{what}");
        }
    }

    #[test]
    fn western_europe_is_read_as_windows_1252_and_other_scripts_are_refused() {
        let bytes = b"content\r\nCaf\xe9 \x93d\xe9j\xe0 vu\x94 \x96 5 \x80";
        assert_eq!(decode(bytes).as_deref(), Some("content\r\nCafé “déjà vu” – 5 €"));
        // Russian in Windows-1251, Japanese in Shift JIS, and what no text has.
        for bytes in [
            &b"content\r\n\xcf\xf0\xe8\xe2\xe5\xf2"[..],
            b"content\r\n\x93\xfa\x96\x7b\x8c\xea",
            b"a\n\x07\xe9",
            b"\xff\xfea",
        ] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_mark_in_the_middle_is_left_out_and_a_nul_is_refused() {
        assert_eq!(decode("a,\u{feff}b\n\u{feff}c".as_bytes()).as_deref(), Some("a,b\nc"));
        assert_eq!(decode(b"a,b\0"), None);
        assert_eq!(decode(b"").as_deref(), Some(""));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_each_encoding(text in "[a-z]{2}\\PC*") {
            let expected = text.replace('\u{feff}', "");
            let marked = format!("\u{feff}{text}");
            prop_assert_eq!(decode(text.as_bytes()), Some(expected.clone()));
            prop_assert_eq!(decode(&utf_16_of(&marked, u16::to_le_bytes)), Some(expected.clone()));
            prop_assert_eq!(decode(&utf_16_of(&text, u16::to_be_bytes)), Some(expected));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(text) = decode(&bytes) {
                let is_clean = !text.contains(['\0', '\u{feff}']);
                prop_assert!(is_clean);
            }
        }
    }
}
