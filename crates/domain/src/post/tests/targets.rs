use super::TargetStatus as S;
use super::*;
use crate::event::{ActivityKind as K, NewEvent};
use crate::patch::Patch;
use crate::user_error::UserErrorCode as C;
use TargetCommand::{Cancel, PublishNow, Retry};

/// What becomes of the first of the targets, which are in these states.
fn after(command: TargetCommand, before: &[S]) -> Result<Vec<S>, PostError> {
    let mut post = best_effort(before);
    post.run_on_target(TargetId(11), command)?;
    Ok(statuses(&post))
}

#[test]
fn a_command_on_a_target_takes_the_states_of_the_command_on_a_post_and_leaves_the_others() {
    for status in S::ALL {
        let outcome = |command| after(command, &[*status, S::Scheduled, S::Failed]);
        for (command, taken, to) in [
            (PublishNow, &[S::Draft, S::Scheduled, S::Held, S::Cancelled][..], S::Pending),
            (Retry, &[S::Failed][..], S::Pending),
            (Cancel, &[S::Scheduled, S::Held, S::Pending][..], S::Cancelled),
        ] {
            if taken.contains(status) {
                assert_eq!(outcome(command), Ok(vec![to, S::Scheduled, S::Failed]), "{command:?} {status}");
            } else {
                let refusal = refused(outcome(command).map(|_| ()));
                let expected = (C::PostStateForbids, "input.targetId".to_owned());
                assert_eq!(refusal, expected, "{command:?} {status}");
            }
        }
    }
}

#[test]
fn a_target_is_queued_at_once_and_its_attempts_begin_again() {
    let mut post = best_effort(&[S::Failed, S::Failed]);
    post.targets[0].attempts = 3;
    post.run_on_target(TargetId(11), Retry).unwrap();
    post.conclude().unwrap();
    assert_eq!((post.targets[0].attempts, jobs(&post)), (0, vec![("publish", 11)]));
    let kinds: Vec<K> = post.take_events().iter().map(NewEvent::kind).collect();
    assert_eq!(kinds, [K::TargetPending, K::PostStatusChanged]);
}

#[test]
fn a_target_that_may_be_on_its_platform_is_not_cancelled() {
    let mut post = best_effort(&[S::Pending, S::Pending]);
    post.set_unsettled([TargetId(11)].into());
    assert_eq!(refused(post.run_on_target(TargetId(11), Cancel)).0, C::PostStateForbids);
    post.run_on_target(TargetId(12), Cancel).unwrap();
    assert_eq!((statuses(&post), jobs(&post)), (vec![S::Pending, S::Cancelled], vec![("close", 12)]));
    assert!(post.post_has_changed(), "an edit that was written before it is refused");
}

#[test]
fn the_targets_of_an_all_or_nothing_post_take_no_command_of_their_own() {
    for (command, status) in [(PublishNow, S::Scheduled), (Retry, S::Failed), (Cancel, S::Scheduled)] {
        let refusal = refused(together(&[status]).run_on_target(TargetId(11), command));
        assert_eq!(refusal, (C::PostStateForbids, "input.targetId".to_owned()), "{command:?}");
    }
}

#[test]
fn a_target_that_the_post_does_not_have_is_not_found() {
    let refusal = refused(best_effort(&[S::Failed]).run_on_target(TargetId(99), Retry));
    assert_eq!(refusal, (C::NotFound, "input.targetId".to_owned()));
}

#[test]
fn a_posts_time_stays_as_long_as_another_target_has_to_do_with_it() {
    for (other, stays) in [(S::Scheduled, true), (S::Published, true), (S::Cancelled, false)] {
        let mut post = best_effort(&[S::Scheduled, other]);
        post.post.scheduled_at = Some(later(1));
        post.run_on_target(TargetId(11), PublishNow).unwrap();
        assert_eq!(post.post.scheduled_at.is_some(), stays, "{other}");
    }
}

#[test]
fn a_cancelled_target_stays_so_when_its_post_is_edited_and_keeps_its_time() {
    let mut stored = best_effort(&[S::Scheduled, S::Cancelled]);
    stored.post.scheduled_at = Some(later(1));
    let edited = |accounts: i64, plan: Patch<Option<Timestamp>>| {
        let mut post = stored.rewritten(&written(accounts, PublishMode::BestEffort), None);
        post.plan_again(&stored, &plan, false).unwrap();
        post.conclude().unwrap();
        (statuses(&post), post.jobs().len(), post.post.scheduled_at)
    };
    assert_eq!(edited(2, Patch::Keep), (vec![S::Scheduled, S::Cancelled], 1, Some(later(1))));
    assert_eq!(edited(3, Patch::Keep), (vec![S::Scheduled, S::Cancelled, S::Scheduled], 2, Some(later(1))));
    let both = (vec![S::Scheduled, S::Scheduled], 2, Some(later(5)));
    assert_eq!(edited(2, Patch::Set(Some(later(5)))), both, "a new time is for all of them");
}
