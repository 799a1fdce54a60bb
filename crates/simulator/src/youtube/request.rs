//! What Google's endpoints ask of every request.

use super::{YouTube, errors};
use crate::Simulator;
use crate::core::answer::Refusal;
use crate::core::gate::Call;
use crate::core::record::TokenKind;
use crate::core::step::Step;
use crate::oauth::form::Form;
use crate::oauth::token::{bearer, recognise};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use fanfare_domain::platform::Platform;

/// What the scopes of the Data API begin with.
const SCOPE_BASE: &str = "https://www.googleapis.com/auth/youtube";

/// The channel whose token was sent.
pub struct Caller {
    pub remote_id: String,
}

impl Caller {
    pub fn call(&self, step: Step) -> Call<'_> {
        Call { network: &YouTube, step, remote_id: Some(&self.remote_id) }
    }
}

/// Who calls, if the token is valid and has one of `scopes` (`.upload`, `.readonly` ...) or the scope of everything.
pub fn authenticate(simulator: &Simulator, headers: &HeaderMap, scopes: &[&str]) -> Result<Caller, Refusal> {
    let now = simulator.now();
    simulator.store().read(|state| {
        let token = recognise(state, Platform::Youtube, TokenKind::Access, bearer(headers), now)
            .map_err(|_| errors::invalid_credentials())?;
        let granted = token.scope.split(' ').filter_map(|scope| scope.strip_prefix(SCOPE_BASE));
        if granted.into_iter().any(|scope| scope.is_empty() || scopes.contains(&scope)) {
            return Ok(Caller { remote_id: token.remote_id.clone() });
        }
        Err(errors::missing_scope().into())
    })
}

/// The names in `part`, which every method of the Data API asks for.
pub fn parts(form: &Form) -> Result<Vec<String>, Refusal> {
    let part = form.get("part").ok_or_else(|| errors::missing_parameter("part"))?;
    Ok(part.split(',').map(|name| name.trim().to_owned()).collect())
}

/// What every method begins with that lists something: a caller whose token may read, and the parts that are asked for.
pub struct ListRequest {
    pub caller: Caller,
    pub parts: Vec<String>,
    /// The query's parameters.
    pub form: Form,
}

impl FromRequestParts<Simulator> for ListRequest {
    type Rejection = Refusal;

    async fn from_request_parts(request: &mut Parts, simulator: &Simulator) -> Result<Self, Refusal> {
        let form = Form::of_query(request.uri.query());
        let caller = authenticate(simulator, &request.headers, &[".readonly", ".force-ssl"])?;
        let parts = parts(&form)?;
        Ok(Self { caller, parts, form })
    }
}
