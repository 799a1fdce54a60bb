//! What was probably meant by a name that is not known.

use crate::types::Types;
use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;
use strsim::levenshtein;

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
    let name = name.to_lowercase();
    let most = |known: &str| name.len().min(known.len()) / 3 + 1;
    // A name may be as long as the document: only those of about its length are compared.
    let alike = known.into_iter().filter(|known| name.len().abs_diff(known.len()) <= most(known));
    let (far, nearest) = alike.map(|known| (levenshtein(&name, &known.to_lowercase()), known)).min()?;
    (far <= most(nearest)).then_some(nearest)
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
}
