use super::TargetStatus as S;
use super::*;
use crate::user_error::UserErrorCode as C;

fn state(post: &PostAggregate) -> SagaState {
    post.saga.as_ref().unwrap().state
}

#[test]
fn an_all_or_nothing_post_opens_its_saga_when_it_is_published() {
    let mut post = draft(2, PublishMode::AllOrNothing);
    post.publish(Some(later(1))).unwrap();
    post.conclude().unwrap();
    assert_eq!(post.changed_saga().map(|saga| saga.state), Some(SagaState::Running));
}

#[test]
fn the_failure_of_one_target_cancels_what_was_not_sent_and_deletes_what_was_published() {
    let mut post = together(&[S::Publishing, S::Published, S::Pending, S::Scheduled, S::Publishing]);
    post.set_unsettled([TargetId(14)].into());
    let failure = Outcome::Failed {
        code: TargetErrorCode::Rejected,
        message: "No.".to_owned(),
        step: Some("publish".to_owned()),
        counted: true,
    };
    post.apply(TargetId(11), failure).unwrap();
    post.conclude().unwrap();
    assert_eq!(statuses(&post), [S::Failed, S::Compensating, S::Cancelled, S::Scheduled, S::Publishing]);
    assert_eq!(jobs(&post), [("close", 13), ("delete", 12)]);
    let saga = post.changed_saga().unwrap();
    assert_eq!((saga.state, saga.failed_target_id), (SagaState::Compensating, Some(TargetId(11))));
    assert_eq!(saga.failed_step.as_deref(), Some("publish"));
    assert_eq!(post.targets[2].error.as_ref().map(|error| error.code), Some(TargetErrorCode::Aborted));
}

#[test]
fn a_saga_finishes_when_all_is_published_or_all_is_undone_and_waits_for_a_review() {
    let finish = |statuses: &[TargetStatus]| {
        let mut post = together(statuses);
        post.conclude().unwrap();
        state(&post)
    };
    assert_eq!(finish(&[S::Published, S::Published]), SagaState::Completed);
    assert_eq!(finish(&[S::Published, S::Publishing]), SagaState::Running);
    assert_eq!(finish(&[S::Failed, S::Cancelled, S::Compensated]), SagaState::Compensated);
    assert_eq!(finish(&[S::Failed, S::Compensating]), SagaState::Compensating);
    assert_eq!(finish(&[S::NeedsReview, S::Cancelled]), SagaState::NeedsReview);
}

#[test]
fn a_saga_that_is_over_moves_nothing_any_more() {
    let mut post = together(&[S::Published, S::Failed]);
    post.saga.as_mut().unwrap().state = SagaState::Completed;
    post.conclude().unwrap();
    assert_eq!((statuses(&post), post.changed_saga()), (vec![S::Published, S::Failed], None));
}

#[test]
fn a_saga_that_failed_before_anything_was_published_is_retried_as_a_whole() {
    let mut post = together(&[S::Failed, S::Cancelled]);
    let saga = post.saga.as_mut().unwrap();
    (saga.state, saga.failed_target_id) = (SagaState::Compensated, Some(TargetId(11)));
    post.retry().unwrap();
    post.conclude().unwrap();
    assert_eq!((statuses(&post), state(&post)), (vec![S::Pending, S::Pending], SagaState::Running));
    assert_eq!(post.saga.as_ref().unwrap().failed_target_id, None);
    assert_eq!(refused(together(&[S::Failed, S::Compensated]).retry()).0, C::PostStateForbids);
}

#[test]
fn the_first_failure_is_blamed() {
    let mut post = together(&[S::Publishing, S::Publishing]);
    post.blame(TargetId(11), Some("upload"));
    post.blame(TargetId(12), Some("publish"));
    let saga = post.saga.as_ref().unwrap();
    assert_eq!((saga.failed_target_id, saga.failed_step.as_deref()), (Some(TargetId(11)), Some("upload")));
}
