//! How values of the API's scalars are written, the same in GraphQL and in REST. Each function returns what is wrong as
//! words for the caller.

use super::clock::Timestamp;
use super::decimal::Decimal;
use super::web_address;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use serde_json::Value;
use url::Url;

/// An instant in RFC 3339 with an offset.
pub fn instant(text: &str) -> Result<Timestamp, &'static str> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| Timestamp::new(at.to_utc()))
        .map_err(|_| "Give an RFC 3339 time with an offset, such as 2026-11-22T09:30:00Z")
}

/// A day, `YYYY-MM-DD`.
pub fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    // chrono reads years of any length, and months and days of one digit.
    day.filter(|day| day.to_string() == *text).ok_or("Give a day such as 2026-11-22")
}

/// An amount with at most two decimals.
pub fn amount(text: &str) -> Result<Decimal, &'static str> {
    Decimal::parse(text).ok_or("Give an amount of at most two decimals, such as 1500.50")
}

/// An absolute `http` or `https` URL of at most 2,048 characters.
pub fn url(text: &str) -> Result<Url, &'static str> {
    web_address::parse(text).ok_or(web_address::WANTED)
}

/// An IANA time zone.
pub fn time_zone(text: &str) -> Result<Tz, &'static str> {
    text.parse().map_err(|_| "Give an IANA time zone, such as Europe/Paris")
}

/// What is wrong with a JSON value for the scalar of this name; `None`: nothing.
pub fn fault(scalar: &str, value: &Value) -> Option<&'static str> {
    if scalar == "JSON" {
        return None;
    }
    if let (true, Value::Number(number)) = (scalar == "Decimal", value) {
        return amount(&number.to_string()).err();
    }
    let Value::String(text) = value else { return Some("Give a text.") };
    match scalar {
        "DateTime" => instant(text).err(),
        "Date" => day(text).err(),
        "Decimal" => amount(text).err(),
        "URL" => url(text).err(),
        "TimeZone" => time_zone(text).err(),
        _ => None,
    }
}
