//! Amounts of money.

use std::fmt;

/// An amount of at most two decimals, kept in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal {
    hundredths: i64,
}

impl Decimal {
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self { hundredths }
    }

    pub const fn hundredths(self) -> i64 {
        self.hundredths
    }

    /// Reads `1500`, `1500.5`, `-0.05`. `None`: another form, a third decimal that is not zero, or more than 16 digits
    /// before the point.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric(whole) || !numeric(part) || whole.len() > 16 || part.len() > 16 {
            return None;
        }
        let (kept, rest) = part.split_at(part.len().min(2));
        if rest.bytes().any(|byte| byte != b'0') {
            return None;
        }
        let part: i64 = format!("{kept:0<2}").parse().ok()?;
        let hundredths = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)?;
        Some(Self { hundredths: if negative { -hundredths } else { hundredths } })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let size = self.hundredths.unsigned_abs();
        write!(f, "{sign}{}.{:02}", size / 100, size % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_shown_with_two_decimals() {
        let shown = |text| Decimal::parse(text).unwrap().to_string();
        assert_eq!(shown("1500"), "1500.00");
        assert_eq!(shown("1500.5"), "1500.50");
        assert_eq!(shown("0.0700"), "0.07");
        assert_eq!(shown("-0.05"), "-0.05");
        assert_eq!(shown("9999999999999999"), "9999999999999999.00");
    }

    #[test]
    fn what_would_lose_a_decimal_or_is_no_amount_is_not_read() {
        for text in ["", ".", "1.", ".5", "1.005", "1e3", "1,5", "+1", "--1", "99999999999999999", "\u{663}"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_amount_that_is_shown_is_read_back_and_any_text_is_read_or_refused(
            hundredths in -999_999_999_999_999_999..=999_999_999_999_999_999_i64,
            text in prop_oneof![any::<String>(), "-?[0-9]{0,18}(\\.[0-9]{0,18})?"],
        ) {
            let amount = Decimal::from_hundredths(hundredths);
            prop_assert_eq!(Decimal::parse(&amount.to_string()), Some(amount));
            if let Some(read) = Decimal::parse(&text) {
                prop_assert_eq!(Decimal::parse(&read.to_string()), Some(read));
            }
        }
    }
}
