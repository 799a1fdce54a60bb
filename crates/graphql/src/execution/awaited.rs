//! Leaf fields that may wait for storage. All others only read what their object holds.

/// Those of the object type with this name, as the schema names them. Tests fail in the debug build at a field that
/// waits and is not named here.
pub(super) fn of(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "Account" | "Campaign" => &["postCount"],
        "AuditEntry" => &["summary"],
        "Post" => &["errorMessage", "platforms", "retryCount"],
        "PostTarget" => &["content", "hashtags", "linkUrl", "platform", "title"],
        "User" => &["totpEnabled"],
        "Workspace" => &["cursor", "role"],
        connection if connection.ends_with("Connection") => &["totalCount"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::sdl;
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
    use std::collections::BTreeSet;

    /// The types of the language's own that nothing is selected of.
    const LEAVES: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

    fn named(ty: &Type) -> &str {
        match &ty.base {
            BaseType::Named(name) => name.as_str(),
            BaseType::List(item) => named(item),
        }
    }

    #[test]
    fn what_is_named_is_a_leaf_field_of_its_type() {
        let mut leaves = BTreeSet::from(LEAVES.map(str::to_owned));
        let mut objects = Vec::new();
        for definition in parse_schema(sdl()).unwrap().definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.to_string();
            match ty.node.kind {
                TypeKind::Object(object) => objects.push((name, object.fields)),
                TypeKind::Scalar | TypeKind::Enum(_) => {
                    leaves.insert(name);
                }
                _ => {}
            }
        }
        let mut found = 0;
        for (ty, fields) in &objects {
            for awaited in of(ty) {
                let field = fields.iter().find(|field| field.node.name.node.as_str() == *awaited);
                let field = field.unwrap_or_else(|| panic!("{ty} has no field {awaited}"));
                assert!(leaves.contains(named(&field.node.ty.node)), "{ty}.{awaited} is no leaf");
                found += 1;
            }
        }
        assert!(found > 10, "{found}");
    }
}
