//! The simulated networks in this process, and accounts of theirs.

use async_trait::async_trait;
use bytes::Bytes;
use fanfare_domain::clock::{Clock as _, SharedClock, SystemClock, Timestamp};
use fanfare_domain::media::{MediaFacts, MediaKind};
use fanfare_domain::platform::Platform;
use fanfare_domain::read_back::Sent;
use fanfare_net::{HttpClient, Reply};
use fanfare_platform_api::{
    Absence, AuthorizeRequest, Call, ConfirmedStep, MediaItem, MediaSource, PlatformClients, PlatformError,
    PlatformSettings, Profile, PublishInput, ReadBack, Registry, StepOutcome, StepSpec, TokenSet,
};
use fanfare_simulator::{Clients, Simulator, SimulatorOptions};
use reqwest::Method;
use serde_json::{Value, json};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use url::Url;

const LIMIT: Duration = Duration::from_secs(20);
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The networks that have a client and a simulator.
pub const ALL: [Platform; 3] = [Platform::Twitter, Platform::Instagram, Platform::Youtube];

/// Simulated networks on a port of their own, and the clients that speak to them.
pub struct Networks {
    origin: Url,
    http: HttpClient,
    clients: Registry,
    _state: TempDir,
}

/// A connected account.
pub struct Connected {
    pub clients: PlatformClients,
    pub tokens: TokenSet,
    pub profile: Profile,
    media: Samples,
}

/// What a publication came to.
#[derive(Debug)]
pub struct Published {
    pub id: String,
    pub url: Option<Url>,
    /// How the public step's outcome became known, where its answer was lost.
    pub read_back: Vec<&'static str>,
    /// The steps that led there.
    pub done: Vec<ConfirmedStep>,
}

struct Samples {
    jpeg: Bytes,
    mp4: Bytes,
}

#[async_trait]
impl MediaSource for Samples {
    async fn read(&self, key: &str, start: u64, end: u64) -> Result<Bytes, io::Error> {
        let whole = if key.starts_with("mp4") { &self.mp4 } else { &self.jpeg };
        let range = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
        Ok(whole.slice(range))
    }
}

impl Networks {
    pub async fn start() -> Self {
        let state = TempDir::with_prefix("fanfare-test-").unwrap();
        let clock: SharedClock = Arc::new(SystemClock);
        let options = SimulatorOptions {
            state_file: state.path().join("simulator.journal"),
            token: None,
            control_by_token: false,
            clients: Clients { bases: Vec::new(), loopback: true },
            latency: Some(Duration::ZERO..Duration::ZERO),
        };
        let router = Simulator::open(options, clock.clone()).unwrap().router();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        // The clients have connections of their own: a network that refuses a request before it has read its body closes
        // the connection, and the test's own calls must not meet that.
        let (http, clients_http) = (HttpClient::new().unwrap(), HttpClient::new().unwrap());
        let settings = |platform| PlatformSettings::simulation(platform, &origin).unwrap();
        let clients = fanfare_platforms::registry(&clients_http, &clock, |platform| Some(settings(platform)));
        Self { origin: origin.clone(), http, clients, _state: state }
    }

    /// Connects `name` as a person would: consent, callback, exchange, profile.
    pub async fn connect(&self, platform: Platform, name: &str) -> Connected {
        let clients = self.clients.get(platform).unwrap().clone();
        let redirect_uri = Url::parse("http://127.0.0.1:9/callback").unwrap();
        let verifier = clients.oauth.uses_pkce().then_some(VERIFIER);
        let request =
            AuthorizeRequest { state: "s7ate", redirect_uri: &redirect_uri, pkce_verifier: verifier };
        let mut consent = clients.oauth.authorize_url(&request).unwrap();
        consent.query_pairs_mut().append_pair("simulate_profile", name);
        let answer = self.send(Method::GET, consent, None).await;
        assert_eq!(answer.status, 302, "{platform}: {answer:?}");
        let callback = Url::parse(answer.header("location").unwrap()).unwrap();
        let parameter =
            |name: &str| callback.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        assert_eq!(parameter("state"), "s7ate");
        let tokens = clients.oauth.exchange_code(&parameter("code"), &redirect_uri, verifier).await.unwrap();
        let profile = clients.oauth.profile(&tokens.access_token).await.unwrap();
        let sample = async |name| {
            self.send(Method::GET, self.origin.join(&format!("simulator/sample.{name}")).unwrap(), None)
                .await
                .body
        };
        let media = Samples { jpeg: sample("jpg").await, mp4: sample("mp4").await };
        Connected { clients, tokens, profile, media }
    }

