//! A line over the days of a period.

use super::sheet::{Align, Color, LEFT, PALE, SMALL, Sheet, WIDTH};
use super::words::count;
use fanfare_domain::analytics::Period;
use fanfare_domain::metrics::ratio;

const HEIGHT: f32 = 84.0;
/// For the numbers next to the line.
const SIDE: f32 = 56.0;
const ABOVE: f32 = 18.0;
const BELOW: f32 = 16.0;
/// How much a chart takes of the page.
pub const WHOLE: f32 = ABOVE + HEIGHT + BELOW + 8.0;

/// A number of each day. `None`: it was not known.
pub struct Line<'a> {
    pub title: &'a str,
    pub points: &'a [Option<i64>],
    pub color: Color,
}

/// Draws the line between its least and its greatest number, which stand next to it. A day that is not known is a gap.
pub fn draw(sheet: &mut Sheet, period: Period, line: &Line<'_>) {
    let top = sheet.take(WHOLE) - ABOVE;
    let bottom = top - HEIGHT;
    sheet.text((LEFT, top + 6.0), line.title, SMALL, WIDTH, Align::Left);
    let known = || line.points.iter().flatten().copied();
    let (Some(least), Some(most)) = (known().min(), known().max()) else {
        return sheet.text(
            (LEFT, bottom + HEIGHT / 2.0),
            "Not known on any of the days.",
            SMALL,
            WIDTH,
            Align::Left,
        );
    };
    frame(sheet, top, bottom);
    sheet.text((LEFT, top - 6.0), &count(Some(most)), SMALL, SIDE - 8.0, Align::Right);
    if least < most {
        sheet.text((LEFT, bottom), &count(Some(least)), SMALL, SIDE - 8.0, Align::Right);
    }
    let (x, room) = (LEFT + SIDE, WIDTH - SIDE);
    sheet.text((x, bottom - 12.0), &period.start.to_string(), SMALL, room, Align::Left);
    sheet.text((x, bottom - 12.0), &period.end.to_string(), SMALL, room, Align::Right);
    let last = i64::try_from(line.points.len()).unwrap_or(1).saturating_sub(1);
    let places = (0..).zip(line.points).map(|(day, point)| {
        let across = ratio(day, last).unwrap_or(0.5);
        // One number on all days is a line in the middle.
        let up =
            point.map(|point| ratio(point.saturating_sub(least), most.saturating_sub(least)).unwrap_or(0.5));
        up.map(|up| (x + part(across) * room, bottom + part(up) * HEIGHT))
    });
    trace(sheet, places, line.color);
}

fn frame(sheet: &mut Sheet, top: f32, bottom: f32) {
    let (red, green, blue) = PALE;
    let content = sheet.content();
    content.set_stroke_rgb(red, green, blue).set_line_width(0.5);
    for y in [top, bottom.midpoint(top), bottom] {
        content.move_to(LEFT + SIDE, y).line_to(LEFT + WIDTH, y).stroke();
    }
}

fn trace(sheet: &mut Sheet, places: impl Iterator<Item = Option<(f32, f32)>>, (red, green, blue): Color) {
    let content = sheet.content();
    content.set_stroke_rgb(red, green, blue).set_line_width(1.4);
    let mut before: Option<(f32, f32)> = None;
    let mut is_dot = false;
    for place in places.chain([None]) {
        match (before, place) {
            (None, Some((x, y))) => {
                content.move_to(x, y);
                is_dot = true;
            }
            (Some(_), Some((x, y))) => {
                content.line_to(x, y);
                is_dot = false;
            }
            (Some((x, y)), None) => {
                if is_dot {
                    // A day between two gaps.
                    content.line_to(x + 1.0, y);
                }
                content.stroke();
            }
            (None, None) => {}
        }
        before = place;
    }
}

/// A part of a length, 0 to 1.
#[expect(clippy::cast_possible_truncation, reason = "finer than any printer")]
fn part(of_one: f64) -> f32 {
    of_one as f32
}
