//! What the reader of imports and the database say to each other, the same for both databases.

use fanfare_domain::import::ImportColumn;
use fanfare_domain::post::{NewPost, Then};
use fanfare_domain::user_error::UserErrorCode;

/// What the next lines of an import come to.
#[derive(Debug)]
pub struct ImportPart {
    /// How many lines were read.
    pub lines: i64,
    /// The last of them; `None`: there was none.
    pub last_line: Option<i32>,
    /// Of good lines. Empty in a dry run.
    pub posts: Vec<(NewPost, Then)>,
    /// How many lines were refused.
    pub failed: i64,
    /// In the order of the lines.
    pub problems: Vec<LineProblem>,
}

/// One thing that is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    pub line: i32,
    /// `None`: the line as a whole.
    pub column: Option<ImportColumn>,
    pub code: UserErrorCode,
    pub message: String,
}
