//! A file of comma-separated values as RFC 4180 has them, in UTF-8 with a byte order mark or without, read whole.

use csv::{ByteRecord, ReaderBuilder, StringRecord};

/// A record that no file holds: put behind the last one, it tells whether that one has an end.
const END: &str = "\u{2}end\u{2}";

/// The first record of a file, and those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub heading: Vec<String>,
    pub lines: Vec<Line>,
}

/// A record below the heading. It has as many cells as were written, whatever the heading has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line of the file that it begins on; the file begins on line 1.
    pub number: i32,
    pub cells: Vec<String>,
}

/// Why a file cannot be read as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("The file is no text in UTF-8; save it as CSV in UTF-8.")]
    NotText,
    #[error("The file has no heading.")]
    Empty,
    #[error("A cell of the line {0} begins with a quotation mark and has none at its end.")]
    OpenQuote(i32),
    #[error("The file has more than {0} lines below its heading; divide it.")]
    TooManyLines(usize),
}

/// Reads a file of at most `most` lines below its heading. Lines without a word in them are passed over.
pub fn read(bytes: &[u8], most: usize) -> Result<Table, TableError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| TableError::NotText)?;
    // PostgreSQL cannot store it, and a text in UTF-16 is full of it.
    if text.contains('\0') {
        return Err(TableError::NotText);
    }
    let text = format!("{text}\n{END}\n");
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut table, mut record) = (None::<Table>, ByteRecord::new());
    let mut lines = LineCount::new(&text);
    let mut last = 1;
    // Reading from memory fails on nothing that `flexible` does not allow.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let number = lines.number_at(record.position().map_or(0, csv::Position::byte));
        let Ok(cells) = StringRecord::from_byte_record(record.clone()) else {
            return Err(TableError::NotText);
        };
        if cells.len() == 1 && cells.get(0) == Some(END) {
            return table.ok_or(TableError::Empty);
        }
        last = number;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells = cells.iter().map(str::to_owned).collect();
        let Some(table) = &mut table else {
            table = Some(Table { heading: cells, lines: Vec::new() });
            continue;
        };
        table.lines.push(Line { number, cells });
        // The end of a file that a quotation mark has swallowed is told as that.
        if table.lines.len() > most {
            return Err(TableError::TooManyLines(most));
        }
    }
    Err(TableError::OpenQuote(last))
}

/// Counts the lines of a text up to positions that only grow.
struct LineCount<'a> {
    text: &'a [u8],
    at: usize,
    number: i32,
}

impl<'a> LineCount<'a> {
    fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, number: 1 }
    }

    /// The line of the first character at or behind `position` that ends no line: a record's position may be that of
    /// the empty lines before it.
    fn number_at(&mut self, position: u64) -> i32 {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        while let Some(&byte) = self.text.get(self.at) {
            let ends_line = matches!(byte, b'\r' | b'\n');
            if self.at >= position && !ends_line {
                break;
            }
            let within_pair = byte == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            if ends_line && !within_pair {
                self.number = self.number.saturating_add(1);
            }
            self.at += 1;
        }
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(i32, Vec<String>)> {
        read(text.as_bytes(), 10).unwrap().lines.into_iter().map(|it| (it.number, it.cells)).collect()
    }

    fn line(number: i32, cells: &[&str]) -> (i32, Vec<String>) {
        (number, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn quotes_commas_and_line_breaks_are_read_and_each_line_knows_where_it_begins() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "\"x, \"\"y\"\"", "z\",", "", " ,", "한국어,🎉", ""].join(end);
            let cell = format!("x, \"y\"{end}z");
            let expected = [line(2, &["1", "2"]), line(3, &[&cell, ""]), line(7, &["한국어", "🎉"])];
            assert_eq!(lines(&text), expected, "{end:?}");
        }
        assert_eq!(lines("a\n\n\n1"), [line(4, &["1"])]);
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_heading() {
        let table = read(b"\xef\xbb\xbfcontent\r\nx\r\n", 10).unwrap();
        assert_eq!((table.heading, table.lines.len()), (vec!["content".to_owned()], 1));
    }

    #[test]
    fn a_line_keeps_the_cells_that_it_has() {
        assert_eq!(lines("a,b\n1\n1,2,3\n"), [line(2, &["1"]), line(3, &["1", "2", "3"])]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refused = |bytes: &[u8]| read(bytes, 2).unwrap_err();
        assert_eq!(refused(b""), TableError::Empty);
        assert_eq!(refused(b"\n , \n"), TableError::Empty);
        assert_eq!(refused(b"a\n\xff\n"), TableError::NotText);
        assert_eq!(
            refused("\u{feff}a\n1".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice()),
            TableError::NotText
        );
        assert_eq!(refused(b"a\n1\n\"2\n3\n4\n5\n"), TableError::OpenQuote(3));
        assert_eq!(refused(b"a\n1\n2\n3\n"), TableError::TooManyLines(2));
        assert_eq!(read(b"a\n1\n2", 2).unwrap().lines.len(), 2);
    }
}
