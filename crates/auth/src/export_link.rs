//! The signed address of an export: `{base}/exports/{id}?exp=<seconds since 1970>&sig=<signature>`. The signature stands
//! for the permission, as with media.

use super::signed_url::{SignedUrlError, UrlSigner};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::ExportId;
use url::Url;

/// Signed with the id, so that the address of a medium is never one of an export.
const SCOPE: &str = "export";

/// The address of an export, good until `expires`.
pub fn export_link(signer: &UrlSigner, base: &Url, id: ExportId, expires: Timestamp) -> Url {
    signer.link(base, &format!("exports/{id}"), &[SCOPE, &id.to_string()], expires)
}

/// Whether a link's `exp` and `sig` permit to read an export at `now`.
pub fn verify_export_link(
    signer: &UrlSigner,
    id: ExportId,
    expires: i64,
    signature: &str,
    now: Timestamp,
) -> Result<(), SignedUrlError> {
    signer.verify(&[SCOPE, &id.to_string()], expires, signature, now)
}
