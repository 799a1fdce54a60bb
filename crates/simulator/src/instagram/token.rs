//! Tokens: a code for a short-lived one, that for a long-lived one, which renews itself.

use super::{Instagram, errors};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::gate::Call;
use crate::core::record::TokenKind;
use crate::core::step::Step;
use crate::oauth::form::Form;
use crate::oauth::grant::{CodeFault, Exchange, redeem};
use crate::oauth::token::{Holder, issue, recognise};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::platform::Platform;
use serde_json::json;
use std::time::Duration;

const SHORT_LIFETIME: Duration = Duration::from_hours(1);
const LONG_LIFETIME: Duration = Duration::from_hours(1440);
/// A long-lived token must be this old before it can be refreshed.
const MINIMUM_AGE: Duration = Duration::from_hours(24);

/// POST api.instagram.com/oauth/access_token.
pub async fn exchange_code(State(simulator): State<Simulator>, body: Bytes) -> Response {
    let form = Form::parse(&body);
    let client = (form.get("client_id"), form.get("client_secret"));
    let (Some(client_id), Some(_secret)) = client else {
        return errors::code_refused("Missing required field client_id or client_secret");
    };
    let sent = (form.get("grant_type"), form.get("code"), form.get("redirect_uri"));
    let (Some("authorization_code"), Some(code), Some(redirect_uri)) = sent else {
        return errors::code_refused("Missing required field code, redirect_uri or grant_type");
    };
    let owner = simulator.store().read(|state| state.code(code).map(|code| code.remote_id.clone()));
    let call = Call { network: &Instagram, step: Step::Token, remote_id: owner.as_deref() };
    let sent = Exchange { platform: Platform::Instagram, code, client_id, redirect_uri, verifier: None };
    simulator
        .pass(call, async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let code =
                    redeem(transaction, now, &sent).map_err(|fault| errors::code_refused(words(fault)))?;
                let holder = Holder {
                    platform: Platform::Instagram,
                    remote_id: &code.remote_id,
                    client_id,
                    scope: &code.scope,
                    grant: &code.code,
                };
                let token = issue(transaction, now, holder, TokenKind::Access, Some(SHORT_LIFETIME));
                transaction.effective(Platform::Instagram, &code.remote_id, Step::Token);
                let permissions: Vec<&str> = code.scope.split([',', ' ']).collect();
                // A number here, though it is text everywhere else: so does the network.
                let user_id = code.remote_id.parse::<u64>().unwrap_or_default();
                let body = json!({ "access_token": token, "user_id": user_id, "permissions": permissions });
                Ok(json(StatusCode::OK, &body))
            })
        })
        .await
}

fn words(fault: CodeFault) -> &'static str {
    match fault {
        CodeFault::Used => "This authorization code has been used",
        CodeFault::Expired => "This authorization code has expired",
        CodeFault::RedirectMismatch => {
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in \
             the OAuth dialog request"
        }
        _ => "Invalid authorization code",
    }
}

/// GET graph.instagram.com/access_token?grant_type=ig_exchange_token.
pub async fn exchange_short_lived(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Response {
    let form = Form::of_query(query.as_deref());
    if form.get("grant_type") != Some("ig_exchange_token") {
        return errors::missing_parameter("grant_type");
    }
    if form.get("client_secret").is_none() {
        return errors::missing_parameter("client_secret");
    }
    renew(&simulator, &form, Step::Token).await
}

/// GET graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token.
pub async fn refresh(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Response {
    let form = Form::of_query(query.as_deref());
    if form.get("grant_type") != Some("ig_refresh_token") {
        return errors::missing_parameter("grant_type");
    }
    renew(&simulator, &form, Step::Refresh).await
}

/// A new long-lived token. The old one stays valid until its own end.
async fn renew(simulator: &Simulator, form: &Form, step: Step) -> Response {
    let text = form.get("access_token");
    let owner = simulator.store().read(|state| state.token(text?).map(|token| token.remote_id.clone()));
    let call = Call { network: &Instagram, step, remote_id: owner.as_deref() };
    simulator
        .pass(call, async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let token = recognise(transaction.state, Platform::Instagram, TokenKind::Access, text, now)
                    .map_err(errors::token)?;
                if step == Step::Refresh && now.since(token.issued_at) < MINIMUM_AGE {
                    let words = "The access token has to be at least 24 hours old to be refreshed";
                    return Err(errors::plain(100, words).into());
                }
                let fresh =
                    issue(transaction, now, Holder::of(token), TokenKind::Access, Some(LONG_LIFETIME));
                transaction.effective(Platform::Instagram, &token.remote_id, step);
                let body = json!({
                    "access_token": fresh,
                    "token_type": "bearer",
                    "expires_in": LONG_LIFETIME.as_secs(),
                    "permissions": token.scope,
                });
                Ok(json(StatusCode::OK, &body))
            })
        })
        .await
}
