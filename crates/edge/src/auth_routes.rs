//! `/api/auth/...`: sign-in for clients that speak no GraphQL. The same services as the mutations.

use super::edge::Edge;
use super::either_end::either_end;
use super::site::Site;
use super::whole_body::WholeBody;
use crate::rest::RestError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::person::GivenCode;
use fanfare_services::session::{Registration, SignIn, SignedIn};
use fanfare_services::{ServiceError, Services};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// `/api/auth/...`
pub fn router(services: &Arc<Services>, edge: &Arc<Edge>) -> Router {
    let routes = [
        ("register", post(register)),
        ("login", post(login)),
        ("refresh", post(refresh)),
        ("logout", post(logout)),
        ("me", get(me)),
    ];
    let router = routes.into_iter().fold(Router::new(), |router, (name, methods)| {
        either_end(router, &format!("/api/auth/{name}"), methods)
    });
    router.with_state(Site::new(services, edge))
}

type Answer = Result<(StatusCode, Json<Value>), RestError>;

#[derive(Deserialize)]
struct Register {
    email: String,
    password: String,
    name: String,
    workspace_name: Option<String>,
    #[serde(alias = "timezone")]
    time_zone: Option<String>,
    invitation_token: Option<String>,
}

#[derive(Deserialize)]
struct Login {
    email: String,
    password: String,
    totp_code: Option<String>,
    recovery_code: Option<String>,
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: String,
}

#[derive(Default, Deserialize)]
struct Logout {
    refresh_token: Option<String>,
}

/// Browsers send JSON to another site only after asking first, so that no page can do it unasked.
fn read<T: DeserializeOwned>(parts: &Parts, body: &[u8]) -> Result<T, RestError> {
    super::graphql::require_json(&parts.headers)?;
    serde_json::from_slice(body).map_err(|error| {
        let words = format!("The body is invalid: {error}.");
        RestError::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", words)
    })
}

/// `POST /api/auth/register`: 201.
async fn register(State(site): State<Site>, parts: Parts, WholeBody(body): WholeBody) -> Answer {
    let given: Register = read(&parts, &body)?;
    let time_zone = given.time_zone.map(|name| name.parse().map_err(|_| unknown_zone())).transpose()?;
    let registration = Registration {
        email: given.email,
        password: given.password,
        name: given.name,
        workspace_name: given.workspace_name,
        time_zone,
        invitation: given.invitation_token,
    };
    let signed_in =
        site.services.sessions().register(site.edge.client(&parts), registration).await?.into_parts().0;
    Ok((StatusCode::CREATED, Json(session(&site, &signed_in).await?)))
}

/// `POST /api/auth/login`: 200.
async fn login(State(site): State<Site>, parts: Parts, WholeBody(body): WholeBody) -> Answer {
    let given: Login = read(&parts, &body)?;
    let client = site.edge.client(&parts);
    let code = GivenCode::of(given.totp_code, given.recovery_code);
    let given = SignIn { email: given.email, password: given.password, code };
    let signed_in = site.services.sessions().sign_in(client, given).await?;
    Ok((StatusCode::OK, Json(session(&site, &signed_in).await?)))
}

/// `POST /api/auth/refresh`: 200.
async fn refresh(State(site): State<Site>, parts: Parts, WholeBody(body): WholeBody) -> Answer {
    let given: Refresh = read(&parts, &body)?;
    let signed_in = site.services.sessions().refresh(site.edge.client(&parts), &given.refresh_token).await?;
    Ok((StatusCode::OK, Json(session(&site, &signed_in).await?)))
}

/// `POST /api/auth/logout`, with a refresh token in the body or an access token: 200.
async fn logout(State(site): State<Site>, parts: Parts, WholeBody(body): WholeBody) -> Answer {
    let given: Logout = if body.is_empty() { Logout::default() } else { read(&parts, &body)? };
    if let Some(token) = given.refresh_token {
        site.services.sessions().sign_out_by_token(site.edge.client(&parts), &token).await?;
    } else {
        let scope = site.edge.scope(&parts).await?;
        site.services.sessions().sign_out(scope.actor()?).await?;
    }
    Ok((StatusCode::OK, Json(json!({ "message": "Signed out." }))))
}

/// `GET /api/auth/me`: 200.
async fn me(State(site): State<Site>, parts: Parts) -> Answer {
    let scope = site.edge.scope(&parts).await?;
    let actor = scope.actor()?;
    let user = site.services.people().get(actor).await?;
    let workspace = match site.services.workspaces().get(actor, actor.default_workspace).await {
        Ok(workspace) => {
            let role = site.services.workspaces().role(actor, workspace.id).await?;
            json!({ "id": workspace.id, "name": workspace.name, "timezone": workspace.time_zone, "role": role })
        }
        Err(ServiceError::NotFound) => Value::Null,
        Err(error) => return Err(error.into()),
    };
    let user = json!({
        "id": user.id, "email": user.email, "name": user.name, "created_at": user.created_at.to_string(),
    });
    Ok((StatusCode::OK, Json(json!({ "user": user, "workspace": workspace }))))
}

async fn session(site: &Site, signed_in: &SignedIn) -> Result<Value, RestError> {
    let (user, workspace) = (&signed_in.user, &signed_in.workspace);
    let role = site.services.workspaces().role(&signed_in.actor, workspace.id).await?;
    Ok(json!({
        "access_token": signed_in.access.text,
        "refresh_token": signed_in.refresh.expose(),
        "token_type": "Bearer",
        "expires_in": signed_in.access.expires_in.as_secs(),
        "user": {
            "id": user.id, "email": user.email, "name": user.name, "created_at": user.created_at.to_string(),
        },
        "workspace": {
            "id": workspace.id, "name": workspace.name, "timezone": workspace.time_zone, "role": role,
        },
    }))
}

fn unknown_zone() -> RestError {
    let words = "Give an IANA time zone, such as Europe/Paris.";
    ServiceError::from(UserError::new(UserErrorCode::Invalid, "timeZone", words)).into()
}
