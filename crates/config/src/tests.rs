use super::*;
use fanfare_domain::address_range::AddressRange;
use std::collections::HashMap;

/// 32 bytes in base64.
const KEY: &str = "l1mZ0Jr5bQ0cT8m2kXo9Yd3VhWq7uNfRsA6eGpLzCbE=";
/// 32 other bytes in base64.
const OTHER_KEY: &str = "Qf0v7sYkJm3nTz8xH1aWcR5dLg2pUe9oBi6KyVtZqNs=";
const SIGNING: &str = "planted-signing-secret-of-enough-bytes";

fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let settings: HashMap<String, String> =
        settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::from_settings(&settings)
}

fn refusal(settings: &[(&str, &str)]) -> String {
    read(settings).unwrap_err().to_string()
}

fn production(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let given = [("FANFARE_ENV", "production"), ("JWT_SECRET", SIGNING), ("ENCRYPTION_KEY", KEY)];
    read(&[&given[..], more].concat())
}

#[test]
fn nothing_set_is_development_with_the_documented_defaults() {
    let config = read(&[]).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.bind.to_string(), "127.0.0.1:8000");
    assert_eq!(config.database, DatabaseUrl::Sqlite("./data/fanfare.db".into()));
    assert_eq!(config.roles, Roles { api: true, worker: true });
    assert_eq!(config.lease, Duration::from_secs(30));
    assert_eq!((config.workers, config.max_attempts, config.db_pool), (64, 4, 8));
    assert_eq!(config.media_max_bytes, 256 << 20);
    assert_eq!((config.traffic.connections, config.traffic.sockets_per_address), (20_000, 2_000));
    assert_eq!((config.creates_per_minute, config.oauth_starts_per_minute), (10, 5));
    assert_eq!((config.graphql.depth, config.graphql.complexity), (15, 1_000));
    assert_eq!(config.log_format, LogFormat::Pretty);
    assert!(config.demo && config.graphql.introspection);
    assert!(config.trusted_proxies.is_empty() && config.cors_origins.is_empty());
    assert_eq!((config.redis_url, config.settle), (None, None));
}

#[test]
fn a_number_of_connections_that_was_set_is_told_from_the_default() {
    let is_set = |given: &[(&str, &str)]| read(given).unwrap().traffic.connections_are_set;
    assert_eq!((is_set(&[]), is_set(&[("FANFARE_MAX_CONNECTIONS", "20000")])), (false, true));
}

#[test]
fn where_few_connections_can_be_opened_one_address_has_half_of_them() {
    let traffic = read(&[]).unwrap().traffic;
    let shares = |connections| {
        let mut fewer = traffic;
        fewer.make_do_with(connections);
        (fewer.connections, fewer.connections_per_address)
    };
    assert_eq!(shares(20_000), (20_000, 4_000));
    assert_eq!(shares(10_000), (10_000, 4_000));
    assert_eq!(shares(767), (767, 384));
    assert_eq!(shares(1), (1, 1));
}

#[test]
fn every_default_of_the_table_is_a_value_that_its_setting_takes() {
    let rows = setting::GROUPS.iter().flat_map(|(_, rows)| rows.iter());
    for row in rows {
        if let setting::Preset::Value(value) = row.default {
            read(&[(&row.name, value)]).unwrap();
        }
    }
}

#[test]
fn the_settings_page_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md");
    let generated = Config::settings_markdown();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == generated, "docs/settings.md is out of date: run `make generate`");
}

