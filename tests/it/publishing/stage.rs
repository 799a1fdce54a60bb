//! What a publishing test plays on: the networks, a server, a person with accounts.

use crate::support::database::Database;
use crate::support::graphql::UploadFile;
use crate::support::person::Person;
use crate::support::server::{Server, Settings};
use crate::support::simulator::SimulatorProcess;
use crate::support::waiting::eventually;
use fanfare_net::HttpClient;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Longer than any publication takes here, restarts and leases included.
pub const LIMIT: Duration = Duration::from_mins(1);

pub const POST: &str = "query($id: ID!) { post(id: $id) {
    id status saga { state failedStep completedSteps { name } }
    targets { id status externalId url attempts nextAttemptAt error { code message } account { id platform name status }
        steps { phase name key state publicEffect evidence: evidenceJson
            known: evidence { kind isAbsent searched platformStatus } error } } } }";

pub struct Stage {
    pub simulator: SimulatorProcess,
    pub server: Server,
    pub person: Person,
}

impl Stage {
    pub async fn set(db: &Database) -> Self {
        Self::set_with(db, |settings| settings).await
    }

    /// With settings of its own. Leases are short, so that what a dead server held is soon taken over.
    pub async fn set_with(db: &Database, change: impl FnOnce(Settings) -> Settings) -> Self {
        Self::set_on(db, SimulatorProcess::start().await, change).await
    }

    /// With networks of its own too.
    pub async fn set_on(
        db: &Database,
        simulator: SimulatorProcess,
        change: impl FnOnce(Settings) -> Settings,
    ) -> Self {
        let settings = Server::on(db).simulator(&simulator).set("FANFARE_LEASE_SECONDS", "2");
        let server = change(settings).start().await;
        let person = Person::register(&server).await;
        Self { simulator, server, person }
    }

    /// Connects an account by the network's consent; answers its id.
    pub async fn connect(&self, platform: &str, name: &str) -> String {
        let started = self
            .person
            .graphql
            .payload(
                "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
                    authorizeUrl state userErrors { message code path } } }",
                json!({ "input": { "platform": platform } }),
            )
            .await;
        let code = consent(started["authorizeUrl"].as_str().unwrap(), name).await;
        let connected = self
            .person
            .graphql
            .payload(
                "mutation($input: CompleteAccountConnectionInput!) { completeAccountConnection(input: $input) {
                    account { id } userErrors { message code path } } }",
                json!({ "input": { "state": started["state"], "code": code } }),
            )
            .await;
        connected["account"]["id"].as_str().unwrap().to_owned()
    }

    /// Uploads one of the simulator's samples; answers the medium's id.
    pub async fn upload(&self, sample: &str, content_type: &str) -> String {
        self.upload_bytes(sample, content_type, self.sample(sample).await).await
    }

    /// One of the simulator's samples.
    pub async fn sample(&self, name: &str) -> Vec<u8> {
        let url = self.simulator.url().join(&format!("simulator/{name}")).unwrap();
        let http = HttpClient::new().unwrap();
        http.request(Method::GET, url).send().await.unwrap().bytes().await.unwrap().to_vec()
    }

    /// Uploads a file; answers the medium's id.
    pub async fn upload_bytes(&self, name: &str, content_type: &str, content: Vec<u8>) -> String {
        let file = UploadFile { variable: "variables.input.file", name, content_type, content };
        let answer = self
            .person
            .graphql
            .upload(
                "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
                    media { id } userErrors { message code path } } }",
                json!({ "input": { "file": null } }),
                vec![file],
            )
            .await;
        let payload = &answer.data()["uploadMedia"];
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload["media"]["id"].as_str().unwrap().to_owned()
    }

    /// Creates a post; answers its id.
    pub async fn create(&self, input: Value) -> String {
        let payload = self
            .person
            .graphql
            .payload(
                "mutation($input: CreatePostInput!) { createPost(input: $input) {
                    post { id status } userErrors { message code path } } }",
                json!({ "input": input }),
            )
            .await;
        payload["post"]["id"].as_str().unwrap().to_owned()
    }

    /// Runs a mutation that takes `{ id }`; answers its payload.
    pub async fn command(&self, mutation: &str, id: &str) -> Value {
        let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{
                post {{ id status }} userErrors {{ message code path }} }} }}"
        );
        self.person.graphql.payload(&document, json!({ "input": { "id": id } })).await
    }

    pub async fn post(&self, id: &str) -> Value {
        self.person.graphql.data(POST, json!({ "id": id })).await["post"].clone()
    }

    /// The post once `wanted` holds for it.
    pub async fn post_when(&self, id: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(LIMIT, what, async || Some(self.post(id).await).filter(|post| wanted(post))).await
    }

    /// The post once it has this status.
    pub async fn post_with_status(&self, id: &str, status: &str) -> Value {
        self.post_when(id, status, |post| post["status"] == status).await
    }

    /// Orders a fault of the simulator.
    pub async fn fault(&self, fault: Value) {
        self.simulator.faults(&fault).await;
    }

    /// What stands on all networks with this text, deleted or not.
    pub async fn on_networks(&self, text: &str) -> Vec<Value> {
        let report = self.simulator.report().await;
        let accounts = report["accounts"].as_array().unwrap().clone();
        let posts = accounts.into_iter().flat_map(|account| account["posts"].as_array().unwrap().clone());
        posts.filter(|post| post["text"].as_str().unwrap_or("").contains(text)).collect()
    }

    /// How many calls of a step have arrived at a network.
    pub async fn received(&self, platform: &str, step: &str) -> u64 {
        let report = self.simulator.report().await;
        let accounts = report["accounts"].as_array().unwrap();
        let of_platform = accounts.iter().filter(|account| account["platform"] == platform);
        of_platform.map(|account| account["calls"][step]["received"].as_u64().unwrap_or(0)).sum()
    }
}

/// Approves on the consent page as `name`; answers the code of the callback.
pub async fn consent(authorize_url: &str, name: &str) -> String {
    let mut url = Url::parse(authorize_url).unwrap();
    url.query_pairs_mut().append_pair("simulate_profile", name);
    let answer = HttpClient::new().unwrap().request(Method::GET, url).send().await.unwrap();
    assert!(answer.status().is_redirection(), "{}", answer.status());
    let callback = Url::parse(answer.headers()[header::LOCATION].to_str().unwrap()).unwrap();
    let code = callback.query_pairs().find(|(name, _)| name == "code");
    code.unwrap_or_else(|| panic!("no code in {callback}")).1.into_owned()
}
