//! The consent of a simulated network without a person: its page is asked over HTTP as a browser would, then the
//! normal exchange follows.

use super::Connections;
use super::complete::{Admits, Answer, Confirmation, Connected};
use super::stale;
use crate::account::network_error;
use crate::context::{Committed, ServiceError, ServiceResult};
use fanfare_domain::actor::Actor;
use fanfare_domain::platform::Platform;
use fanfare_platform_api::{AuthorizeRequest, ClientMode};
use reqwest::Method;
use std::collections::HashMap;
use std::time::Duration;
use url::Url;

const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Who consents where no name is given.
const USUAL_PROFILE: &str = "demo";

impl Connections {
    /// Consents as `profile` (the same name is always the same account) and connects the account. Only for who began
    /// the consent, and only where the network is simulated.
    pub async fn simulate(
        &self,
        actor: &Actor,
        platform: Platform,
        state: &str,
        profile: Option<&str>,
    ) -> ServiceResult<Committed<Connected>> {
        self.simulate_for(actor, platform, state, profile, Admits::Any).await
    }

    pub(super) async fn simulate_for(
        &self,
        actor: &Actor,
        platform: Platform,
        state: &str,
        profile: Option<&str>,
        admits: Admits,
    ) -> ServiceResult<Committed<Connected>> {
        let clients = self.clients(platform)?;
        if clients.mode != ClientMode::Simulation {
            let words = format!("{} is not simulated here.", platform.display_name());
            return Err(ServiceError::Forbidden(words));
        }
        let (hash, row) = self.open_state(state).await?;
        if row.user_id != actor.user_id || row.platform != platform {
            return Err(stale());
        }
        let verifier = self.verifier(&hash, &row)?;
        let redirect_uri = self.redirect_uri(platform);
        let request =
            AuthorizeRequest { state, redirect_uri: &redirect_uri, pkce_verifier: verifier.as_deref() };
        let mut page =
            clients.oauth.authorize_url(&request).map_err(|error| ServiceError::Internal(error.into()))?;
        page.query_pairs_mut().append_pair("simulate_profile", profile.unwrap_or(USUAL_PROFILE));
        let answer = self.consent_answer(page).await?;
        self.complete_for(Confirmation::Actor(actor), Some(platform), state, answer, admits).await
    }

    /// What the page sends the browser back with.
    async fn consent_answer(&self, page: Url) -> ServiceResult<Answer> {
        let reply = self.http.send(self.http.request(Method::GET, page), ANSWER_TIME).await;
        let reply = reply.map_err(|error| ServiceError::Unavailable(format!("the simulator: {error}")))?;
        let location = reply.header("location").and_then(|text| Url::parse(text).ok());
        let location = location.ok_or_else(|| {
            network_error("The simulated network did not consent; give a profile name of 1 to 50 characters.")
        })?;
        let mut query: HashMap<String, String> = location.query_pairs().into_owned().collect();
        match (query.remove("code"), query.remove("error")) {
            (Some(code), _) => Ok(Answer::Code(code)),
            (None, Some(error)) => {
                Ok(Answer::Refusal { error, description: query.remove("error_description") })
            }
            (None, None) => Err(network_error("The simulated network sent no code.")),
        }
    }
}
