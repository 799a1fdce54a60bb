//! Values for arguments: ids of what there is, and what no field takes.

use fanfare_domain::global_id;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Row ids that no test reaches.
const NOBODY: i64 = 999_999_999;

/// No ids.
pub const MALFORMED: &[&str] = &["zzz", "", "cG9zdA", "7"];

/// Global ids by the noun of what they name.
pub struct Ids(BTreeMap<&'static str, String>);

impl Ids {
    pub fn new(known: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self(known.into_iter().collect())
    }

    /// Of a noun of which there is nothing, a well-formed id.
    pub fn get(&self, noun: &str) -> String {
        self.0.get(noun).cloned().unwrap_or_else(|| global_id::encode("post", NOBODY))
    }

    pub fn set(&mut self, noun: &'static str, id: &Value) {
        self.0.insert(noun, id.as_str().expect("an id is text").to_owned());
    }

    pub fn all(&self) -> Vec<&str> {
        self.0.values().map(String::as_str).collect()
    }
}

/// What the id in an argument names.
pub fn noun<'a>(field: &'a str, argument: &'a str) -> &'a str {
    match (argument, field) {
        ("id" | "ids", "node" | "nodes") => "target",
        ("id", "inboxMessage") => "message",
        ("id", _) => field,
        ("actorId" | "authorId", _) => "user",
        ("subjectId", _) => "post",
        _ => argument.strip_suffix("Id").unwrap_or(argument),
    }
}

/// What a scalar's argument may get; some of it is out of range. With what is no value of the scalar nothing is executed.
pub fn scalars(name: &str) -> Value {
    match name {
        "Int" => json!([1, 2, 3, 1, 2, 3, 7, 0, -1, 500]),
        "Float" => json!([0, 1.5, -2]),
        "Boolean" => json!([true, false]),
        "Date" => json!(["2026-01-01", "2026-02-28", "2026-12-31"]),
        "DateTime" => json!(["2026-01-01T00:00:00Z", "2099-12-31T23:59:59Z"]),
        "TimeZone" => json!(["Europe/Berlin", "UTC"]),
        "URL" => json!(["https://example.com/a?b=c", "http://example.org/"]),
        "EmailAddress" => json!(["somebody@example.com", "nobody"]),
        "Decimal" => json!(["12.50", "7"]),
        "BigInt" => json!(["7", "-9007199254740993"]),
        _ => json!(["", "x", "a word", "two\nlines \"quoted\" 🦀"]),
    }
}
