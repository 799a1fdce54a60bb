//! Builds pools, clients, clock and services, and runs them together: the only place that wires.

mod clients;
mod clock;
mod database;
mod edge;
mod engine;
mod gateway;
mod introspection;
mod keys;
mod lock;
mod readiness;
mod simulator;

pub use database::{make_file as make_database_file, migrate, named as named_database, newest_step};
pub use keys::rotate_keys;
pub use simulator::simulator_options;

use crate::jobs::{Crew, Schedule};
use anyhow::Context as _;
use axum::Router;
use clock::ServerClock;
use database::Databases;
use edge::{edge_options, serve_options};
use fanfare_auth::{AccessTokens, ApiKeyHasher, Passwords, Sealer, UrlSigner};
use fanfare_config::{Config, DatabaseUrl, Environment, private_folder};
use fanfare_domain::clock::{FollowedClock, SharedClock, SystemClock};
use fanfare_edge::health::{Metrics, MetricsAccess};
use fanfare_edge::rest::{ROUTES, Table};
use fanfare_edge::{Edge, serve};
use fanfare_events::Hub;
use fanfare_leased_work::Timetable;
use fanfare_net::HttpClient;
use fanfare_operation::Preparer;
use fanfare_platform_api::Registry;
use fanfare_publishing::{Engine, StoredAgenda};
use fanfare_query_limits::CostModel;
use fanfare_services::event::EventTable;
use fanfare_services::media::{FetchBackoff, MediaStore};
use fanfare_services::{Parts, ServiceOptions, Services};
use fanfare_simulator::Simulator;
use fanfare_storage::Db;
use fanfare_storage::connection::migration::Direction;
use gateway::SchemaGateway;
use keys::SealingServer;
use lock::DatabaseLock;
use metrics_exporter_prometheus::PrometheusHandle;
use readiness::StorageReadiness;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// Password hashes that may run at the same time: each takes 19 MiB and a core.
const HASHES_AT_ONCE: usize = 2;

/// A server whose parts are built and whose port is open, and that does not yet serve.
pub struct App {
    config: Config,
    address: SocketAddr,
    listener: TcpListener,
    pub services: Arc<Services>,
    engine: Arc<Engine>,
    /// The clock, where it follows the database's.
    followed: Option<Arc<FollowedClock>>,
    simulator: Option<Simulator>,
    edge: Arc<Edge>,
    router: Router,
    stop: CancellationToken,
    sealing: SealingServer,
    /// Held as long as the process works on an SQLite file.
    _lock: Option<DatabaseLock>,
}

impl App {
    /// Opens the port and the database, brings the database to the newest migration, and builds everything.
    pub async fn build(config: Config, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(config.bind)
            .await
            .with_context(|| format!("FANFARE_BIND: {} cannot be opened", config.bind))?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        private_folder(&config.data).context("FANFARE_DATA: the folder cannot be made")?;
        let (Databases { callers: db, workers }, lock) = open_database(&config).await?;
        let ServerClock { clock, followed } = ServerClock::open(&config, &db).await?;
        let simulator = open_simulator(&config, address)?;
        let log = Arc::new(EventTable(db.clone()));
        let hub = Hub::start(log, clock.clone(), clients::wakeup(&config), stop.clone());
        let http = HttpClient::new()?;
        let registry = clients::registry(&config, &http, &clock, address)?;
        let secrets = config.jwt_secrets.iter().map(|secret| secret.expose().as_bytes());
        let shared = Shared {
            db: db.clone(),
            worker_db: workers,
            hub,
            http,
            registry,
            media_store: Arc::new(MediaStore::open(&config.data.join("media"))?),
            sealer: Arc::new(keys::sealer(&config)?),
            url_signer: UrlSigner::new(secrets).context("JWT_SECRET: there is none")?,
            public_base: config.public_base(address),
            clock,
        };
        let services = services(&config, address, &shared)?;
        let engine = engine::build(&config, &shared);
        let schema = fanfare_graphql::schema::Schema::new();
        let sdl = schema.sdl();
        let costs = CostModel::from_sdl(&sdl).context("the schema's costs")?;
        let rest = Table::load(ROUTES, &sdl)?;
        let options = edge_options(&config);
        let suggestions = config.environment == Environment::Development;
        let preparer = Preparer::new(&sdl, options.limits.clone(), suggestions)?;
        let preparer = preparer.with_scalars(fanfare_graphql::scalars::checks());
        let preparer = preparer.with_own(rest.sources()).context("the operations of REST")?;
        let gateway = SchemaGateway::new(schema, Arc::clone(&services), &config);
        let edge = Edge::new(Arc::new(gateway), preparer, costs, rest, options, stop.clone());
        let readiness = Arc::new(StorageReadiness {
            db: db.clone(),
            clock: shared.clock.clone(),
            data: config.data.clone(),
            min_free_bytes: config.storage.min_free_bytes,
        });
        let sealing = SealingServer::enter(db, shared.clock, shared.sealer).await?;
        let revocations = services.sessions().clone().follow_revocations();
        tokio::spawn(stop.clone().run_until_cancelled_owned(revocations));
        let router = routes(&config, &edge, &services, simulator.as_ref(), readiness, metrics);
        Ok(Self {
            config,
            address,
            listener,
            services,
            engine,
            followed,
            simulator,
            edge,
            router,
            stop,
            sealing,
            _lock: lock,
        })
    }

