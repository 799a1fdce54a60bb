//! What was probably meant by a name that is not known.

use crate::types::Types;
use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;

/// The known name nearest to the one that a message of the validator quotes.
pub fn meant<'a>(types: &'a Types, message: &str) -> Option<&'a str> {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (ty, name) = match quoted.as_slice() {
        [ty, name] if message.contains("does not have a field") => (*ty, *name),
        [name, ty] if message.contains("does not exist on") => (*ty, *name),
        _ => return None,
    };
    let known: Vec<&str> = match types.schema.types.get(ty)? {
        ExtendedType::Object(object) => object.fields.keys().map(Name::as_str).collect(),
        ExtendedType::Interface(interface) => interface.fields.keys().map(Name::as_str).collect(),
        ExtendedType::InputObject(input) => input.fields.keys().map(Name::as_str).collect(),
        ExtendedType::Enum(values) => values.values.keys().map(Name::as_str).collect(),
        _ => return None,
    };
    let near = known.into_iter().map(|known| (distance(name, known), known));
    let (far, nearest) = near.min()?;
    (far <= name.len().min(nearest.len()) / 3 + 1).then_some(nearest)
}

/// How many characters must be added, taken away or replaced.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.to_lowercase().chars().take(other.len() + 8).enumerate() {
        let mut next = vec![index + 1];
        for ((known, diagonal), above) in other.iter().zip(&row).zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(*known != letter);
            let left = next.last().copied().unwrap_or_default();
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    #[test]
    fn the_nearest_name_is_meant_where_one_is_near() {
        let types = trial::types();
        assert_eq!(meant(&types, "type `Query` does not have a field `user_`"), Some("user"));
        assert_eq!(meant(&types, "value `REDD` does not exist on `Color`"), Some("RED"));
        assert_eq!(meant(&types, "type `Query` does not have a field `somethingElse`"), None);
        assert_eq!(meant(&types, "type `Absent` does not have a field `a`"), None);
    }

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (one, other, expected) in
            [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("Name", "name", 0)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}
