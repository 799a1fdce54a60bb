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

/// Many formats are built as MP4 is; their brands say which they are (ISO/IEC 14496-12, 4.3): first the one by which the
/// file was made, then those by whose rules it can be read too.
fn of_brands(head: &[u8]) -> Option<FileType> {
    let (major, rest) = head.get(8..)?.split_at_checked(4)?;
    let is_other = matches!(
        major,
        b"M4A "
            | b"M4B "
            | b"M4P "
            | b"F4A "
            | b"F4B "
            | b"crx "
            | b"jp2 "
            | b"mif1"
            | b"msf1"
            | b"heic"
            | b"heix"
            | b"heim"
            | b"heis"
            | b"hevc"
            | b"hevx"
            | b"avif"
            | b"avis"
    );
    if is_other {
        return None;
    }
    let length: [u8; 4] = head.get(..4)?.try_into().ok()?;
    let behind = usize::try_from(u32::from_be_bytes(length)).ok()?.saturating_sub(12).min(rest.len());
    // The version of the major brand stands before the others.
    let others = rest.get(..behind)?.chunks_exact(4).skip(1);
    std::iter::once(major).chain(others).find_map(of_brand)
}

fn of_brand(brand: &[u8]) -> Option<FileType> {
    match brand {
        b"qt  " => Some(FileType::Mov),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"iso7" | b"iso8" | b"iso9" | b"mp41"
        | b"mp42" | b"avc1" | b"M4V " | b"M4VH" | b"M4VP" | b"MSNV" | b"dash" | b"mmp4" | b"f4v "
        | b"XAVC" | b"cmfc" => Some(FileType::Mp4),
        _ => None,
    }
}

impl FileType {
    const ALL: [Self; 7] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Mp4, Self::Mov, Self::Webm];

    /// By the first bytes, whatever the file is called. `None`: not accepted.
    pub fn of(head: &[u8]) -> Option<Self> {
        if head.get(4..8) == Some(b"ftyp") {
            return of_brands(head);
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
            (b"\0\0\0\x1cftyp3gp5\0\0\0\x013gp5isom\0\0", FileType::Mp4),
            (b"\0\0\0\x18ftypNIKO\0\0\0\0wxyzqt  ", FileType::Mov),
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
            b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom",
            b"\0\0\0\x1cftypavis\0\0\0\0avismsf1iso8",
            b"\0\0\0\x10ftypcrxx\0\0\0\0isom",
            b"\0\0\0\x14ftypcrxx\0\0\0\x01abcd",
            b"\0\0\0\x14ftyp",
            b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd",
        ];
        for head in cases {
            assert_eq!(FileType::of(head), None, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
