//! Looks at a file that arrived: whether it is accepted, and what the networks' rules ask of it.

use super::error::{MediaError, MediaResult};
use super::file_type::{FileType, HEAD_BYTES};
use super::mp4;
use super::picture;
use super::storage_key::StorageKey;
use super::store::MediaStore;
use super::video_facts::VideoFacts;
use super::video_probe;
use fanfare_domain::media::MediaKind;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::io::{self, BufReader, Read as _, Seek as _};

/// How much of a file is read at once, in bytes.
const PIECE: usize = 65_536;

/// What is known of a file before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    pub file_type: FileType,
    pub size_bytes: u64,
    /// Width and height of a picture as it is shown, in pixels.
    pub picture: Option<(u32, u32)>,
}

/// Refuses what is too large, or no file of an accepted type.
pub async fn inspect(file: &std::fs::File, max_bytes: u64) -> MediaResult<Inspected> {
    let file = file.try_clone()?;
    let inspected = tokio::task::spawn_blocking(move || inspect_now(file, max_bytes));
    inspected.await.map_err(|error| MediaError::Internal(error.into()))?
}

fn inspect_now(mut file: std::fs::File, max_bytes: u64) -> MediaResult<Inspected> {
    let size_bytes = file.metadata()?.len();
    if size_bytes > max_bytes {
        let words = format!("The file has {size_bytes} bytes; {max_bytes} is the limit.");
        return Err(UserError::new(UserErrorCode::MediaTooLarge, "file", words).into());
    }
    let head = head(&mut file)?;
    let file_type = FileType::of(&head).ok_or_else(|| {
        refused("The file is none of JPEG, PNG, GIF, WebP, MP4, MOV and WebM, whatever it is called.")
    })?;
    let picture = match file_type.kind() {
        MediaKind::Video => {
            if matches!(file_type, FileType::Mp4 | FileType::Mov) && mp4::is_cut(&mut from_start(&file)?) {
                return Err(refused("The video is cut off before its end; upload the whole file."));
            }
            None
        }
        MediaKind::Image | MediaKind::Gif => {
            let size = picture::shown_size(from_start(&file)?, file_type);
            Some(size.ok_or_else(|| refused("The picture is damaged, or cut off before its end."))?)
        }
    };
    Ok(Inspected { file_type, size_bytes, picture })
}

fn head(file: &mut std::fs::File) -> io::Result<Vec<u8>> {
    file.rewind()?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let limit = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX);
    file.take(limit).read_to_end(&mut head)?;
    Ok(head)
}

/// The file to be read from its beginning, in pieces that are worth a call of the system.
fn from_start(mut file: &std::fs::File) -> io::Result<BufReader<&std::fs::File>> {
    file.rewind()?;
    Ok(BufReader::with_capacity(PIECE, file))
}

/// Size and duration of a file that is in the store.
pub async fn measure(store: &MediaStore, key: &StorageKey, inspected: &Inspected) -> MediaResult<VideoFacts> {
    if let Some((width, height)) = inspected.picture {
        return Ok(VideoFacts { width: Some(width), height: Some(height), duration_ms: None });
    }
    let path = store.local_path(key)?;
    let facts = video_probe::read(&path, inspected.file_type).await;
    facts.map_err(|_| refused("The file holds no video that can be played."))
}

fn refused(words: &str) -> MediaError {
    UserError::new(UserErrorCode::MediaTypeNotAllowed, "file", words).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;

    fn file(content: &[u8]) -> std::fs::File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file
    }

    fn code(outcome: MediaResult<Inspected>) -> UserErrorCode {
        let Err(MediaError::Refused(error)) = outcome else { panic!("{outcome:?}") };
        error.code
    }

    #[tokio::test]
    async fn a_picture_is_measured_and_one_byte_too_many_is_refused() {
        let sample = include_bytes!("../../simulator/src/samples/sample.jpg");
        let size = u64::try_from(sample.len()).unwrap();
        let inspected = inspect(&file(sample), size).await.unwrap();
        assert_eq!((inspected.file_type, inspected.size_bytes), (FileType::Jpeg, size));
        assert!(inspected.picture.is_some_and(|(width, height)| width > 0 && height > 0));
        assert_eq!(code(inspect(&file(sample), size - 1).await), UserErrorCode::MediaTooLarge);
    }

    #[tokio::test]
    async fn a_file_that_only_begins_like_a_picture_is_refused() {
        for content in [&b""[..], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n<script>", b"GIF89a", b"plain text"]
        {
            let refusal = code(inspect(&file(content), 1_000).await);
            assert_eq!(refusal, UserErrorCode::MediaTypeNotAllowed, "{content:?}");
        }
    }

    #[tokio::test]
    async fn a_picture_of_countless_empty_segments_is_given_up() {
        let picture = |segments: usize| {
            let frame = b"\xff\xc0\x00\x07\x08\x00\x09\x00\x07".to_vec();
            let end = b"\xff\xda\x00\x02\x12\xff\xd9".to_vec();
            file(&[b"\xff\xd8".to_vec(), b"\xff\xe0\x00\x02".repeat(segments), frame, end].concat())
        };
        assert_eq!(inspect(&picture(1_000), u64::MAX).await.unwrap().picture, Some((7, 9)));
        assert_eq!(code(inspect(&picture(20_000), u64::MAX).await), UserErrorCode::MediaTypeNotAllowed);
    }

    #[tokio::test]
    async fn a_video_that_is_cut_off_is_refused_wherever_its_header_stands() {
        let sample = include_bytes!("../../simulator/src/samples/sample.mp4");
        assert_eq!(inspect(&file(sample), u64::MAX).await.unwrap().file_type, FileType::Mp4);
        for end in [32, 64, sample.len() / 2, sample.len() - 1] {
            let refusal = code(inspect(&file(&sample[..end]), u64::MAX).await);
            assert_eq!(refusal, UserErrorCode::MediaTypeNotAllowed, "cut at {end}");
        }
    }

    /// Bytes behind the beginning of a type that is accepted.
    fn damaged() -> impl Strategy<Value = Vec<u8>> {
        let beginnings: [&[u8]; 8] = [
            b"\xff\xd8\xff\xe0\x00\x04",
            b"\xff\xd8\xff\xd8\xff\xc0\x00\x00",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
            b"GIF89a",
            b"RIFF\x00\x00\x00\x00WEBPVP8 ",
            b"RIFF\x00\x00\x00\x00WEBPVP8L",
            b"RIFF\x00\x00\x00\x00WEBPVP8X",
            b"\x00\x00\x00\x18ftypisom",
        ];
        let rest = proptest::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0xff)], 0..64);
        (proptest::sample::select(beginnings.to_vec()), rest)
            .prop_map(|(start, rest)| [start, &rest].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn whatever_begins_like_a_picture_is_measured_or_refused(content in damaged()) {
            match inspect_now(file(&content), 1_000) {
                Ok(Inspected { picture: Some((width, height)), .. }) => prop_assert!(width > 0 && height > 0),
                Ok(inspected) => prop_assert_eq!(inspected.file_type.kind(), MediaKind::Video),
                Err(error) => prop_assert!(matches!(error, MediaError::Refused(_)), "{error:?}"),
            }
        }
    }
}
