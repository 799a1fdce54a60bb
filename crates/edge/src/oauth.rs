//! Where the networks send people back to.

use super::edge::Edge;
use super::either_end::either_end;
use super::gateway::RequestScope;
use super::media_type::accepts;
use super::named::Named;
use super::problem::bounded;
use super::repeated::{TWICE, repeated};
use super::site::Site;
use super::whole_body::WholeBody;
use crate::rest::{Field, RestError};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use fanfare_auth::OauthState;
use fanfare_auth::consent_cookie;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::global_id;
use fanfare_domain::id::AccountId;
use fanfare_domain::platform::Platform;
use fanfare_services::Services;
use fanfare_services::account::{Answer, Confirmation, Connected};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// The web app's page of accounts.
const ACCOUNTS_PAGE: &str = "/accounts";

/// `/api/sns/oauth/{platform}/...`
pub fn router(services: &Arc<Services>, edge: &Arc<Edge>) -> Router {
    let routes = [
        ("callback", get(callback).post(callback).head(nothing_happens)),
        ("simulate-callback", get(simulate_callback).post(simulate_callback).head(nothing_happens)),
    ];
    let router = routes.into_iter().fold(Router::new(), |router, (name, methods)| {
        either_end(router, &format!("/api/sns/oauth/{{platform}}/{name}"), methods)
    });
    router.with_state(Site::new(services, edge))
}

/// A HEAD asks what a GET would answer; it must not use up what only works once.
async fn nothing_happens() -> StatusCode {
    StatusCode::OK
}

type Fields = HashMap<String, String>;

/// The query, and for a POST its form or JSON object too. A name that is given twice is refused: which of the two is
/// meant cannot be told.
fn fields(parts: &Parts, body: &[u8]) -> Result<Fields, RestError> {
    let mut fields = form(parts.uri.query().unwrap_or_default().as_bytes())?;
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match kind {
        Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => fields.extend(form(body)?),
        Some(kind) if kind.starts_with("application/json") => {
            fields.extend(serde_json::from_slice::<Fields>(body).unwrap_or_default());
        }
        _ => {}
    }
    Ok(fields)
}

fn form(text: &[u8]) -> Result<Fields, RestError> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text).into_owned().collect();
    let twice = repeated(&pairs).next().map(|name| Field::new(bounded(name.to_owned()), TWICE));
    match twice {
        Some(field) => Err(RestError::invalid(vec![field])),
        None => Ok(pairs.into_iter().collect()),
    }
}

fn platform(name: &str) -> Result<Platform, RestError> {
    Platform::parse(name).ok_or_else(|| RestError::not_found("There is no such network."))
}

