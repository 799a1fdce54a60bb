//! The signed address of a medium: `{base}/media/{storage key}?exp=<seconds since 1970>&sig=<signature>`. The signature
//! stands for the permission: networks that pull media have no token of ours.

use super::signed_url::{SignedUrlError, UrlSigner};
use fanfare_domain::clock::Timestamp;
use url::Url;

/// The address of a medium, good until `expires`. A storage key is made of names and `/`, by this server.
pub fn media_link(signer: &UrlSigner, base: &Url, storage_key: &str, expires: Timestamp) -> Url {
    signer.link(base, &format!("media/{storage_key}"), &[storage_key], expires)
}

/// Whether a link's `exp` and `sig` permit to read a medium at `now`.
pub fn verify_media_link(
    signer: &UrlSigner,
    storage_key: &str,
    expires: i64,
    signature: &str,
    now: Timestamp,
) -> Result<(), SignedUrlError> {
    signer.verify(&[storage_key], expires, signature, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_media_link_opens_its_own_medium_until_it_ends() {
        let signer = UrlSigner::new([b"a secret of at least thirty-two bytes".as_slice()]).unwrap();
        let base = Url::parse("https://example.com/app/").unwrap();
        let now = Timestamp::from_micros(1_000_000_000_000).unwrap();
        let link = media_link(&signer, &base, "ws/3/a.jpg", now.plus(Duration::from_mins(1)));
        assert_eq!(link.path(), "/app/media/ws/3/a.jpg");
        let query: std::collections::HashMap<_, _> = link.query_pairs().into_owned().collect();
        let (expires, signature) = (query["exp"].parse().unwrap(), query["sig"].as_str());
        assert_eq!(verify_media_link(&signer, "ws/3/a.jpg", expires, signature, now), Ok(()));
        assert!(verify_media_link(&signer, "ws/4/a.jpg", expires, signature, now).is_err());
        let later = now.plus(Duration::from_secs(61));
        assert!(verify_media_link(&signer, "ws/3/a.jpg", expires, signature, later).is_err());
    }
}
