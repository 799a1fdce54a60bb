//! The authorization endpoint (RFC 6749, 3.1): asks a person, or decides at once where the query says how.

use super::consent_page;
use super::form::Form;
use crate::core::answer::Refusal;
use crate::core::hashing::random_token;
use crate::core::network::{ConsentRules, Network, Pkce};
use crate::core::record::{Account, Code, Record};
use crate::core::store::Transaction;
use crate::{Clients, Simulator};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

/// The longest profile name, in characters.
const MAX_PROFILE_CHARS: usize = 50;
/// Codes that wait for their exchange, of all networks together.
const MOST_CODES: usize = 1_000;
/// Accounts of one network.
const MOST_ACCOUNTS: usize = 10_000;
/// Consents of one account whose tokens are good; the oldest ends with one more. Google keeps 100 for each account and
/// client (<https://developers.google.com/identity/protocols/oauth2#expiration>).
const MOST_GRANTS: usize = 25;

/// What a client asks for.
struct Request {
    client_id: String,
    redirect_uri: Url,
    /// As it was sent: the exchange must repeat it to the letter.
    redirect_text: String,
    scope: String,
    state: Option<String>,
    challenge: Option<String>,
    offline: bool,
}

/// GET: the page, or with `simulate_profile` or `simulate_decision` the redirect that a person would cause.
pub fn show(simulator: &Simulator, network: &'static dyn Network, query: Option<&str>) -> Response {
    let form = Form::of_query(query);
    match Request::read(&form, network.consent_rules(), simulator.clients()) {
        Err(problem) => consent_page::problem(network.platform(), &problem),
        Ok(_) if form.get("simulate_profile").is_none() && form.get("simulate_decision").is_none() => {
            consent_page::question(network.platform(), form.get("scope").unwrap_or_default(), None)
        }
        Ok(request) => {
            let approved = form.get("simulate_decision") != Some("deny");
            decide(simulator, network, &request, form.get("simulate_profile"), approved)
        }
    }
}

/// POST: what the person chose on the page.
pub fn submit(
    simulator: &Simulator,
    network: &'static dyn Network,
    query: Option<&str>,
    body: &[u8],
) -> Response {
    let form = Form::of_query(query);
    let choice = Form::parse(body);
    match Request::read(&form, network.consent_rules(), simulator.clients()) {
        Err(problem) => consent_page::problem(network.platform(), &problem),
        Ok(request) => {
            let approved = choice.get("decision") == Some("approve");
            decide(simulator, network, &request, choice.get("profile"), approved)
        }
    }
}

impl Request {
    fn read(form: &Form, rules: ConsentRules, clients: &Clients) -> Result<Self, String> {
        let required = |name: &str| form.get(name).ok_or_else(|| format!("The parameter {name} is missing."));
        let client_id = required("client_id")?.to_owned();
        let redirect_text = required("redirect_uri")?.to_owned();
        let redirect_uri = Url::parse(&redirect_text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.fragment().is_none())
            .ok_or("The parameter redirect_uri is not an address that can be returned to.")?;
        // RFC 6749, 3.1.2.4: the person is not sent to an address that the client has not registered.
        if !clients.know(&redirect_uri) {
            return Err(
                "The parameter redirect_uri is not registered: it is the callback of no server that this \
                        simulator serves (FANFARE_PUBLIC_URL, FANFARE_SIMULATOR_CLIENTS)."
                    .to_owned(),
            );
        }
        if required("response_type")? != "code" {
            return Err("The parameter response_type has to be code.".to_owned());
        }
        let scope = required("scope")?.to_owned();
        let challenge = match (rules.pkce, form.get("code_challenge")) {
            (Pkce::Unknown, _) | (Pkce::Optional, None) => None,
            (Pkce::Required, None) => return Err("The parameter code_challenge is missing.".to_owned()),
            (_, Some(_)) if form.get("code_challenge_method") != Some("S256") => {
                return Err("The parameter code_challenge_method has to be S256.".to_owned());
            }
            (_, Some(challenge)) => Some(challenge.to_owned()),
        };
        if rules.pkce == Pkce::Required {
            required("state")?;
        }
        let offline = scope.contains("offline.access") || form.get("access_type") == Some("offline");
        let state = form.get("state").map(str::to_owned);
        Ok(Self { client_id, redirect_uri, redirect_text, scope, state, challenge, offline })
    }

    /// The way back to the client, with an answer.
    fn redirect(&self, rules: ConsentRules, answer: &[(&str, &str)]) -> Response {
        let mut target = self.redirect_uri.clone();
        target.query_pairs_mut().extend_pairs(answer);
        if let Some(state) = &self.state {
            target.query_pairs_mut().append_pair("state", state);
        }
        target.set_fragment(rules.fragment);
        (StatusCode::FOUND, [(header::LOCATION, target.to_string())]).into_response()
    }
}

fn decide(
    simulator: &Simulator,
    network: &'static dyn Network,
    request: &Request,
    profile: Option<&str>,
    approved: bool,
) -> Response {
    let rules = network.consent_rules();
    if !approved {
        return request.redirect(rules, rules.denial);
    }
    let profile = profile.map(str::trim).filter(|name| !name.is_empty());
    let Some(profile) = profile.filter(|name| name.chars().count() <= MAX_PROFILE_CHARS) else {
        let problem = format!("Give a profile name of 1 to {MAX_PROFILE_CHARS} characters.");
        return consent_page::question(network.platform(), &request.scope, Some(&problem));
    };
    let code =
        simulator.store().transaction(|transaction| grant(simulator, transaction, network, request, profile));
    match code {
        Ok(code) if rules.tells_scope => {
            request.redirect(rules, &[("code", &code), ("scope", &request.scope)])
        }
        Ok(code) => request.redirect(rules, &[("code", &code)]),
        Err(refusal) => refusal.into_response(),
    }
}

fn grant(
    simulator: &Simulator,
    transaction: &mut Transaction<'_>,
    network: &'static dyn Network,
    request: &Request,
    profile: &str,
) -> Result<String, Refusal> {
    let (now, platform) = (simulator.now(), network.platform());
    let identity = network.identify(profile);
    let state = transaction.state;
    let is_new = state.account(platform, &identity.remote_id).is_none();
    let accounts = || state.accounts().filter(|account| account.platform == platform).count();
    let waiting = state.codes().filter(|code| !code.used && code.expires_at > now).count();
    if waiting >= MOST_CODES || (is_new && accounts() >= MOST_ACCOUNTS) {
        return Err(consent_page::full(platform).into());
    }
    if state.codes().any(|code| code.expires_at <= now) {
        transaction.put(Record::CodesGone(now));
    }
    if let Some(grants) = state.oldest_grants(platform, &identity.remote_id, MOST_GRANTS - 1) {
        transaction.put(Record::GrantsGone(grants));
    }
    if is_new {
        transaction.put(Record::Account(Account {
            platform,
            remote_id: identity.remote_id.clone(),
            handle: identity.handle,
            name: profile.to_owned(),
            created_at: now,
        }));
    }
    let code = random_token();
    transaction.put(Record::Code(Code {
        code: code.clone(),
        platform,
        remote_id: identity.remote_id,
        client_id: request.client_id.clone(),
        redirect_uri: request.redirect_text.clone(),
        scope: request.scope.clone(),
        challenge: request.challenge.clone(),
        offline: request.offline,
        expires_at: now.plus(network.consent_rules().code_lifetime),
        used: false,
    }));
    Ok(code)
}
