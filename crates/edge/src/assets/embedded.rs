//! `web/dist`, as it was when the server was compiled.

use std::{borrow::Cow, fmt::Write};

use axum::http::HeaderValue;
use rust_embed::RustEmbed;

// `build.rs` makes the folder; where it could not, the server is built without pages rather than not at all.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// One file of the build.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    /// A strong entity tag: a quoted part of the content's SHA-256.
    pub etag: HeaderValue,
}

/// Looks a file up by its path below `web/dist`, with `/` between folders.
pub type Find = fn(&str) -> Option<Asset>;

/// The embedded file of exactly this path. The files are a table in the binary: no path reaches the disk.
pub fn find(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    let etag = entity_tag(&file.metadata.sha256_hash())?;
    Some(Asset { bytes: file.data, etag })
}

/// Whether there is a page of this name, in whatever form.
pub fn has_page(name: &str) -> bool {
    Dist::iter().any(|file| file.starts_with(name))
}

/// 128 bits tell any two builds' files apart.
fn entity_tag(sha256: &[u8; 32]) -> Option<HeaderValue> {
    let mut tag = String::from("\"");
    for byte in sha256.iter().take(16) {
        write!(tag, "{byte:02x}").ok()?;
    }
    tag.push('"');
    HeaderValue::try_from(tag).ok()
}
