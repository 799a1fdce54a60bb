//! Sizes as people write them.

/// Units and their bytes: decimal as disks are sold, binary as memory is.
const UNITS: &[(&str, u64)] = &[
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

/// `268435456`, `256MB`, `256 MiB`: a whole number, with a unit in any case or without. `None`: it is no size, or more
/// than can be counted.
pub fn bytes(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim_start().to_ascii_lowercase();
    if unit.is_empty() {
        return Some(number);
    }
    let (_, bytes) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_with_a_unit_or_without() {
        for (text, expected) in [
            ("268435456", Some(268_435_456)),
            ("256MB", Some(256_000_000)),
            ("256 MiB", Some(256 << 20)),
            ("64kb", Some(64_000)),
            ("64KiB", Some(65_536)),
            ("1gib", Some(1 << 30)),
            ("0", Some(0)),
            ("7B", Some(7)),
            ("256XB", None),
            ("256M", None),
            ("MB", None),
            ("", None),
            ("-1", None),
            ("1.5GB", None),
            ("99999999999GiB", None),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }
}
