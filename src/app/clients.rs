//! From settings to the networks' clients, the limits and the wake-up.

use anyhow::Context as _;
use fanfare_ai::{Anthropic, AnthropicOptions};
use fanfare_cache::rate::{RateLimiter, SharedBuckets};
use fanfare_cache::{ReadCache, RedisLink};
use fanfare_config::{Config, DatabaseUrl};
use fanfare_domain::clock::SharedClock;
use fanfare_domain::platform::Platform;
use fanfare_domain::writing::ModelBudget;
use fanfare_events::Wakeup;
use fanfare_net::{FetchRules, HttpClient, PublicFetcher};
use fanfare_platform_api::{ClientMode, PlatformSettings, Registry, default_settings};
use fanfare_query_limits::Limits;
use fanfare_services::writing::WritingModel;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use url::Url;

/// Pictures and videos of the simulator's to try things with.
const SAMPLES: [&str; 2] = ["simulator/sample.jpg", "simulator/sample.mp4"];

/// Where this process reaches the simulator: the one that is named, else its own.
pub fn simulator_base(config: &Config, address: SocketAddr) -> Url {
    config.simulator_url.clone().unwrap_or_else(|| {
        let own = Config { public_url: None, ..config.clone() };
        own.public_base(address)
    })
}

/// The clients of the networks that are set up or simulated.
pub fn registry(
    config: &Config,
    http: &HttpClient,
    clock: &SharedClock,
    address: SocketAddr,
) -> anyhow::Result<Registry> {
    let mut settings = BTreeMap::new();
    for &platform in Platform::ALL {
        if default_settings(platform).is_none() {
            continue;
        }
        if config.simulates(platform) {
            settings.insert(platform, simulated(config, platform, address)?);
        } else if config.platform(platform).client_id.is_some() {
            settings.insert(platform, live(config, platform)?);
        }
    }
    Ok(fanfare_platforms::registry(http, clock, |platform| settings.get(&platform).cloned()))
}

fn simulated(config: &Config, platform: Platform, address: SocketAddr) -> anyhow::Result<PlatformSettings> {
    let mut settings = PlatformSettings::simulation(platform, &simulator_base(config, address))?;
    if config.simulator_url.is_none() {
        // A person's browser opens the consent page: it must be reachable from there.
        settings.auth_base = PlatformSettings::simulation(platform, &config.public_base(address))?.auth_base;
    }
    Ok(settings)
}

fn live(config: &Config, platform: Platform) -> anyhow::Result<PlatformSettings> {
    let set = config.platform(platform);
    let defaults = default_settings(platform).context("no client for the network")?;
    let base = |own: Option<Url>, default: &str| match own {
        Some(url) => Ok(url),
        None => Url::parse(default).context("a network's default address"),
    };
    Ok(PlatformSettings {
        mode: ClientMode::Live,
        client_id: set.client_id.unwrap_or_default(),
        client_secret: set.client_secret.map(|secret| secret.expose().to_owned()).unwrap_or_default(),
        auth_base: base(set.auth_base, defaults.auth_base)?,
        token_base: base(set.token_base, defaults.token_base)?,
        api_base: base(set.api_base, defaults.api_base)?,
        api_version: set.api_version.unwrap_or_else(|| defaults.api_version.to_owned()),
    })
}

/// How nodes wake one another: by Redis where there is one, else by PostgreSQL; SQLite has one node.
pub fn wakeup(config: &Config) -> Wakeup {
    match (&config.redis_url, &config.database) {
        (Some(url), _) => Wakeup::Redis { url: url.expose().to_owned() },
        (None, DatabaseUrl::Postgres(url)) => Wakeup::Postgres { url: url.expose().to_owned() },
        (None, DatabaseUrl::Sqlite(_)) => Wakeup::Alone,
    }
}

/// The answers that are kept.
pub fn read_cache(config: &Config, clock: &SharedClock) -> anyhow::Result<ReadCache> {
    let redis = shared_redis(config, clock, "reads go to the database")?;
    Ok(ReadCache::new(config.read_cache_bytes, redis, env!("FANFARE_SHAPE")))
}

/// What is counted of everyone, by all nodes together where they share a Redis.
pub fn rate_limiter(config: &Config, clock: &SharedClock) -> anyhow::Result<RateLimiter> {
    let redis = shared_redis(config, clock, "each node counts for itself")?;
    Ok(RateLimiter::new(redis.map(SharedBuckets::new)))
}

/// The Redis of several nodes. SQLite belongs to one process, whose memory has all that Redis could.
fn shared_redis(
    config: &Config,
    clock: &SharedClock,
    without: &'static str,
) -> anyhow::Result<Option<RedisLink>> {
    match (&config.database, &config.redis_url) {
        (DatabaseUrl::Postgres(_), Some(url)) => {
            RedisLink::new(url.expose(), clock.clone(), without).map(Some)
        }
        _ => Ok(None),
    }
}

/// What fetches the media that users name. The samples of the simulator, where there is one, need not be public.
pub fn fetcher(config: &Config, address: SocketAddr) -> anyhow::Result<PublicFetcher> {
    let mut own = Vec::new();
    if config.simulator_url.is_some() || config.hosts_simulator() {
        let mut bases = vec![simulator_base(config, address)];
        if config.hosts_simulator() {
            bases.push(config.public_base(address));
        }
        for base in bases {
            for sample in SAMPLES {
                own.push(base.join(sample).context("the address of a sample")?);
            }
        }
    }
    let ports = config.media_fetch_ports.clone();
    PublicFetcher::new(FetchRules { ports, own, ..FetchRules::default() })
}

/// What one document may ask for.
pub fn limits(config: &Config) -> Limits {
    let set = &config.graphql;
    let whole = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Limits {
        tokens: whole(set.tokens),
        depth: whole(set.depth),
        aliases: whole(set.aliases),
        directives: whole(set.directives),
        complexity: set.complexity.into(),
        ..Limits::default()
    }
}

/// The language model that helps to write; `None` where no key is set.
pub fn writing_model(config: &Config, http: &HttpClient) -> Option<WritingModel> {
    let set = &config.ai;
    let options = AnthropicOptions {
        key: set.key.as_ref()?.expose().to_owned(),
        base: set.base_url.clone(),
        model: set.model.clone(),
        timeout: set.timeout,
    };
    Some(WritingModel {
        anthropic: Anthropic::new(http.clone(), options),
        of_workspace: ModelBudget {
            requests: set.requests_per_day.into(),
            tokens: set.tokens_per_day.into(),
        },
        of_server: ModelBudget {
            requests: set.server_requests_per_day.into(),
            tokens: set.server_tokens_per_day.into(),
        },
    })
}
