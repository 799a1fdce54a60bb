//! A file of separated values, read whole: RFC 4180, and what spreadsheets make of it.

use super::csv_text;

/// What may stand between two cells: a comma, and what spreadsheets write where a comma is the decimal sign, or for text.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The first record of a file, and those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub heading: Line,
    pub lines: Vec<Line>,
}

/// A record. It has as many cells as were written, whatever the heading has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line of the file that it begins on; the file begins on line 1.
    pub number: i32,
    pub cells: Vec<String>,
}

/// Why a file cannot be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("The file is no text in UTF-8, UTF-16 or Windows-1252; save it as CSV in UTF-8.")]
    NotText,
    #[error("The file has no heading.")]
    Empty,
    #[error("Line {line}, column {column}: the cell begins with a quotation mark and has none at its end.")]
    OpenQuote { line: i32, column: Column },
    #[error(
        "Line {line}, column {column}: text follows the quotation mark that ends the cell. Write a quotation mark inside a \
         cell twice."
    )]
    TextBehindQuote { line: i32, column: Column },
    #[error("The file has more than {0} lines below its heading; divide it.")]
    TooManyLines(usize),
}

/// A column by its number, the first being 1, and by its name in the heading where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub number: usize,
    pub name: Option<String>,
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.number)?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " ({name})"))
    }
}

/// Reads a file of at most `most` lines below its heading. Lines without a word in them are passed over.
pub fn read(bytes: &[u8], most: usize) -> Result<Table, TableError> {
    let text = csv_text::decode(bytes).ok_or(TableError::NotText)?;
    let mut records = Records::new(&text);
    let heading = records.next_filled(None)?.ok_or(TableError::Empty)?;
    let mut lines = Vec::new();
    while let Some(line) = records.next_filled(Some(&heading))? {
        if lines.len() == most {
            return Err(TableError::TooManyLines(most));
        }
        lines.push(line);
    }
    Ok(Table { heading, lines })
}

/// The records of a text, one after the other.
struct Records<'a> {
    rest: &'a str,
    /// The line that `rest` begins on.
    number: i32,
    separator: char,
}

/// What ends a cell.
enum End {
    Cell,
    Record,
}

/// Why a cell has no end.
enum Fault {
    OpenQuote,
    TextBehindQuote,
}

impl<'a> Records<'a> {
    fn new(text: &'a str) -> Self {
        let mut records = Self { rest: text, number: 1, separator: ',' };
        // The first line by which spreadsheets tell each other what separates the cells.
        let first = text.split(['\r', '\n']).next().unwrap_or_default();
        let told = first.trim_matches('"').strip_prefix("sep=").or_else(|| first.strip_prefix("SEP="));
        let mut told = told.unwrap_or_default().chars();
        match (told.next(), told.next()) {
            (Some(separator), None) if separator != '"' => {
                records.separator = separator;
                records.rest = text.get(first.len()..).unwrap_or_default();
                records.end_line();
            }
            _ => records.separator = first_separator(text),
        }
        records
    }

