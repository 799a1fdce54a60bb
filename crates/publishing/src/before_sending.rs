//! What is looked at before the first step is sent. What has begun to be sent continues: a step may be public already.

use super::Engine;
use super::work::Work;
use fanfare_domain::media::FetchStatus;
use fanfare_domain::post::Outcome;
use fanfare_domain::post::TargetErrorCode;
use fanfare_platform_api::PublishingClient;
use fanfare_storage::rows::MediaFetch;
use std::time::Duration;

/// Until a target looks again for media that are being fetched, if nothing wakes it before.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// Characters of an address that are shown.
const SHOWN: usize = 200;

/// Why the target is not sent now; `None`: it is.
pub fn before_sending(engine: &Engine, client: &dyn PublishingClient, work: &Work) -> Option<Outcome> {
    if !work.ledger.is_empty() {
        return None;
    }
    media(engine, work).or_else(|| banned(work)).or_else(|| refused(client, work))
}

/// A medium that the post names by its address, and that is not there.
fn media(engine: &Engine, work: &Work) -> Option<Outcome> {
    let shown = |fetch: &MediaFetch| fetch.url.chars().take(SHOWN).collect::<String>();
    if let Some(failed) = work.missing.iter().find(|fetch| fetch.status == FetchStatus::Failed) {
        let reason = failed.error.as_deref().unwrap_or("it cannot be read.");
        let message = format!("The medium {} could not be fetched: {reason}", shown(failed));
        return Some(fails(TargetErrorCode::MediaUnavailable, message));
    }
    let open = work.missing.first()?;
    let words = format!("The medium {} is being fetched.", shown(open));
    Some(Outcome::Again {
        at: engine.clock.now().plus(LOOK_AGAIN),
        counted: false,
        error: Some((TargetErrorCode::MediaUnavailable, words)),
    })
}

/// A word that was banned after the post was planned.
fn banned(work: &Work) -> Option<Outcome> {
    let violation = work.input.banned(&work.banned).into_iter().next()?;
    Some(fails(TargetErrorCode::BannedKeyword, violation.message))
}

/// What the network's rules say of media that were not known when the post was planned.
fn refused(client: &dyn PublishingClient, work: &Work) -> Option<Outcome> {
    work.post.media_state?;
    let violation = client.validate(&work.input).into_iter().find(|violation| violation.blocking)?;
    Some(fails(TargetErrorCode::Rejected, violation.message))
}

fn fails(code: TargetErrorCode, message: String) -> Outcome {
    Outcome::Failed { code, message, step: None, counted: false }
}
