//! Finding a post or a reply whose answer was lost among the account's recent posts.

use super::Twitter;
use super::reference::{Reference, answered};
use super::text::{CHANGES, Entities, UrlEntity, as_written};
use fanfare_domain::clock::Timestamp;

use chrono::{DateTime, SecondsFormat, Utc};
use fanfare_platform_api::{Absence, Call, NetworkClock as _, PlatformError, ReadBack};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Post>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Post {
    id: String,
    text: String,
    created_at: Option<DateTime<Utc>>,
    #[serde(default)]
    entities: Entities,
    #[serde(default)]
    referenced_tweets: Vec<Reference>,
    attachments: Option<Attachments>,
}

/// How long an end must be past.
const PAST: Duration = Duration::from_secs(30);

/// What is looked for among the account's posts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub text: &'a str,
    /// The id of the post that it answers; `None`: a post of its own.
    pub answers: Option<&'a str>,
    /// How many media it has.
    pub media: usize,
    /// The account's, for the address of what is found.
    pub handle: Option<&'a str>,
}

impl Wanted<'_> {
    fn is(&self, post: &Post) -> bool {
        answered(&post.referenced_tweets) == self.answers
            && post.can_have(self.media)
            && self.words(&post.written_text(self.text)) == self.words(self.text)
    }

    /// What is the same of a text before and after X has stored it.
    fn words(&self, text: &str) -> String {
        let text = CHANGES.comparable(text);
        // X begins the text of a reply with the handles of those it answers.
        if self.answers.is_some() { without_handles(&text).to_owned() } else { text }
    }
}

fn without_handles(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('@') {
        let Some((_, after)) = rest.split_once(char::is_whitespace) else { break };
        rest = after.trim_start();
    }
    rest
}

#[derive(Debug, Deserialize)]
struct Attachments {
    media_keys: Option<Vec<String>>,
}

impl Post {
    /// The text as its author wrote it, where that was `sent`.
    fn written_text(&self, sent: &str) -> String {
        as_written(&self.text, &self.entities.urls, sent, |entity| self.is_own_medium(entity))
    }

    /// Whether an address is the one that X appends for the post's media: not every answer has the key.
    fn is_own_medium(&self, entity: &UrlEntity) -> bool {
        let page = |kind: &str| {
            let page = format!("/status/{}/{kind}/", self.id);
            entity.expanded_url.as_ref().is_some_and(|expanded| expanded.contains(&page))
        };
        entity.media_key.is_some() || page("photo") || page("video")
    }

    /// Whether it can have this many media: an answer without their keys tells only whether there are any.
    fn can_have(&self, count: usize) -> bool {
        match self.attachments.as_ref().and_then(|attachments| attachments.media_keys.as_ref()) {
            Some(keys) => keys.len() == count,
            None => self.entities.urls.iter().any(|entity| self.is_own_medium(entity)) == (count > 0),
        }
    }
}

/// The post that is wanted: of several the one nearest to when it was sent.
fn matching<'a>(posts: &'a [Post], wanted: &Wanted<'_>, absence: &Absence<'_>) -> Option<&'a Post> {
    let distance = |post: &Post| {
        post.created_at.map_or(u128::MAX, |at| {
            let at = Timestamp::new(at);
            at.since(absence.sent_at).max(absence.sent_at.since(at)).as_micros()
        })
    };
    posts
        .iter()
        .filter(|post| !absence.is_anothers(&post.id))
        .filter(|post| post.created_at.is_none_or(|at| absence.window.holds(Timestamp::new(at))))
        .filter(|post| wanted.is(post))
        .min_by_key(|post| distance(post))
}

impl Twitter {
    /// `GET /2/users/{id}/tweets`, newest first, of the time in which the step may have had its effect.
    pub(super) async fn find_own(
        &self,
        call: &Call<'_>,
        wanted: &Wanted<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let written = |at: Timestamp| at.0.to_rfc3339_opts(SecondsFormat::Secs, true);
        let start = written(absence.since());
        // X wants an end that is past; without one, the listing begins at its present.
        let now = self.network_now(Duration::MAX).await?;
        let end =
            now.is_some_and(|now| absence.window.until.plus(PAST) < now).then_some(absence.window.until);
        let end = end.map(|end| written(end.plus(Duration::from_secs(1))));
        let mut read = 0;
        let mut next: Option<String> = None;
        for _ in 0..absence.max_pages {
            let mut request = self
                .api
                .request(Method::GET, &["users", call.account_remote_id, "tweets"], call.access_token)?
                .query(&[
                    ("max_results", "100"),
                    ("start_time", start.as_str()),
                    ("exclude", "retweets"),
                    ("tweet.fields", "attachments,created_at,entities,referenced_tweets"),
                ]);
            if let Some(end) = &end {
                request = request.query(&[("end_time", end.as_str())]);
            }
            if let Some(token) = &next {
                request = request.query(&[("pagination_token", token.as_str())]);
            }
            let page: Page = self.api.call(call, request).await?;
            read += page.data.len();
            if let Some(post) = matching(&page.data, wanted, absence) {
                return Ok(ReadBack::Found {
                    remote_id: post.id.clone(),
                    url: self.post_url(wanted.handle, &post.id).ok(),
                    evidence: json!({ "found_in": "timeline", "created_at": post.created_at, "read": read }),
                });
            }
            next = page.meta.next_token;
            if next.is_none() {
                return Ok(ReadBack::Absent {
                    evidence: json!({ "searched": "timeline", "since": start, "until": end, "read": read }),
                });
            }
        }
        Ok(ReadBack::Unclear {
            reason: format!("not among {read} posts of that time on X, and there are more."),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::absence;

    fn posts(json: &str) -> Vec<Post> {
        serde_json::from_str::<Page>(json).unwrap().data
    }

    fn found(stored: &str, text: &str, owned: &[String]) -> Option<String> {
        found_with(stored, text, 0, owned)
    }

    fn found_with(stored: &str, text: &str, media: usize, owned: &[String]) -> Option<String> {
        let absence = absence("2026-11-22T12:00:00Z", owned);
        let wanted = Wanted { text, answers: None, media, handle: None };
        matching(&posts(stored), &wanted, &absence).map(|post| post.id.clone())
    }

    #[test]
    fn a_post_is_recognised_after_x_shortened_its_links_escaped_it_and_appended_its_media() {
        let stored = r#"{"data":[{"id":"9","created_at":"2026-11-22T12:00:01.000Z",
            "text":"a &lt; b &amp;amp; c\nhttps://t.co/aaa see https://t.co/bbb https://t.co/mmm",
            "entities":{"urls":[
              {"url":"https://t.co/aaa","expanded_url":"https://Example.com/","display_url":"example.com"},
              {"url":"https://t.co/bbb","expanded_url":"http://rust-lang.org/x","display_url":"rust-lang.org/x"},
              {"url":"https://t.co/mmm","expanded_url":"https://x.com/ann/status/9/photo/1","media_key":"3_1"}]}}],
            "meta":{"result_count":1}}"#;
        let text = "a < b &amp; c\nhttps://example.com see rust-lang.org/x";
        assert_eq!(found_with(stored, text, 1, &[]), Some("9".into()));
        assert_eq!(found_with(stored, "a < b", 1, &[]), None);
    }

