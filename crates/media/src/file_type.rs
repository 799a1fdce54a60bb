//! The files that can be uploaded, distinguished by their bytes.

use fanfare_domain::media::MediaKind;

/// A type that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    Jpeg,
    Png,
    Gif,
    Webp,
    Mp4,
    Mov,
    Webm,
}

/// How much of a file's beginning [`FileType::of`] wants to see, in bytes.
pub const HEAD_BYTES: usize = 4_096;

/// The id of an EBML header (RFC 8794, 11.2.1).
const EBML: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
/// The id of `DocType` (RFC 8794, 11.2.6), the length of its text, and the text of WebM: Matroska says `matroska`.
const DOC_TYPE_WEBM: [u8; 7] = *b"\x42\x82\x84webm";
/// Where `DocType` must stand: an EBML header is short.
const EBML_HEADER_BYTES: usize = 64;

fn is_webm(head: &[u8]) -> bool {
    let header = head.get(..EBML_HEADER_BYTES).unwrap_or(head);
    header.windows(DOC_TYPE_WEBM.len()).any(|window| window == DOC_TYPE_WEBM)
}

impl FileType {
    const ALL: [Self; 7] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Mp4, Self::Mov, Self::Webm];

    /// By the first bytes, whatever the file is called. `None`: not accepted.
    pub fn of(head: &[u8]) -> Option<Self> {
        // Many formats are built as MP4 is; its brand says which one it is (ISO/IEC 14496-12, 4.3).
        if let Some((b"ftyp", brand)) = head.get(4..12).map(|it| it.split_at(4)) {
            return match brand {
                b"qt  " => Some(Self::Mov),
                b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1"
                | b"M4V " | b"M4VH" | b"M4VP" | b"MSNV" | b"dash" | b"mmp4" | b"f4v " | b"XAVC" => {
                    Some(Self::Mp4)
                }
                _ => None,
            };
        }
        if head.starts_with(&EBML) {
            return is_webm(head).then_some(Self::Webm);
        }
        match infer::get(head)?.mime_type() {
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/gif" => Some(Self::Gif),
            "image/webp" => Some(Self::Webp),
            // Files of before 2001 have no `ftyp`.
            "video/quicktime" => Some(Self::Mov),
            _ => None,
        }
    }

    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.extension() == extension)
    }

    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Webm => "webm",
        }
    }

    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
        }
    }

    pub const fn kind(self) -> MediaKind {
        match self {
            Self::Jpeg | Self::Png | Self::Webp => MediaKind::Image,
            Self::Gif => MediaKind::Gif,
            Self::Mp4 | Self::Mov | Self::Webm => MediaKind::Video,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_from_the_bytes() {
        let cases: &[(&[u8], FileType)] = &[
            (b"\xff\xd8\xff\xe0\0\x10JFIF", FileType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", FileType::Png),
            (b"GIF89a\x01\0\x01\0", FileType::Gif),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileType::Webp),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", FileType::Mp4),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", FileType::Mov),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm", FileType::Webm),
        ];
        for (head, expected) in cases {
            assert_eq!(FileType::of(head), Some(*expected));
            assert_eq!(FileType::from_extension(expected.extension()), Some(*expected));
        }
    }

    #[test]
    fn scripts_pages_sounds_and_what_only_looks_like_a_video_are_refused() {
        let cases: &[&[u8]] = &[
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<!doctype html><html>",
            b"#!/bin/sh\nrm -rf /",
            b"%PDF-1.7",
            b"MZ\x90\0",
            b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
            b"\0\0\0\x20ftypM4A \0\0\0\0",
            b"\0\0\0\x20ftypheic\0\0\0\0",
            b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd",
        ];
        for head in cases {
            assert_eq!(FileType::of(head), None, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
