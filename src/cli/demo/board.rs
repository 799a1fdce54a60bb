//! One live line for each target.

use super::accounts::label;
use super::live::StatusUpdate;
use crate::cli::out::{print, say};
use std::io::IsTerminal as _;

/// The states after which nothing more happens automatically.
const FINAL: [&str; 5] = ["PUBLISHED", "FAILED", "NEEDS_REVIEW", "CANCELLED", "COMPENSATED"];

/// What has happened so far. On a terminal its lines are rewritten; elsewhere each status is a line.
pub struct Board {
    rows: Vec<Row>,
    live: bool,
}

struct Row {
    label: String,
    /// Every state so far.
    way: Vec<String>,
    remark: String,
}

impl Board {
    pub fn new(labels: impl Iterator<Item = String>) -> Self {
        let begun = |label| Row { label, way: vec!["SCHEDULED".to_owned()], remark: String::new() };
        let board = Self { rows: labels.map(begun).collect(), live: std::io::stdout().is_terminal() };
        board.rows.iter().for_each(|row| say!("{}", row.line()));
        board
    }

    /// Whether every target has come to an end.
    pub fn is_final(&self) -> bool {
        self.rows.iter().all(Row::is_final)
    }

    pub fn show(&mut self, update: &StatusUpdate) {
        let (Some(target), Some(to)) = (&update.target, &update.to) else { return };
        let label = label(&target.platform);
        let Some(row) = self.rows.iter_mut().find(|row| row.label == label) else { return };
        if row.way.last() == Some(to) {
            return;
        }
        row.way.push(to.clone());
        let after = update.post.scheduled_at.map(|due| update.at - due);
        row.remark =
            after.map_or_else(String::new, |after| format!("{} ms after its time", after.num_milliseconds()));
        if let Some(error) = &update.error {
            row.remark = format!("{} {}", row.remark, error.message);
        }
        if self.live {
            self.rewrite();
        } else {
            say!("{}", row.line());
        }
    }

    fn rewrite(&self) {
        // Without line wrap: a line that were broken in two would be counted as one.
        let mut text = format!("\x1b[?7l\x1b[{}A", self.rows.len());
        for row in &self.rows {
            text.push_str("\r\x1b[2K");
            text.push_str(&row.line());
            text.push('\n');
        }
        print(format_args!("{text}\x1b[?7h"));
    }
}

impl Row {
    fn is_final(&self) -> bool {
        self.way.last().is_some_and(|state| FINAL.contains(&state.as_str()))
    }

    /// Without control characters: the network's words could steer the terminal.
    fn line(&self) -> String {
        let way = self.way.join(" > ").to_lowercase();
        let line = format!("  {:<12} {way}  {}", self.label, self.remark);
        line.trim_end().replace(char::is_control, " ")
    }
}