    /// The address that was opened.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base of every link that leaves the server.
    pub fn public_base(&self) -> Url {
        self.config.public_base(self.address)
    }

    /// Cancel it to stop the server.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    fn start_workers(&self, workers: &TaskTracker) {
        let (engine, terms) = (&self.engine, self.engine.options.terms());
        let alone = engine.db.is_embedded();
        let timetable = Timetable::new(terms.overdue(alone));
        fanfare_publishing::start(engine, &timetable, workers, &self.stop);
        let crew = Crew { timetable: &timetable, workers, terms, alone, stop: &self.stop };
        crew.start(&self.services);
        let agenda = StoredAgenda::new(engine.db.clone(), engine.clock.clone(), self.followed.clone());
        let (bell, stop) = (engine.hub.bell(), self.stop.clone());
        workers.spawn(async move { timetable.run(agenda, bell, stop).await });
    }

    /// Serves and publishes until [`App::stop`] is cancelled, then stops in order: no new requests, the jobs at
    /// work, and last what they need: media, which networks pull, and the simulator, as networks outlive the server.
    pub async fn run(self) -> anyhow::Result<()> {
        let workers = TaskTracker::new();
        let schedule = if self.config.roles.worker {
            self.start_workers(&workers);
            Some(Schedule::start(Arc::clone(&self.engine)).await?)
        } else {
            if let Some(followed) = &self.followed {
                workers.spawn(clock::follow(Arc::clone(followed), self.engine.db.clone(), self.stop.clone()));
            }
            None
        };
        let closing = CancellationToken::new();
        let server = serve(
            self.listener,
            self.router,
            serve_options(&self.config),
            self.edge.tasks().clone(),
            closing.clone(),
        );
        let draining = async {
            self.stop.cancelled().await;
            if let Some(schedule) = schedule {
                schedule.stop().await;
            }
            workers.close();
            workers.wait().await;
            closing.cancel();
        };
        tokio::select! {
            _ = async { tokio::join!(server, draining) } => {}
            () = self.sealing.run() => {}
        }
        self.sealing.leave().await;
        if let Some(simulator) = self.simulator {
            simulator.close().await;
        }
        Ok(())
    }
}

async fn open_database(config: &Config) -> anyhow::Result<(Databases, Option<DatabaseLock>)> {
    let lock = match &config.database {
        DatabaseUrl::Sqlite(path) => {
            database::make_file(path)?;
            Some(DatabaseLock::take(path)?)
        }
        DatabaseUrl::Postgres(_) => None,
    };
    let steps =
        migrate(&config.database, Direction::Up).await.with_context(|| database::named(&config.database))?;
    if !steps.is_empty() {
        tracing::info!(steps = steps.len(), "migrated the database");
    }
    let databases = database::open(config).await?;
    database::renew_email_keys(&databases.callers).await?;
    Ok((databases, lock))
}

/// The simulated networks go by the computer's clock: a real network does not know the server's either.
fn open_simulator(config: &Config, address: SocketAddr) -> anyhow::Result<Option<Simulator>> {
    if !config.hosts_simulator() {
        return Ok(None);
    }
    let own = vec![config.public_base(address), clients::simulator_base(config, address)];
    Ok(Some(Simulator::open(simulator_options(config, own), Arc::new(SystemClock))?))
}

