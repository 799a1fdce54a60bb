use super::TargetStatus as S;
use super::*;

#[test]
fn a_due_target_is_started_or_deferred() {
    let mut post = best_effort(&[S::Scheduled, S::Scheduled, S::Pending]);
    post.start(TargetId(11)).unwrap();
    post.defer(TargetId(12), later(1)).unwrap();
    post.defer(TargetId(13), later(2)).unwrap();
    assert_eq!(statuses(&post), [S::Publishing, S::Pending, S::Pending]);
    let next: Vec<Option<Timestamp>> = post.targets.iter().map(|target| target.next_attempt_at).collect();
    assert_eq!(next, [None, Some(later(1)), Some(later(2))]);
}

#[test]
fn what_is_published_keeps_its_place_on_the_platform_and_gives_the_post_its_time() {
    let mut post = best_effort(&[S::Publishing]);
    post.targets[0].error = Some(TargetFault::new(TargetErrorCode::Transient, "Busy."));
    let published =
        Outcome::Published { external_id: Some("1".to_owned()), url: Some("https://x.com/1".to_owned()) };
    post.apply(TargetId(11), published).unwrap();
    post.conclude().unwrap();
    let target = &post.targets[0];
    assert_eq!((target.status, target.attempts, &target.error), (S::Published, 1, &None));
    assert_eq!((target.external_id.as_deref(), target.url.as_deref()), (Some("1"), Some("https://x.com/1")));
    assert_eq!((post.post.status, post.post.published_at), (PostStatus::Published, Some(now())));
}

#[test]
fn a_target_that_is_tried_again_waits_and_a_deletion_stays_compensating() {
    let again = |counted| Outcome::Again {
        at: later(1),
        counted,
        error: Some((TargetErrorCode::RateLimited, "Wait.".to_owned())),
    };
    let mut post = best_effort(&[S::Publishing, S::Compensating]);
    post.apply(TargetId(11), again(true)).unwrap();
    post.apply(TargetId(12), again(false)).unwrap();
    assert_eq!(statuses(&post), [S::Pending, S::Compensating]);
    assert_eq!((post.targets[0].attempts, post.targets[1].attempts), (1, 0));
    assert!(
        post.targets.iter().all(|target| target.next_attempt_at == Some(later(1)) && target.error.is_some())
    );
}

#[test]
fn a_message_of_a_platform_is_cut_to_what_a_target_keeps() {
    let mut post = best_effort(&[S::Publishing]);
    let message = "é".repeat(600);
    post.apply(TargetId(11), Outcome::NeedsReview { message }).unwrap();
    let kept = post.targets[0].error.as_ref().unwrap();
    assert_eq!((post.targets[0].status, kept.message.chars().count()), (S::NeedsReview, 500));
}

#[test]
fn out_of_time_a_target_fails_unless_it_may_be_published_already() {
    let mut post = best_effort(&[S::Scheduled, S::Pending]);
    post.set_unsettled([TargetId(12)].into());
    post.expire(TargetId(11)).unwrap();
    post.expire(TargetId(12)).unwrap();
    assert_eq!(statuses(&post), [S::Failed, S::NeedsReview]);
    let codes: Vec<_> = post.targets.iter().map(|target| target.error.as_ref().unwrap().code).collect();
    assert_eq!(codes, [TargetErrorCode::Expired, TargetErrorCode::Unknown]);
}

#[test]
fn a_change_that_the_table_of_states_forbids_is_a_fault_and_changes_nothing() {
    let mut post = best_effort(&[S::Published]);
    let error = post.transition(TargetId(11), S::Publishing, |_| {}).unwrap_err();
    assert_eq!(error, IllegalTransition { target_id: TargetId(11), from: S::Published, to: S::Publishing });
    assert_eq!((statuses(&post), post.changed_targets().count()), (vec![S::Published], 0));
    assert_eq!(post.transition(TargetId(99), S::Publishing, |_| {}), Ok(()), "not a target of this post");
}
