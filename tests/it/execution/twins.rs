//! The same questions to a server that keeps answers, and past what it keeps: to a second server on the same database
//! that keeps nothing, or to the same one where it is the only one.

use super::every_field::{Question, VOLATILE, questions};
use super::values::Ids;
use crate::support::answer_check::schema;
use crate::support::graphql::{Graphql, GraphqlAnswer};
use crate::support::server::Server;
use fanfare_domain::clock::{Clock as _, SystemClock};
use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How many questions are asked at a time.
const AT_ONCE: usize = 4;
/// How often all questions are asked until the keeping server has to have heard of what another has done. One round
/// takes a good part of a second.
const ROUNDS: usize = 30;

/// The values of the questions' variables.
pub struct Values {
    pub ids: Ids,
    /// Of an invitation.
    pub token: String,
    /// The days that are asked for.
    start: String,
    end: String,
}

impl Values {
    /// Of nothing yet.
    pub fn of_today() -> Self {
        let day =
            |days: u64| SystemClock.now().plus(Duration::from_hours(24 * days)).to_string()[..10].to_owned();
        Self { ids: Ids::new([]), token: "x".to_owned(), start: day(0), end: day(7) }
    }

    fn of(&self, question: &Question) -> Value {
        let values = question.variables.iter().map(|name| (name.clone(), self.value(name)));
        Value::Object(values.collect::<Map<_, _>>())
    }

    fn value(&self, variable: &str) -> Value {
        match variable {
            "all" => json!(self.ids.all()),
            "end" => json!(self.end),
            "input" => json!({ "content": "a text", "accountIds": [self.ids.get("account")] }),
            "start" => json!(self.start),
            "token" => json!(self.token),
            "values" => json!([{ "name": "who", "value": "Ann" }]),
            noun => json!(self.ids.get(noun)),
        }
    }
}

pub struct Twins {
    pub questions: Vec<Question>,
    /// The one that keeps nothing.
    plain: Option<Server>,
}

impl Twins {
    pub fn new(plain: Option<Server>) -> Self {
        Self { questions: questions(schema()), plain }
    }

    /// What somebody is answered by their server: data and errors, without what may differ.
    pub async fn answers(&self, who: &Graphql, values: &Values) -> Vec<Value> {
        let mut answers = Vec::new();
        for some in self.questions.chunks(AT_ONCE) {
            let asked = some.iter().map(|question| who.post(&question.text, values.of(question)));
            answers.extend(join_all(asked).await.iter().map(lasting));
        }
        answers
    }

    /// The questions that the person's server answers otherwise than the database, and what differs.
    async fn differences(&self, who: &Graphql, values: &Values) -> Vec<String> {
        let there = self.plain.as_ref().map_or_else(|| who.clone(), |plain| who.at(plain.url())).uncached();
        let (kept, fresh) = (self.answers(who, values).await, self.answers(&there, values).await);
        let pairs = self.questions.iter().zip(kept.iter().zip(&fresh));
        pairs.filter_map(|(question, (kept, fresh))| difference(kept, fresh, &question.root)).collect()
    }

    /// # Panics
    /// If an answer is not what the database says now.
    pub async fn compare(&self, after: &str, name: &str, who: &Graphql, values: &Values) {
        let found = self.differences(who, values).await;
        assert!(found.is_empty(), "after {after}, {name} is answered wrongly:\n{}", found.join("\n"));
    }

    /// The same of what another node has done, of which the person's server has to hear first.
    pub async fn settle(&self, after: &str, name: &str, who: &Graphql, values: &Values) {
        for _ in 0..ROUNDS {
            if self.differences(who, values).await.is_empty() {
                return;
            }
        }
        self.compare(after, name, who, values).await;
    }
}

fn lasting(answer: &GraphqlAnswer) -> Value {
    let errors = answer.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut errors: Vec<String> =
        errors.iter().map(|error| format!("{} {}", error["path"], error["extensions"]["code"])).collect();
    errors.sort();
    json!({ "data": without_volatile(&answer.body["data"]), "errors": errors })
}

fn without_volatile(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let is_volatile = key.starts_with(VOLATILE) && !value.is_null();
                (key.clone(), if is_volatile { json!("something") } else { without_volatile(value) })
            })
            .collect(),
        Value::Array(items) => items.iter().map(without_volatile).collect(),
        other => other.clone(),
    }
}

/// The first place where two answers differ.
fn difference(kept: &Value, fresh: &Value, at: &str) -> Option<String> {
    match (kept, fresh) {
        (Value::Object(some), Value::Object(others)) => some
            .keys()
            .chain(others.keys())
            .find_map(|key| difference(&kept[key.as_str()], &fresh[key.as_str()], &format!("{at}.{key}"))),
        (Value::Array(some), Value::Array(others)) if some.len() == others.len() => some
            .iter()
            .zip(others)
            .enumerate()
            .find_map(|(number, (kept, fresh))| difference(kept, fresh, &format!("{at}[{number}]"))),
        _ => (kept != fresh).then(|| format!("{at} was kept as {kept}, and the database says {fresh}")),
    }
}

#[test]
fn the_first_difference_is_named_and_what_is_volatile_is_none() {
    let kept = json!({ "a": [{ "b": 1 }], "volatile_url": "x", "c": null });
    let fresh = json!({ "a": [{ "b": 2 }], "volatile_url": "y", "c": null });
    let told = "post.a[0].b was kept as 1, and the database says 2";
    assert_eq!(difference(&kept, &fresh, "post").as_deref(), Some(told));
    assert_eq!(difference(&without_volatile(&kept), &without_volatile(&kept), "post"), None);
    let (one, other) = (json!({ "volatile_url": "x" }), json!({ "volatile_url": "y" }));
    assert_eq!(without_volatile(&one), without_volatile(&other));
    assert_ne!(without_volatile(&one), without_volatile(&json!({ "volatile_url": null })));
    assert!(
        difference(&json!([1]), &json!([]), "x").is_some() && difference(&json!({}), &one, "x").is_some()
    );
}