    /// Orders a fault for the next call of `step`.
    pub async fn fault(&self, platform: Platform, step: &str, kind: &str) {
        let order =
            json!({ "platform": platform.as_str(), "step": step, "kind": kind, "retry_after_seconds": 7 });
        let url = self.origin.join("simulator/faults").unwrap();
        let answer = self.send(Method::POST, url, Some(&order)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// Lifts the networks' posting quotas.
    pub async fn lift_limits(&self) {
        let url = self.origin.join("simulator/limits").unwrap();
        let answer = self.send(Method::PUT, url, Some(&json!({ "enforced": false }))).await;
        assert_eq!(answer.status, 204, "{answer:?}");
    }

    /// Has somebody say something to an account: `POST /simulator/inbox`. Answers what was said.
    pub async fn say(&self, saying: &Value) -> Value {
        let url = self.origin.join("simulator/inbox").unwrap();
        let answer = self.send(Method::POST, url, Some(saying)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json().unwrap()
    }

    /// Posts and replies of an account, by the network's own report.
    pub async fn said_by(&self, account: &Connected) -> Vec<Value> {
        let row = self.account_report(account).await;
        ["posts", "replies"].iter().flat_map(|list| row[*list].as_array().unwrap().clone()).collect()
    }

    /// The posts of an account that are still there, by the network's own report.
    pub async fn posts(&self, account: &Connected) -> Vec<Value> {
        let row = self.account_report(account).await;
        let posts = row["posts"].as_array().unwrap();
        posts.iter().filter(|post| post["deleted_at"].is_null()).cloned().collect()
    }

    async fn account_report(&self, account: &Connected) -> Value {
        let url = self.origin.join("simulator/report").unwrap();
        let report: Value = self.send(Method::GET, url, None).await.json().unwrap();
        let platform = account.clients.platform.as_str();
        let accounts = report["accounts"].as_array().unwrap();
        let row = accounts.iter().find(|row| {
            row["platform"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(platform))
                && row["remote_id"] == account.profile.remote_id.as_str()
        });
        row.unwrap().clone()
    }

    /// Where a sample of this kind can be pulled from, and what it is.
    pub fn medium(&self, account: &Connected, kind: MediaKind, key: &str) -> MediaItem {
        let video = kind == MediaKind::Video;
        let (name, whole) = if video { ("mp4", &account.media.mp4) } else { ("jpg", &account.media.jpeg) };
        MediaItem {
            key: format!("{}-{key}", if video { "mp4" } else { "jpeg" }),
            name: "sample".to_owned(),
            facts: MediaFacts {
                kind,
                mime_type: if video { "video/mp4" } else { "image/jpeg" }.to_owned(),
                size_bytes: u64::try_from(whole.len()).unwrap(),
                width: None,
                height: None,
                duration_ms: None,
                alt_text: (!video).then(|| "a sample".to_owned()),
            },
            public_url: self.origin.join(&format!("simulator/sample.{name}")).unwrap(),
        }
    }

    /// A post that the network takes, with the medium it needs.
    pub fn input(&self, account: &Connected, content: &str) -> PublishInput {
        let kind =
            if account.clients.platform == Platform::Youtube { MediaKind::Video } else { MediaKind::Image };
        PublishInput {
            content: content.to_owned(),
            title: Some(content.to_owned()),
            hashtags: vec!["fanfare".to_owned()],
            link_url: Some(Url::parse("https://example.com/a?b=c&d=e").unwrap()),
            media: vec![self.medium(account, kind, "a")],
            account_remote_id: account.profile.remote_id.clone(),
            account_handle: account.profile.handle.clone(),
        }
    }

    async fn send(&self, method: Method, url: Url, body: Option<&Value>) -> Reply {
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.http.send(request, LIMIT).await.unwrap()
    }
}

impl Connected {
    pub fn call(&self) -> Call<'_> {
        Call {
            access_token: &self.tokens.access_token,
            account_remote_id: &self.profile.remote_id,
            deadline: Instant::now() + LIMIT,
            media: &self.media,
        }
    }

    /// Takes a post through its plan as the engine does: a step is repeated after an error that has no public effect,
    /// and the network is read back where the outcome of the public step is unknown.
    pub async fn publish(&self, input: &PublishInput) -> Result<Published, PlatformError> {
        assert_eq!(self.clients.publishing.validate(input), []);
        let mut done: Vec<ConfirmedStep> = Vec::new();
        let mut read_back = Vec::new();
        let mut last = None;
        for step in self.clients.publishing.plan(input) {
            let outcome = self.run(input, &step, &done, &mut read_back).await?;
            done.push(ConfirmedStep {
                name: step.name.to_owned(),
                key: step.key.clone(),
                remote_id: outcome.0.clone(),
                memory: outcome.2,
            });
            last = Some((outcome.0, outcome.1));
        }
        let (id, url) = last.unwrap();
        Ok(Published { id: id.unwrap(), url, read_back, done })
    }

    async fn run(
        &self,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
        read_back: &mut Vec<&'static str>,
    ) -> Result<(Option<String>, Option<Url>, Option<Value>), PlatformError> {
        // Far more than any plan needs: a client that never ends a step fails the test.
        for _ in 0..20 {
            let sent_at: Timestamp = SystemClock.now();
            match self.clients.publishing.run_step(&self.call(), input, step, done).await {
                Ok(StepOutcome::Done { remote_id, url, memory, .. }) => return Ok((remote_id, url, memory)),
                Ok(StepOutcome::Wait { after, .. }) => tokio::time::sleep(after).await,
                Err(PlatformError::Unknown { .. }) if step.public_effect => {
                    match self.read_back(input, step, done, sent_at).await? {
                        ReadBack::Found { remote_id, url, .. } => {
                            read_back.push("found");
                            return Ok((Some(remote_id), url, None));
                        }
                        ReadBack::Absent { .. } => read_back.push("absent"),
                        ReadBack::Resumable { .. } => read_back.push("resumable"),
                        ReadBack::Unclear { reason } => panic!("{reason}"),
                    }
                }
                Err(PlatformError::Unknown { .. } | PlatformError::Transient { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        panic!("step {} {} does not end", step.name, step.key);
    }

    /// A read-back changes nothing: it is repeated until it is answered.
    pub async fn read_back(
        &self,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
        sent_at: Timestamp,
    ) -> Result<ReadBack, PlatformError> {
        let absence = Absence::of(Sent { at: sent_at, ended_by: sent_at }, Duration::ZERO, 10, &[]);
        for _ in 0..5 {
            match self.clients.publishing.read_back(&self.call(), input, step, done, &absence).await {
                Err(PlatformError::Unknown { .. } | PlatformError::Transient { .. }) => {}
                answered => return answered,
            }
        }
        panic!("step {} cannot be read back", step.name);
    }
}
