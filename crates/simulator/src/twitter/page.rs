//! The page of a listing: which items, and how they are shown with their authors.

use super::errors;
use super::shape::user;
use crate::core::answer::Refusal;
use crate::core::record::Message;
use crate::oauth::form::Form;
use chrono::{DateTime, Utc};
use fanfare_domain::clock::Timestamp;
use serde_json::{Value, json};

/// What a listing's query asks for.
pub struct Page {
    pub size: usize,
    /// Posts to pass over: what a pagination token says here.
    pub offset: usize,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    since_id: Option<u64>,
    until_id: Option<u64>,
}

impl Page {
    pub fn read(form: &Form) -> Result<Self, Refusal> {
        let number = |name: &str| match form.get(name) {
            None => Ok(None),
            Some(text) => {
                text.parse::<u64>().map(Some).map_err(|_| errors::invalid(name, text, "is not a valid id"))
            }
        };
        let time = |name: &str| match form.get(name) {
            None => Ok(None),
            Some(text) => DateTime::parse_from_rfc3339(text)
                .map(|at| Some(at.to_utc()))
                .map_err(|_| errors::invalid(name, text, "is not a valid RFC 3339 time")),
        };
        let size = form.get("max_results").unwrap_or("10");
        let Some(size @ 5..=100) = size.parse::<usize>().ok() else {
            let words = format!("The `max_results` query parameter value [{size}] is not between 5 and 100");
            return Err(errors::invalid("max_results", size, &words).into());
        };
        let token = form.get("pagination_token").unwrap_or("t0");
        let offset = token.strip_prefix('t').and_then(|text| text.parse().ok());
        let offset =
            offset.ok_or_else(|| errors::invalid("pagination_token", token, "is not a valid token"))?;
        let (start, end) = (time("start_time")?, time("end_time")?);
        Ok(Self { size, offset, start, end, since_id: number("since_id")?, until_id: number("until_id")? })
    }

    /// Whether what was made then lies within the ids and times that were asked for.
    pub fn covers(&self, id: &str, at: Timestamp) -> bool {
        let id = id.parse::<u64>().unwrap_or_default();
        self.start.is_none_or(|start| at.0 >= start)
            && self.end.is_none_or(|end| at.0 < end)
            && self.since_id.is_none_or(|since| id > since)
            && self.until_id.is_none_or(|until| id < until)
    }

    /// The page of what people said, with its authors.
    pub fn of(&self, said: impl Iterator<Item = Message>, shape: impl Fn(&Message) -> Value) -> Value {
        let mut rest = said.skip(self.offset);
        let shown: Vec<Message> = rest.by_ref().take(self.size).collect();
        let mut meta = json!({ "result_count": shown.len() });
        if rest.next().is_some() {
            meta["next_token"] = json!(format!("t{}", self.offset + self.size));
        }
        let (Some(newest), Some(oldest)) = (shown.first(), shown.last()) else {
            return json!({ "meta": meta });
        };
        meta["newest_id"] = json!(newest.id);
        meta["oldest_id"] = json!(oldest.id);
        let mut authors: Vec<Value> = Vec::new();
        for author in shown.iter().map(|message| user(&message.author)) {
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        let data: Vec<Value> = shown.iter().map(shape).collect();
        json!({ "data": data, "includes": { "users": authors }, "meta": meta })
    }
}
