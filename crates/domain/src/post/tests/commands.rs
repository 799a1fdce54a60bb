use super::TargetStatus as S;
use super::*;
use crate::media::MediaState;
use crate::patch::Patch;
use crate::user_error::UserErrorCode as C;

#[test]
fn publishing_a_draft_queues_a_job_for_each_target_at_once() {
    let mut post = draft(2, PublishMode::BestEffort);
    post.publish(None).unwrap();
    post.conclude().unwrap();
    assert_eq!(statuses(&post), [S::Pending, S::Pending]);
    assert_eq!(jobs(&post), [("publish", 11), ("publish", 12)]);
    assert_eq!((post.post.status, post.post.scheduled_at), (PostStatus::Pending, None));
    let due = |job: &JobUpdate| matches!(job, JobUpdate::Queue { run_at, due_at, .. } if *run_at == now() && *due_at == now());
    assert!(post.jobs().iter().all(due) && post.saga.is_none());
}

#[test]
fn a_time_makes_targets_wait_for_it_and_a_paused_campaign_holds_them_without_a_job() {
    let mut post = draft(1, PublishMode::BestEffort);
    post.begin(Then::Schedule(later(2)), false).unwrap();
    post.conclude().unwrap();
    assert_eq!((post.post.status, post.post.scheduled_at), (PostStatus::Scheduled, Some(later(2))));
    let queued = JobUpdate::Queue {
        target_id: TargetId(11),
        kind: JobKind::PublishTarget,
        run_at: later(2),
        due_at: later(2),
    };
    assert_eq!(post.jobs(), [queued]);
    let mut held = draft(1, PublishMode::BestEffort);
    held.begin(Then::Schedule(later(2)), true).unwrap();
    held.conclude().unwrap();
    assert_eq!((held.post.status, jobs(&held)), (PostStatus::Held, vec![("close", 11)]));
}

#[test]
fn a_draft_that_is_kept_changes_nothing() {
    let mut post = draft(2, PublishMode::AllOrNothing);
    post.begin(Then::Keep, true).unwrap();
    post.conclude().unwrap();
    assert_eq!(post.changed_targets().count(), 0);
    assert!(!post.post_has_changed() && post.saga.is_none() && post.jobs().is_empty());
}

#[test]
fn what_is_on_its_way_or_done_is_not_published_again() {
    let mut post = best_effort(&[S::Publishing, S::Cancelled]);
    post.publish(None).unwrap();
    assert_eq!(statuses(&post), [S::Publishing, S::Pending]);
    let refusal = refused(best_effort(&[S::Published, S::Failed]).publish(None));
    assert_eq!(refusal, (C::PostStateForbids, "input.id".to_owned()));
    let refusal = refused(draft(0, PublishMode::BestEffort).publish(None));
    assert_eq!(refusal, (C::PostNoTargets, "input.accountIds".to_owned()));
}

#[test]
fn only_failed_targets_are_retried_and_their_attempts_count_anew() {
    let mut post = best_effort(&[S::Failed, S::Published, S::Cancelled]);
    post.targets[0].attempts = 3;
    post.retry().unwrap();
    assert_eq!(statuses(&post), [S::Pending, S::Published, S::Cancelled]);
    assert_eq!((post.targets[0].attempts, jobs(&post)), (0, vec![("publish", 11)]));
    assert_eq!(refused(best_effort(&[S::Cancelled]).retry()).0, C::PostStateForbids);
}

#[test]
fn a_cancel_spares_what_may_be_on_a_platform_already() {
    let mut post = best_effort(&[S::Scheduled, S::Pending, S::Held, S::Published]);
    post.set_unsettled([TargetId(12)].into());
    post.cancel().unwrap();
    assert_eq!(statuses(&post), [S::Cancelled, S::Pending, S::Cancelled, S::Published]);
    assert_eq!(jobs(&post), [("close", 11), ("close", 13)]);
    let mut nothing = best_effort(&[S::Pending]);
    nothing.set_unsettled([TargetId(11)].into());
    assert_eq!(refused(nothing.cancel()).0, C::PostStateForbids);
}

