//! What each network takes and what is usual on it.

use fanfare_domain::platform::Platform;
use fanfare_domain::x_text::weighted_length;

/// A network's limits and customs for a text with its hashtags.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// The longest text, in the network's own units.
    pub limit: usize,
    unit: Unit,
    /// The length that is read to its end, in the same units.
    pub best: (usize, usize),
    /// The hashtags that posts usually have.
    pub usual_hashtags: usize,
    /// More than these harm the post, or are refused.
    pub most_hashtags: usize,
    /// Whether a link in the text can be clicked.
    pub opens_links: bool,
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    Characters,
    /// Emoji count as their UTF-8 bytes (Threads API).
    EmojiAsBytes,
    /// X: 2 for CJK and emoji, 23 for a link.
    Weighted,
}

impl Habits {
    /// `None`: for a text that is to go to several networks; what fits here fits X.
    pub const fn of(platform: Option<Platform>) -> Self {
        let Some(platform) = platform else { return row(280, Unit::Weighted, (60, 260), (2, 5), true) };
        match platform {
            Platform::Instagram => row(2_200, Unit::Characters, (80, 1_000), (5, 30), false),
            Platform::Facebook => row(63_206, Unit::Characters, (40, 500), (2, 5), true),
            Platform::Twitter => row(280, Unit::Weighted, (60, 260), (2, 3), true),
            Platform::Linkedin => row(3_000, Unit::Characters, (100, 1_500), (3, 5), true),
            Platform::Tiktok => row(2_200, Unit::Characters, (40, 300), (4, 8), false),
            Platform::Youtube => row(5_000, Unit::Characters, (100, 2_000), (3, 15), true),
            Platform::YoutubeShorts => row(5_000, Unit::Characters, (40, 300), (3, 15), true),
            Platform::Pinterest => row(800, Unit::Characters, (100, 500), (3, 10), false),
            // A thread carries one topic.
            Platform::Threads => row(500, Unit::EmojiAsBytes, (40, 400), (1, 1), true),
        }
    }

    /// The length of a text in the network's units; for Threads a little more than it may count.
    pub fn length(&self, text: &str) -> usize {
        match self.unit {
            Unit::Characters => text.chars().count(),
            Unit::EmojiAsBytes => {
                text.chars().map(|c| if c < '\u{2000}' || is_cjk(c) { 1 } else { c.len_utf8() }).sum()
            }
            Unit::Weighted => weighted_length(text),
        }
    }

    pub fn fits(&self, text: &str) -> bool {
        self.length(text) <= self.limit
    }
}

const fn row(
    limit: usize,
    unit: Unit,
    best: (usize, usize),
    (usual_hashtags, most_hashtags): (usize, usize),
    opens_links: bool,
) -> Habits {
    Habits { limit, unit, best, usual_hashtags, most_hashtags, opens_links }
}

/// Letters of Chinese, Japanese and Korean, and their punctuation.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// Whether most letters of a text are Chinese, Japanese or Korean: such a text says the same in fewer characters.
pub fn is_mostly_cjk(text: &str) -> bool {
    let (cjk, others) =
        text.chars().filter(|c| c.is_alphabetic()).fold((0_usize, 0_usize), |(cjk, others), c| {
            if is_cjk(c) { (cjk + 1, others) } else { (cjk, others + 1) }
        });
    cjk > others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_counted_as_the_network_counts_it() {
        assert_eq!(
            Habits::of(Some(Platform::Twitter)).length("가나 https://example.com/a/long/path"),
            4 + 1 + 23
        );
        assert_eq!(Habits::of(Some(Platform::Threads)).length("hé 한🎉"), 4 + 4);
        assert_eq!(Habits::of(Some(Platform::Instagram)).length("hé 한🎉"), 5);
    }

    #[test]
    fn no_habit_contradicts_another() {
        for platform in Platform::ALL.iter().copied().map(Some).chain([None]) {
            let habits = Habits::of(platform);
            assert!(habits.best.0 < habits.best.1 && habits.best.1 <= habits.limit, "{platform:?}");
            assert!((1..=habits.most_hashtags).contains(&habits.usual_hashtags), "{platform:?}");
        }
    }
}
