//! POST /2/oauth2/token and /2/oauth2/revoke: confidential clients, refresh tokens that work once.

use super::errors;
use super::request::anonymous;
use crate::Simulator;
use crate::core::answer::{Refusal, json};
use crate::core::gate::Call;
use crate::core::record::{Record, Token, TokenKind};
use crate::core::step::Step;
use crate::core::store::Transaction;
use crate::oauth::form::Form;
use crate::oauth::grant::{CodeFault, Exchange, redeem};
use crate::oauth::token::{Holder, basic, issue, recognise, revoke_grant};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use fanfare_domain::platform::Platform;
use serde_json::json;
use std::time::Duration;

const ACCESS_LIFETIME: Duration = Duration::from_hours(2);
const REFRESH_LIFETIME: Duration = Duration::from_hours(4320);

pub async fn trade(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let form = Form::parse(&body);
    let Some((client_id, _secret)) = basic(&headers) else {
        return errors::oauth(
            StatusCode::UNAUTHORIZED,
            "unauthorized_client",
            "Missing valid authorization header",
        );
    };
    match form.get("grant_type") {
        Some("authorization_code") => exchange(&simulator, &client_id, &form).await,
        Some("refresh_token") => refresh(&simulator, &client_id, &form).await,
        _ => invalid("Missing or unsupported grant_type parameter."),
    }
}

pub async fn revoke(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let form = Form::parse(&body);
    let (Some(_), Some(token)) = (basic(&headers), form.get("token")) else {
        return invalid("Missing required parameter [token].");
    };
    let owner = owner(&simulator, token);
    let call = Call { remote_id: owner.as_deref(), ..anonymous(Step::Revoke) };
    simulator
        .pass(call, async |_| {
            simulator.store().transaction(|transaction| {
                if revoke_grant(transaction, Platform::Twitter, token)
                    && let Some(owner) = &owner
                {
                    transaction.effective(Platform::Twitter, owner, Step::Revoke);
                }
                Ok(json(StatusCode::OK, &json!({ "revoked": true })))
            })
        })
        .await
}

async fn exchange(simulator: &Simulator, client_id: &str, form: &Form) -> Response {
    let (Some(code), Some(redirect_uri)) = (form.get("code"), form.get("redirect_uri")) else {
        return invalid("Missing required parameter [code] or [redirect_uri].");
    };
    let owner = simulator.store().read(|state| state.code(code).map(|code| code.remote_id.clone()));
    let sent = Exchange {
        platform: Platform::Twitter,
        code,
        client_id,
        redirect_uri,
        verifier: form.get("code_verifier"),
    };
    simulator
        .pass(Call { remote_id: owner.as_deref(), ..anonymous(Step::Token) }, async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let code = redeem(transaction, now, &sent).map_err(|fault| invalid(words(fault)))?;
                let holder = Holder {
                    platform: Platform::Twitter,
                    remote_id: &code.remote_id,
                    client_id,
                    scope: &code.scope,
                    grant: &code.code,
                };
                transaction.effective(Platform::Twitter, &code.remote_id, Step::Token);
                Ok(tokens(simulator, transaction, holder, code.offline))
            })
        })
        .await
}

async fn refresh(simulator: &Simulator, client_id: &str, form: &Form) -> Response {
    let Some(text) = form.get("refresh_token") else {
        return invalid("Missing required parameter [refresh_token].");
    };
    let owner = owner(simulator, text);
    simulator
        .pass(Call { remote_id: owner.as_deref(), ..anonymous(Step::Refresh) }, async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let state = transaction.state;
                let token = recognise(state, Platform::Twitter, TokenKind::Refresh, Some(text), now)
                    .ok()
                    .filter(|token| token.client_id == client_id)
                    .ok_or_else(|| Refusal::from(invalid("Value passed for the token was invalid.")))?;
                transaction.put(Record::Token(Token { revoked: true, ..token.clone() }));
                transaction.effective(Platform::Twitter, &token.remote_id, Step::Refresh);
                Ok(tokens(simulator, transaction, Holder::of(token), true))
            })
        })
        .await
}

fn tokens(
    simulator: &Simulator,
    transaction: &mut Transaction<'_>,
    holder: Holder<'_>,
    offline: bool,
) -> Response {
    let now = simulator.now();
    let access = issue(transaction, now, holder, TokenKind::Access, Some(ACCESS_LIFETIME));
    let mut body = json!({
        "token_type": "bearer",
        "expires_in": ACCESS_LIFETIME.as_secs(),
        "access_token": access,
        "scope": holder.scope,
    });
    if offline {
        body["refresh_token"] =
            issue(transaction, now, holder, TokenKind::Refresh, Some(REFRESH_LIFETIME)).into();
    }
    json(StatusCode::OK, &body)
}

fn owner(simulator: &Simulator, token: &str) -> Option<String> {
    simulator.store().read(|state| {
        let token = state.token(token).filter(|token| token.platform == Platform::Twitter)?;
        Some(token.remote_id.clone())
    })
}

fn invalid(description: &str) -> Response {
    errors::oauth(StatusCode::BAD_REQUEST, "invalid_request", description)
}

fn words(fault: CodeFault) -> &'static str {
    match fault {
        CodeFault::Unknown | CodeFault::Used | CodeFault::Expired => {
            "Value passed for the authorization code was invalid."
        }
        CodeFault::RedirectMismatch => {
            "Value passed for the redirect uri did not match the uri of the authorization code."
        }
        CodeFault::VerifierMissing => "Missing required parameter [code_verifier].",
        CodeFault::VerifierWrong => "Value passed for the code verifier did not match the code challenge.",
    }
}
