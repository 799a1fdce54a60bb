//! What is wrong with an import's file as a whole.

use crate::context::{ServiceError, ServiceResult};
use fanfare_domain::csv_table::{self, Line, Table, TableError};
use fanfare_domain::import::ImportColumn;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::written_time;
use std::fs::File;
use std::io::{Read as _, Seek as _};

/// The largest file, in bytes.
const MOST_BYTES: u64 = 10 << 20;
/// Lines of one file, the heading apart.
const MOST_LINES: usize = 10_000;
/// The columns of a file for Hootsuite's bulk upload, which need no heading.
const HOOTSUITE: [ImportColumn; 3] =
    [ImportColumn::ScheduledAt, ImportColumn::Content, ImportColumn::LinkUrl];
/// The longest part of a heading or a cell that an error repeats, in characters.
const QUOTED: usize = 60;

/// The columns of a file and its lines, at least one.
#[derive(Debug)]
pub struct Rows {
    pub columns: Vec<ImportColumn>,
    pub lines: Vec<Line>,
}

/// The bytes of a file, from its beginning.
pub async fn bytes(mut file: File) -> ServiceResult<Vec<u8>> {
    let read = tokio::task::spawn_blocking(move || {
        file.rewind()?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        std::io::Result::Ok(bytes)
    });
    let read = read.await.map_err(|error| ServiceError::Internal(error.into()))?;
    let bytes = read.map_err(|error| ServiceError::Unavailable(format!("an upload: {error}")))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
        let words = format!("The file has more than {} MB; divide it.", MOST_BYTES >> 20);
        return Err(refusal(UserErrorCode::ImportFileTooLarge, words).into());
    }
    Ok(bytes)
}

/// Reads a file and its heading.
pub async fn rows(bytes: Vec<u8>) -> ServiceResult<Rows> {
    // A file of the largest size takes a while.
    let table = tokio::task::spawn_blocking(move || csv_table::read(&bytes, MOST_LINES)).await;
    let table = table.map_err(|error| ServiceError::Internal(error.into()))?;
    let table = table.map_err(|error| {
        let code = match error {
            TableError::TooManyLines(_) => UserErrorCode::TooMany,
            TableError::Empty => UserErrorCode::Required,
            TableError::NotText | TableError::OpenQuote { .. } | TableError::TextBehindQuote { .. } => {
                UserErrorCode::ImportFileUnreadable
            }
        };
        refusal(code, error.to_string())
    })?;
    let rows = headed(table).map_err(ServiceError::User)?;
    if rows.lines.is_empty() {
        let words = "The file has no line below its heading.";
        return Err(refusal(UserErrorCode::Required, words).into());
    }
    Ok(rows)
}

/// The lines below their columns. A file without a heading whose first cell is a time is one for Hootsuite.
fn headed(table: Table) -> Result<Rows, Vec<UserError>> {
    let Table { heading, mut lines } = table;
    let names = filled(&heading.cells);
    let is_time = names.first().is_some_and(|cell| written_time::parse(cell).is_ok());
    if is_time && names.len() <= HOOTSUITE.len() {
        lines.insert(0, heading);
        return Ok(Rows { columns: HOOTSUITE.to_vec(), lines });
    }
    Ok(Rows { columns: columns(names)?, lines })
}

/// The cells without the empty ones at the end, which spreadsheets add.
fn filled(cells: &[String]) -> &[String] {
    let last = cells.iter().rposition(|cell| !cell.trim().is_empty());
    cells.get(..last.map_or(0, |last| last + 1)).unwrap_or(cells)
}

/// The columns of a heading, or everything that is wrong with it.
fn columns(heading: &[String]) -> Result<Vec<ImportColumn>, Vec<UserError>> {
    let (mut columns, mut errors) = (Vec::new(), Vec::new());
    for name in heading {
        let Some(column) = ImportColumn::of_heading(name) else {
            let known: Vec<&str> = ImportColumn::own().map(ImportColumn::as_str).collect();
            let words = format!(
                "\"{}\" is no column of an import. The columns are {}.",
                quoted(name),
                known.join(", ")
            );
            errors.push(refusal(UserErrorCode::ImportColumnInvalid, words));
            continue;
        };
        if columns.contains(&column) && !column.is_foreign() {
            let words = format!("The column {column} is there twice.");
            errors.push(refusal(UserErrorCode::ImportColumnInvalid, words));
        }
        columns.push(column);
    }
    if !columns.contains(&ImportColumn::Content) {
        errors.push(refusal(UserErrorCode::Required, "The file has no column content."));
    }
    if errors.is_empty() { Ok(columns) } else { Err(errors) }
}

/// The beginning of what a user wrote, to be repeated to them.
pub fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn refusal(code: UserErrorCode, words: impl Into<String>) -> UserError {
    UserError::new(code, "file", words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(names: &[&str]) -> Result<Vec<ImportColumn>, Vec<String>> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        columns(&names).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
    }

    #[test]
    fn everything_that_is_wrong_with_a_heading_is_told_by_name() {
        assert_eq!(heading(&["Content", "title"]), Ok(vec![ImportColumn::Content, ImportColumn::Title]));
        let wrong = heading(&["likes", "title", "Title", "views"]).unwrap_err();
        assert!(
            wrong[0].starts_with("\"likes\" is no column of an import. The columns are content, accounts,")
        );
        assert_eq!(wrong[1], "The column title is there twice.");
        assert!(wrong[2].starts_with("\"views\""));
        assert_eq!(wrong[3], "The file has no column content.");
        let foreign = [ImportColumn::Content, ImportColumn::Unsupported, ImportColumn::Unsupported];
        assert_eq!(heading(&["Text", "Comment(s)", "CTA"]), Ok(foreign.to_vec()));
    }

    #[test]
    fn a_file_for_hootsuite_needs_no_heading_and_empty_cells_at_the_end_of_one_are_no_columns() {
        let rows = |text: &str| headed(csv_table::read(text.as_bytes(), 9).unwrap()).unwrap();
        let hootsuite = rows("2027/03/01 9:30,Hello,\n2027/03/02 9:30,World,https://example.com\n");
        assert_eq!((hootsuite.columns, hootsuite.lines.len()), (HOOTSUITE.to_vec(), 2));
        assert_eq!((hootsuite.lines[0].number, hootsuite.lines[0].cells[1].as_str()), (1, "Hello"));
        let padded = rows("content;title;;\nx;y;;\n");
        assert_eq!(padded.columns, [ImportColumn::Content, ImportColumn::Title]);
    }
}