#[test]
fn an_unpublish_deletes_where_the_platform_can() {
    let mut post = best_effort(&[S::Published, S::Published]);
    post.unpublish(|platform| platform == Platform::Twitter).unwrap();
    assert_eq!((statuses(&post), jobs(&post)), (vec![S::Compensating, S::Published], vec![("delete", 11)]));
    assert_eq!(refused(best_effort(&[S::Published]).unpublish(|_| false)).0, C::PostStateForbids);
    assert_eq!(refused(best_effort(&[S::Failed]).unpublish(|_| true)).0, C::PostStateForbids);
}

#[test]
fn a_user_settles_only_what_needs_a_review() {
    let review = || {
        let mut post = best_effort(&[S::NeedsReview]);
        post.set_unsettled([TargetId(11)].into());
        post.targets[0].error = Some(TargetFault::new(TargetErrorCode::Unknown, "?"));
        post
    };
    let mut found = review();
    let there = Resolution::Published { external_id: Some("1".to_owned()), url: None };
    found.resolve(TargetId(11), there.clone()).unwrap();
    assert_eq!((statuses(&found), &found.targets[0].error), (vec![S::Published], &None));
    assert_eq!(found.targets[0].external_id.as_deref(), Some("1"));
    let mut again = review();
    again.resolve(TargetId(11), Resolution::SendAgain).unwrap();
    assert_eq!((statuses(&again), jobs(&again)), (vec![S::Pending], vec![("publish", 11)]));
    let mut given_up = review();
    given_up.resolve(TargetId(11), Resolution::GiveUp).unwrap();
    assert_eq!(statuses(&given_up), [S::Failed]);
    assert_eq!(refused(best_effort(&[S::Failed]).resolve(TargetId(11), there)).0, C::PostStateForbids);
}

#[test]
fn a_post_is_edited_and_deleted_only_before_anything_of_it_was_sent() {
    for editable in [S::Draft, S::Scheduled, S::Held, S::Failed, S::Cancelled] {
        let post = best_effort(&[editable]);
        assert_eq!((post.assert_editable(), post.assert_deletable()), (Ok(()), Ok(())), "{editable}");
    }
    for sent in [S::Pending, S::Publishing, S::Published, S::NeedsReview, S::Compensating, S::Compensated] {
        let post = best_effort(&[sent]);
        assert_eq!(refused(post.assert_editable()).0, C::PostStateForbids, "{sent}");
        assert_eq!(refused(post.assert_deletable()).0, C::PostStateForbids, "{sent}");
    }
    let mut unsettled = best_effort(&[S::Failed]);
    unsettled.set_unsettled([TargetId(11)].into());
    assert!(unsettled.has_history() && unsettled.assert_editable().is_err());
}

#[test]
fn an_edited_post_keeps_its_time_and_one_that_is_overdue_stays_held() {
    let plan = |status, at: Timestamp, new, paused| {
        let mut post = best_effort(&[status]);
        post.post.scheduled_at = Some(at);
        post.plan_after_edit(&new, paused)
    };
    assert_eq!(plan(S::Scheduled, later(1), Patch::Keep, false), Some((later(1), false)));
    assert_eq!(plan(S::Scheduled, later(1), Patch::Keep, true), Some((later(1), true)));
    assert_eq!(plan(S::Scheduled, later(1), Patch::Set(Some(later(5))), false), Some((later(5), false)));
    assert_eq!(plan(S::Held, now(), Patch::Keep, false), Some((now(), true)));
    assert_eq!(plan(S::Held, later(1), Patch::Keep, false), Some((later(1), false)));
    assert_eq!(plan(S::Cancelled, later(1), Patch::Keep, false), None);
    assert_eq!(plan(S::Scheduled, later(1), Patch::Set(None), false), None);
}

