//! GraphQL over HTTP, as any client would speak it.

use anyhow::{Context as _, bail};
use fanfare_net::{HttpClient, Reply};
use rand::RngExt as _;
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::time::Duration;
use url::Url;

/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
  session { accessToken } viewer { user { email } } userErrors { message code path } } }";

/// A signed-in client of one server.
pub struct Api {
    http: HttpClient,
    base: Url,
    token: Option<String>,
}

/// A GraphQL answer.
#[derive(Deserialize)]
struct Answer {
    data: Option<Map<String, Value>>,
    #[serde(default)]
    errors: Vec<TopLevelError>,
}

#[derive(Deserialize)]
struct TopLevelError {
    message: String,
}

#[derive(Deserialize)]
struct UserError {
    message: String,
    code: String,
    path: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    session: Session,
    viewer: Viewer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    access_token: String,
}

#[derive(Deserialize)]
struct Viewer {
    user: User,
}

#[derive(Deserialize)]
struct User {
    email: String,
}

impl Api {
    pub fn new(http: HttpClient, base: Url) -> Self {
        Self { http, base, token: None }
    }

    /// Registers a user who did not exist before, signs in as them, and returns their e-mail address.
    pub async fn register(&mut self) -> anyhow::Result<String> {
        let mut random = rand::rng();
        let (number, password): (u32, u128) = (random.random(), random.random());
        let input = json!({
            "email": format!("demo-{number:08x}@example.com"),
            "password": format!("{password:x}"),
            "name": "Demo",
        });
        let registered: Registered = self.mutate("register", REGISTER, input).await?;
        self.token = Some(registered.session.access_token);
        Ok(registered.viewer.user.email)
    }

    /// Runs a mutation that takes `input`, and reads its payload. User errors are an error.
    pub async fn mutate<T: DeserializeOwned>(
        &self,
        field: &str,
        query: &str,
        input: Value,
    ) -> anyhow::Result<T> {
        read_payload(field, self.run(field, query, json!({ "input": input })).await?)
    }

    /// Runs a document and reads one field of its answer.
    pub async fn query<T: DeserializeOwned>(
        &self,
        field: &str,
        query: &str,
        variables: Value,
    ) -> anyhow::Result<T> {
        Ok(serde_json::from_value(self.run(field, query, variables).await?)?)
    }

    /// Runs a mutation with a file at `variables.input.file`, by the GraphQL multipart request specification.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        field: &str,
        query: &str,
        file: reqwest::multipart::Part,
    ) -> anyhow::Result<T> {
        let operations = json!({ "query": query, "variables": { "input": { "file": null } } });
        let form = reqwest::multipart::Form::new()
            .text("operations", operations.to_string())
            .text("map", json!({ "0": ["variables.input.file"] }).to_string())
            .part("0", file);
        let request = self.http.request(Method::POST, self.base.join("graphql")?).multipart(form);
        let reply = self.send(self.signed(request)).await?;
        read_payload(field, read_field(field, &reply)?)
    }

    /// A GET as a browser would send it: without the token, without following a redirect.
    pub async fn get(&self, url: Url) -> anyhow::Result<Reply> {
        self.send(self.http.request(Method::GET, url)).await
    }

    /// The status code at a public address.
    pub async fn status_of(&self, url: Url) -> anyhow::Result<u16> {
        Ok(self.get(url).await?.status.as_u16())
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    async fn run(&self, field: &str, query: &str, variables: Value) -> anyhow::Result<Value> {
        let body = json!({ "query": query, "variables": variables });
        let request = self.http.request(Method::POST, self.base.join("graphql")?).json(&body);
        let reply = self.send(self.signed(request)).await?;
        read_field(field, &reply)
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Reply> {
        Ok(self.http.send(request, PATIENCE).await?)
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

fn read_field(field: &str, reply: &Reply) -> anyhow::Result<Value> {
    let answer: Answer =
        reply.json().with_context(|| format!("{field} was answered {} and no GraphQL", reply.status))?;
    if let Some(error) = answer.errors.first() {
        bail!("{field}: {}", error.message);
    }
    answer.data.and_then(|mut data| data.remove(field)).with_context(|| format!("{field} was not answered"))
}

fn read_payload<T: DeserializeOwned>(field: &str, payload: Value) -> anyhow::Result<T> {
    let errors: Vec<UserError> = match payload.get("userErrors") {
        Some(errors) => serde_json::from_value(errors.clone())?,
        None => Vec::new(),
    };
    if let Some(error) = errors.first() {
        bail!("{field}: {} ({} at {})", error.message, error.code, error.path.join("."));
    }
    serde_json::from_value(payload).with_context(|| format!("the answer of {field}"))
}
