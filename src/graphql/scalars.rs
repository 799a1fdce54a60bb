//! Scalars of the schema.

use crate::domain::clock::Timestamp;
use crate::domain::{decimal, web_address};
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::DateTime as ChronoDateTime;

/// An instant in UTC, RFC 3339 with microseconds: `2026-11-22T09:30:00.000000Z`. As an input it needs an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// An instant in UTC, RFC 3339 with microseconds: `2026-11-22T09:30:00.000000Z`. As an input it needs an offset.
#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        ChronoDateTime::parse_from_rfc3339(text).map(|at| Self(Timestamp::new(at.to_utc()))).map_err(|_| {
            InputValueError::custom("Give an RFC 3339 time with an offset, such as 2026-11-22T09:30:00Z")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl From<Timestamp> for DateTime {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

/// A day of the calendar, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub chrono::NaiveDate);

/// A day of the calendar, `YYYY-MM-DD`.
#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        // chrono reads years of any length, and months and days of one digit.
        day.filter(|day| day.to_string() == *text)
            .map(Self)
            .ok_or_else(|| InputValueError::custom("Give a day such as 2026-11-22"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An amount with two decimals, as a string: `1500.50`. As an input a number is taken too, with at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub decimal::Decimal);

/// An amount with two decimals, as a string: `1500.50`. As an input a number is taken too, with at most two decimals.
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let amount = match &value {
            Value::String(text) => decimal::Decimal::parse(text),
            Value::Number(number) => decimal::Decimal::parse(&number.to_string()),
            _ => None,
        };
        amount
            .map(Self)
            .ok_or_else(|| InputValueError::custom("Give an amount of at most two decimals, such as 1500.50"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A whole number that 32 bits may not hold, as a decimal string. As an input a number is taken too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BigInt(pub i64);

/// A whole number that 32 bits may not hold, as a decimal string. As an input a number is taken too.
#[Scalar]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_i64(),
            _ => None,
        };
        number.map(Self).ok_or_else(|| InputValueError::custom("Give a whole number of at most 64 bits"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An absolute `http` or `https` address of at most 2,048 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub url::Url);

/// An absolute `http` or `https` address of at most 2,048 characters.
#[Scalar(name = "URL")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        web_address::parse(text).map(Self).ok_or_else(|| InputValueError::custom(web_address::WANTED))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Url {
    /// `None` for a stored text that is no address.
    pub fn from_stored(text: Option<&str>) -> Option<Self> {
        url::Url::parse(text?).ok().map(Self)
    }
}

/// An IANA time zone, such as `Europe/Paris`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(pub chrono_tz::Tz);

/// An IANA time zone, such as `Europe/Paris`.
#[Scalar]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let zone = text
            .parse()
            .map_err(|_| InputValueError::custom("Give an IANA time zone, such as Europe/Paris"))?;
        Ok(Self(zone))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.name().to_owned())
    }
}

/// An e-mail address of at most 254 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(pub String);

/// An e-mail address of at most 254 characters.
#[Scalar]
impl ScalarType for EmailAddress {
    fn parse(value: Value) -> InputValueResult<Self> {
        // Whether it is one is the service's question, which answers with a user error and a path.
        let Value::String(text) = value else { return Err(InputValueError::expected_type(value)) };
        Ok(Self(text))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// A JSON value.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or(Value::Null)
    }
}

/// What is wrong with a value for the scalar of this name; `None`: nothing. The schema would say the same of a variable,
/// without naming the field that it is in.
pub fn fault(scalar: &str, value: &serde_json::Value) -> Option<String> {
    let given = Value::from_json(value.clone()).unwrap_or(Value::Null);
    match scalar {
        "DateTime" => told(DateTime::parse(given)),
        "Date" => told(Date::parse(given)),
        "Decimal" => told(Decimal::parse(given)),
        "URL" => told(Url::parse(given)),
        "TimeZone" => told(TimeZone::parse(given)),
        "JSON" => None,
        _ => (!value.is_string()).then(|| "Give a text.".to_owned()),
    }
}

fn told<T: async_graphql::InputType>(read: InputValueResult<T>) -> Option<String> {
    let message = read.err()?.into_server_error(async_graphql::Pos::default()).message;
    // The library says first which type it was reading.
    let words = message.split_once("\": ").map(|(_, words)| words.to_owned());
    Some(words.unwrap_or_else(|| "Give a text.".to_owned()))
}