#[test]
fn a_wrong_value_is_one_line_that_names_the_setting_and_what_is_expected() {
    assert_eq!(
        refusal(&[("FANFARE_BIND", "localhost")]),
        "FANFARE_BIND: \"localhost\" is not usable; expected an address and port, such as 127.0.0.1:8000"
    );
    assert_eq!(
        refusal(&[("FANFARE_LEASE_SECONDS", "0")]),
        "FANFARE_LEASE_SECONDS: \"0\" is not usable; expected a whole number from 1 to 3600 (seconds)"
    );
    let many_lines = refusal(&[("FANFARE_ROLES", "api\nforged line")]);
    assert_eq!(many_lines.lines().count(), 1, "{many_lines}");
    for (name, value) in [
        ("FANFARE_ENV", "staging"),
        ("FANFARE_PUBLIC_URL", "ftp://example.com"),
        ("FANFARE_PUBLIC_URL", "https://example.com/?q"),
        ("FANFARE_CORS_ORIGINS", "*"),
        ("FANFARE_CORS_ORIGINS", "https://example.com/path"),
        ("FANFARE_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("FANFARE_MEDIA_MAX_BYTES", "256XB"),
        ("FANFARE_SIMULATOR_LATENCY_MS", "80-20"),
        ("FANFARE_LOG", "fanfare=loud"),
        ("FANFARE_LOG", "bogus="),
        ("FANFARE_LOG", "bogus"),
        ("FANFARE_LOG", "info,fanfare_edge"),
        ("FANFARE_DEMO", "yes"),
        ("FANFARE_TWITTER_API_BASE", "api.x.com"),
        ("ANTHROPIC_BASE_URL", "api"),
        ("TELEGRAM_SNS_CHAT_ID", "our chat"),
    ] {
        assert!(refusal(&[(name, value)]).starts_with(&format!("{name}: ")), "{name}={value}");
    }
}

#[test]
fn a_refused_secret_is_never_shown() {
    for (name, value) in [
        ("JWT_SECRET", "planted-too-short"),
        ("ENCRYPTION_KEY", "planted-no-key"),
        ("DATABASE_URL", "mysql://fanfare:planted@host/db"),
        ("REDIS_URL", "http://:planted@host"),
        ("FANFARE_SIMULATOR_TOKEN", "planted"),
        ("FANFARE_TIKTOK_CLIENT_SECRET", "planted"),
    ] {
        let line = refusal(&[(name, value)]);
        assert!(line.starts_with(name) && !line.contains("planted"), "{line}");
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let config = read(&[
        ("JWT_SECRET", SIGNING),
        ("ENCRYPTION_KEY", KEY),
        ("DATABASE_URL", "postgres://fanfare:planted@host/db"),
        ("REDIS_URL", "redis://:planted@host"),
        ("FANFARE_SIMULATOR_TOKEN", "planted-token-of-16"),
        ("FANFARE_YOUTUBE_CLIENT_ID", "app"),
        ("FANFARE_YOUTUBE_CLIENT_SECRET", "planted"),
    ]);
    let shown = format!("{:?}", config.unwrap());
    assert!(!shown.contains("planted") && !shown.contains("[0, 0"), "{shown}");
}

#[test]
fn a_misspelt_name_is_refused_with_the_nearest_one() {
    assert_eq!(
        refusal(&[("FANFARE_LEASE_SECOND", "30")]),
        "FANFARE_LEASE_SECOND: there is no such setting; expected perhaps FANFARE_LEASE_SECONDS"
    );
    assert!(refusal(&[("FANFARE_YUOTUBE_CLIENT_ID", "app")]).contains("perhaps FANFARE_YOUTUBE_CLIENT_ID"));
    for far in ["FANFARE_Q", "FANFARE_OOPS", "FANFARE_SECRET"] {
        assert!(refusal(&[(far, "1")]).contains("docs/settings.md"), "{far}");
    }
    assert!(read(&[("OTHER_PROGRAM", "1")]).is_ok());
}

#[test]
fn an_empty_setting_counts_as_not_set() {
    let config =
        read(&[("FANFARE_BIND", " "), ("REDIS_URL", ""), ("FANFARE_TWITTER_CLIENT_ID", "")]).unwrap();
    assert_eq!(config.bind.port(), 8000);
    assert_eq!(config.redis_url, None);
    assert!(config.simulates(Platform::Twitter));
}

#[test]
fn production_refuses_secrets_that_can_be_guessed_and_development_takes_them() {
    let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let letters = "x".repeat(40);
    for (name, weak) in [("ENCRYPTION_KEY", zeros), ("JWT_SECRET", letters.as_str())] {
        let strong = format!("{},{weak}", if name == "JWT_SECRET" { SIGNING } else { KEY });
        for value in [weak, strong.as_str()] {
            let line = production(&[(name, value)]).unwrap_err().to_string();
            assert!(line.starts_with(&format!("{name}: ")) && line.contains("can be guessed"), "{line}");
            assert!(!line.contains(weak), "{line}");
            read(&[(name, value)]).unwrap();
        }
    }
}

#[test]
fn production_requires_its_secrets() {
    let without_any = refusal(&[("FANFARE_ENV", "production")]);
    assert!(without_any.starts_with("JWT_SECRET, ENCRYPTION_KEY: not set"), "{without_any}");
    let without_key = [("FANFARE_ENV", "production"), ("JWT_SECRET", SIGNING)];
    assert!(refusal(&without_key).starts_with("ENCRYPTION_KEY: "));
    let config = production(&[]).unwrap();
    assert_eq!(config.log_format, LogFormat::Json);
    assert!(!config.demo && !config.graphql.introspection && !config.hosts_simulator());
}

#[test]
fn production_refuses_the_clock_of_tests() {
    let file = [("FANFARE_TEST_CLOCK_FILE", "/tmp/ahead")];
    assert_eq!(read(&file).unwrap().test_clock_file, Some("/tmp/ahead".into()));
    assert!(production(&file).unwrap_err().to_string().starts_with("FANFARE_TEST_CLOCK_FILE: "));
}

#[test]
fn several_encryption_keys_keep_their_order_and_a_key_keeps_its_id() {
    let alone = production(&[]).unwrap().encryption_keys;
    let rotated =
        production(&[("ENCRYPTION_KEY", &format!("new:{OTHER_KEY},{KEY}"))]).unwrap().encryption_keys;
    assert_eq!(rotated[0].id, "new");
    assert_ne!(rotated[0].bytes, alone[0].bytes);
    assert_eq!(rotated[1], alone[0]);
    let twice = production(&[("ENCRYPTION_KEY", &format!("a:{OTHER_KEY},a:{KEY}"))]);
    assert!(twice.unwrap_err().to_string().contains("two keys have the id a"));
}

#[test]
fn development_makes_its_secrets_once_and_keeps_them_to_its_user() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let load = || {
        let mut config = read(&[("FANFARE_DATA", data.to_str().unwrap())]).unwrap();
        config.load_or_create_secrets().unwrap();
        config
    };
    let (first, second) = (load(), load());
    assert_eq!(first.jwt_secrets, second.jwt_secrets);
    assert_eq!(first.encryption_keys, second.encryption_keys);
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 2, "nothing unfinished is left");
    #[cfg(unix)]
    for name in ["jwt_secret", "encryption_key"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(data.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_worker_alone_needs_postgresql() {
    assert!(refusal(&[("FANFARE_ROLES", "worker")]).starts_with("FANFARE_ROLES: "));
    let on_postgres = [("FANFARE_ROLES", "worker"), ("DATABASE_URL", "postgres://u:p@host/db")];
    assert_eq!(read(&on_postgres).unwrap().roles, Roles { api: false, worker: true });
}

#[test]
fn a_backoff_cap_below_its_base_is_refused() {
    assert!(refusal(&[("FANFARE_BACKOFF_CAP_MS", "1000")]).starts_with("FANFARE_BACKOFF_CAP_MS: "));
}

#[test]
fn a_network_with_a_client_id_is_live_and_the_others_are_simulated() {
    let app =
        [("FANFARE_YOUTUBE_SHORTS_CLIENT_ID", "app"), ("FANFARE_YOUTUBE_SHORTS_CLIENT_SECRET", "planted")];
    let config = read(&app).unwrap();
    assert!(!config.simulates(Platform::YoutubeShorts));
    assert!(config.simulates(Platform::Youtube) && config.hosts_simulator());
    let elsewhere = read(&[("FANFARE_SIMULATOR_URL", "http://127.0.0.1:9000")]).unwrap();
    assert!(elsewhere.simulates(Platform::Youtube) && !elsewhere.hosts_simulator());
    let off = read(&[("FANFARE_SIMULATOR", "off")]).unwrap();
    assert!(!off.simulates(Platform::Youtube) && !off.hosts_simulator());
    let asked = production(&[("FANFARE_SIMULATOR", "on")]).unwrap();
    assert!(asked.simulates(Platform::Youtube) && asked.hosts_simulator());
}

#[test]
fn a_trusted_range_holds_its_addresses_and_no_others() {
    let range = AddressRange::parse("10.1.0.0/16").unwrap();
    for (address, inside) in
        [("10.1.255.1", true), ("::ffff:10.1.0.9", true), ("10.2.0.0", false), ("::1", false)]
    {
        assert_eq!(range.contains(address.parse().unwrap()), inside, "{address}");
    }
    assert!(AddressRange::parse("0.0.0.0/0").unwrap().contains("203.0.113.7".parse().unwrap()));
    assert!(!AddressRange::parse("fd00::1").unwrap().contains("fd00::2".parse().unwrap()));
}

#[test]
fn links_start_with_the_public_url_else_with_an_address_that_can_be_reached() {
    let bound = "0.0.0.0:8080".parse().unwrap();
    assert_eq!(read(&[]).unwrap().public_base(bound).as_str(), "http://127.0.0.1:8080/");
    let public = read(&[("FANFARE_PUBLIC_URL", "https://fanfare.example.com")]).unwrap();
    assert_eq!(public.public_base(bound).as_str(), "https://fanfare.example.com/");
}

#[test]
fn a_client_id_needs_its_secret_next_to_it() {
    for name in ["FANFARE_TWITTER", "FANFARE_INSTAGRAM", "FANFARE_YOUTUBE"] {
        let line = refusal(&[(&format!("{name}_CLIENT_ID"), "app")]);
        assert!(
            line.starts_with(&format!("{name}_CLIENT_SECRET: it is not set, but {name}_CLIENT_ID is")),
            "{line}"
        );
    }
    let public = [("FANFARE_TWITTER_CLIENT_ID", "app"), ("FANFARE_TWITTER_CLIENT_SECRET", "none")];
    assert_eq!(read(&public).unwrap().platform(Platform::Twitter).client_secret, None);
}

#[test]
fn a_size_may_have_a_unit_wherever_bytes_are_asked_for() {
    let config =
        read(&[("FANFARE_MEDIA_MAX_BYTES", "256MB"), ("FANFARE_GRAPHQL_BODY_BYTES", "2 MiB")]).unwrap();
    assert_eq!((config.media_max_bytes, config.graphql.body_bytes), (256_000_000, 2 << 20));
    assert!(refusal(&[("FANFARE_GRAPHQL_BODY_BYTES", "1GB")]).contains("or with a unit"));
    assert!(refusal(&[("FANFARE_WORKERS", "1kB")]).starts_with("FANFARE_WORKERS: "));
}

#[test]
fn a_filter_of_the_log_names_a_level_in_each_part() {
    for filter in ["debug", "WARN", "warn,fanfare=info", "info,[request]=debug"] {
        assert_eq!(read(&[("FANFARE_LOG", filter)]).unwrap().log, filter);
    }
}
