//! Lines and columns of a text.

use async_graphql::Pos;
use std::ops::Range;

/// How many bytes are read at most to find a place; the text may be one line of a megabyte.
const STEP: usize = 256;
const START: Pos = Pos { line: 1, column: 1 };

/// The places of a text, found by their offsets in bytes. A column counts characters (Unicode scalar values).
pub struct Places<'a> {
    source: &'a str,
    /// Places at offsets that are [`STEP`] apart, in order.
    marks: Vec<(usize, Pos)>,
}

impl<'a> Places<'a> {
    pub fn new(source: &'a str) -> Self {
        let mut marks = vec![(0, START)];
        let (mut place, mut next, mut after_return) = (START, STEP, false);
        for (offset, c) in source.char_indices() {
            if offset >= next {
                marks.push((offset, place));
                next = offset + STEP;
            }
            place = behind(place, c, after_return);
            after_return = c == '\r';
        }
        Self { source, marks }
    }

    /// The text between two offsets.
    pub fn text(&self, range: Range<usize>) -> &'a str {
        self.source.get(range).unwrap_or_default()
    }

    /// The place of the character that begins at `offset`.
    pub fn at(&self, offset: usize) -> Pos {
        let index = self.marks.partition_point(|(start, _)| *start <= offset);
        let mark = index.checked_sub(1).and_then(|index| self.marks.get(index));
        let Some((start, mut place)) = mark.copied() else { return START };
        let mut after_return = self.source.get(..start).is_some_and(|before| before.ends_with('\r'));
        for c in self.source.get(start..offset).unwrap_or_default().chars() {
            place = behind(place, c, after_return);
            after_return = c == '\r';
        }
        place
    }
}

/// The place behind a character. A line ends with LF, CR or CRLF.
fn behind(place: Pos, c: char, after_return: bool) -> Pos {
    match c {
        '\n' if after_return => place,
        '\n' | '\r' => Pos { line: place.line + 1, column: 1 },
        _ => Pos { column: place.column + 1, ..place },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_end_as_the_specification_says_and_columns_count_characters() {
        let source = "aé\nb\r\nc\rd🦀e";
        let places = Places::new(source);
        let at = |text: &str| {
            let Pos { line, column } = places.at(source.find(text).unwrap());
            (line, column)
        };
        assert_eq!(at("a"), (1, 1));
        assert_eq!(at("é"), (1, 2));
        assert_eq!(at("b"), (2, 1));
        assert_eq!(at("c"), (3, 1));
        assert_eq!(at("d"), (4, 1));
        assert_eq!(at("e"), (4, 3));
    }

    proptest! {
        #[test]
        fn a_place_is_the_same_from_a_mark_as_from_the_beginning(source in "[aé🦀\r\n]{0,900}") {
            let places = Places::new(&source);
            let (mut place, mut after_return) = (START, false);
            for (offset, c) in source.char_indices() {
                prop_assert_eq!(places.at(offset), place);
                place = behind(place, c, after_return);
                after_return = c == '\r';
            }
        }
    }
}
