//! Positions of events.

use fanfare_domain::event::{Cursor, Event};

/// The position of an event, as clients see it.
pub fn cursor_of(event: &Event) -> String {
    Cursor { workspace_id: event.workspace_id, seq: event.seq }.encode()
}
