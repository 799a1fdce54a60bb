//! A simulator on a free port, a clock that tests set, and a client.

use crate::core::hashing::sha256_base64url;
use crate::{Clients, Simulator, SimulatorOptions};
use fanfare_domain::clock::{Clock, SharedClock, Timestamp};
use fanfare_domain::platform::Platform;
use fanfare_net::{HttpClient, NetError, Reply};
use parking_lot::Mutex;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub const VERIFIER: &str = "a-verifier-of-at-least-43-characters-as-rfc-7636-wants";
pub const REDIRECT: &str = "http://127.0.0.1:9/api/sns/oauth/callback";

/// Stands still until it is moved.
pub struct SetClock(Mutex<Timestamp>);

impl SetClock {
    pub fn forward(&self, by: Duration) {
        let mut now = self.0.lock();
        *now = now.plus(by);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

pub struct Server {
    pub simulator: Simulator,
    pub clock: Arc<SetClock>,
    pub origin: Url,
    pub http: HttpClient,
    task: tokio::task::JoinHandle<()>,
    folder: Option<tempfile::TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self::start_in(folder.path(), None).await;
        server.folder = Some(folder);
        server
    }

    pub async fn start_in(folder: &Path, token: Option<&str>) -> Self {
        Self::start_for(folder, token, Clients { bases: Vec::new(), loopback: true }).await
    }

    pub async fn start_for(folder: &Path, token: Option<&str>, clients: Clients) -> Self {
        let clock = Arc::new(SetClock(Mutex::new(Timestamp::from_micros(1_790_000_000_000_000).unwrap())));
        let options = SimulatorOptions {
            state_file: folder.join("simulator.jsonl"),
            token: token.map(str::to_owned),
            control_by_token: false,
            clients,
            latency: Some(Duration::ZERO..Duration::ZERO),
        };
        let simulator = Simulator::open(options, Arc::clone(&clock) as SharedClock).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let service = simulator.router().into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { simulator, clock, origin, http: HttpClient::new().unwrap(), task, folder: None }
    }

    pub fn url(&self, platform: Platform, path: &str) -> Url {
        self.origin.join(&format!("/simulator/{platform}{path}")).unwrap()
    }

    pub fn request(&self, method: Method, platform: Platform, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(platform, path))
    }

    pub async fn send(&self, request: RequestBuilder) -> Reply {
        self.try_send(request).await.unwrap()
    }

    pub async fn try_send(&self, request: RequestBuilder) -> Result<Reply, NetError> {
        self.http.send(request, Duration::from_secs(5)).await
    }

    /// Sends to a path behind `/simulator`.
    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let url = self.origin.join(&format!("/simulator{path}")).unwrap();
        let request = self.http.request(method, url);
        self.send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub async fn fault(&self, order: Value) {
        assert_eq!(self.control(Method::POST, "/faults", Some(order)).await.status, 201);
    }

    pub async fn report(&self) -> Value {
        self.control(Method::GET, "/report", None).await.json().unwrap()
    }

    /// The authorization URL of a platform, with `extra` behind it.
    pub fn authorize(&self, platform: Platform, extra: &[(&str, &str)]) -> RequestBuilder {
        let (path, scope) = match platform {
            Platform::Twitter => {
                ("/i/oauth2/authorize", "tweet.read tweet.write users.read media.write offline.access")
            }
            Platform::Instagram => (
                "/oauth/authorize",
                "instagram_business_basic,instagram_business_content_publish,instagram_business_manage_insights",
            ),
            _ => (
                "/o/oauth2/v2/auth",
                "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube.force-ssl",
            ),
        };
        let challenge = sha256_base64url(VERIFIER);
        self.request(Method::GET, platform, path)
            .query(&[
                ("client_id", "app"),
                ("redirect_uri", REDIRECT),
                ("response_type", "code"),
                ("scope", scope),
                ("state", "the-state"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
                ("access_type", "offline"),
            ])
            .query(extra)
    }

    /// Where a consent leads back to.
    pub async fn consent(&self, platform: Platform, extra: &[(&str, &str)]) -> Url {
        let reply = self.send(self.authorize(platform, extra)).await;
        assert_eq!(reply.status, 302);
        Url::parse(reply.header("location").unwrap()).unwrap()
    }

    pub async fn code(&self, platform: Platform, profile: &str) -> String {
        parameter(&self.consent(platform, &[("simulate_profile", profile)]).await, "code").unwrap()
    }

    pub async fn exchange(&self, platform: Platform, code: &str, verifier: &str, redirect: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
            ("client_id", "app"),
            ("client_secret", "secret"),
        ];
        let path = match platform {
            Platform::Twitter => "/2/oauth2/token",
            Platform::Instagram => "/oauth/access_token",
            _ => "/token",
        };
        let request = self.request(Method::POST, platform, path).form(&form);
        let request =
            if platform == Platform::Twitter { request.basic_auth("app", Some("secret")) } else { request };
        self.send(request).await
    }

    /// The whole flow: the token endpoint's answer.
    pub async fn connect(&self, platform: Platform, profile: &str) -> Value {
        let code = self.code(platform, profile).await;
        let reply = self.exchange(platform, &code, VERIFIER, REDIRECT).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        reply.json().unwrap()
    }

    /// The whole flow: an access token.
    pub async fn access_token(&self, platform: Platform, profile: &str) -> String {
        self.connect(platform, profile).await["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn tweet(&self, token: &str, text: &str) -> Result<Reply, NetError> {
        let request = self.request(Method::POST, Platform::Twitter, "/2/tweets").bearer_auth(token);
        self.try_send(request.json(&json!({ "text": text }))).await
    }
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub fn body(reply: &Reply) -> Value {
    reply.json().unwrap()
}
