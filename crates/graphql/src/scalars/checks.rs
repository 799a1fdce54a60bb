//! What is wrong with values of the scalars, for those who look at variables before anything runs: the scalars' own
//! reading.

use super::{BigInt, Date, DateTime, Decimal, EmailAddress, Json, TimeZone, Upload, Url};
use async_graphql::{InputType, Pos, ScalarType, Value};
use std::collections::HashMap;

/// What is wrong with a value, as words for the client; `None`: nothing.
pub type Check = fn(&Value) -> Option<String>;

/// The checks of all scalars of the schema's own, by the scalars' names.
pub fn checks() -> HashMap<String, Check> {
    HashMap::from([
        check::<BigInt>(),
        check::<Date>(),
        check::<DateTime>(),
        check::<Decimal>(),
        check::<EmailAddress>(),
        check::<Json>(),
        check::<TimeZone>(),
        check::<Upload>(),
        check::<Url>(),
    ])
}

fn check<T: ScalarType + InputType>() -> (String, Check) {
    let check: Check = fault::<T>;
    (T::type_name().into_owned(), check)
}

fn fault<T: ScalarType + InputType>(value: &Value) -> Option<String> {
    let refused = <T as ScalarType>::parse(value.clone()).err()?;
    let message = refused.into_server_error(Pos::default()).message;
    // The library says first which type it was reading.
    let prefix = format!("Failed to parse \"{}\": ", T::type_name());
    Some(message.strip_prefix(&prefix).unwrap_or(&message).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::sdl;
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
    use async_graphql::value;
    use std::collections::BTreeSet;

    #[test]
    fn every_scalar_of_the_schema_is_checked() {
        let definitions = parse_schema(sdl()).unwrap().definitions;
        let scalars: BTreeSet<String> = definitions
            .into_iter()
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(ty) if matches!(ty.node.kind, TypeKind::Scalar) => {
                    Some(ty.node.name.node.to_string())
                }
                _ => None,
            })
            .collect();
        assert_eq!(scalars, checks().into_keys().collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_value_is_told_in_the_words_of_its_scalar() {
        let checks = checks();
        let fault = |scalar: &str, value: Value| checks[scalar](&value);
        for (scalar, value, words) in [
            ("DateTime", value!("2028-02-30T10:00:00Z"), "There is no 30 February 2028."),
            ("Date", value!("soon"), ""),
            ("Decimal", value!("1.234"), "Give an amount of at most two decimals"),
            ("BigInt", value!(1.5), "Give a whole number of at most 64 bits"),
            ("URL", value!("ftp://example.com/"), ""),
            ("TimeZone", value!("Mars/Base"), "Give an IANA time zone, such as Europe/Paris"),
            ("EmailAddress", value!(3), "Expected input type \"EmailAddress\", found 3."),
            ("Upload", value!("a text"), "Send a file by the multipart request specification"),
        ] {
            let told = fault(scalar, value.clone());
            let told = told.unwrap_or_else(|| panic!("{scalar} takes {value}"));
            assert!(told.starts_with(words) && !told.starts_with("Failed"), "{scalar}: {told}");
        }
        for (scalar, value) in [
            ("DateTime", value!("2028-02-29T10:00:00Z")),
            ("Date", value!("2028-02-29")),
            ("Decimal", value!(1500.5)),
            ("BigInt", value!("-9007199254740993")),
            ("URL", value!("https://example.com/a?b=c")),
            ("TimeZone", value!("Europe/Paris")),
            ("EmailAddress", value!("somebody@example.com")),
            ("JSON", value!({ "a": [1, null] })),
        ] {
            assert_eq!(fault(scalar, value.clone()), None, "{scalar}: {value}");
        }
    }
}
