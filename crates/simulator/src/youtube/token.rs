//! POST /token and /revoke of oauth2.googleapis.com. A refresh token stays the same.

use super::{YouTube, errors};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::gate::Call;
use crate::core::record::TokenKind;
use crate::core::step::Step;
use crate::oauth::form::Form;
use crate::oauth::grant::{CodeFault, Exchange, redeem};
use crate::oauth::token::{Holder, basic, issue, recognise, revoke_grant};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use fanfare_domain::platform::Platform;
use serde_json::json;
use std::time::Duration;

/// What `expires_in` says of an access token.
const ACCESS_LIFETIME: Duration = Duration::from_secs(3_599);

/// The client's id and secret come in the body or as HTTP Basic.
pub async fn trade(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let form = Form::parse(&body);
    let client = basic(&headers).or_else(|| {
        form.get("client_id")
            .zip(form.get("client_secret"))
            .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
    });
    let Some((client_id, _secret)) = client else {
        return errors::oauth(StatusCode::UNAUTHORIZED, "invalid_client", "The OAuth client was not found.");
    };
    match form.get("grant_type") {
        Some("authorization_code") => exchange(&simulator, &client_id, &form).await,
        Some("refresh_token") => refresh(&simulator, &client_id, &form).await,
        other => {
            let words = format!("Invalid grant_type: {}", other.unwrap_or_default());
            errors::oauth(StatusCode::BAD_REQUEST, "unsupported_grant_type", &words)
        }
    }
}

async fn exchange(simulator: &Simulator, client_id: &str, form: &Form) -> Response {
    let (Some(code), Some(redirect_uri)) = (form.get("code"), form.get("redirect_uri")) else {
        return bad("invalid_request", "Missing required parameter: code or redirect_uri");
    };
    let owner = simulator.store().read(|state| state.code(code).map(|code| code.remote_id.clone()));
    let call = Call { network: &YouTube, step: Step::Token, remote_id: owner.as_deref() };
    let verifier = form.get("code_verifier");
    let sent = Exchange { platform: Platform::Youtube, code, client_id, redirect_uri, verifier };
    simulator
        .pass(call, async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let code = redeem(transaction, now, &sent).map_err(refusal)?;
                let holder = Holder {
                    platform: Platform::Youtube,
                    remote_id: &code.remote_id,
                    client_id,
                    scope: &code.scope,
                    grant: &code.code,
                };
                let access = issue(transaction, now, holder, TokenKind::Access, Some(ACCESS_LIFETIME));
                let mut body = json!({
                    "access_token": access,
                    "expires_in": ACCESS_LIFETIME.as_secs(),
                    "scope": code.scope,
                    "token_type": "Bearer",
                });
                if code.offline {
                    body["refresh_token"] = issue(transaction, now, holder, TokenKind::Refresh, None).into();
                }
                transaction.effective(Platform::Youtube, &code.remote_id, Step::Token);
                Ok(json(StatusCode::OK, &body))
            })
        })
        .await
}

async fn refresh(simulator: &Simulator, client_id: &str, form: &Form) -> Response {
    let Some(text) = form.get("refresh_token") else {
        return bad("invalid_request", "Missing required parameter: refresh_token");
    };
    let owner = owner(simulator, text);
    let call = Call { network: &YouTube, step: Step::Refresh, remote_id: owner.as_deref() };
    simulator
        .pass(call, async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let refused = || bad("invalid_grant", "Token has been expired or revoked.");
                let token =
                    recognise(transaction.state, Platform::Youtube, TokenKind::Refresh, Some(text), now)
                        .ok()
                        .filter(|token| token.client_id == client_id)
                        .ok_or_else(refused)?;
                let access =
                    issue(transaction, now, Holder::of(token), TokenKind::Access, Some(ACCESS_LIFETIME));
                transaction.effective(Platform::Youtube, &token.remote_id, Step::Refresh);
                let body = json!({
                    "access_token": access,
                    "expires_in": ACCESS_LIFETIME.as_secs(),
                    "scope": token.scope,
                    "token_type": "Bearer",
                });
                Ok(json(StatusCode::OK, &body))
            })
        })
        .await
}

/// The token comes in the body or in the query.
pub async fn revoke(State(simulator): State<Simulator>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let form = Form::of_both(query.as_deref(), &body);
    let Some(token) = form.get("token") else {
        return bad("invalid_request", "Missing required parameter: token");
    };
    let owner = owner(&simulator, token);
    let call = Call { network: &YouTube, step: Step::Revoke, remote_id: owner.as_deref() };
    simulator
        .pass(call, async |_| {
            simulator.store().transaction(|transaction| {
                if !revoke_grant(transaction, Platform::Youtube, token) {
                    return Err(bad("invalid_token", "Token expired or revoked").into());
                }
                if let Some(owner) = &owner {
                    transaction.effective(Platform::Youtube, owner, Step::Revoke);
                }
                Ok(json(StatusCode::OK, &json!({})))
            })
        })
        .await
}

fn owner(simulator: &Simulator, token: &str) -> Option<String> {
    simulator.store().read(|state| state.token(token).map(|token| token.remote_id.clone()))
}

fn bad(code: &str, description: &str) -> Response {
    errors::oauth(StatusCode::BAD_REQUEST, code, description)
}

fn refusal(fault: CodeFault) -> Response {
    match fault {
        CodeFault::Unknown => bad("invalid_grant", "Malformed auth code."),
        CodeFault::Used | CodeFault::Expired => bad("invalid_grant", "Bad Request"),
        CodeFault::RedirectMismatch => bad("redirect_uri_mismatch", "Bad Request"),
        CodeFault::VerifierMissing => bad("invalid_grant", "Missing code verifier."),
        CodeFault::VerifierWrong => bad("invalid_grant", "Invalid code verifier."),
    }
}
