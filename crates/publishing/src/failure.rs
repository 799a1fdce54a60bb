//! What a failed call means for its target.

use super::Engine;
use fanfare_domain::post::Outcome;
use fanfare_domain::post::TargetErrorCode;
use fanfare_platform_api::PlatformError;
use fanfare_storage::rows::{Account, Job};
use std::time::Duration;

/// How long a network that asks to wait without saying how long is left alone.
pub const WAIT_UNTOLD: Duration = Duration::from_mins(1);

/// Until a target looks whether its account is reconnected, which wakes it.
const RECONNECTED: Duration = Duration::from_mins(15);

/// What the failed call may have left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// Nothing that people can see.
    None,
    /// Perhaps a publication: nothing is sent again before the network has been read back.
    Perhaps,
}

/// Whether it is the network, or the way to it, that is at fault.
pub fn is_fault(error: &PlatformError) -> bool {
    use PlatformError as E;
    matches!(error, E::Unreachable { .. } | E::Transient { .. } | E::Unknown { .. })
}

impl Engine {
    /// Tells the breakers how the network behaves to an account: refusals are answers, faults are not.
    pub(super) fn note_health(&self, account: &Account, error: Option<&PlatformError>) {
        let (platform, now) = (account.platform, self.clock.now());
        match error {
            Some(error) if is_fault(error) => self.breakers.failed(platform, account.id, now),
            Some(PlatformError::RateLimited { .. }) => {}
            _ => self.breakers.succeeded(platform, account.id, now),
        }
    }

    /// The same for a call that only asks: a network that shows what there is may still take nothing.
    pub(super) fn note_reading<T>(&self, account: &Account, answer: &Result<T, PlatformError>) {
        if let Err(error) = answer
            && is_fault(error)
        {
            self.breakers.failed(account.platform, account.id, self.clock.now());
        }
    }

    /// Whether a failure is the network's as a whole, and not the post's: it waits then, and that costs no attempt.
    pub(super) fn is_out(&self, job: &Job, error: &PlatformError) -> bool {
        let out = || self.breakers.is_out(job.platform, self.clock.now());
        matches!(error, PlatformError::Unreachable { .. }) || (is_fault(error) && out())
    }

    /// The account must be reconnected: the target waits for that, as long as it may wait for its network. What may be
    /// public is read back then.
    pub(super) fn awaits_reconnection(&self, words: &str) -> Outcome {
        let message = format!("Waits until the account is reconnected. {words}");
        Outcome::Again {
            at: self.clock.now().plus(RECONNECTED),
            counted: false,
            error: Some((TargetErrorCode::Auth, message)),
        }
    }

    /// What is done about a failed call of a publication.
    pub(super) fn consequence(&self, job: &Job, step: &str, error: &PlatformError, trace: Trace) -> Outcome {
        let words = error.to_string();
        let attempts = u32::try_from(job.attempts).unwrap_or(0) + 1;
        let failed = |code| Outcome::Failed {
            code,
            message: words.clone(),
            step: Some(step.to_owned()),
            counted: true,
        };
        let again = |code, counted, wait: Option<Duration>| Outcome::Again {
            at: self.again_at(attempts, wait),
            counted,
            error: Some((code, words.clone())),
        };
        match error {
            PlatformError::Auth { .. } => self.awaits_reconnection(&words),
            // Who was refused as a duplicate is looked for, and not sent again.
            PlatformError::Duplicate { .. } if trace == Trace::Perhaps => {
                again(TargetErrorCode::Unknown, true, None)
            }
            PlatformError::Rejected { .. } if trace == Trace::Perhaps => {
                let message = format!("It may have been published, and the network cannot be asked: {words}");
                Outcome::NeedsReview { message }
            }
            PlatformError::Rejected { .. } | PlatformError::Duplicate { .. } => {
                failed(TargetErrorCode::Rejected)
            }
            PlatformError::RateLimited { retry_after, .. } => {
                let wait = retry_after.unwrap_or(WAIT_UNTOLD);
                again(TargetErrorCode::RateLimited, false, Some(wait))
            }
            // The attempts may be used up, but what may be public is looked at before it is given up.
            _ if trace == Trace::Perhaps => again(TargetErrorCode::Unknown, !self.is_out(job, error), None),
            _ if self.is_out(job, error) => Outcome::Again {
                at: self.held_until(job.due_at),
                counted: false,
                error: Some((TargetErrorCode::Transient, words.clone())),
            },
            _ if attempts >= self.options.max_attempts => failed(TargetErrorCode::Transient),
            _ => again(TargetErrorCode::Transient, true, None),
        }
    }
}
