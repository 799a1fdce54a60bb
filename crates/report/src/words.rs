//! Numbers as a report shows them.

/// What stands where nothing is known.
const UNKNOWN: &str = "–";

/// With a comma between thousands.
pub fn count(number: Option<i64>) -> String {
    let Some(number) = number else { return UNKNOWN.to_owned() };
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Growth since the period before: `0.25` is `+25.0%`.
pub fn growth_percent(part: Option<f64>) -> String {
    part.map_or_else(|| UNKNOWN.to_owned(), |part| format!("{:+.1}%", part * 100.0))
}

/// A part of the whole: `0.051` is `5.1%`.
pub fn percent(part: Option<f64>) -> String {
    part.map_or_else(|| UNKNOWN.to_owned(), |part| format!("{:.1}%", part * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_so_that_people_can_read_them() {
        let told: Vec<String> = [0, 999, 1_000, -1_234_567].map(|number| count(Some(number))).into();
        assert_eq!(told, ["0", "999", "1,000", "-1,234,567"]);
        assert_eq!((count(None), growth_percent(None)), ("–".to_owned(), "–".to_owned()));
        assert_eq!(
            (growth_percent(Some(0.25)), growth_percent(Some(-0.5))),
            ("+25.0%".to_owned(), "-50.0%".to_owned())
        );
        assert_eq!(percent(Some(0.051)), "5.1%");
    }
}
