//! `/api/auth/...` in the document. These routes run no GraphQL operation, so they are described by hand;
//! `auth_routes` and `personal_data` serve them, and a test compares the two.

use super::operation::refusal;
use super::schemas::{Schemas, binary, or_null, reference};
use serde_json::{Map, Value, json};

/// One route.
struct Route {
    id: &'static str,
    verb: &'static str,
    /// Below `/api`.
    path: &'static str,
    summary: &'static str,
    /// The schema of the body.
    body: Option<&'static str>,
    needs_body: bool,
    needs_token: bool,
    success: u16,
    answer: Answer,
}

/// The body of an answer.
enum Answer {
    /// JSON of this schema.
    Json(&'static str),
    /// A file of this media type.
    File(&'static str),
}

const ROUTES: &[Route] = &[
    Route {
        id: "register",
        verb: "post",
        path: "/auth/register",
        summary: "Creates a user with a workspace of their own, and signs in.",
        body: Some("RegisterRequest"),
        needs_body: true,
        needs_token: false,
        success: 201,
        answer: Answer::Json("Session"),
    },
    Route {
        id: "login",
        verb: "post",
        path: "/auth/login",
        summary: "Signs in with e-mail address and password, and with a one-time code where the user has turned \
            two-factor authentication on.",
        body: Some("LoginRequest"),
        needs_body: true,
        needs_token: false,
        success: 200,
        answer: Answer::Json("Session"),
    },
    Route {
        id: "refreshSession",
        verb: "post",
        path: "/auth/refresh",
        summary: "Replaces a refresh token, which is valid once, and returns a new access token.",
        body: Some("RefreshRequest"),
        needs_body: true,
        needs_token: false,
        success: 200,
        answer: Answer::Json("Session"),
    },
    Route {
        id: "logout",
        verb: "post",
        path: "/auth/logout",
        summary: "Ends the session of the refresh token in the body, or without one that of the access token.",
        body: Some("LogoutRequest"),
        needs_body: false,
        needs_token: false,
        success: 200,
        answer: Answer::Json("LogoutResponse"),
    },
    Route {
        id: "getMe",
        verb: "get",
        path: "/auth/me",
        summary: "The user and their default workspace.",
        body: None,
        needs_body: false,
        needs_token: true,
        success: 200,
        answer: Answer::Json("Me"),
    },
    Route {
        id: "getPersonalData",
        verb: "get",
        path: "/auth/me/data",
        summary: "All personal data of the user, as a ZIP archive. Not available to API keys.",
        body: None,
        needs_body: false,
        needs_token: true,
        success: 200,
        answer: Answer::File("application/zip"),
    },
];

/// Adds the routes to the paths of the document, and what they refer to to its schemas.
pub fn describe(paths: &mut Map<String, Value>, schemas: &mut Schemas) {
    for (name, schema) in components() {
        schemas.named(name, |_| schema);
    }
    for route in ROUTES {
        let verbs = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Value::Object(verbs) = verbs {
            verbs.insert(route.verb.to_owned(), operation(route));
        }
    }
}

fn operation(route: &Route) -> Value {
    let content = |schema: &str| json!({ "application/json": { "schema": reference(schema) } });
    let mut responses = Map::new();
    let answer = match route.answer {
        Answer::Json(schema) => content(schema),
        Answer::File(media) => json!({ media: { "schema": binary() } }),
    };
    let done = json!({ "description": "Done.", "content": answer });
    responses.insert(route.success.to_string(), done);
    for status in [400, 401, 403, 408, 409, 413, 415, 429, 503] {
        responses.extend(refusal(status));
    }
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.summary,
        "tags": ["auth"],
        "responses": responses,
    });
    if let Value::Object(parts) = &mut operation {
        if let Some(body) = route.body {
            let body = json!({ "required": route.needs_body, "content": content(body) });
            parts.insert("requestBody".to_owned(), body);
        }
        if !route.needs_token {
            parts.insert("security".to_owned(), json!([]));
        }
    }
    operation
}

fn components() -> [(&'static str, Value); 9] {
    let text = || json!({ "type": "string" });
    let id = || json!({ "type": "integer", "format": "int64" });
    let user = json!({
        "id": id(), "email": { "type": "string", "format": "email" }, "name": text(),
        "created_at": { "type": "string", "format": "date-time" },
    });
    let workspace = json!({
        "id": id(), "name": text(), "timezone": text(),
        "role": { "type": "string", "enum": ["owner", "admin", "editor", "viewer"] },
    });
    let session = json!({
        "access_token": text(), "refresh_token": text(),
        "token_type": { "type": "string", "const": "Bearer" },
        "expires_in": { "type": "integer", "description": "Seconds until the access token expires." },
        "user": reference("User"), "workspace": reference("Workspace"),
    });
    let register = json!({
        "email": text(), "password": text(), "name": text(), "workspace_name": or_null(text()),
        "timezone": or_null(text()),
    });
    let login = json!({
        "email": text(), "password": text(), "totp_code": or_null(text()),
        "recovery_code": or_null(text()),
    });
    [
        ("User", whole(user)),
        ("Workspace", whole(workspace)),
        ("Session", whole(session)),
        ("Me", whole(json!({ "user": reference("User"), "workspace": or_null(reference("Workspace")) }))),
        ("LogoutResponse", whole(json!({ "message": text() }))),
        ("RegisterRequest", object(register, &["email", "password", "name"])),
        ("LoginRequest", object(login, &["email", "password"])),
        ("RefreshRequest", object(json!({ "refresh_token": text() }), &["refresh_token"])),
        ("LogoutRequest", object(json!({ "refresh_token": or_null(text()) }), &[])),
    ]
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

/// An object whose properties are all there.
fn whole(properties: Value) -> Value {
    let required: Vec<String> = properties.as_object().into_iter().flat_map(Map::keys).cloned().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}
