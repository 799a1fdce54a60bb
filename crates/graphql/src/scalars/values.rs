//! Scalars of the schema.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::{decimal, scalar};

/// An instant in UTC, RFC 3339 with microseconds: `2026-11-22T09:30:00.000000Z`. As an input it needs an offset, and may
/// have any form of ISO 8601: `2026-11-22 10:30+0100`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// An instant in UTC, RFC 3339 with microseconds: `2026-11-22T09:30:00.000000Z`. As an input it needs an offset, and may
/// have any form of ISO 8601: `2026-11-22 10:30+0100`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        scalar::instant(text).map(Self).map_err(InputValueError::custom)
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
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        scalar::day(text).map(Self).map_err(InputValueError::custom)
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
            Value::String(text) => scalar::amount(text),
            Value::Number(number) => scalar::amount(&number.to_string()),
            _ => return Err(InputValueError::expected_type(value)),
        };
        amount.map(Self).map_err(InputValueError::custom)
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
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        scalar::url(text).map(Self).map_err(InputValueError::custom)
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
#[Scalar(specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        scalar::time_zone(text).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.name().to_owned())
    }
}

/// An e-mail address of at most 254 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(pub String);

/// An e-mail address of at most 254 characters.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2")]
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
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or(Value::Null)
    }
}
