//! Characters that nobody sees.

use std::ops::RangeInclusive;

/// `Default_Ignorable_Code_Point` of Unicode's DerivedCoreProperties.txt (zero-width and bidirectional characters,
/// variation selectors, fillers, tags), and three that look like nothing all the same: the blank of Braille, and the
/// marks of interlinear notes.
const INVISIBLE: [RangeInclusive<char>; 20] = [
    '\u{00AD}'..='\u{00AD}',
    '\u{034F}'..='\u{034F}',
    '\u{061C}'..='\u{061C}',
    '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}',
    '\u{180B}'..='\u{180F}',
    '\u{200B}'..='\u{200F}',
    '\u{202A}'..='\u{202E}',
    '\u{2060}'..='\u{206F}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{FE00}'..='\u{FE0F}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFA0}'..='\u{FFA0}',
    '\u{FFF0}'..='\u{FFF8}',
    '\u{FFF9}'..='\u{FFFB}',
    '\u{1BCA0}'..='\u{1BCA3}',
    '\u{1D159}'..='\u{1D159}',
    '\u{1D173}'..='\u{1D17A}',
    '\u{E0000}'..='\u{E0FFF}',
];

/// Whether a character shows nothing where it stands: two texts that differ in such characters look the same. White
/// space and control characters are not among them.
pub fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_width_or_turns_the_line_is_invisible_and_letters_are_not() {
        for hidden in
            ['\u{200B}', '\u{200D}', '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{AD}', '\u{3164}', '\u{E0041}']
        {
            assert!(is_invisible(hidden), "U+{:04X}", u32::from(hidden));
        }
        for shown in ['a', '-', 'ß', '密', '\u{301}', 'ｆ', '\u{1F980}'] {
            assert!(!is_invisible(shown), "{shown}");
        }
    }
}
