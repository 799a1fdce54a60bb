//! An event as its subscribers share it.

use fanfare_domain::event::Event;
use std::any::Any;
use std::sync::{Arc, OnceLock};

/// An entry of the log, decoded once for all who follow it, with room for what they make of it together. What is left
/// there goes with the event.
#[derive(Debug)]
pub struct Happened {
    event: Arc<Event>,
    made: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Happened {
    pub fn new(event: Event) -> Self {
        Self { event: Arc::new(event), made: OnceLock::new() }
    }

    pub fn event(&self) -> &Arc<Event> {
        &self.event
    }

    /// What is made of it, empty at first: one thing of one type. `None`: a thing of another type is there.
    pub fn made<T: Any + Default + Send + Sync>(&self) -> Option<&T> {
        self.made.get_or_init(|| Box::new(T::default())).downcast_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::clock::Timestamp;
    use fanfare_domain::event::{ActivityKind, Subject};
    use fanfare_domain::id::WorkspaceId;
    use parking_lot::Mutex;

    fn event() -> Event {
        Event {
            workspace_id: WorkspaceId(1),
            seq: 1,
            kind: ActivityKind::PostCreated,
            subject: Subject::default(),
            actor: None,
            payload: None,
            json: serde_json::Value::Null,
            at: Timestamp::from_micros(0).unwrap(),
        }
    }

    #[test]
    fn what_is_made_of_an_event_is_one_thing_for_all_who_have_it() {
        let happened = Arc::new(Happened::new(event()));
        let other = Arc::clone(&happened);
        *happened.made::<Mutex<u32>>().unwrap().lock() += 1;
        assert_eq!(*other.made::<Mutex<u32>>().unwrap().lock(), 1);
        assert!(other.made::<String>().is_none());
        assert_eq!(other.event().seq, 1);
    }
}