/// What services and engine share.
struct Shared {
    db: Db,
    /// The same database, over connections of the workers' own.
    worker_db: Db,
    clock: SharedClock,
    hub: Arc<Hub>,
    http: HttpClient,
    registry: Registry,
    media_store: Arc<MediaStore>,
    sealer: Arc<Sealer>,
    url_signer: UrlSigner,
    public_base: Url,
}

fn services(config: &Config, address: SocketAddr, shared: &Shared) -> anyhow::Result<Arc<Services>> {
    let secrets = || config.jwt_secrets.iter().map(|secret| secret.expose().as_bytes());
    let options = ServiceOptions {
        public_base_is_public: is_public(&shared.public_base),
        public_base: shared.public_base.clone(),
        media_max_bytes: config.media_max_bytes,
        upload_store: config.traffic.upload_store,
        lease: config.lease,
        fetch_backoff: FetchBackoff { base: config.backoff_base, cap: config.backoff_cap },
        creates_per_minute: config.creates_per_minute,
        oauth_starts_per_minute: config.oauth_starts_per_minute,
        sign_ins_per_minute: config.sign_in.per_minute,
        failed_sign_ins_per_minute: config.sign_in.failed_per_minute,
        refreshes_per_minute: config.sign_in.refreshes_per_minute,
        recent_sign_in: config.sign_in.recent,
        wrong_codes_in_a_row: config.sign_in.wrong_codes_in_a_row,
        registrations_per_minute: config.registrations_per_minute,
        registration: config.registration,
        invitation_lifetime: config.invitation_lifetime,
        workspace_quota: config.quotas.workspaces,
        storage_per_workspace: config.quotas.storage_per_workspace,
        post_quota: config.quotas.posts,
        cost_per_minute: config.cost_per_minute,
        key_cost_per_minute: config.key_cost_per_minute,
        address_cost_per_minute: config.address_cost_per_minute,
    };
    Ok(Services::new(Parts {
        access_tokens: AccessTokens::new(secrets(), shared.clock.clone())?,
        cache: clients::read_cache(config, &shared.clock)?,
        rates: clients::rate_limiter(config, &shared.clock)?,
        db: shared.db.clone(),
        clock: shared.clock.clone(),
        hub: Arc::clone(&shared.hub),
        writing_model: clients::writing_model(config, &shared.http),
        http: shared.http.clone(),
        fetcher: clients::fetcher(config, address)?,
        registry: shared.registry.clone(),
        sealer: Arc::clone(&shared.sealer),
        passwords: Passwords::new(HASHES_AT_ONCE),
        api_key_hasher: ApiKeyHasher::new(secrets()).context("JWT_SECRET: there is none")?,
        url_signer: shared.url_signer.clone(),
        media_store: Arc::clone(&shared.media_store),
        options,
    }))
}

fn routes(
    config: &Config,
    edge: &Arc<Edge>,
    services: &Arc<Services>,
    simulator: Option<&Simulator>,
    readiness: Arc<StorageReadiness>,
    metrics: PrometheusHandle,
) -> Router {
    let metrics = Metrics { recorded: metrics, access: metrics_access(config) };
    let mut router = fanfare_edge::health::router(readiness, metrics);
    if config.roles.api {
        router = router
            .merge(fanfare_edge::router(edge))
            .merge(fanfare_edge::auth_routes::router(services, edge))
            .merge(fanfare_edge::oauth::router(services, edge))
            .merge(fanfare_edge::media::router(services))
            .merge(fanfare_edge::exports::router(services))
            .merge(fanfare_edge::personal_data::router(services, edge))
            .merge(fanfare_edge::assets::router());
    } else {
        router = router.merge(fanfare_edge::unknown::router());
    }
    if let Some(simulator) = simulator {
        router = router.merge(simulator.router());
    }
    fanfare_edge::surround(router, edge)
}

/// In production metrics are for those who have the token.
fn metrics_access(config: &Config) -> MetricsAccess {
    match &config.metrics_token {
        Some(token) => MetricsAccess::Token(token.expose().into()),
        None if config.environment == Environment::Production => MetricsAccess::Nobody,
        None => MetricsAccess::Anyone,
    }
}

/// Whether networks on the internet can reach an address.
fn is_public(base: &Url) -> bool {
    let private = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local(),
    };
    match base.host() {
        Some(url::Host::Ipv4(ip)) => !private(ip.into()),
        Some(url::Host::Ipv6(ip)) => !private(ip.into()),
        Some(url::Host::Domain(name)) => name.contains('.') && name.rsplit('.').next() != Some("local"),
        None => false,
    }
}
