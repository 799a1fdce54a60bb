//! A request to the Graph API: whose token it has, and what it asks for.

use super::{Instagram, errors};
use crate::Simulator;
use crate::core::answer::Refusal;
use crate::core::gate::Call;
use crate::core::record::TokenKind;
use crate::core::step::Step;
use crate::oauth::form::Form;
use crate::oauth::token::{bearer, recognise};
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use fanfare_domain::platform::Platform;
use serde_json::Value;

/// A request whose token is valid.
pub struct GraphRequest {
    pub simulator: Simulator,
    pub headers: HeaderMap,
    /// Parameters of the query and of the body.
    pub form: Form,
    /// The account of the token.
    pub remote_id: String,
    scope: String,
}

impl GraphRequest {
    /// Reads a request and recognises its token.
    pub fn read(
        simulator: Simulator,
        headers: HeaderMap,
        query: Option<&str>,
        body: &Bytes,
    ) -> Result<Self, Refusal> {
        let form = form(query, &headers, body);
        let now = simulator.now();
        let (remote_id, scope) = simulator.store().read(|state| {
            let text = form.get("access_token").or_else(|| bearer(&headers));
            let token =
                recognise(state, Platform::Instagram, TokenKind::Access, text, now).map_err(errors::token)?;
            Ok::<_, Refusal>((token.remote_id.clone(), token.scope.clone()))
        })?;
        Ok(Self { simulator, headers, form, remote_id, scope })
    }

    pub fn call(&self, step: Step) -> Call<'_> {
        Call { network: &Instagram, step, remote_id: Some(&self.remote_id) }
    }

    pub fn require(&self, permission: &str) -> Result<(), Refusal> {
        let granted = self.scope.split([',', ' ']).any(|scope| scope == permission);
        if granted { Ok(()) } else { Err(errors::missing_permission().into()) }
    }

    /// The names in `fields`, or `default` where the request has none.
    pub fn fields<'a>(&'a self, default: &'a str) -> Vec<&'a str> {
        self.form.get("fields").unwrap_or(default).split(',').map(str::trim).collect()
    }
}

/// The Graph API takes parameters in the query, as a form, and as JSON.
fn form(query: Option<&str>, headers: &HeaderMap, body: &Bytes) -> Form {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Form::of_both(query, body);
    }
    let mut form = Form::of_query(query);
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        for (name, value) in fields {
            match value {
                Value::String(text) => form.push(&name, &text),
                Value::Array(items) => {
                    let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    form.push(&name, &items.join(","));
                }
                other => form.push(&name, &other.to_string()),
            }
        }
    }
    form
}
