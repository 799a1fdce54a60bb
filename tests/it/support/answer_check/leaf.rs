//! Whether a scalar or an enum value is one of its type.

use super::json::Json;
use apollo_compiler::Schema;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use url::Url;

/// The value is not `null`.
pub fn judge(schema: &Schema, name: &str, value: &Json) -> Result<(), String> {
    let fits = if let Some(values) = schema.get_enum(name) {
        value.as_text().is_some_and(|text| values.values.contains_key(text))
    } else {
        is_scalar(name, value)?
    };
    if fits { Ok(()) } else { Err(format!("{value:?} is no {name}")) }
}

fn is_scalar(name: &str, value: &Json) -> Result<bool, String> {
    let text = |holds: fn(&str) -> bool| value.as_text().is_some_and(holds);
    Ok(match name {
        "Int" => is_int(value),
        "Float" => matches!(value, Json::Number(_)),
        "Boolean" => matches!(value, Json::Bool(_)),
        "String" => text(|_| true),
        "ID" => text(|it| !it.is_empty()),
        "BigInt" => text(|it| it.parse::<i64>().is_ok()),
        "Decimal" => text(|it| it.parse::<f64>().is_ok() && !it.contains(['e', 'E'])),
        "DateTime" => text(|it| DateTime::parse_from_rfc3339(it).is_ok()),
        "Date" => text(|it| NaiveDate::parse_from_str(it, "%Y-%m-%d").is_ok()),
        "TimeZone" => text(|it| it.parse::<Tz>().is_ok()),
        "URL" => text(|it| Url::parse(it).is_ok()),
        "EmailAddress" => text(|it| it.contains('@')),
        "JSON" => true,
        _ => return Err(format!("{name} is a scalar that the check does not know: give it a rule here")),
    })
}

/// A whole number of 32 bits, written without a fraction.
fn is_int(value: &Json) -> bool {
    let Json::Number(number) = value else { return false };
    number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
}
