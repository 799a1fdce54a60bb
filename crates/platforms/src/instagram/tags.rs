//! What Instagram counts of a caption: hashtags and mentions, wherever they stand.

/// How many tags of each kind a caption holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags {
    pub hashtags: usize,
    pub mentions: usize,
}

impl Tags {
    /// A tag may stand behind anything but a letter or digit of a script that puts spaces between words: `a#b` and
    /// `ann@example.com` are text. A hashtag may follow another without a space.
    pub(super) fn of(caption: &str) -> Self {
        let mut found = Self::default();
        let mut before = None;
        let mut in_hashtag = false;
        let mut chars = caption.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let stands_free = before.is_none_or(|before| !glues(before));
            match c {
                '#' | '＃' => {
                    in_hashtag = (stands_free || in_hashtag) && next.is_some_and(is_of_hashtag);
                    found.hashtags += usize::from(in_hashtag);
                }
                '@' | '＠' => {
                    found.mentions += usize::from(stands_free && next.is_some_and(begins_name));
                    in_hashtag = false;
                }
                c => in_hashtag = in_hashtag && is_of_hashtag(c),
            }
            before = Some(c);
        }
        found
    }
}

const fn begins_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Letters, digits, marks, `_` and emoji: what is neither white space, nor a control character, nor punctuation.
fn is_of_hashtag(c: char) -> bool {
    if c.is_ascii() {
        return begins_name(c);
    }
    let is_punctuation = matches!(c,
        '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}' | '×' | '÷'
        // General punctuation but joiners; a keycap and an emoji's style make no tag of a number sign.
        | '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}' | '\u{20e3}' | '\u{fe0f}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '・'
        | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}' | '\u{feff}'
        | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3e}' | '\u{ff5b}'..='\u{ff65}');
    !is_punctuation && !c.is_whitespace() && !c.is_control()
}

/// Whether a number sign or an at sign behind the character belongs to its word, or to the path of its address.
fn glues(c: char) -> bool {
    let unspaced = matches!(c,
        // Thai and Lao; kana; Han; Hangul.
        '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    matches!(c, '_' | '/' | '&') || (c.is_alphanumeric() && !unspaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(caption: &str) -> (usize, usize) {
        let Tags { hashtags, mentions } = Tags::of(caption);
        (hashtags, mentions)
    }

    #[test]
    fn hashtags_count_wherever_instagram_makes_one() {
        for (caption, hashtags) in [
            ("#a", 1),
            ("#a #b", 2),
            ("#a#b#c", 3),
            ("(#a)", 1),
            ("[#a],#b.#c!#d", 4),
            ("#タグ、#タグ", 2),
            ("今日は#タグ", 1),
            ("😀#a😀#b", 2),
            ("＃a", 1),
            ("##a", 1),
            ("#2026", 1),
            ("#नमस्ते", 1),
            ("#é#ü", 2),
            ("line\n#a", 1),
        ] {
            assert_eq!(count(caption), (hashtags, 0), "{caption}");
        }
        for caption in ["#", "# a", "a#b", "C#", "#️⃣", "#.", "https://example.com/#a", "&#39;", "é#b", ""]
        {
            assert_eq!(count(caption), (0, 0), "{caption}");
        }
    }

    #[test]
    fn mentions_count_and_addresses_of_mail_do_not() {
        for (caption, mentions) in
            [("@ann", 1), ("(@ann),@bob", 2), ("ありがとう@ann", 1), ("😀@ann", 1), ("＠ann", 1), ("@_", 1)]
        {
            assert_eq!(count(caption), (0, mentions), "{caption}");
        }
        for caption in ["ann@example.com", "@", "@ ann", "https://example.com/@ann"] {
            assert_eq!(count(caption), (0, 0), "{caption}");
        }
        assert_eq!(count("#a@ann#b"), (1, 0), "both are glued to a word");
    }
}