    #[test]
    fn the_address_of_a_posts_media_is_told_apart_without_its_key_too() {
        let stored = r#"{"data":[{"id":"9","created_at":"2026-11-22T12:00:01.000Z",
            "text":"look https://t.co/aaa https://t.co/mmm",
            "entities":{"urls":[
              {"url":"https://t.co/aaa","expanded_url":"https://x.com/bob/status/8/photo/1"},
              {"url":"https://t.co/mmm","expanded_url":"https://x.com/ann/status/9/photo/1"}]}}]}"#;
        let text = "look https://x.com/bob/status/8/photo/1";
        assert_eq!(found_with(stored, text, 1, &[]), Some("9".into()));
        assert_eq!(found_with(stored, "look", 1, &[]), None);
    }

    #[test]
    fn a_post_of_the_same_words_with_another_number_of_media_is_not_ours() {
        let stored = r#"{"data":[{"id":"9","text":"look https://t.co/mmm","created_at":"2026-11-22T12:00:01Z",
            "attachments":{"media_keys":["3_1","3_2"]},
            "entities":{"urls":[
              {"url":"https://t.co/mmm","expanded_url":"https://x.com/ann/status/9/photo/1","media_key":"3_1"},
              {"url":"https://t.co/mmm","expanded_url":"https://x.com/ann/status/9/photo/1","media_key":"3_2"}]}}]}"#;
        assert_eq!(found_with(stored, "look", 2, &[]), Some("9".into()));
        assert_eq!(found_with(stored, "look", 1, &[]), None);
        assert_eq!(found_with(stored, "look", 0, &[]), None);
        let untold = stored.replace(r#""attachments":{"media_keys":["3_1","3_2"]},"#, "");
        assert_eq!(found_with(&untold, "look", 1, &[]), Some("9".into()));
        assert_eq!(found_with(&untold, "look", 0, &[]), None);
    }

    #[test]
    fn characters_that_x_takes_out_make_no_difference() {
        let stored = r#"{"data":[{"id":"9","text":"hello world","created_at":"2026-11-22T12:00:01Z"}]}"#;
        assert_eq!(found(stored, "\u{feff}hel\u{200b}lo  world\u{2060}\n", &[]), Some("9".into()));
    }

    #[test]
    fn a_post_of_another_target_and_one_from_before_are_not_ours() {
        let stored = r#"{"data":[
            {"id":"3","text":"hello","created_at":"2026-11-22T12:00:30Z"},
            {"id":"2","text":"hello","created_at":"2026-11-22T12:00:02Z"},
            {"id":"1","text":"hello","created_at":"2026-11-22T11:00:00Z"}]}"#;
        assert_eq!(found(stored, "hello", &[]), Some("2".into()));
        assert_eq!(found(stored, "hello", &["2".into()]), Some("3".into()));
        assert_eq!(found(stored, "hello", &["2".into(), "3".into()]), None);
    }

    #[test]
    fn a_reply_is_told_from_a_post_of_the_same_words_and_from_a_reply_to_another() {
        let stored = r#"{"data":[
            {"id":"3","text":"@bob thanks","created_at":"2026-11-22T12:00:01Z","referenced_tweets":[{"type":"replied_to","id":"71"}]},
            {"id":"2","text":"@bob @amy thanks","created_at":"2026-11-22T12:00:01Z","referenced_tweets":[{"type":"replied_to","id":"70"}]},
            {"id":"1","text":"thanks","created_at":"2026-11-22T12:00:01Z"}]}"#;
        let absence = absence("2026-11-22T12:00:00Z", &[]);
        let reply = Wanted { text: "thanks", answers: Some("70"), media: 0, handle: None };
        assert_eq!(matching(&posts(stored), &reply, &absence).map(|post| post.id.clone()), Some("2".into()));
        assert_eq!(found(stored, "thanks", &[]), Some("1".into()));
    }

    #[test]
    fn an_account_without_posts_is_an_empty_page() {
        assert!(posts(r#"{"meta":{"result_count":0}}"#).is_empty());
    }
}