#[test]
fn a_rewritten_post_keeps_its_place_and_loses_its_old_targets() {
    let mut stored = together(&[S::Scheduled, S::Scheduled]);
    stored.post.scheduled_at = Some(later(1));
    let mut new = written(1, PublishMode::BestEffort);
    new.body.content = "Better".to_owned();
    let mut post = stored.rewritten(&new, None);
    assert_eq!((post.post.id, post.post.body.content.as_str(), post.targets.len()), (PostId(7), "Better", 1));
    assert_eq!((post.post.status, post.post.scheduled_at), (PostStatus::Scheduled, Some(later(1))));
    post.schedule(later(1), false).unwrap();
    post.conclude().unwrap();
    assert_eq!((post.post.status, &post.saga), (PostStatus::Scheduled, &None));
    let mut draft = stored.rewritten(&new, None);
    draft.unplan();
    draft.conclude().unwrap();
    assert_eq!((draft.post.status, draft.post.scheduled_at, jobs(&draft)), (PostStatus::Draft, None, vec![]));
}

#[test]
fn a_pause_holds_what_is_scheduled_and_the_end_of_it_releases_what_is_still_ahead() {
    let mut post = best_effort(&[S::Scheduled, S::Pending]);
    post.hold().unwrap();
    assert_eq!((statuses(&post), jobs(&post)), (vec![S::Held, S::Pending], vec![("close", 11)]));
    let mut ahead = best_effort(&[S::Held]);
    ahead.post.scheduled_at = Some(later(1));
    ahead.release().unwrap();
    assert_eq!((statuses(&ahead), jobs(&ahead)), (vec![S::Scheduled], vec![("publish", 11)]));
    let mut overdue = best_effort(&[S::Held]);
    overdue.post.scheduled_at = Some(now());
    overdue.release().unwrap();
    assert_eq!(statuses(&overdue), [S::Held]);
}

#[test]
fn jobs_wait_for_media_that_are_fetched_and_are_woken_when_none_is_missing() {
    let mut new = written(2, PublishMode::BestEffort);
    new.media_urls = vec!["https://example.com/a.jpg".to_owned()];
    new.targets[1].variant.media_ids = Some(Vec::new());
    let mut post = PostAggregate::draft(&new, now());
    assert_eq!(post.post.media_state, Some(MediaState::Fetching));
    post.publish(None).unwrap();
    let run_at = |job: &JobUpdate| match job {
        JobUpdate::Queue { run_at, .. } => *run_at,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        post.jobs().iter().map(run_at).collect::<Vec<_>>(),
        [later(24), now()],
        "one has media of its own"
    );
    let mut waiting = best_effort(&[S::Pending, S::Published]);
    waiting.await_media();
    waiting.settle_media(Some(MediaState::Fetching));
    assert_eq!(jobs(&waiting), []);
    waiting.settle_media(Some(MediaState::Ready));
    assert_eq!(jobs(&waiting), [("wake", 11)]);
}

#[test]
fn a_disconnection_cancels_what_was_not_sent_and_leaves_the_rest_to_a_user() {
    let mut post = best_effort(&[S::Scheduled, S::Publishing, S::Publishing, S::Pending, S::Published]);
    post.set_unsettled([TargetId(13), TargetId(14)].into());
    for id in 11..=15 {
        post.abandon(TargetId(id)).unwrap();
    }
    let ended = [S::Cancelled, S::Cancelled, S::NeedsReview, S::NeedsReview, S::Published];
    assert_eq!(statuses(&post), ended);
    assert_eq!(jobs(&post), [("close", 11), ("close", 12), ("close", 13), ("close", 14)]);
}

#[test]
fn what_goes_out_is_beyond_who_may_not_publish() {
    let outside: Vec<_> = PostStatus::ALL.iter().filter(|status| status.goes_out()).collect();
    assert_eq!(
        outside,
        [&PostStatus::Scheduled, &PostStatus::Held, &PostStatus::Pending, &PostStatus::Publishing]
    );
    for status in PostStatus::ALL {
        let mut post = draft(1, PublishMode::BestEffort);
        post.post.status = *status;
        assert_eq!(post.assert_within(PostReach::Everything), Ok(()), "{status}");
        assert_eq!(post.assert_within(PostReach::Drafts).is_err(), status.goes_out(), "{status}");
    }
}
