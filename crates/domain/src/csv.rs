//! Comma-separated values as RFC 4180 has them, in UTF-8, safe to be opened in a spreadsheet.

/// A cell of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// What people wrote: made harmless where a spreadsheet would take it for a formula.
    Text(&'a str),
    /// What this server made: numbers, times, states.
    Plain(String),
    Empty,
}

impl<'a> Cell<'a> {
    /// A text that may be missing.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }

    /// A value of this server's own that may be missing.
    pub fn plain(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Empty, |value| Self::Plain(value.to_string()))
    }
}

/// Adds a line with its end to `out`.
pub fn write_line<'a>(out: &mut String, cells: impl IntoIterator<Item = Cell<'a>>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match cell {
            Cell::Text(text) if begins_formula(text) || text.contains(OTHER_SEPARATOR) => {
                quoted(out, &guarded(text));
            }
            Cell::Text(text) => quoted(out, text),
            Cell::Plain(text) => quoted(out, &text),
            Cell::Empty => {}
        }
    }
    out.push_str("\r\n");
}

/// What a cell holds that [`Cell::Text`] may have made harmless: the text that it was before.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| begins_formula(text)).unwrap_or(cell)
}

/// The same for what follows a semicolon within a text.
pub fn unguarded_within(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OTHER_SEPARATOR) {
        out.push_str(before);
        out.push(OTHER_SEPARATOR);
        rest = after.strip_prefix('\'').filter(|text| begins_formula_within(text)).unwrap_or(after);
    }
    out.push_str(rest);
    out
}

/// Where many languages write a decimal comma, spreadsheets take this for the separator: they begin a cell after it, also
/// within quotation marks that do not stand at the start of what they take for a cell.
const OTHER_SEPARATOR: char = ';';

/// What spreadsheets run when a file is opened (OWASP, "CSV Injection"): the apostrophe before it makes it a text. Those
/// for East Asian languages take the full-width signs for the plain ones.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// After a semicolon. `;-)` is no formula: nothing can be closed that was not opened.
fn begins_formula_within(text: &str) -> bool {
    begins_formula(text) && text.chars().nth(1) != Some(')')
}

/// A text with an apostrophe wherever a spreadsheet would run what follows.
fn guarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    if begins_formula(text) {
        out.push('\'');
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OTHER_SEPARATOR) {
        out.push_str(before);
        out.push(OTHER_SEPARATOR);
        if begins_formula_within(after) {
            out.push('\'');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn quoted(out: &mut String, text: &str) {
    if !text.contains([',', '"', '\r', '\n']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for part in text.split_inclusive('"') {
        out.push_str(part);
        if part.ends_with('"') {
            out.push('"');
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(cells: &[&str]) -> String {
        let mut out = String::new();
        write_line(&mut out, cells.iter().map(|text| Cell::Text(text)));
        out
    }

    #[test]
    fn commas_quotes_and_line_ends_stay_within_their_cell() {
        assert_eq!(
            line(&["plain", "a,b", "say \"hi\"", "two\nlines", ""]),
            "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n"
        );
        assert_eq!(line(&["한국어 🎉"]), "한국어 🎉\r\n");
        assert_eq!(line(&["\""]), "\"\"\"\"\r\n");
    }

    #[test]
    fn what_a_spreadsheet_would_run_becomes_a_text() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(line(&[bad]), format!("'{bad}\r\n"));
        }
        assert_eq!(line(&["\r=1"]), "\"'\r=1\"\r\n");
        assert_eq!(line(&["=\"a\",1"]), "\"'=\"\"a\"\",1\"\r\n");
        assert_eq!(line(&["1 = 1", "a-b"]), "1 = 1,a-b\r\n");
    }

    #[test]
    fn what_follows_a_semicolon_and_full_width_signs_are_made_harmless_too() {
        assert_eq!(line(&["a;=1+1"]), "a;'=1+1\r\n");
        assert_eq!(line(&["=1;@a;\t-b"]), "'=1;'@a;'\t-b\r\n");
        for sign in ["\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"] {
            assert_eq!(line(&[&format!("{sign}1;{sign}2")]), format!("'{sign}1;'{sign}2\r\n"));
        }
        assert_eq!(line(&["fine; thanks ;-)"]), "fine; thanks ;-)\r\n");
        for text in ["a;=1+1", "one;two;@three", "fine ;-)", "a;b"] {
            assert_eq!(unguarded_within(&guarded(text)), text);
        }
        assert_eq!(unguarded_within("it;'s"), "it;'s");
    }

    #[test]
    fn a_text_that_was_made_harmless_is_read_back_as_it_was() {
        for (cell, text) in
            [("'=1+1", "=1+1"), ("'@a", "@a"), ("=1+1", "=1+1"), ("'tis", "'tis"), ("''=1", "''=1")]
        {
            assert_eq!(unguarded(cell), text);
        }
    }

    #[test]
    fn a_number_of_ours_is_no_formula() {
        let mut out = String::new();
        write_line(
            &mut out,
            [Cell::Plain("-5".to_owned()), Cell::Empty, Cell::plain(Some(7)), Cell::text(None)],
        );
        assert_eq!(out, "-5,,7,\r\n");
    }

    /// Reads lines as RFC 4180 has them.
    fn read(text: &str) -> Vec<Vec<String>> {
        let mut lines = Vec::new();
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '"' if quoted && rest.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                '\r' if !quoted => {
                    assert_eq!(rest.next(), Some('\n'), "a carriage return outside of quotes in {text:?}");
                    cells.push(std::mem::take(&mut cell));
                    lines.push(std::mem::take(&mut cells));
                }
                c => cell.push(c),
            }
        }
        assert!(!quoted && cells.is_empty() && cell.is_empty(), "{text:?} has no end");
        lines
    }

    /// Texts of what matters to readers and spreadsheets, and any others.
    fn texts() -> impl Strategy<Value = Vec<Vec<String>>> {
        let text = prop_oneof!["[\"',;=+@\t\r\n a-]{0,8}", any::<String>()];
        proptest::collection::vec(proptest::collection::vec(text, 1..6), 0..5)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_but_for_the_apostrophe_of_formulas(table in texts()) {
            let mut out = String::new();
            for line in &table {
                write_line(&mut out, line.iter().map(|text| Cell::Text(text)));
            }
            let lines = read(&out);
            prop_assert_eq!(lines.len(), table.len());
            for (cells, texts) in lines.iter().zip(&table) {
                prop_assert_eq!(cells.len(), texts.len());
                for (cell, text) in cells.iter().zip(texts) {
                    prop_assert!(!begins_formula(cell), "{cell:?}");
                    let mut parts = cell.split(';').skip(1);
                    prop_assert!(parts.all(|part| !begins_formula_within(part)), "{cell:?}");
                    prop_assert_eq!(cell, &guarded(text));
                }
            }
        }
    }
}
