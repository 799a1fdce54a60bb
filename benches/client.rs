//! A client of the public API, as far as the measurements need one.

use anyhow::{Context as _, bail};
use fanfare_domain::clock::Timestamp;
use fanfare_net::HttpClient;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Requests under way at the same time while a measurement is prepared.
const AT_ONCE: usize = 8;

const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
  session { accessToken } userErrors { message } } }";
const START: &str = "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
  authorizeUrl userErrors { message } } }";
const COMPLETE: &str = "mutation($input: CompleteAccountConnectionInput!) {
  completeAccountConnection(input: $input) { account { id } userErrors { message } } }";
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
  post { id } userErrors { message } } }";

/// Settings that let one person prepare a measurement quickly.
pub const UNHURRIED: [(&str, &str); 5] = [
    ("FANFARE_CREATES_PER_MINUTE", "1000000"),
    ("FANFARE_OAUTH_STARTS_PER_MINUTE", "1000000"),
    ("FANFARE_GRAPHQL_COMPLEXITY", "1000000"),
    ("FANFARE_COST_PER_MINUTE", "1000000000"),
    ("FANFARE_ADDRESS_COST_PER_MINUTE", "1000000000"),
];

/// A person who is signed in.
#[derive(Clone)]
pub struct Client {
    http: HttpClient,
    base: Url,
    pub token: String,
}

impl Client {
    /// Registers a user with a workspace of their own.
    pub async fn register(http: &HttpClient, base: &Url) -> anyhow::Result<Self> {
        let mut client = Self { http: http.clone(), base: base.clone(), token: String::new() };
        let input = json!({ "email": "bench@example.com", "password": "a long walk home", "name": "Bench" });
        let payload = client.mutate("register", REGISTER, input).await?;
        client.token = text(&payload, "/session/accessToken")?;
        Ok(client)
    }

    /// The same person at another node.
    #[must_use]
    pub fn at(&self, base: &Url) -> Self {
        Self { base: base.clone(), ..self.clone() }
    }

    /// Connects accounts of X; answers their ids.
    pub async fn connect_accounts(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let connecting = (0..count).map(|number| self.connect_account(number));
        stream::iter(connecting).buffered(AT_ONCE).try_collect().await
    }

    async fn connect_account(&self, number: usize) -> anyhow::Result<String> {
        let started = self.mutate("startAccountConnection", START, json!({ "platform": "TWITTER" })).await?;
        let mut consent = Url::parse(&text(&started, "/authorizeUrl")?)?;
        consent.query_pairs_mut().append_pair("simulate_profile", &format!("bench {number}"));
        let answer = self.http.send(self.http.request(Method::GET, consent), PATIENCE).await?;
        let callback = Url::parse(answer.header(LOCATION.as_str()).context("consent led nowhere")?)?;
        let parameter = |name: &str| {
            let found = callback.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).with_context(|| format!("no {name} came back"))
        };
        let input = json!({ "state": parameter("state")?, "code": parameter("code")? });
        let payload = self.mutate("completeAccountConnection", COMPLETE, input).await?;
        text(&payload, "/account/id")
    }

    /// Creates posts, several at a time: each with its text, its accounts, and the time at which it is due.
    pub async fn create_posts(
        &self,
        posts: Vec<(String, Vec<String>)>,
        due: Timestamp,
    ) -> anyhow::Result<Vec<String>> {
        let creating = posts.into_iter().map(|(text, accounts)| self.create_post(text, accounts, Some(due)));
        stream::iter(creating).buffered(AT_ONCE).try_collect().await
    }

    /// Creates one post, a draft where no time is given; answers its id.
    pub async fn create_post(
        &self,
        content: String,
        accounts: Vec<String>,
        due: Option<Timestamp>,
    ) -> anyhow::Result<String> {
        let due = due.map(|due| due.to_string());
        let input = json!({ "content": content, "accountIds": accounts, "scheduledAt": due });
        text(&self.mutate("createPost", CREATE, input).await?, "/post/id")
    }

    /// Runs a document and gives its data; any error is one here.
    pub async fn run(&self, query: &str, variables: Value) -> anyhow::Result<Value> {
        let body = json!({ "query": query, "variables": variables });
        let mut request = self.http.request(Method::POST, self.base.join("graphql")?).json(&body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let reply = self.http.send(request, PATIENCE).await?;
        let answer: Value = reply.json().with_context(|| format!("answered {}", reply.status))?;
        if let Some(error) = answer.pointer("/errors/0/message") {
            bail!("{error}");
        }
        answer.get("data").cloned().context("no data")
    }

    async fn mutate(&self, field: &str, query: &str, input: Value) -> anyhow::Result<Value> {
        let data = self.run(query, json!({ "input": input })).await.with_context(|| field.to_owned())?;
        let payload = data.get(field).cloned().context("no payload")?;
        match payload.pointer("/userErrors/0/message") {
            Some(error) => bail!("{field}: {error}"),
            None => Ok(payload),
        }
    }
}

/// A text inside an answer.
pub fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("no text at {pointer}"))
}
