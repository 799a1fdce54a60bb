//! SPDX licence expressions: names, `WITH`, `AND` (binds tighter), `OR`, parentheses, and cargo's old `/` for `OR`.

/// Whether somebody who accepts only `allowed` may use what stands under `expression`. An exception (`WITH ...`) only
/// permits more, so its name does not matter.
pub fn is_satisfied(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    reader.any_of() && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.next();
        }
        is_next
    }

    fn any_of(&mut self) -> bool {
        let mut satisfied = self.all_of();
        while self.take("OR") {
            satisfied |= self.all_of();
        }
        satisfied
    }

    fn all_of(&mut self) -> bool {
        let mut satisfied = self.one();
        while self.take("AND") {
            satisfied &= self.one();
        }
        satisfied
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            return self.any_of() & self.take(")");
        }
        let satisfied = self.next().is_some_and(|name| self.allowed.contains(&name));
        if self.take("WITH") {
            self.next();
        }
        satisfied
    }
}

#[test]
fn one_side_of_or_and_both_sides_of_and_have_to_be_allowed() {
    for expression in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-3.0",
        "MIT AND ISC",
        "(GPL-3.0 OR MIT) AND ISC",
        "ISC WITH LLVM-exception",
        "GPL-3.0 AND X OR MIT",
    ] {
        assert!(is_satisfied(expression, &["MIT", "ISC"]), "{expression}");
    }
    for expression in
        ["", "none", "GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR X) AND MIT", "MIT )", "(MIT", "MIT MIT"]
    {
        assert!(!is_satisfied(expression, &["MIT", "ISC"]), "{expression}");
    }
}
