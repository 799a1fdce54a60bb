//! From single settings to [`Config`], and the rules between settings.

use super::ai::AiSettings;
use super::error::ConfigError;
use super::keys::{EncryptionKey, is_guessable, signing_secret};
use super::quotas::Quotas;
use super::reader::{Reader, refused};
use super::setting::{self, Setting};
use super::storage_limits::StorageLimits;
use super::traffic::TrafficLimits;
use super::values::{
    DatabaseUrl, Environment, GraphqlLimits, LatencyRange, LogFormat, Roles, SignInLimits, Switch,
};
use super::{Config, Secret, platform};
use fanfare_domain::proxy_header::ProxyHeader;
use fanfare_domain::registration::RegistrationMode;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

const DAY: Duration = Duration::from_hours(24);

impl Config {
    /// Reads and checks every setting. Pure: it looks at nothing but `lookup` and makes nothing.
    ///
    /// In development the secrets may be left to [`Config::load_or_create_secrets`].
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let environment = Reader::new(&lookup, Environment::Development).word(
            &setting::ENV,
            &[("development", Environment::Development), ("production", Environment::Production)],
        )?;
        let reader = Reader::new(&lookup, environment);
        require_secrets(&reader, environment)?;
        let data = PathBuf::from(reader.text_or_default(&setting::DATA));
        let config = Self {
            environment,
            bind: reader.parsed(&setting::BIND, |text| text.parse().ok())?,
            roles: reader.parsed(&setting::ROLES, roles)?,
            count_statements: switch(&reader, &setting::COUNT_STATEMENTS)?.is_on(environment),
            test_clock_file: reader.text(&setting::TEST_CLOCK_FILE).map(PathBuf::from),
            metrics_token: token(&reader, &setting::METRICS_TOKEN)?,
            demo: switch(&reader, &setting::DEMO)?.is_on(environment),
            public_url: reader.base_url(&setting::PUBLIC_URL)?,
            database: database(&reader, &data)?,
            data,
            db_pool: reader.whole(&setting::DB_POOL)?,
            storage: StorageLimits::read(&reader)?,
            redis_url: redis(&reader)?,
            read_cache_bytes: reader.whole(&setting::READ_CACHE_BYTES)?,
            jwt_secrets: jwt_secrets(&reader, environment)?,
            encryption_keys: encryption_keys(&reader, environment)?,
            cors_origins: reader.origins(&setting::CORS_ORIGINS)?,
            trusted_proxies: reader.networks(&setting::TRUSTED_PROXIES)?,
            traffic: TrafficLimits::read(&reader)?,
            proxy_header: proxy_header(&reader)?,
            creates_per_minute: reader.whole(&setting::CREATES_PER_MINUTE)?,
            cost_per_minute: reader.whole(&setting::COST_PER_MINUTE)?,
            key_cost_per_minute: reader.whole(&setting::KEY_COST_PER_MINUTE)?,
            address_cost_per_minute: reader.whole(&setting::ADDRESS_COST_PER_MINUTE)?,
            oauth_starts_per_minute: reader.whole(&setting::OAUTH_STARTS_PER_MINUTE)?,
            sign_in: sign_in_limits(&reader)?,
            registrations_per_minute: reader.whole(&setting::REGISTRATIONS_PER_MINUTE)?,
            registration: reader.parsed(&setting::REGISTRATION, RegistrationMode::parse)?,
            invitation_lifetime: DAY * reader.whole::<u32>(&setting::INVITATION_DAYS)?,
            quotas: Quotas::read(&reader)?,
            graphql: graphql_limits(&reader)?,
            request_timeout: reader.seconds(&setting::REQUEST_TIMEOUT_SECONDS)?,
            media_max_bytes: reader.whole(&setting::MEDIA_MAX_BYTES)?,
            media_fetch_ports: reader
                .list(&setting::MEDIA_FETCH_PORTS, |text| text.parse().ok().filter(|port| *port > 0))?,
            workers: reader.whole(&setting::WORKERS)?,
            lease: reader.seconds(&setting::LEASE_SECONDS)?,
            max_attempts: reader.whole(&setting::MAX_ATTEMPTS)?,
            backoff_base: reader.millis(&setting::BACKOFF_BASE_MS)?,
            backoff_cap: reader.millis(&setting::BACKOFF_CAP_MS)?,
            breaker_threshold: reader.whole(&setting::BREAKER_THRESHOLD)?,
            breaker_percent: reader.whole(&setting::BREAKER_PERCENT)?,
            breaker_open: reader.seconds(&setting::BREAKER_OPEN_SECONDS)?,
            settle: reader.seconds_if_set(&setting::SETTLE_SECONDS)?,
            read_back_pages: reader.whole(&setting::READ_BACK_PAGES)?,
            metrics_interval: reader.seconds(&setting::METRICS_INTERVAL_SECONDS)?,
            inbox_poll: reader.seconds_if_set(&setting::INBOX_POLL_SECONDS)?,
            platforms: platform::read(&reader)?,
            simulator: switch(&reader, &setting::SIMULATOR)?,
            simulator_url: reader.base_url(&setting::SIMULATOR_URL)?,
            simulator_clients: reader.base_urls(&setting::SIMULATOR_CLIENTS)?,
            simulator_token: token(&reader, &setting::SIMULATOR_TOKEN)?,
            simulator_latency: reader.parsed(&setting::SIMULATOR_LATENCY_MS, latency)?,
            ai: AiSettings::read(&reader)?,
            log: reader.parsed(&setting::LOG, log_filter)?,
            log_format: log_format(&reader)?,
        };
        config.check_together()?;
        check_unused(&reader)?;
        Ok(config)
    }

    /// The rules that need more than one setting.
    fn check_together(&self) -> Result<(), ConfigError> {
        if !self.roles.api && matches!(self.database, DatabaseUrl::Sqlite(_)) {
            return Err(ConfigError::new(
                "FANFARE_ROLES",
                "a worker alone cannot share a SQLite file with another process",
                "api,worker, or a DATABASE_URL of PostgreSQL",
            ));
        }
        if self.environment == Environment::Production && self.test_clock_file.is_some() {
            return Err(ConfigError::new(
                "FANFARE_TEST_CLOCK_FILE",
                "it sets the server's clock for tests",
                "no value where FANFARE_ENV is production",
            ));
        }
        if self.backoff_cap < self.backoff_base {
            return Err(ConfigError::new(
                "FANFARE_BACKOFF_CAP_MS",
                format!("{} is less than FANFARE_BACKOFF_BASE_MS", self.backoff_cap.as_millis()),
                format!("at least {}", self.backoff_base.as_millis()),
            ));
        }
        Ok(())
    }
}

