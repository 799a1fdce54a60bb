//! What is wrong with an import's file as a whole.

use crate::context::{ServiceError, ServiceResult};
use fanfare_domain::csv_table::{self, Line, TableError};
use fanfare_domain::import::ImportColumn;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::fs::File;
use std::io::{Read as _, Seek as _};

/// The largest file, in bytes.
const MOST_BYTES: u64 = 10 << 20;
/// Lines of one file, the heading apart.
const MOST_LINES: usize = 10_000;
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
            TableError::NotText | TableError::OpenQuote(_) => UserErrorCode::ImportFileUnreadable,
        };
        refusal(code, error.to_string())
    })?;
    let columns = columns(&table.heading).map_err(ServiceError::User)?;
    if table.lines.is_empty() {
        let words = "The file has no line below its heading.";
        return Err(refusal(UserErrorCode::Required, words).into());
    }
    Ok(Rows { columns, lines: table.lines })
}

/// The columns of a heading, or everything that is wrong with it.
fn columns(heading: &[String]) -> Result<Vec<ImportColumn>, Vec<UserError>> {
    let (mut columns, mut errors) = (Vec::new(), Vec::new());
    for name in heading {
        let Some(column) = ImportColumn::of_heading(name) else {
            let known: Vec<&str> = ImportColumn::ALL.iter().map(|column| column.as_str()).collect();
            let mut words = format!("\"{}\" is no column of an import", quoted(name));
            if heading.len() == 1 && name.contains([';', '\t']) {
                words += "; separate columns by commas";
            }
            words = format!("{words}. The columns are {}.", known.join(", "));
            errors.push(refusal(UserErrorCode::ImportColumnInvalid, words));
            continue;
        };
        if columns.contains(&column) {
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
        assert!(heading(&["content;accounts"]).unwrap_err()[0].contains("; separate columns by commas."));
    }
}
