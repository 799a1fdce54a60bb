//! What a person can have done with a post, the same for both databases.

use super::post_unit::Resolution;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::TargetId;
use fanfare_domain::platform::Platform;

/// What is to happen with a post once it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Keep,
    PublishNow,
    Schedule(Timestamp),
}

/// What a person does with a post that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum PostCommand {
    PublishNow,
    Schedule(Timestamp),
    Cancel,
    Retry,
    Unpublish { deletable: Vec<Platform> },
    Resolve { target_id: TargetId, resolution: Resolution },
}