/// Settings of the contract that nothing reads yet: a wrong one is reported now, not by the version that comes to use
/// it.
fn check_unused(reader: &Reader<'_>) -> Result<(), ConfigError> {
    reader.base_url(&setting::TELEGRAM_API_BASE)?;
    let chat = &setting::TELEGRAM_CHAT_ID;
    match reader.text(chat) {
        Some(text) if text.parse::<i64>().is_err() => Err(refused(chat, &text)),
        _ => Ok(()),
    }
}

/// The shortest token that opens routes of operators.
const MIN_TOKEN_CHARS: usize = 16;

fn switch(reader: &Reader<'_>, row: &Setting) -> Result<Switch, ConfigError> {
    let words = [("auto", Switch::Auto), ("on", Switch::On), ("off", Switch::Off)];
    reader.word(row, &words)
}

fn roles(text: &str) -> Option<Roles> {
    let mut roles = Roles { api: false, worker: false };
    for role in text.split(',') {
        match role.trim() {
            "api" => roles.api = true,
            "worker" => roles.worker = true,
            _ => return None,
        }
    }
    Some(roles)
}

fn database(reader: &Reader<'_>, data: &Path) -> Result<DatabaseUrl, ConfigError> {
    let row = &setting::DATABASE_URL;
    let Some(text) = reader.text(row) else { return Ok(DatabaseUrl::Sqlite(data.join("fanfare.db"))) };
    let parsed = match text.strip_prefix("sqlite://") {
        // A database in memory is one for each connection: the readers would see nothing.
        Some("" | ":memory:") => None,
        Some(path) if path.contains(['?', '#']) => None,
        Some(path) => Some(DatabaseUrl::Sqlite(PathBuf::from(path))),
        None => Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "postgres" | "postgresql"))
            .map(|_| DatabaseUrl::Postgres(Secret::new(text.as_str()))),
    };
    parsed.ok_or_else(|| refused(row, &text))
}

fn redis(reader: &Reader<'_>) -> Result<Option<Secret>, ConfigError> {
    let row = &setting::REDIS_URL;
    let Some(text) = reader.text(row) else { return Ok(None) };
    Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "redis" | "rediss" | "redis+unix" | "unix"))
        .map(|_| Some(Secret::new(text.as_str())))
        .ok_or_else(|| refused(row, &text))
}

fn jwt_secrets(reader: &Reader<'_>, environment: Environment) -> Result<Vec<Secret>, ConfigError> {
    let secrets = reader.list(&setting::JWT_SECRET, signing_secret)?;
    let texts = secrets.iter().map(|secret| secret.expose().as_bytes());
    assert_random(&setting::JWT_SECRET, environment, texts)?;
    Ok(secrets)
}

fn encryption_keys(reader: &Reader<'_>, environment: Environment) -> Result<Vec<EncryptionKey>, ConfigError> {
    let row = &setting::ENCRYPTION_KEY;
    let keys = reader.list(row, EncryptionKey::parse)?;
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = keys.iter().find(|key| !seen.insert(key.id.as_str())) {
        return Err(ConfigError::new(
            row.name.as_ref(),
            format!("two keys have the id {}", twice.id),
            "a different id for each key",
        ));
    }
    assert_random(row, environment, keys.iter().map(|key| key.bytes.as_slice()))?;
    Ok(keys)
}

