//! The decisions about a post, without a database.

mod commands;
mod events;
mod saga;
mod targets;
mod workers;

use super::*;
use crate::clock::Timestamp;
use crate::id::{AccountId, PostId, TargetId, UserId, WorkspaceId};
use crate::platform::Platform;
use std::time::Duration;

/// The time of every decision here.
fn now() -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000).unwrap()
}

fn later(hours: u64) -> Timestamp {
    now().plus(Duration::from_hours(hours))
}

/// A post for this many accounts, about to be stored: the first on X, the second on Instagram, and so on in turns.
fn written(accounts: i64, publish_mode: PublishMode) -> NewPost {
    let target = |account: i64| NewTarget {
        account_id: AccountId(account),
        account: AccountFacts {
            platform: if account % 2 == 1 { Platform::Twitter } else { Platform::Instagram },
            name: format!("account {account}"),
        },
        variant: TargetVariant::default(),
    };
    NewPost {
        workspace_id: WorkspaceId(1),
        author_id: UserId(2),
        body: PostBody { content: "Hello".to_owned(), publish_mode, ..PostBody::default() },
        media_ids: Vec::new(),
        media_urls: Vec::new(),
        targets: (1..=accounts).map(target).collect(),
    }
}

/// A stored draft with targets 11, 12 and so on.
fn draft(accounts: i64, mode: PublishMode) -> PostAggregate {
    let mut post = PostAggregate::draft(&written(accounts, mode), now());
    let ids: Vec<TargetId> = (11..11 + accounts).map(TargetId).collect();
    post.assign_ids(PostId(7), &ids);
    post
}

/// A stored post whose targets are in these states, concluded, with nothing changed yet.
fn with(statuses: &[TargetStatus], mode: PublishMode) -> PostAggregate {
    let count = i64::try_from(statuses.len()).unwrap();
    let mut post = draft(count, mode);
    for (target, status) in post.targets.iter_mut().zip(statuses) {
        target.status = *status;
        target.published_at = (*status == TargetStatus::Published).then(now);
    }
    post.post.status = derive_status(statuses);
    post
}

fn best_effort(statuses: &[TargetStatus]) -> PostAggregate {
    with(statuses, PublishMode::BestEffort)
}

/// An all-or-nothing post whose saga is running.
fn together(statuses: &[TargetStatus]) -> PostAggregate {
    let mut post = with(statuses, PublishMode::AllOrNothing);
    post.set_saga(Saga {
        state: SagaState::Running,
        failed_target_id: None,
        failed_step: None,
        created_at: now(),
        updated_at: now(),
    });
    post
}

fn statuses(post: &PostAggregate) -> Vec<TargetStatus> {
    post.targets.iter().map(|target| target.status).collect()
}

/// The jobs as words: what is done with which target.
fn jobs(post: &PostAggregate) -> Vec<(&'static str, i64)> {
    let word = |job: &JobUpdate| match job {
        JobUpdate::Queue { kind: JobKind::PublishTarget, .. } => "publish",
        JobUpdate::Queue { kind: JobKind::DeleteTarget, .. } => "delete",
        JobUpdate::Wake { .. } => "wake",
        JobUpdate::Close { .. } => "close",
    };
    post.jobs().iter().map(|job| (word(job), job.target_id().0)).collect()
}

/// What a command is refused for.
fn refused(outcome: Result<(), PostError>) -> (crate::user_error::UserErrorCode, String) {
    match outcome {
        Err(PostError::Refused(error)) => (error.code, error.path.join(".")),
        other => panic!("{other:?}"),
    }
}