/// `/api/sns/oauth/{platform}/callback`. A browser is sent on to the web app, anything else gets JSON.
///
/// It ends the consent of a browser that has its cookie, or of a client that has the access token of who began it.
/// Anyone else has followed a link that was sent to them: nothing happens.
async fn callback(
    State(site): State<Site>,
    Named(name): Named<String>,
    parts: Parts,
    WholeBody(body): WholeBody,
) -> Response {
    let (mut fields, refused) = match fields(&parts, &body) {
        Ok(fields) => (fields, None),
        Err(error) => (Fields::default(), Some(error)),
    };
    let state = fields.remove("state").unwrap_or_default();
    let browser = accepts(&parts.headers, "text/html");
    // Asked before the state is used up.
    let back = if browser { site.services.connections().returns_to(&state).await } else { None };
    let outcome = match refused {
        Some(error) => Err(error),
        None => complete(&site, &name, &parts, &state, fields).await,
    };
    // After a success the cookie lasts as long as its state: the browser may come again.
    let failed = matches!(&outcome, Err(error) if error.code() != "ACCOUNT_CONFIRMATION_REQUIRED");
    let mut response = if browser {
        let connected_to = outcome.as_ref().ok().and_then(|connected| connected.redirect_to.as_deref());
        redirect(&site, connected_to.or(back.as_deref()).unwrap_or(ACCOUNTS_PAGE), &outcome)
    } else {
        match outcome {
            Ok(connected) => {
                connected_json(&site, &connected).await.unwrap_or_else(IntoResponse::into_response)
            }
            Err(error) => error.into_response(),
        }
    };
    if let Some(state) = OauthState::parse(&state).filter(|_| failed) {
        let cleared = consent_cookie::clear(&state, site.services.public_base());
        if let Ok(value) = HeaderValue::from_str(&cleared) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

async fn complete(
    site: &Site,
    name: &str,
    parts: &Parts,
    state: &str,
    mut fields: Fields,
) -> Result<Connected, RestError> {
    let platform = platform(name)?;
    let scope = site.edge.scope(parts).await?;
    let given = Answer::of_callback(
        fields.remove("code"),
        fields.remove("error"),
        fields.remove("error_description"),
    )?;
    complete_as(site, &scope, parts, platform, state, given).await
}

async fn complete_as(
    site: &Site,
    scope: &RequestScope,
    parts: &Parts,
    platform: Platform,
    state: &str,
    given: Answer,
) -> Result<Connected, RestError> {
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let binding = OauthState::parse(state).and_then(|state| consent_cookie::find(&state, cookies));
    let confirmation = match (&scope.actor, &binding) {
        (Some(actor), _) => Confirmation::Actor(actor),
        (None, Some(binding)) => Confirmation::Browser(binding, site.edge.client(parts)),
        (None, None) if scope.refused.is_some() => return Err(scope.unauthenticated().into()),
        (None, None) => Confirmation::Missing,
    };
    let completed =
        site.services.connections().called_back(confirmation, Some(platform), state, given).await?;
    Ok(completed.into_parts().0)
}

/// On to the web app, which shows what has come of it. Neither code nor state is in the address.
fn redirect(site: &Site, back: &str, outcome: &Result<Connected, RestError>) -> Response {
    let (name, value) = match outcome {
        Ok(connected) => ("connected", global_id::encode(AccountId::KIND, connected.account.id.0)),
        Err(error) => ("error", error.code().to_ascii_lowercase()),
    };
    let mut url = site.services.public_base().clone();
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let prefix = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{prefix}{path}"));
    url.set_query(Some(query).filter(|query| !query.is_empty()));
    url.query_pairs_mut().append_pair(name, &value);
    (StatusCode::FOUND, [(header::LOCATION, String::from(url))]).into_response()
}

/// `/api/sns/oauth/{platform}/simulate-callback?state=&profile=`: consents at a simulated network and connects the
/// account. 403 where the network is the real one.
async fn simulate_callback(
    State(site): State<Site>,
    Named(name): Named<String>,
    parts: Parts,
    WholeBody(body): WholeBody,
) -> Result<Response, RestError> {
    let fields = fields(&parts, &body)?;
    let platform = platform(&name)?;
    let scope = site.edge.scope(&parts).await?;
    let state = fields.get("state").map_or("", String::as_str);
    let profile = fields.get("profile").map(String::as_str);
    let connected = site.services.connections().simulate(scope.actor()?, platform, state, profile).await?;
    let (connected, _) = connected.into_parts();
    connected_json(&site, &connected).await
}

async fn connected_json(site: &Site, connected: &Connected) -> Result<Response, RestError> {
    let account = &connected.account;
    let counts = site.services.accounts().post_counts(account.workspace_id, &[account.id]).await?;
    let posts = counts.first().map_or(0, |(_, count)| *count);
    let message = format!("{} on {} is connected.", account.name, account.platform.display_name());
    Ok(Json(json!({ "account": shown(connected, posts), "message": message })).into_response())
}

/// The account as the REST contract shows it.
fn shown(Connected { account, .. }: &Connected, posts: i64) -> Value {
    json!({
        "id": account.id,
        "platform": account.platform,
        "account_name": account.name,
        "account_type": account.account_type,
        "platform_user_id": account.remote_id,
        "profile_picture_url": account.picture_url,
        "is_active": account.status == AccountStatus::Active,
        "status": account.status,
        "followers_count": account.followers_count,
        "following_count": account.following_count,
        "permissions": account.scopes.0,
        "token_expires_at": account.token_expires_at.map(|at| at.to_string()),
        "post_count": posts,
        "created_at": account.created_at.to_string(),
    })
}