/// Production takes no secret that anyone can guess. An example that was copied would sign for everyone who reads it.
fn assert_random<'a>(
    row: &Setting,
    environment: Environment,
    mut secrets: impl Iterator<Item = &'a [u8]>,
) -> Result<(), ConfigError> {
    if environment == Environment::Production && secrets.any(is_guessable) {
        return Err(ConfigError::new(
            row.name.as_ref(),
            "a secret (not shown) can be guessed",
            "random bytes, such as `openssl rand -base64 32` prints",
        ));
    }
    Ok(())
}

/// Production takes no secret that it made itself: a second node would make another. All that are missing are named at
/// once.
fn require_secrets(reader: &Reader<'_>, environment: Environment) -> Result<(), ConfigError> {
    let rows = [&setting::JWT_SECRET, &setting::ENCRYPTION_KEY];
    let missing: Vec<&Setting> = rows.into_iter().filter(|row| reader.text(row).is_none()).collect();
    if missing.is_empty() || environment != Environment::Production {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|row| row.name.as_ref()).collect();
    let expected: Vec<String> =
        missing.iter().map(|row| format!("for {}: {}", row.name, row.expected())).collect();
    Err(ConfigError::new(names.join(", "), "not set in production", expected.join("; ")))
}

fn proxy_header(reader: &Reader<'_>) -> Result<ProxyHeader, ConfigError> {
    let words = [("x-forwarded-for", ProxyHeader::XForwardedFor), ("forwarded", ProxyHeader::Forwarded)];
    reader.word(&setting::PROXY_HEADER, &words)
}

fn log_format(reader: &Reader<'_>) -> Result<LogFormat, ConfigError> {
    reader.word(&setting::LOG_FORMAT, &[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)])
}

fn sign_in_limits(reader: &Reader<'_>) -> Result<SignInLimits, ConfigError> {
    Ok(SignInLimits {
        per_minute: reader.whole(&setting::SIGN_INS_PER_MINUTE)?,
        failed_per_minute: reader.whole(&setting::FAILED_SIGN_INS_PER_MINUTE)?,
        refreshes_per_minute: reader.whole(&setting::REFRESHES_PER_MINUTE)?,
        recent: reader.seconds(&setting::RECENT_SIGN_IN_SECONDS)?,
        wrong_codes_in_a_row: reader.whole(&setting::WRONG_CODES_IN_A_ROW)?,
    })
}

fn graphql_limits(reader: &Reader<'_>) -> Result<GraphqlLimits, ConfigError> {
    Ok(GraphqlLimits {
        depth: reader.whole(&setting::GRAPHQL_DEPTH)?,
        complexity: reader.whole(&setting::GRAPHQL_COMPLEXITY)?,
        aliases: reader.whole(&setting::GRAPHQL_ALIASES)?,
        directives: reader.whole(&setting::GRAPHQL_DIRECTIVES)?,
        tokens: reader.whole(&setting::GRAPHQL_TOKENS)?,
        body_bytes: reader.whole(&setting::GRAPHQL_BODY_BYTES)?,
        introspection: reader.word(&setting::INTROSPECTION, &[("on", true), ("off", false)])?,
        draft_status_codes: reader.word(&setting::STATUS_CODES, &[("stable", false), ("draft", true)])?,
    })
}

/// A token that cannot be tried out.
fn token(reader: &Reader<'_>, row: &Setting) -> Result<Option<Secret>, ConfigError> {
    match reader.text(row) {
        Some(text) if text.chars().count() < MIN_TOKEN_CHARS => Err(refused(row, &text)),
        text => Ok(text.map(Secret::new)),
    }
}

/// `20-80`, or one number for both ends, in milliseconds.
fn latency(text: &str) -> Option<LatencyRange> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    let (min, max) = (min.trim().parse::<u64>().ok()?, max.trim().parse::<u64>().ok()?);
    let fits = min <= max && max <= 60_000;
    fits.then(|| LatencyRange { min: Duration::from_millis(min), max: Duration::from_millis(max) })
}

/// The filter as it was written, if it can be read. A part that names a target and no level (`bogus=`, `bogus`) would
/// be read as "this target alone", and silence everything else.
fn log_filter(text: &str) -> Option<String> {
    const LEVELS: [&str; 12] =
        ["off", "error", "warn", "info", "debug", "trace", "0", "1", "2", "3", "4", "5"];
    let parts = text.split(',').filter(|part| !part.trim().is_empty());
    for part in parts {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level).trim();
        if !LEVELS.iter().any(|known| level.eq_ignore_ascii_case(known)) {
            return None;
        }
    }
    tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned())
}
