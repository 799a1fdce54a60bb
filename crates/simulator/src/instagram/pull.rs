//! Fetching media from the address a client gave: Instagram takes no uploads here, it pulls.

use crate::core::record::MediaSummary;
use crate::core::running_hash::RunningHash;
use fanfare_net::PublicFetcher;
use std::time::Duration;
use url::Url;

/// The most that is fetched of a video, in bytes.
pub const MAX_VIDEO_BYTES: u64 = 1 << 30;
/// The largest picture, in bytes.
pub const MAX_IMAGE_BYTES: u64 = 8 << 20;
/// How long a fetch may take.
const PULL_TIMEOUT: Duration = Duration::from_mins(1);
/// How many bytes are kept to tell what they are.
const HEAD_BYTES: usize = 64 << 10;

/// Why a fetch failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullFault {
    /// Not an address, no answer, or another status than 200.
    Unreachable,
    TooLarge,
}

/// A fetched medium.
pub struct Pulled {
    pub summary: MediaSummary,
    /// Width and height in pixels, where the head of a picture tells them.
    pub size: Option<(usize, usize)>,
}

/// Fetches, counts and hashes; the type is detected from the bytes. Redirects are not followed, and nothing is fetched
/// that only this machine or its network can reach, the clients' own media apart.
pub async fn pull(media: &PublicFetcher, address: &str, max_bytes: u64) -> Result<Pulled, PullFault> {
    let url = Url::parse(address).map_err(|_| PullFault::Unreachable)?;
    let mut response = media.ask(&url, PULL_TIMEOUT).await.map_err(|_| PullFault::Unreachable)?;
    if response.status() != 200 {
        return Err(PullFault::Unreachable);
    }
    let (mut hash, mut bytes, mut head) = (RunningHash::new(), 0_u64, Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(|_| PullFault::Unreachable)? {
        bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if bytes > max_bytes {
            return Err(PullFault::TooLarge);
        }
        hash.update(&chunk);
        let wanted = HEAD_BYTES.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(chunk.get(..wanted).unwrap_or_default());
    }
    let kind = infer::get(&head).map_or("application/octet-stream", |kind| kind.mime_type());
    let size = imagesize::blob_size(&head).ok().map(|size| (size.width, size.height));
    Ok(Pulled {
        summary: MediaSummary { mime_type: kind.to_owned(), bytes, sha256: hash.hexadecimal() },
        size,
    })
}
