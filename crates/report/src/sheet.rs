//! Pages that are filled from the top to the bottom.

use super::face::Face;
use super::font::{self, Encoded, Run};
use pdf_writer::{Content, Finish as _, Pdf, Rect, Ref, Str, TextStr};
use std::collections::BTreeSet;

/// A4, in points of 1/72 inch.
const SIZE: (f32, f32) = (595.0, 842.0);
pub const LEFT: f32 = 48.0;
pub const WIDTH: f32 = SIZE.0 - 2.0 * LEFT;
const TOP: f32 = SIZE.1 - 48.0;
/// Below it stands the foot.
const BOTTOM: f32 = 64.0;
const FOOT: f32 = 36.0;
const ROW: f32 = 16.0;
const TEXT_SIZE: f32 = 9.0;

/// Red, green and blue, 0 to 1.
pub type Color = (f32, f32, f32);
pub const INK: Color = (0.1, 0.11, 0.14);
pub const GREY: Color = (0.42, 0.44, 0.5);
pub const PALE: Color = (0.82, 0.83, 0.86);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub heading: &'static str,
    pub width: f32,
    pub align: Align,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub size: f32,
    pub color: Color,
    pub bold: bool,
}

pub const SMALL: Style = Style { size: 8.0, color: GREY, bold: false };
const CELL: Style = Style { size: TEXT_SIZE, color: INK, bold: false };
const HEADING: Style = Style { size: 13.0, color: INK, bold: true };

/// The page that is being filled, and those before it.
pub struct Sheet {
    pages: Vec<Content>,
    page: Content,
    /// From the top of the page down.
    used: f32,
    lacks: bool,
    faces: BTreeSet<Face>,
}

impl Sheet {
    pub fn new() -> Self {
        Self { pages: Vec::new(), page: Content::new(), used: 0.0, lacks: false, faces: BTreeSet::new() }
    }

    /// Takes a strip of the page, or of the next where it has no room; answers where its upper edge is.
    pub fn take(&mut self, height: f32) -> f32 {
        if TOP - self.used - height < BOTTOM {
            self.pages.push(std::mem::replace(&mut self.page, Content::new()));
            self.used = 0.0;
        }
        let top = TOP - self.used;
        self.used += height;
        top
    }

    /// What is drawn on.
    pub fn content(&mut self) -> &mut Content {
        &mut self.page
    }

    /// A line of text in a strip of its own, cut where it has no room.
    pub fn line(&mut self, text: &str, style: Style, height: f32) {
        let y = self.take(height) - height + style.size * 0.4;
        self.text((LEFT, y), text, style, WIDTH, Align::Left);
    }

    /// The title of a part, which stays on the page of the `with` points below it.
    pub fn heading(&mut self, text: &str, with: f32) {
        self.take(38.0 + with);
        self.used -= with;
        let y = TOP - self.used + 10.0;
        self.text((LEFT, y), text, HEADING, WIDTH, Align::Left);
    }

    /// A text with its base line at `y`, from `x` on or, to the right, up to `x + room`.
    pub fn text(&mut self, (x, y): (f32, f32), text: &str, style: Style, room: f32, align: Align) {
        // Bold letters are a little wider than those that were measured.
        let wider = if style.bold { 1.1 } else { 1.0 };
        let line = font::fitted(text, style.size * wider, room);
        let x = match align {
            Align::Left => x,
            Align::Right => x + room - line.width(style.size * wider),
        };
        self.lacks |= line.lacks;
        self.faces.extend(line.runs.iter().map(|run| face(run, style)));
        write(&mut self.page, (x, y), &line, style);
    }

    /// A table, whose heading stands again on each further page.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        self.take(2.0 * ROW);
        self.used -= 2.0 * ROW;
        self.table_heading(columns);
        for row in rows {
            if TOP - self.used - ROW < BOTTOM {
                self.take(ROW);
                self.used -= ROW;
                self.table_heading(columns);
            }
            let cells = row.iter().map(String::as_str);
            self.row(columns, cells, CELL);
        }
    }

    fn table_heading(&mut self, columns: &[Column]) {
        let y = self.row(columns, columns.iter().map(|column| column.heading), SMALL);
        let (red, green, blue) = PALE;
        self.page.set_stroke_rgb(red, green, blue).set_line_width(0.7);
        self.page.move_to(LEFT, y).line_to(LEFT + WIDTH, y).stroke();
    }

    /// Answers where its lower edge is.
    fn row<'a>(&mut self, columns: &[Column], cells: impl Iterator<Item = &'a str>, style: Style) -> f32 {
        let bottom = self.take(ROW) - ROW;
        let mut x = LEFT;
        for (column, cell) in columns.iter().zip(cells) {
            // The space between two columns.
            let room = column.width - 6.0;
            self.text((x, bottom + 4.5), cell, style, room, column.align);
            x += column.width;
        }
        bottom
    }

    /// The file. `foot` stands on each page, with its number.
    pub fn finish(mut self, title: &str, foot: &str) -> Vec<u8> {
        self.pages.push(self.page);
        let mut ids = (1..).map(Ref::new);
        let mut next = || ids.next().unwrap_or(Ref::new(i32::MAX));
        let (catalog, tree, info) = (next(), next(), next());
        // The foot has its own.
        self.faces.insert(Face::Latin);
        let faces: Vec<(Face, Ref)> = self.faces.iter().map(|face| (*face, next())).collect();
        let places: Vec<(Ref, Ref)> = self.pages.iter().map(|_| (next(), next())).collect();
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree).lang(TextStr("en"));
        pdf.document_info(info).title(TextStr(title)).producer(TextStr("Fanfare"));
        pdf.pages(tree)
            .kids(places.iter().map(|(page, _)| *page))
            .count(i32::try_from(places.len()).unwrap_or(i32::MAX));
        for (face, id) in &faces {
            face.write(&mut pdf, *id, &mut next);
        }
        let of = places.len();
        for (at, (mut content, (id, stream))) in self.pages.into_iter().zip(places).enumerate() {
            let number = font::encode(&format!("{} / {of}", at + 1));
            let right = LEFT + WIDTH - number.width(SMALL.size);
            write(&mut content, (right, FOOT), &number, SMALL);
            let lacking =
                if self.lacks { ". ¤ stands for a character that this file's font lacks." } else { "" };
            let foot = font::fitted(&format!("{foot}{lacking}"), SMALL.size, WIDTH - 50.0);
            write(&mut content, (LEFT, FOOT), &foot, SMALL);
            let mut page = pdf.page(id);
            page.media_box(Rect::new(0.0, 0.0, SIZE.0, SIZE.1)).parent(tree).contents(stream);
            page.resources().fonts().pairs(faces.iter().map(|(face, id)| (face.name(), *id)));
            page.finish();
            pdf.stream(stream, &content.finish());
        }
        pdf.finish()
    }
}

/// The face of a run in a style.
fn face(run: &Run, style: Style) -> Face {
    if style.bold && run.face == Face::Latin { Face::LatinBold } else { run.face }
}

fn write(content: &mut Content, (x, y): (f32, f32), line: &Encoded, style: Style) {
    let (red, green, blue) = style.color;
    content.begin_text().set_fill_rgb(red, green, blue).next_line(x, y);
    for run in &line.runs {
        content.set_font(face(run, style).name(), style.size).show(Str(&run.bytes));
    }
    content.end_text();
}
