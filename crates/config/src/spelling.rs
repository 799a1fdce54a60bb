//! Finds settings that do not exist: a misspelt name would otherwise leave its default in force unseen.

use super::error::ConfigError;
use super::setting;
use strsim::levenshtein;

const PREFIX: &str = "FANFARE_";

/// Refuses a `FANFARE_...` name that is no setting. Other names belong to others.
pub fn check_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), ConfigError> {
    let known = setting::all_names();
    for name in names {
        if name.starts_with(PREFIX) && !known.iter().any(|k| k == name) {
            return Err(ConfigError::new(name, "there is no such setting", nearest(name, &known)));
        }
    }
    Ok(())
}

/// What was probably meant.
fn nearest(name: &str, known: &[String]) -> String {
    let closest = known.iter().map(|k| (levenshtein(name, k), k)).min_by_key(|(edits, _)| *edits);
    // What all names begin with makes no two of them alike.
    let own = name.len().saturating_sub(PREFIX.len());
    match closest {
        Some((edits, k)) if edits <= (own / 4).max(1) => format!("perhaps {k}"),
        _ => "one of the names in docs/settings.md".to_owned(),
    }
}