    /// The next record that has a word in it.
    fn next_filled(&mut self, heading: Option<&Line>) -> Result<Option<Line>, TableError> {
        while !self.rest.is_empty() {
            let line = self.record(heading)?;
            if line.cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    fn record(&mut self, heading: Option<&Line>) -> Result<Line, TableError> {
        let number = self.number;
        let mut cells = Vec::new();
        loop {
            let began = self.number;
            let (cell, end) = self.cell().map_err(|fault| {
                let name = heading.and_then(|heading| heading.cells.get(cells.len()));
                let column =
                    Column { number: cells.len() + 1, name: name.map(|name| name.trim().to_owned()) };
                match fault {
                    Fault::OpenQuote => TableError::OpenQuote { line: began, column },
                    Fault::TextBehindQuote => TableError::TextBehindQuote { line: self.number, column },
                }
            })?;
            cells.push(cell);
            if matches!(end, End::Record) {
                return Ok(Line { number, cells });
            }
        }
    }

    fn cell(&mut self) -> Result<(String, End), Fault> {
        // People write a space behind the comma.
        match self.rest.trim_start_matches(' ').strip_prefix('"') {
            Some(content) => {
                self.rest = content;
                self.quoted()
            }
            None => Ok(self.plain()),
        }
    }

    fn plain(&mut self) -> (String, End) {
        let end = self.rest.find([self.separator, '\r', '\n']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        (cell.to_owned(), self.end())
    }

    fn quoted(&mut self) -> Result<(String, End), Fault> {
        let mut cell = String::new();
        loop {
            let (part, rest) = self.rest.split_once('"').ok_or(Fault::OpenQuote)?;
            cell.push_str(part);
            self.number = self.number.saturating_add(line_ends(part));
            self.rest = rest;
            let Some(rest) = rest.strip_prefix('"') else { break };
            cell.push('"');
            self.rest = rest;
        }
        let behind = self.rest.trim_start_matches(' ');
        if behind.is_empty() || behind.starts_with([self.separator, '\r', '\n']) {
            self.rest = behind;
            Ok((cell, self.end()))
        } else {
            Err(Fault::TextBehindQuote)
        }
    }

    /// Takes off what ends a cell.
    fn end(&mut self) -> End {
        if let Some(rest) = self.rest.strip_prefix(self.separator) {
            self.rest = rest;
            return End::Cell;
        }
        self.end_line();
        End::Record
    }

    /// Takes off the end of a line, if there is one.
    fn end_line(&mut self) {
        let ends = ["\r\n", "\n", "\r"];
        if let Some(rest) = ends.into_iter().find_map(|end| self.rest.strip_prefix(end)) {
            self.rest = rest;
            self.number = self.number.saturating_add(1);
        }
    }
}

/// The separator that stands first outside of quotation marks: a heading has none inside of its cells.
fn first_separator(text: &str) -> char {
    let mut quoted = false;
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\r' | '\n' if !quoted => break,
            c if !quoted && SEPARATORS.contains(&c) => return c,
            _ => {}
        }
    }
    ','
}

/// How many lines end in a text.
fn line_ends(text: &str) -> i32 {
    let pairs = text.matches("\r\n").count();
    let ends = text.matches(['\r', '\n']).count();
    i32::try_from(ends - pairs).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{Cell, write_line};
    use proptest::prelude::*;

    fn lines(text: &str) -> Vec<(i32, Vec<String>)> {
        read(text.as_bytes(), 10).unwrap().lines.into_iter().map(|it| (it.number, it.cells)).collect()
    }

    fn line(number: i32, cells: &[&str]) -> (i32, Vec<String>) {
        (number, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    fn column(number: usize, name: &str) -> Column {
        Column { number, name: Some(name.to_owned()) }
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
        assert_eq!((table.heading.cells, table.lines.len()), (vec!["content".to_owned()], 1));
    }

    #[test]
    fn a_line_keeps_the_cells_that_it_has() {
        assert_eq!(lines("a,b\n1\n1,2,3\n"), [line(2, &["1"]), line(3, &["1", "2", "3"])]);
    }

    #[test]
    fn what_separates_the_cells_is_told_from_the_heading_or_by_a_line_of_its_own() {
        for text in ["a;b\n1,5;2", "a\tb\n1,5\t2", "\"a\";b\n1,5;2", "\"a,x\";b\n1,5;2"] {
            assert_eq!(lines(text), [line(2, &["1,5", "2"])], "{text:?}");
        }
        for text in ["sep=;\r\na;b\r\n1,5;2", "sep=|\na|b\n1,5|2", "\"sep=;\"\na;b\n1,5;2"] {
            let table = read(text.as_bytes(), 10).unwrap();
            assert_eq!(
                (table.heading.number, table.heading.cells),
                (2, vec!["a".to_owned(), "b".to_owned()])
            );
            assert_eq!(table.lines[0].cells, ["1,5", "2"], "{text:?}");
        }
        assert_eq!(lines("sep=,\na,b\n1,2"), [line(3, &["1", "2"])]);
    }

    #[test]
    fn spaces_around_a_quoted_cell_and_quotation_marks_inside_a_plain_one_are_taken() {
        assert_eq!(lines("a,b\nx, \"y, z\" \n"), [line(2, &["x", "y, z"])]);
        assert_eq!(lines("a,b\n5\" pipe,say \"hi\"\n"), [line(2, &["5\" pipe", "say \"hi\""])]);
    }

    #[test]
    fn text_behind_a_closing_quotation_mark_is_told_by_line_and_column() {
        let refused = |text: &str| read(text.as_bytes(), 9).unwrap_err();
        let behind = |line, column| TableError::TextBehindQuote { line, column };
        let boston = "content,accounts\n\"Boston,Ada\nJohn,Ada\n\"LA\",Ada\n";
        assert_eq!(refused(boston), behind(4, column(1, "content")));
        assert_eq!(refused("a,b\nx,\"y\"z\n"), behind(2, column(2, "b")));
        assert_eq!(refused("a,b\n\"x\" y,z\n"), behind(2, column(1, "a")));
        let words = refused(boston).to_string();
        assert!(words.starts_with("Line 4, column 1 (content): text follows the quotation mark"), "{words}");
        let open = TableError::OpenQuote { line: 3, column: column(1, "a") };
        assert_eq!(refused("a\n1\n\"2\n3\n4\n5\n"), open);
        assert_eq!(refused("\"a").to_string().split(':').next(), Some("Line 1, column 1"));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refused = |bytes: &[u8]| read(bytes, 2).unwrap_err();
        assert_eq!(refused(b""), TableError::Empty);
        assert_eq!(refused(b"\n , \n"), TableError::Empty);
        assert_eq!(refused(b"sep=,\n"), TableError::Empty);
        assert_eq!(refused(b"a\n\xff\xfe\xfd\n"), TableError::NotText);
        assert_eq!(refused(b"a\n1\n2\n3\n"), TableError::TooManyLines(2));
        assert_eq!(read(b"a\n1\n2", 2).unwrap().lines.len(), 2);
    }

    /// Cells that a writer could be taken in by, and any others.
    fn cells() -> impl Strategy<Value = Vec<Vec<String>>> {
        let text = prop_oneof!["[\",;\t\r\n ax]{0,8}", "\\PC*"];
        proptest::collection::vec(proptest::collection::vec(text, 1..5), 1..6)
    }

    proptest! {
        #[test]
        fn what_is_written_by_an_export_is_read_back(table in cells()) {
            let mut text = "a,b\r\n".to_owned();
            for cells in &table {
                write_line(&mut text, cells.iter().map(|cell| Cell::Plain(cell.clone())));
            }
            let read = read(text.as_bytes(), 10).unwrap();
            let filled = table.iter().filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()));
            let expected: Vec<Vec<String>> =
                filled.map(|cells| cells.iter().map(|cell| cell.replace('\u{feff}', "")).collect()).collect();
            let found: Vec<Vec<String>> = read.lines.into_iter().map(|line| line.cells).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_bytes_are_read_or_refused_with_lines_that_the_file_has(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..300),
                "[\",;\t\r\n =a-c]{0,300}".prop_map(String::into_bytes),
            ],
        ) {
            let most = i32::try_from(bytes.len()).unwrap() + 1;
            match read(&bytes, 100) {
                Ok(table) => {
                    let numbers: Vec<i32> = table.lines.iter().map(|line| line.number).collect();
                    prop_assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
                    prop_assert!(numbers.iter().all(|number| (1..=most).contains(number)));
                }
                Err(error) => prop_assert!(error.to_string().ends_with('.')),
            }
        }
    }
}
