//! Finds settings that do not exist: a misspelt name would otherwise leave its default in force unseen.

use super::error::ConfigError;
use super::setting;

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
    let closest = known.iter().map(|k| (distance(name, k), k)).min_by_key(|(edits, _)| *edits);
    // What all names begin with makes no two of them alike.
    let own = name.len().saturating_sub(PREFIX.len());
    match closest {
        Some((edits, k)) if edits <= (own / 4).max(1) => format!("perhaps {k}"),
        _ => "one of the names in docs/settings.md".to_owned(),
    }
}

/// Levenshtein's distance: how many letters to add, drop or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for (to, pair) in b.iter().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            left = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
