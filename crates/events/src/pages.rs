//! Pages of logs that were read for a subscriber who missed them, kept for the others who missed the same: after a server
//! starts, everyone comes back at once.

use super::happened::Happened;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;

/// Pages of all workspaces together; the oldest goes first. With 200 events each, some ten megabytes.
const KEPT: usize = 64;

/// Events of a workspace that follow one another.
struct Page {
    workspace: WorkspaceId,
    /// The position that it was read after: between this and its last event there is no other.
    after: Seq,
    events: Vec<Arc<Happened>>,
    /// Whether it was here at the previous [`Pages::trim`] already.
    is_old: bool,
}

/// The pages that were read last.
#[derive(Default)]
pub(super) struct Pages(Mutex<VecDeque<Page>>);

impl Pages {
    /// What follows a position of a workspace, as far as one page has it.
    pub fn after(&self, workspace: WorkspaceId, position: Seq) -> Option<VecDeque<Arc<Happened>>> {
        let pages = self.0.lock();
        let mut of_workspace = pages.iter().filter(|page| page.workspace == workspace);
        of_workspace.find_map(|page| {
            let is_past = |happened: &Arc<Happened>| happened.event().seq <= position;
            let start = page.events.partition_point(is_past);
            let following = page.events.get(start..).filter(|events| !events.is_empty())?;
            (page.after <= position).then(|| following.iter().cloned().collect())
        })
    }

    /// When the event at a position happened; `None`: no page has it.
    pub fn time_of(&self, workspace: WorkspaceId, seq: Seq) -> Option<Timestamp> {
        let pages = self.0.lock();
        let mut of_workspace = pages.iter().filter(|page| page.workspace == workspace);
        of_workspace.find_map(|page| {
            let found = page.events.binary_search_by_key(&seq, |happened| happened.event().seq).ok()?;
            page.events.get(found).map(|happened| happened.event().at)
        })
    }

    /// Keeps what was read after a position.
    pub fn keep(&self, workspace: WorkspaceId, after: Seq, events: Vec<Arc<Happened>>) {
        let mut pages = self.0.lock();
        if pages.len() >= KEPT {
            pages.pop_front();
        }
        pages.push_back(Page { workspace, after, events, is_old: false });
    }

    /// Nothing that was read of a workspace's log is true any more.
    pub fn forget(&self, workspace: WorkspaceId) {
        self.0.lock().retain(|page| page.workspace != workspace);
    }

    /// Drops what was here at the previous call already.
    pub fn trim(&self) {
        let mut pages = self.0.lock();
        pages.retain_mut(|page| !std::mem::replace(&mut page.is_old, true));
        if pages.is_empty() {
            pages.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::event::{ActivityKind, Event, Subject};

    const HERE: WorkspaceId = WorkspaceId(1);

    fn events(seqs: impl IntoIterator<Item = Seq>) -> Vec<Arc<Happened>> {
        let event = |seq: Seq| Event {
            workspace_id: HERE,
            seq,
            kind: ActivityKind::PostCreated,
            subject: Subject::default(),
            actor: None,
            payload: None,
            json: serde_json::Value::Null,
            at: Timestamp::from_micros(seq).unwrap(),
        };
        seqs.into_iter().map(|seq| Arc::new(Happened::new(event(seq)))).collect()
    }

    fn seqs(pages: &Pages, position: Seq) -> Option<Vec<Seq>> {
        Some(pages.after(HERE, position)?.iter().map(|happened| happened.event().seq).collect())
    }

    #[test]
    fn a_page_serves_whoever_missed_a_part_of_it_and_leaves_no_gap() {
        let pages = Pages::default();
        pages.keep(HERE, 10, events(11..=13));
        // Retention took what stood at 21 and 22.
        pages.keep(HERE, 20, events(23..=24));
        for (position, expected) in [
            (9, None),
            (10, Some(vec![11, 12, 13])),
            (12, Some(vec![13])),
            (13, None),
            (20, Some(vec![23, 24])),
            (22, Some(vec![23, 24])),
            (24, None),
        ] {
            assert_eq!(seqs(&pages, position), expected, "after {position}");
        }
        assert!(pages.after(WorkspaceId(2), 10).is_none());
        assert_eq!(pages.time_of(HERE, 12), Timestamp::from_micros(12));
        assert_eq!(pages.time_of(HERE, 21), None);
    }

    #[test]
    fn pages_are_kept_for_a_while_and_so_many() {
        let pages = Pages::default();
        pages.keep(HERE, 0, events([1]));
        pages.trim();
        assert_eq!(seqs(&pages, 0), Some(vec![1]));
        pages.trim();
        assert_eq!(seqs(&pages, 0), None);
        for after in 0..=Seq::try_from(KEPT).unwrap() {
            pages.keep(HERE, after, events([after + 1]));
        }
        assert_eq!((seqs(&pages, 0), seqs(&pages, 1)), (None, Some(vec![2])));
        pages.forget(HERE);
        assert_eq!(seqs(&pages, 1), None);
    }
}
