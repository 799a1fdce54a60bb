//! What many may share, made by one of them at a time while the others wait.

use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Results kept next to one another, for callers with different rights and from before and after a change.
const MOST_KEPT: usize = 4;
/// How often something is made for others. Where that did not serve everybody, each of the rest is alone with it: they
/// need not wait for one another any longer.
const MOST_ATTEMPTS: usize = 32;

/// Results, and who makes the next one. Clones share them.
pub struct Attempts<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    /// Notified when an attempt has ended.
    ended: Notify,
}

struct State<T> {
    kept: Vec<Arc<T>>,
    /// Attempts that have ended, whatever came of them.
    ended: usize,
    is_under_way: bool,
}

/// What there was at a moment.
pub struct Found<T> {
    kept: Vec<Arc<T>>,
    ended: usize,
}

/// What is to be done by those who found nothing that they may have.
pub enum Turn<T> {
    /// An attempt has ended since: look again.
    Look,
    /// Someone else makes something; look again after that.
    Wait,
    /// Make it, for oneself and for the others.
    Make(Attempt<T>),
    /// Make it for oneself.
    Alone,
}

/// Something is being made. Dropped without a result, it is left to the next caller.
pub struct Attempt<T> {
    of: Arc<Shared<T>>,
    is_first: bool,
}

impl<T> Default for Attempts<T> {
    fn default() -> Self {
        let state = State { kept: Vec::new(), ended: 0, is_under_way: false };
        Self(Arc::new(Shared { state: Mutex::new(state), ended: Notify::new() }))
    }
}

impl<T> Clone for Attempts<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Attempts<T> {
    /// What is kept now.
    pub fn look(&self) -> Found<T> {
        let state = self.0.state.lock();
        Found { kept: state.kept.clone(), ended: state.ended }
    }

    /// The first kept result with a property.
    pub fn find(&self, is_wanted: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        self.0.state.lock().kept.iter().find(|kept| is_wanted(kept)).cloned()
    }

    /// For someone who may have nothing of what was `found`. With [`Turn::Wait`] comes what completes when the attempt
    /// that is under way has ended.
    pub fn turn(&self, found: &Found<T>) -> (Turn<T>, Notified<'_>) {
        let mut state = self.0.state.lock();
        // Made under the lock: it completes if the attempt ends from here on, even before it is first polled.
        let end = self.0.ended.notified();
        let turn = if state.ended != found.ended {
            Turn::Look
        } else if state.is_under_way {
            Turn::Wait
        } else if state.ended >= MOST_ATTEMPTS {
            Turn::Alone
        } else {
            state.is_under_way = true;
            Turn::Make(Attempt { of: Arc::clone(&self.0), is_first: state.ended == 0 })
        };
        (turn, end)
    }
}

impl<T> Found<T> {
    /// How many attempts have ended.
    pub fn attempts(&self) -> usize {
        self.ended
    }

    /// The newest first.
    pub fn kept(&self) -> impl Iterator<Item = &Arc<T>> {
        self.kept.iter().rev()
    }
}

impl<T> Attempt<T> {
    /// Whether nobody has tried before.
    pub fn is_first(&self) -> bool {
        self.is_first
    }

    /// Ends with something that others may have.
    pub fn keep(self, made: Arc<T>) {
        let mut state = self.of.state.lock();
        if state.kept.len() >= MOST_KEPT {
            state.kept.remove(0);
        }
        state.kept.push(made);
    }

    /// Ends for good: nobody can share anything.
    pub fn leave_to_each(self) {
        self.of.state.lock().ended = MOST_ATTEMPTS;
    }
}

impl<T> Drop for Attempt<T> {
    fn drop(&mut self) {
        let mut state = self.of.state.lock();
        state.ended += 1;
        state.is_under_way = false;
        drop(state);
        self.of.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::task::{JoinSet, yield_now};

    fn attempts() -> Attempts<u32> {
        Attempts::default()
    }

    fn begin(attempts: &Attempts<u32>) -> Attempt<u32> {
        match attempts.turn(&attempts.look()).0 {
            Turn::Make(attempt) => attempt,
            Turn::Look | Turn::Wait | Turn::Alone => panic!("it is this caller's turn"),
        }
    }

    fn kept(attempts: &Attempts<u32>) -> Vec<u32> {
        attempts.look().kept().map(|kept| **kept).collect()
    }

    #[test]
    fn while_one_makes_it_the_others_wait_and_then_look_again() {
        let attempts = attempts();
        let before = attempts.look();
        let attempt = begin(&attempts);
        assert!(attempt.is_first());
        let (turn, end) = attempts.turn(&before);
        assert!(matches!(turn, Turn::Wait));
        let mut end = pin!(end);
        assert!(end.as_mut().now_or_never().is_none());
        attempt.keep(Arc::new(7));
        assert!(end.now_or_never().is_some(), "whoever waits is woken");
        assert!(matches!(attempts.turn(&before).0, Turn::Look));
        assert_eq!(kept(&attempts), [7]);
        assert_eq!(attempts.find(|it| *it == 7).as_deref(), Some(&7));
    }

    #[test]
    fn an_attempt_that_ends_between_a_turn_and_the_wait_for_it_is_not_missed() {
        let attempts = attempts();
        let attempt = begin(&attempts);
        let (turn, end) = attempts.turn(&attempts.look());
        assert!(matches!(turn, Turn::Wait));
        drop(attempt);
        assert!(end.now_or_never().is_some());
    }

    #[test]
    fn an_attempt_that_was_given_up_is_followed_by_the_next_caller() {
        let attempts = attempts();
        drop(begin(&attempts));
        let next = begin(&attempts);
        assert!(!next.is_first());
        next.keep(Arc::new(1));
        assert_eq!(kept(&attempts), [1]);
    }

    #[test]
    fn the_newest_results_are_kept_and_found_first() {
        let attempts = attempts();
        for made in 0..6 {
            begin(&attempts).keep(Arc::new(made));
        }
        assert_eq!(kept(&attempts), [5, 4, 3, 2]);
    }

    #[test]
    fn after_so_many_attempts_each_caller_is_alone() {
        let attempts = attempts();
        for _ in 0..MOST_ATTEMPTS {
            drop(begin(&attempts));
        }
        assert!(matches!(attempts.turn(&attempts.look()).0, Turn::Alone));
    }

    #[test]
    fn what_nobody_can_share_is_tried_once() {
        let attempts = attempts();
        let before = attempts.look();
        begin(&attempts).leave_to_each();
        assert!(matches!(attempts.turn(&before).0, Turn::Look));
        assert!(matches!(attempts.turn(&attempts.look()).0, Turn::Alone));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thousand_callers_at_once_have_it_made_once() {
        let (attempts, made) = (attempts(), Arc::new(AtomicUsize::new(0)));
        let mut callers = JoinSet::new();
        for _ in 0..1_000 {
            let (attempts, made) = (attempts.clone(), Arc::clone(&made));
            callers.spawn(async move {
                loop {
                    let found = attempts.look();
                    if let Some(kept) = found.kept().next() {
                        return **kept;
                    }
                    let (turn, end) = attempts.turn(&found);
                    match turn {
                        Turn::Look => {}
                        Turn::Wait => end.await,
                        Turn::Make(attempt) => {
                            yield_now().await;
                            made.fetch_add(1, Ordering::SeqCst);
                            attempt.keep(Arc::new(9));
                        }
                        Turn::Alone => panic!("there is one to share"),
                    }
                }
            });
        }
        assert!(callers.join_all().await.into_iter().all(|had| had == 9));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }
}
