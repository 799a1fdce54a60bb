//! The one place that makes what a network gets: the engine sends it, the pre-flight check judges it.

use super::{MediaItem, PublishInput};
use fanfare_domain::written::Written;
use url::Url;

/// Who publishes.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    /// The network's id of the account.
    pub remote_id: &'a str,
    pub handle: Option<&'a str>,
}

/// `written` is the post's with the target's variant applied, `media` the target's own or else the post's, in order.
pub fn compose(written: Written<'_>, publisher: Publisher<'_>, media: Vec<MediaItem>) -> PublishInput {
    PublishInput {
        content: written.content.to_owned(),
        title: written.title.map(str::to_owned),
        hashtags: written.hashtags.to_vec(),
        link_url: written.link_url.and_then(|link| Url::parse(link).ok()),
        media,
        account_remote_id: publisher.remote_id.to_owned(),
        account_handle: publisher.handle.map(str::to_owned),
    }
}
