//! Parameters of a query or of a form body.

use axum::body::Bytes;
use url::form_urlencoded;

/// Names and values in the order of sending. A name that comes twice counts once, the first time.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    pub fn of_query(query: Option<&str>) -> Self {
        Self::parse(query.unwrap_or_default().as_bytes())
    }

    /// The query's parameters and, behind them, the body's: networks take most parameters in either place.
    pub fn of_both(query: Option<&str>, body: &Bytes) -> Self {
        let mut form = Self::of_query(query);
        form.0.extend(Self::parse(body).0);
        form
    }

    /// `None` where it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|v| !v.is_empty())
    }

    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }
}
