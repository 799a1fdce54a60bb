//! `/simulator/report`: the evidence that nothing was lost and nothing came twice.

use crate::Simulator;
use crate::core::answer::Outcome;
use crate::core::record::{Account, MediaSummary, Message, Post, Record};
use crate::core::state::State;
use crate::core::step::Step;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde::Serialize;
use std::collections::BTreeMap;

/// How often a call was made.
#[derive(Serialize)]
pub struct Calls {
    /// Requests that arrived, whatever came of them.
    received: u64,
    /// Requests that changed something.
    effective: u64,
}

/// A post, deleted or not.
#[derive(Serialize)]
pub struct PostReport {
    id: String,
    title: Option<String>,
    text: String,
    media: Vec<MediaSummary>,
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
}

/// An answer of the account: to a comment, or in a direct message. On X an answer to a comment is a post.
#[derive(Serialize)]
pub struct ReplyReport {
    id: String,
    /// The comment or the person that is answered.
    to: Option<String>,
    text: String,
    created_at: Timestamp,
}

/// An account with everything that happened to it.
#[derive(Serialize)]
pub struct AccountReport {
    platform: Platform,
    remote_id: String,
    handle: String,
    name: String,
    calls: BTreeMap<Step, Calls>,
    /// In the order of posting.
    posts: Vec<PostReport>,
    /// In the order of answering.
    replies: Vec<ReplyReport>,
}

/// The answer of `GET /simulator/report`.
#[derive(Serialize)]
pub struct Report {
    accounts: Vec<AccountReport>,
    /// Calls that told nobody: a wrong code, an unknown token.
    unrecognised: BTreeMap<Platform, BTreeMap<Step, Calls>>,
}

pub async fn show(axum::extract::State(simulator): axum::extract::State<Simulator>) -> Json<Report> {
    Json(simulator.store().read(report))
}

/// DELETE: accounts, tokens, posts, counters and faults are gone.
pub async fn forget(axum::extract::State(simulator): axum::extract::State<Simulator>) -> Outcome {
    simulator.store().transaction(|transaction| {
        transaction.put(Record::Reset);
        Ok(())
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn report(state: &State) -> Report {
    let mut calls: BTreeMap<(Platform, Option<&str>), BTreeMap<Step, Calls>> = BTreeMap::new();
    for counter in state.counters() {
        calls
            .entry((counter.platform, counter.remote_id.as_deref()))
            .or_default()
            .insert(counter.step, Calls { received: counter.received, effective: counter.effective });
    }
    let accounts = state
        .accounts()
        .map(|account| AccountReport {
            platform: account.platform,
            remote_id: account.remote_id.clone(),
            handle: account.handle.clone(),
            name: account.name.clone(),
            calls: calls.remove(&(account.platform, Some(&account.remote_id))).unwrap_or_default(),
            posts: posts(state, account),
            replies: replies(state, account),
        })
        .collect();
    let unrecognised = calls.into_iter().map(|((platform, _), calls)| (platform, calls)).collect();
    Report { accounts, unrecognised }
}

fn posts(state: &State, account: &Account) -> Vec<PostReport> {
    let mut posts: Vec<PostReport> = state
        .timeline(account.platform, &account.remote_id)
        .map(|Post { id, title, text, media, created_at, deleted_at, .. }| PostReport {
            id: id.clone(),
            title: title.clone(),
            text: text.clone(),
            media: media.clone(),
            created_at: *created_at,
            deleted_at: *deleted_at,
        })
        .collect();
    posts.reverse();
    posts
}

fn replies(state: &State, account: &Account) -> Vec<ReplyReport> {
    let said = state.messages(account.platform, &account.remote_id);
    said.filter(|message| message.author.remote_id == account.remote_id)
        .map(|Message { id, text, parent, with, created_at, .. }| ReplyReport {
            id: id.clone(),
            to: parent.clone().or_else(|| with.clone()),
            text: text.clone(),
            created_at: *created_at,
        })
        .collect()
}
