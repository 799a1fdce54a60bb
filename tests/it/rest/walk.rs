//! The routes in the order in which a client would call them: the shape of each answer, and its SQL statements.

mod library;
mod posts;
mod talk;

pub use library::sample;

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::rest::{Call, Rest, shape};
use crate::support::server::Settings;
use fanfare_edge::rest::ROUTES;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What the calls answered, by route.
#[derive(Default)]
struct Walk {
    told: Map<String, Value>,
}

impl Walk {
    /// Makes a call that succeeds, and notes it.
    async fn step(&mut self, call: Call) -> Value {
        let route = call.route.expect("the walk keeps to the table");
        let answer = call.send().await;
        assert_eq!(answer.status.as_u16(), route.success, "{}: {:#}", route.id, answer.body);
        let statements = answer.header("x-fanfare-sql-statements").map(str::to_owned);
        let told = json!({ "statements": statements, "answer": shape(&answer.body) });
        self.told.insert(route.id.to_owned(), told);
        answer.body
    }

    /// Whoever adds a route adds a step.
    fn has_called_every_route(&self) {
        let called: BTreeSet<&str> = self.told.keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = ROUTES.iter().copied().flatten().map(|route| route.id).collect();
        assert_eq!(called, known);
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("not a whole number: {value}"))
}

async fn consents(walk: &mut Walk, rest: &Rest) {
    let started = walk.step(rest.call_on("startConsent", "twitter")).await;
    let state = started["state"].as_str().unwrap();
    let call = rest.call_on("simulateConsent", "twitter").query(&[("state", state), ("profile", "Ada")]);
    let connected = walk.step(call).await;
    let id = number(&connected["account"]["id"]);
    let account = walk.step(rest.call_on("getAccount", id)).await;
    assert_eq!(account["account"], connected["account"], "the callback tells the account as the list does");
    let started = rest.call_on("startConsent", "instagram").body_of(200).await;
    let state = started["state"].as_str().unwrap();
    let call = rest.call_on("simulateConsentByPost", "instagram").query(&[("state", state)]);
    walk.step(call).await;
    for (id, profile) in [("finishConsent", "Grace"), ("finishConsentByPost", "Joan")] {
        let started = rest.call_on("startConsent", "twitter").body_of(200).await;
        let url = started["authorize_url"].as_str().unwrap();
        let code = crate::publishing::stage::consent(url, profile).await;
        let state = started["state"].as_str().unwrap();
        let query = [("state", state), ("code", code.as_str())];
        let call = rest.call_on(id, "twitter").query(&query);
        walk.step(call).await;
    }
}

async fn accounts(walk: &mut Walk, rest: &Rest) -> i64 {
    let link = json!({ "platform": "twitter", "account_name": "Alan" });
    let linked = walk.step(rest.call("linkAccount").json(link)).await;
    let id = number(&linked["id"]);
    let again = walk.step(rest.call_on("reconnectAccount", id)).await;
    assert_eq!((&again["account"]["id"], &again["authorize_url"]), (&json!(id), &Value::Null));
    let call = rest.call("listAccounts").query(&[("platform", "twitter"), ("status", "active")]);
    let listed = walk.step(call).await;
    assert_eq!(listed["total"], json!(4), "{listed:#}");
    id
}

fn often(settings: Settings) -> Settings {
    let settings = settings.set("FANFARE_METRICS_INTERVAL_SECONDS", "1");
    settings.set("FANFARE_INBOX_POLL_SECONDS", "1").counting_statements()
}

on_both_databases! {
    async fn a_client_walks_from_a_consent_to_a_published_post_its_numbers_and_a_reply(db: Database) {
        let stage = Stage::set_with(&db, often).await;
        let rest = Rest::of(&stage.person.graphql);
        let mut walk = Walk::default();
        // From here on the server remembers session and role.
        rest.call("listPosts").body_of(200).await;
        consents(&mut walk, &rest).await;
        let account = accounts(&mut walk, &rest).await;
        let media = library::media(&mut walk, &stage, &rest).await;
        library::settings(&mut walk, &rest).await;
        library::templates(&mut walk, &rest).await;
        let campaign = library::campaign(&mut walk, &rest).await;
        let post = posts::publish(&mut walk, &rest, account, media, campaign).await;
        posts::numbers(&mut walk, &rest, account, number(&post["id"])).await;
        library::finished_campaign(&mut walk, &rest, campaign).await;
        talk::inbox(&mut walk, &stage, &rest, &post).await;
        talk::writing_aids(&mut walk, &rest).await;
        posts::retry(&mut walk, &stage, &rest, account).await;
        walk.step(rest.call_on("disconnectAccount", account)).await;
        // PostgreSQL locks rows by statements of their own; SQLite has one writer.
        let name = if db.url().starts_with("sqlite") { "walk_sqlite" } else { "walk_postgres" };
        insta::assert_json_snapshot!(name, walk.told);
        walk.has_called_every_route();
    }
}
