//! Tokens: making them, recognising them, revoking a grant.

use crate::core::hashing::random_token;
use crate::core::record::{Record, Token, TokenKind};
use crate::core::state::State;
use crate::core::store::Transaction;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use std::time::Duration;

/// Tokens of one consent and one kind that are kept; the oldest is forgotten with one more.
const MOST_TOKENS: usize = 50;

/// Whom a new token is for.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    pub platform: Platform,
    pub remote_id: &'a str,
    pub client_id: &'a str,
    pub scope: &'a str,
    /// The consent: the text of its code.
    pub grant: &'a str,
}

impl<'a> Holder<'a> {
    /// The same holder as of another token.
    pub fn of(token: &'a Token) -> Self {
        Self {
            platform: token.platform,
            remote_id: &token.remote_id,
            client_id: &token.client_id,
            scope: &token.scope,
            grant: &token.grant,
        }
    }
}

/// Makes a token and answers its text. `lifetime` `None`: it lasts until it is revoked.
pub fn issue(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    holder: Holder<'_>,
    kind: TokenKind,
    lifetime: Option<Duration>,
) -> String {
    if let Some(tokens) = transaction.state.oldest_tokens(holder.grant, kind, MOST_TOKENS - 1) {
        transaction.put(Record::TokensGone(tokens));
    }
    let token = random_token();
    transaction.put(Record::Token(Token {
        token: token.clone(),
        kind,
        platform: holder.platform,
        remote_id: holder.remote_id.to_owned(),
        client_id: holder.client_id.to_owned(),
        scope: holder.scope.to_owned(),
        grant: holder.grant.to_owned(),
        issued_at: now,
        expires_at: lifetime.map(|lifetime| now.plus(lifetime)),
        revoked: false,
    }));
    token
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    Missing,
    /// Unknown, revoked, of another network or of another kind.
    Invalid,
    Expired,
}

/// The token, if it is valid for `platform` at `now`.
pub fn recognise<'a>(
    state: &'a State,
    platform: Platform,
    kind: TokenKind,
    token: Option<&str>,
    now: Timestamp,
) -> Result<&'a Token, TokenFault> {
    let token = state.token(token.ok_or(TokenFault::Missing)?).ok_or(TokenFault::Invalid)?;
    if token.platform != platform || token.kind != kind || token.revoked {
        return Err(TokenFault::Invalid);
    }
    if token.expires_at.is_some_and(|end| end <= now) {
        return Err(TokenFault::Expired);
    }
    Ok(token)
}

/// Revokes every token of a grant, and says whether there was one.
pub fn revoke_grant(transaction: &mut Transaction<'_>, platform: Platform, token: &str) -> bool {
    let Some(token) = transaction.state.token(token).filter(|t| t.platform == platform && !t.revoked) else {
        return false;
    };
    let family = transaction.state.tokens().filter(|t| t.grant == token.grant && !t.revoked);
    let revoked: Vec<Token> = family.map(|t| Token { revoked: true, ..t.clone() }).collect();
    for token in revoked {
        transaction.put(Record::Token(token));
    }
    true
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Client id and secret of an `Authorization: Basic` header, where both are there.
pub fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    (!id.is_empty() && !secret.is_empty()).then(|| (id.to_owned(), secret.to_owned()))
}
