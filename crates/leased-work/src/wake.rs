use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// How the timetable wakes a worker. Calls that come while it is busy become one.
#[derive(Debug, Default)]
pub struct Wake {
    due: AtomicBool,
    lapsed: AtomicBool,
    called: Notify,
}

/// Why a worker was woken.
#[derive(Clone, Copy, Debug)]
pub struct Called {
    /// Something may be claimed.
    pub due: bool,
    /// A lease is overdue.
    pub lapsed: bool,
}

impl Wake {
    pub fn due(&self) {
        self.due.store(true, Ordering::Release);
        self.called.notify_one();
    }

    pub fn lapsed(&self) {
        self.lapsed.store(true, Ordering::Release);
        self.called.notify_one();
    }

    /// Waits for a call.
    pub async fn called(&self) -> Called {
        self.called.notified().await;
        Called {
            due: self.due.swap(false, Ordering::AcqRel),
            lapsed: self.lapsed.swap(false, Ordering::AcqRel),
        }
    }
}
