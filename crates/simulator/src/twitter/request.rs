//! What X's endpoints ask of every request.

use super::{X, errors};
use crate::Simulator;
use crate::core::answer::Refusal;
use crate::core::gate::Call;
use crate::core::record::TokenKind;
use crate::core::step::Step;
use crate::oauth::token::{bearer, recognise};
use axum::http::HeaderMap;
use fanfare_domain::platform::Platform;

/// The user whose token was sent.
pub struct Caller {
    pub remote_id: String,
}

impl Caller {
    pub fn call(&self, step: Step) -> Call<'_> {
        Call { network: &X, step, remote_id: Some(&self.remote_id) }
    }
}

/// A call of nobody known.
pub const fn anonymous(step: Step) -> Call<'static> {
    Call { network: &X, step, remote_id: None }
}

/// Who calls, if the token is valid and was granted `scopes`.
pub fn authenticate(simulator: &Simulator, headers: &HeaderMap, scopes: &[&str]) -> Result<Caller, Refusal> {
    let now = simulator.now();
    simulator.store().read(|state| {
        let token = recognise(state, Platform::Twitter, TokenKind::Access, bearer(headers), now)
            .map_err(|_| errors::unauthorized())?;
        if !scopes.iter().all(|scope| token.scope.split(' ').any(|granted| granted == *scope)) {
            return Err(errors::forbidden("You are not permitted to perform this action.").into());
        }
        Ok(Caller { remote_id: token.remote_id.clone() })
    })
}
