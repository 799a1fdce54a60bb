//! Every field of the schema's roots and every REST route, asked by those who may not: they get nothing, and nothing has
//! changed after.

mod calls;
pub mod scene;
mod schema;

use crate::support::answer_check::Asked;
use crate::support::database::on_both_databases;
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::rest::Rest;
use crate::support::sql::row_counts;
use crate::support::sse::SseReader;
use calls::{Call, Who};
use fanfare_edge::rest::{Access, ROUTES};
use reqwest::{Method, header};
use scene::Scene;
use schema::Roots;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// The last is said of a consent that somebody else has begun.
const REFUSALS: [&str; 4] = ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "ACCOUNT_STATE_INVALID"];

/// What somebody got: the whole answer, without the words that come with every answer.
async fn ask(graphql: &Graphql, roots: &Roots, call: &Call) -> Value {
    let document = roots.document(call);
    if call.root == "Subscription" {
        let body = json!({ "query": document, "variables": call.arguments });
        let request = graphql.request(Method::POST, "/graphql/stream").json(&body);
        let response = request.header(header::ACCEPT, "text/event-stream").send().await.unwrap();
        if !response.status().is_success() {
            return response.json().await.unwrap();
        }
        let mut events = SseReader::new(response).answering(Asked::new(&document, &call.arguments));
        let event = events.next(Duration::from_secs(20)).await.expect("an answer");
        return event.json();
    }
    let (name, content_type, content) = match call.field {
        "uploadMedia" => ("a.jpg", "image/jpeg", &b"\xff\xd8\xff\xe0 a picture"[..]),
        "createImport" => ("posts.csv", "text/csv", &b"content\na post\n"[..]),
        _ => ("", "", &[][..]),
    };
    if !name.is_empty() {
        let content = content.to_vec();
        let file = UploadFile { variable: "variables.input.file", name, content_type, content };
        return graphql.upload(&document, call.arguments.clone(), vec![file]).await.body;
    }
    graphql.post(&document, call.arguments.clone()).await.body
}

/// Whether an answer gives nothing: an error that says why, or no object.
fn is_denied(answer: &Value, field: &str) -> bool {
    let code =
        |error: &Value| error["extensions"]["code"].as_str().or(error["code"].as_str()).map(str::to_owned);
    let refused = |errors: &Value| {
        let errors = errors.as_array().map(Vec::as_slice).unwrap_or_default();
        !errors.is_empty()
            && errors.iter().all(|error| code(error).is_some_and(|code| REFUSALS.contains(&code.as_str())))
    };
    let given = &answer["data"][field];
    // A list whose items are refused one by one, in words.
    if given["refusals"].as_array().is_some_and(|items| !items.is_empty()) {
        return given["created"] == 0;
    }
    if let Some(items) = given["results"].as_array().filter(|items| !items.is_empty()) {
        return items.iter().all(|item| refused(&item["userErrors"]));
    }
    let nothing = given.is_null() || given.as_array().is_some_and(|list| list.iter().all(Value::is_null));
    refused(&answer["errors"]) || refused(&given["userErrors"]) || (answer.get("errors").is_none() && nothing)
}

/// Those who are refused a call, each with a name.
fn refused(scene: &Scene, who: Who) -> Vec<(&'static str, Graphql)> {
    let nobody = || vec![("nobody", scene.nobody.clone()), ("an expired token", scene.expired.clone())];
    let mut refused = if who == Who::Anybody { Vec::new() } else { nobody() };
    if matches!(who, Who::Members | Who::Keepers | Who::Writers) {
        refused.push(("a stranger", scene.stranger.clone()));
    }
    if who == Who::Writers {
        refused.push(("a viewer", scene.viewer.clone()));
    }
    if matches!(who, Who::Keepers | Who::Writers) {
        refused.push(("a key that reads", scene.reading_key.clone()));
    }
    refused
}

on_both_databases! {
    async fn no_field_gives_or_changes_anything_for_who_may_not(db: Database) {
        let scene = Scene::set(&db).await;
        let roots = Roots::read(&scene.owner).await;
        let calls = calls::all(&scene);
        let listed: BTreeSet<(&str, &str)> = calls.iter().map(|call| (call.root, call.field)).collect();
        let known: BTreeSet<(&str, &str)> = roots.fields().collect();
        assert_eq!(listed, known, "each field of the schema, and no other, is asked");
        let before = row_counts(&db).await;
        let mut wrong: Vec<String> = Vec::new();
        for call in &calls {
            for (name, graphql) in refused(&scene, call.who) {
                let answer = ask(&graphql, &roots, call).await;
                if !is_denied(&answer, call.field) || answer.to_string().contains(scene::SECRET) {
                    wrong.push(format!("{name} and {}: {answer}", call.field));
                }
            }
        }
        assert_eq!(row_counts(&db).await, before, "what was denied has changed nothing");
        // The refusals above are not those of wrong questions: who may read gets an answer to the same.
        for call in calls.iter().filter(|call| call.root == "Query" && call.who == Who::Members) {
            for (name, graphql) in [("a viewer", &scene.viewer), ("a key that reads", &scene.reading_key)] {
                let answer = ask(graphql, &roots, call).await;
                if is_denied(&answer, call.field) {
                    wrong.push(format!("{name} is refused {}: {answer}", call.field));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        println!("{} fields asked by those who may not", calls.len());
    }

    async fn no_route_gives_or_changes_anything_for_who_may_not(db: Database) {
        let scene = Scene::set(&db).await;
        let before = row_counts(&db).await;
        let routes: Vec<_> = ROUTES.iter().copied().flatten().filter(|it| it.access == Access::Bearer).collect();
        for route in &routes {
            let id = scene.id_in(route.path);
            for (name, graphql, status) in [
                ("nobody", &scene.nobody, 401..402),
                ("an expired token", &scene.expired, 401..402),
                ("a stranger", &scene.stranger, 400..405),
            ] {
                let call = Rest::of(graphql).call_on(route.id, &id).header("X-Workspace-Id", &scene.workspace_row);
                let answer = call.json(json!({})).send().await;
                let text = answer.body.to_string();
                // A body is read before its rules are asked: what it lacks may be told first, and an upload is none.
                let refused = status.contains(&answer.status.as_u16()) || answer.status.as_u16() == 415;
                assert!(refused, "{name} gets {} of {}: {text}", answer.status, route.id);
                assert!(!text.contains(scene::SECRET), "{name}, {}: {text}", route.id);
            }
            if route.verb.as_str() != "GET" {
                for (name, graphql) in [("a viewer", &scene.viewer), ("a key that reads", &scene.reading_key)] {
                    let call = Rest::of(graphql).call_on(route.id, &id).header("X-Workspace-Id", &scene.workspace_row);
                    let answer = call.json(json!({})).send().await;
                    assert!(answer.status.is_client_error(), "{name} gets {} of {}", answer.status, route.id);
                }
            }
        }
        assert_eq!(row_counts(&db).await, before, "what was denied has changed nothing");
        println!("{} routes asked by those who may not", routes.len());
    }
}
