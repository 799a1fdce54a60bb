//! Pages of a list: `limit` and `offset`, or `page`.

use super::convert::Reader;
use super::route::Paging;
use serde_json::{Map, Value, json};

/// Items of a page where the request says nothing.
pub const DEFAULT_LIMIT: i64 = 20;
/// Items of the largest page.
pub const LARGEST_LIMIT: i64 = 100;
/// The furthest that a list can be read by number.
pub const LARGEST_OFFSET: i64 = 10_000;

/// The names that every list takes.
pub const NAMES: [&str; 3] = ["limit", "offset", "page"];

/// The part of a list that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub limit: i64,
    pub offset: i64,
}

impl Page {
    /// Reads the page out of a query string's values.
    pub fn read(query: &[(String, String)], reader: &mut Reader) -> Self {
        let mut number = |name: &str, range: std::ops::RangeInclusive<i64>| {
            let (_, text) = query.iter().find(|(given, _)| given == name)?;
            let number = text.parse().ok().filter(|number| range.contains(number));
            if number.is_none() {
                reader.fault(name, format!("Give a number from {} to {}.", range.start(), range.end()));
            }
            number
        };
        let limit = number("limit", 1..=LARGEST_LIMIT).unwrap_or(DEFAULT_LIMIT);
        let offset = number("offset", 0..=LARGEST_OFFSET);
        let page = number("page", 1..=LARGEST_OFFSET / limit + 1);
        if offset.is_some() && page.is_some() {
            reader.fault("page", "Give offset or page, not both.");
        }
        let offset = offset.or_else(|| page.map(|page| (page - 1) * limit)).unwrap_or(0);
        Self { limit, offset }
    }

    pub fn set(self, variables: &mut Map<String, Value>) {
        variables.insert("first".to_owned(), self.limit.into());
        variables.insert("offset".to_owned(), self.offset.into());
    }

    /// Where the page stands in a list of `total` items: what such a list's answer has besides its items.
    pub fn told(self, paging: Paging, total: i64) -> Vec<(&'static str, Value)> {
        if paging != Paging::Pages {
            return Vec::new();
        }
        let Self { limit, offset } = self;
        let pages = total / limit + i64::from(total % limit > 0);
        let numbers =
            [("pages", pages), ("current_page", offset / limit + 1), ("limit", limit), ("offset", offset)];
        numbers.map(|(name, number)| (name, json!(number))).to_vec()
    }
}

/// When a list was read: no part of what its `ETag` stands for, nor of what is kept.
pub const RETRIEVED_AT: &str = "retrieved_at";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Result<(i64, i64), Vec<String>> {
        let query: Vec<(String, String)> =
            query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let mut reader = Reader::default();
        let page = Page::read(&query, &mut reader);
        if reader.faults.is_empty() {
            Ok((page.limit, page.offset))
        } else {
            Err(reader.faults.into_iter().map(|fault| fault.name).collect())
        }
    }

    #[test]
    fn a_page_is_told_by_its_number_or_by_what_comes_before_it() {
        assert_eq!(read(&[]), Ok((20, 0)));
        assert_eq!(read(&[("limit", "10"), ("page", "3")]), Ok((10, 20)));
        assert_eq!(read(&[("offset", "7")]), Ok((20, 7)));
        assert_eq!(read(&[("limit", "100"), ("page", "101")]), Ok((100, 10_000)));
        assert_eq!(read(&[("limit", "0")]), Err(vec!["limit".to_owned()]));
        assert_eq!(read(&[("limit", "x"), ("page", "0")]), Err(vec!["limit".to_owned(), "page".to_owned()]));
        assert_eq!(read(&[("offset", "1"), ("page", "1")]), Err(vec!["page".to_owned()]));
    }

    #[test]
    fn an_answer_says_how_many_pages_there_are() {
        let told = |offset: i64, total: i64| {
            let told = Page { limit: 20, offset }.told(Paging::Pages, total);
            let number = |name: &str| told.iter().find(|(told, _)| *told == name).unwrap().1.clone();
            (number("pages"), number("current_page"))
        };
        assert_eq!(told(20, 41), (json!(3), json!(2)));
        assert_eq!(told(20, 0), (json!(0), json!(2)));
        assert_eq!(told(0, 40), (json!(2), json!(1)));
        assert!(Page { limit: 20, offset: 0 }.told(Paging::Total, 41).is_empty());
    }
}
