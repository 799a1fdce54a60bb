//! Whether a database has room for what it is told to store.

use crate::DbError;
use std::sync::atomic::{AtomicBool, Ordering};

/// Remembers whether the newest write found room.
#[derive(Debug, Default)]
pub struct Room {
    full: AtomicBool,
}

impl Room {
    /// Notes how a write ended.
    pub fn note<T>(&self, outcome: &Result<T, DbError>) {
        match outcome {
            Ok(_) => {
                if self.full.swap(false, Ordering::Relaxed) {
                    tracing::info!("the database stores data again");
                }
            }
            Err(DbError::Full(words)) => {
                if !self.full.swap(true, Ordering::Relaxed) {
                    tracing::error!(
                        error = %words,
                        "the database cannot store data: its disk is full or fails"
                    );
                }
            }
            // It says nothing about room.
            Err(_) => {}
        }
    }

    /// Whether the newest write found none.
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_ends_well_ends_what_a_full_disk_began() {
        let room = Room::default();
        let full = || Err::<(), _>(DbError::Full("no space".to_owned()));
        room.note(&full());
        room.note(&Err::<(), _>(DbError::NotFound));
        assert!(room.is_full());
        room.note(&Ok(()));
        assert!(!room.is_full());
    }
}
