//! Cursor paging of the Graph API (Meta for Developers, "Paginated results").

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Paging {
    cursors: Option<Cursors>,
    /// There where another page is.
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Cursors {
    after: Option<String>,
}

impl Paging {
    /// The cursor of the next page; `None` on the last one, which has cursors too.
    pub fn next_cursor(self) -> Option<String> {
        self.next.and(self.cursors?.after)
    }
}
