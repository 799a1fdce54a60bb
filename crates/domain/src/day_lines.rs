//! The days of a period as comma-separated values.

use super::analytics::Day;
use super::csv::{Cell, write_line};

const COLUMNS: [&str; 7] =
    ["date", "followers", "engagement", "views", "impressions", "reach", "followers_counted"];

/// A heading, and a line for each day. A number that no platform reports is an empty cell.
pub fn csv(days: &[Day]) -> String {
    let mut out = String::new();
    write_line(&mut out, COLUMNS.map(Cell::Text));
    for day in days {
        write_day(&mut out, day);
    }
    out
}

fn write_day(out: &mut String, day: &Day) {
    let gains = day.gains;
    let cells: [Cell<'_>; COLUMNS.len()] = [
        Cell::Plain(day.date.to_string()),
        Cell::plain(day.followers),
        Cell::Plain(gains.engagement.to_string()),
        Cell::plain(gains.views),
        Cell::plain(gains.impressions),
        Cell::plain(gains.reach),
        Cell::Plain(day.measured.to_string()),
    ];
    write_line(out, cells);
}
