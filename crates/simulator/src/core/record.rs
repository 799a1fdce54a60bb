//! The rows of the simulator's state, each stored as its newest version.

use super::step::Step;
use crate::core::fault::Fault;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// One entry of the journal: a row as it is from now on. Applying an entry twice changes nothing more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    Account(Account),
    Code(Code),
    Token(Token),
    /// Codes that had ended by this time are forgotten.
    CodesGone(Timestamp),
    /// The tokens of these consents are forgotten.
    GrantsGone(BTreeSet<String>),
    /// These tokens are forgotten.
    TokensGone(BTreeSet<String>),
    Prepared(Prepared),
    Post(Post),
    Message(Message),
    Counter(Counter),
    Fault(Fault),
    FaultGone(u64),
    /// The last number given out; ids are made of such numbers and never come twice.
    Sequence(u64),
    /// Whether the networks' posting quotas hold.
    Limits(bool),
    /// Whether people say something of their own accord.
    Audience(bool),
    /// Everything before is forgotten, but the sequence.
    Reset,
}

/// A person, page or channel of a network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub platform: Platform,
    pub remote_id: String,
    pub handle: String,
    pub name: String,
    pub created_at: Timestamp,
}

/// An authorization code (RFC 6749, 4.1.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    pub code: String,
    pub platform: Platform,
    pub remote_id: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    /// The S256 challenge (RFC 7636), where the consent was asked for with one.
    pub challenge: Option<String>,
    /// Whether a refresh token was asked for.
    pub offline: bool,
    pub expires_at: Timestamp,
    pub used: bool,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    Access,
    Refresh,
}

/// An access or a refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub token: String,
    pub kind: TokenKind,
    pub platform: Platform,
    pub remote_id: String,
    pub client_id: String,
    pub scope: String,
    /// The consent it comes from: revoking one token of a grant revokes all.
    pub grant: String,
    pub issued_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked: bool,
}

/// Something made ahead of a post: an upload, a container, a session. What it holds is the network's affair.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prepared {
    pub id: String,
    pub platform: Platform,
    pub remote_id: String,
    pub created_at: Timestamp,
    pub detail: Value,
}

/// Something that people can see on a network, or could until it was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Post {
    pub id: String,
    pub platform: Platform,
    pub remote_id: String,
    pub title: Option<String>,
    pub text: String,
    pub media: Vec<MediaSummary>,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// What only this network knows of a post.
    pub detail: Value,
}

/// Something that was said to an account, or by it in answer: a comment, a mention, a direct message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub platform: Platform,
    /// The account in whose inbox it is.
    pub remote_id: String,
    pub kind: InboxMessageType,
    pub author: Author,
    pub text: String,
    /// The account's post that a comment stands under.
    pub post: Option<String>,
    /// The comment that a comment answers.
    pub parent: Option<String>,
    /// The other side of a direct message.
    pub with: Option<String>,
    pub created_at: Timestamp,
}

/// Who said something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Author {
    pub remote_id: String,
    pub handle: String,
    pub name: String,
}

/// What is kept of a medium: never its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaSummary {
    pub mime_type: String,
    pub bytes: u64,
    /// Of the bytes that arrived, in hexadecimal.
    pub sha256: String,
}

/// How often a call was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counter {
    pub platform: Platform,
    /// `None`: nobody was recognised.
    pub remote_id: Option<String>,
    pub step: Step,
    /// Requests that arrived, whatever came of them.
    pub received: u64,
    /// Requests that changed something.
    pub effective: u64,
}
