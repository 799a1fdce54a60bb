//! How values of the API's scalars are written, the same in GraphQL and in REST. Each function returns what is wrong as
//! words for the caller.

use super::clock::Timestamp;
use super::decimal::Decimal;
use super::web_address;
use super::written_time::{self, TimeFault};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;
use url::Url;

/// An instant: a time with an offset, in any form that [`written_time`] reads.
pub fn instant(text: &str) -> Result<Timestamp, TimeFault> {
    written_time::instant(text)
}

/// A day, `YYYY-MM-DD`.
pub fn day(text: &str) -> Result<NaiveDate, TimeFault> {
    written_time::day(text)
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
pub fn fault(scalar: &str, value: &Value) -> Option<String> {
    if scalar == "JSON" {
        return None;
    }
    if let (true, Value::Number(number)) = (scalar == "Decimal", value) {
        return amount(&number.to_string()).err().map(str::to_owned);
    }
    let Value::String(text) = value else { return Some("Give a text.".to_owned()) };
    match scalar {
        "DateTime" => instant(text).err().map(|fault| fault.to_string()),
        "Date" => day(text).err().map(|fault| fault.to_string()),
        "Decimal" => amount(text).err().map(str::to_owned),
        "URL" => url(text).err().map(str::to_owned),
        "TimeZone" => time_zone(text).err().map(str::to_owned),
        _ => None,
    }
}
