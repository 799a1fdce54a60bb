//! A reader of server-sent events (WHATWG HTML, 9.2).

use super::answer_check::Asked;
use futures_util::StreamExt as _;
use futures_util::future::ready;
use futures_util::stream::BoxStream;
use reqwest::{Response, header};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// One event.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// Empty where the server named none.
    pub name: String,
    pub id: Option<String>,
    pub data: String,
}

impl SseEvent {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|e| panic!("{e}: {}", self.data))
    }
}

/// A stream that is read event by event. Dropping it cuts the connection.
pub struct SseReader {
    chunks: BoxStream<'static, Vec<u8>>,
    unread: Vec<u8>,
    /// What the events answer, where it is known.
    asked: Option<Asked>,
}

impl SseReader {
    /// # Panics
    /// If the answer is not a stream of events.
    pub fn new(response: Response) -> Self {
        assert!(response.status().is_success(), "{}", response.status());
        let kind = response.headers().get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap().to_owned());
        assert!(kind.as_deref().is_some_and(|k| k.starts_with("text/event-stream")), "{kind:?}");
        // A cut connection ends the stream.
        let chunks = response.bytes_stream().take_while(|chunk| ready(chunk.is_ok()));
        let chunks = chunks.map(|chunk| chunk.map(|bytes| bytes.to_vec()).unwrap_or_default());
        Self { chunks: chunks.boxed(), unread: Vec::new(), asked: None }
    }

    /// Each event that is an answer has to be one to this document.
    #[must_use]
    pub fn answering(self, asked: Asked) -> Self {
        Self { asked: Some(asked), ..self }
    }

    /// The next event; comments (keep-alives) are passed over. `None`: the stream has ended.
    ///
    /// # Panics
    /// If none comes within `limit`.
    pub async fn next(&mut self, limit: Duration) -> Option<SseEvent> {
        let next = timeout(limit, async {
            loop {
                if let Some(end) = self.unread.windows(2).position(|pair| pair == b"\n\n") {
                    let block: Vec<u8> = self.unread.drain(..end + 2).collect();
                    if let Some(event) = parse(std::str::from_utf8(&block).expect("events are UTF-8")) {
                        return Some(event);
                    }
                } else {
                    self.unread.extend(self.chunks.next().await?);
                }
            }
        });
        let event = next.await.unwrap_or_else(|_| panic!("no event within {} ms", limit.as_millis()));
        if let (Some(asked), Some(event)) = (&self.asked, &event)
            && event.name == "next"
        {
            asked.assert_answered_by(&event.data);
        }
        event
    }
}

/// `None`: nothing but comments.
fn parse(block: &str) -> Option<SseEvent> {
    let mut event = SseEvent::default();
    let mut lines = block.lines().filter(|line| !line.is_empty() && !line.starts_with(':')).peekable();
    lines.peek()?;
    let mut data = Vec::new();
    for line in lines {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut event.name),
            "id" => event.id = Some(value.to_owned()),
            "data" => data.push(value),
            _ => {}
        }
    }
    event.data = data.join("\n");
    Some(event)
}

#[tokio::test]
async fn events_are_read_whole_however_they_are_cut() {
    let text = ": hello\n\nevent: next\nid: 7\ndata: {\"a\":\ndata:1}\n\n:\n\nevent: complete\n\n";
    let chunks: Vec<Vec<u8>> = text.bytes().map(|byte| vec![byte]).collect();
    let mut reader =
        SseReader { chunks: futures_util::stream::iter(chunks).boxed(), unread: Vec::new(), asked: None };
    let limit = Duration::from_secs(5);
    let first = reader.next(limit).await.unwrap();
    assert_eq!((first.name.as_str(), first.id.as_deref()), ("next", Some("7")));
    assert_eq!(first.json(), serde_json::json!({ "a": 1 }));
    assert_eq!(
        reader.next(limit).await,
        Some(SseEvent { name: "complete".to_owned(), ..SseEvent::default() })
    );
    assert_eq!(reader.next(limit).await, None);
}
