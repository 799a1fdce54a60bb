//! The languages that the server speaks.

use std::cmp::Reverse;

/// A language of texts for readers. English is spoken to those who accept none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    #[default]
    English,
    Korean,
}

impl Language {
    pub const ALL: &'static [Self] = &[Self::English, Self::Korean];

    /// The language tag (BCP 47).
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The language that an `Accept-Language` (RFC 9110) prefers. Regions and scripts do not count: `ko-KR` is Korean. A
    /// part that is not well-formed is left out.
    pub fn accepted(header: &str) -> Self {
        let mut wanted: Vec<(u16, Self)> = header.split(',').filter_map(wanted).collect();
        // Stable: of two with the same weight, the first counts.
        wanted.sort_by_key(|(weight, _)| Reverse(*weight));
        wanted.first().map(|(_, language)| *language).unwrap_or_default()
    }
}

/// A range with its weight, in thousandths; `None`: it is refused, or no language of the server.
fn wanted(range: &str) -> Option<(u16, Language)> {
    let mut parts = range.split(';').map(str::trim);
    let primary = parts.next()?.split('-').next()?;
    let language = if primary == "*" {
        Language::default()
    } else {
        *Language::ALL.iter().find(|language| language.code().eq_ignore_ascii_case(primary))?
    };
    let weight = parts.next().map_or(Some(1_000), weight)?;
    (weight > 0).then_some((weight, language))
}

/// `q=0.8` is 800.
fn weight(parameter: &str) -> Option<u16> {
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_language_with_the_largest_weight_is_spoken() {
        for (header, language) in [
            ("", Language::English),
            ("ko", Language::Korean),
            ("KO-kr", Language::Korean),
            ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", Language::Korean),
            ("en-US,en;q=0.9,ko;q=0.8", Language::English),
            ("de, fr;q=0.9, ko;q=0.001, en;q=0", Language::Korean),
            ("ko;q=0.5, en;q=0.51", Language::English),
            ("ko;q=0.5, en;q=0.5", Language::Korean),
            ("de, *;q=0.5, ko;q=0.4", Language::English),
            ("ko;q=0", Language::English),
            ("ko;q=1.000", Language::Korean),
            ("ko;q=1.5, ko;q=high, ko;q=0.1234, kok", Language::English),
            ("de", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_has_a_language(header in prop_oneof![any::<String>(), "[a-zA-Z0-9*;=,. -]{0,60}"]) {
            prop_assert!(Language::ALL.contains(&Language::accepted(&header)));
        }
    }
}
