//! The table of settings: the one place where a name, its default and its limits stand.

mod row;

pub use row::{Accepts, BYTES, Preset, Setting};

use Accepts::{Form, Whole, Word};
use Preset::{ByEnvironment, Unset, Value};
use fanfare_domain::platform::Platform;

/// Every name that can be set, those of each network included.
pub fn all_names() -> Vec<String> {
    let fixed = GROUPS.iter().flat_map(|(_, rows)| rows.iter().map(|row| row.name.to_string()));
    let of_networks = Platform::ALL
        .iter()
        .flat_map(|&platform| PLATFORM.iter().map(move |row| row.named_for(platform).name.into_owned()));
    fixed.chain(of_networks).collect()
}

const fn whole(min: u64, max: u64, unit: &'static str) -> Accepts {
    Whole { min, max, unit }
}

const SWITCH: Accepts = Word(&["auto", "on", "off"]);
const BASE_URL: Accepts = Form("an http or https URL without query, such as https://fanfare.example.com");

/// Declares each row as a constant, and the groups in the order of `docs/settings.md`.
macro_rules! settings {
    ($($title:literal { $($id:ident = $row:expr;)+ })+) => {
        $($(pub const $id: Setting = $row;)+)+
        /// Titles and rows of the settings that are not a network's.
        pub const GROUPS: &[(&str, &[Setting])] = &[$(($title, &[$($id),+])),+];
    };
}

settings! {
    "Server" {
        ENV = Setting::new("FANFARE_ENV",
            "What the server is run for. Development makes its own secrets and simulates networks; production wants secrets given.",
            Word(&["development", "production"]), Value("development"));
        BIND = Setting::new("FANFARE_BIND", "Where the server listens.",
            Form("an address and port, such as 127.0.0.1:8000"), Value("127.0.0.1:8000"));
        DATA = Setting::new("FANFARE_DATA", "Folder of the SQLite file, media, and secrets made in development.",
            Form("a folder"), Value("./data"));
        PUBLIC_URL = Setting::new("FANFARE_PUBLIC_URL",
            "Where people and networks reach the server: OAuth callbacks and media links start with it.",
            BASE_URL, Unset("the bound address"));
        ROLES = Setting::new("FANFARE_ROLES",
            "What this process does: answer requests, publish, or both. `worker` alone needs PostgreSQL.",
            Form("api, worker, or both separated by a comma"), Value("api,worker"));
        COUNT_STATEMENTS = Setting::new("FANFARE_COUNT_STATEMENTS",
            "Whether answers tell in `X-Fanfare-Sql-Statements` how many SQL statements they took.",
            SWITCH, Value("off"));
        TEST_CLOCK_FILE = Setting::new("FANFARE_TEST_CLOCK_FILE",
            "For tests: a file with the seconds by which the server's clock is ahead, or behind if negative; it is read each time that the clock is. Production refuses it.",
            Form("a file"), Unset("the computer's clock"));
        METRICS_TOKEN = Setting::secret("FANFARE_METRICS_TOKEN",
            "Opens `/metrics` to callers that send it as a bearer token.",
            Form("a token of at least 16 characters"),
            Unset("anyone reads `/metrics` in development, nobody in production"));
        DEMO = Setting::new("FANFARE_DEMO",
            "Whether a demo workspace is made at the start, its sign-in printed. `auto`: in development.",
            SWITCH, Value("auto"));
    }
    "Database and Redis" {
        DATABASE_URL = Setting::secret("DATABASE_URL", "The database. A SQLite file is made if it does not exist.",
            Form("sqlite://<path of a file> or postgres://<user>:<password>@<host>/<database>"),
            Unset("`sqlite://<FANFARE_DATA>/fanfare.db`"));
        DB_POOL = Setting::new("FANFARE_DB_POOL", "Connections to PostgreSQL: a third is for workers. SQLite has one writer, three readers and one of workers.",
            whole(1, 500, "connections"), Value("8"));
        DB_SHARE_PERCENT = Setting::new("FANFARE_DB_SHARE_PERCENT",
            "The part of the connections for callers that the reads of one user may hold at once.",
            whole(1, 100, "percent"), Value("67"));
        DB_READ_SECONDS = Setting::new("FANFARE_DB_READ_SECONDS", "How long a read of PostgreSQL may take.",
            whole(1, 3_600, "seconds"), Value("10"));
        DB_COMMAND_SECONDS = Setting::new("FANFARE_DB_COMMAND_SECONDS",
            "How long a command of PostgreSQL may take, with all its statements.",
            whole(1, 3_600, "seconds"), Value("30"));
        MIN_FREE_BYTES = Setting::new("FANFARE_MIN_FREE_BYTES",
            "Room on the disk of FANFARE_DATA below which `/ready` answers 503. 0: it is not looked at.",
            whole(0, 1 << 50, BYTES), Value("67108864"));
        REDIS_URL = Setting::secret("REDIS_URL", "Redis, which wakes other nodes and, next to PostgreSQL, caches answers for all of them. Nothing is lost without it.",
            Form("redis://<host>:<port> or rediss://<host>:<port>"), Unset("no Redis"));
        READ_CACHE_BYTES = Setting::new("FANFARE_READ_CACHE_BYTES",
            "Memory for answers to reads, which an event makes obsolete. 0: every read goes to the database, and none to Redis.",
            whole(0, 64 << 30, BYTES), Value("67108864"));
    }
    "Secrets" {
        JWT_SECRET = Setting::secret("JWT_SECRET",
            "Signs access tokens and links, and hashes API keys. To change it, put the new secret in front of the old one; docs/keys.md says when the old one can be dropped.",
            Form("one or more secrets of at least 32 bytes, separated by commas"),
            Unset("required in production; made and kept under `FANFARE_DATA` in development"));
        ENCRYPTION_KEY = Setting::secret("ENCRYPTION_KEY",
            "Seals the networks' tokens and the secrets of two-factor authentication. The first key seals, all open; an entry whose id is changed no longer opens what it sealed. `fanfare keys rotate` seals everything again (docs/keys.md).",
            Form("one or more of <base64 of 32 bytes> or <id>:<base64 of 32 bytes>, separated by commas"),
            Unset("required in production; made and kept under `FANFARE_DATA` in development"));
    }
    "Access and limits" {
        CORS_ORIGINS = Setting::new("FANFARE_CORS_ORIGINS", "Origins whose pages may call the API.",
            Form("origins such as https://app.example.com, separated by commas"), Unset("none"));
        TRUSTED_PROXIES = Setting::new("FANFARE_TRUSTED_PROXIES",
            "Proxies that are believed when they tell the address of their client (`FANFARE_PROXY_HEADER`).",
            Form("addresses or ranges such as 10.0.0.0/8, separated by commas"), Unset("none"));
        PROXY_HEADER = Setting::new("FANFARE_PROXY_HEADER",
            "The header in which the trusted proxies tell that address; the other is not read. They must add to it, or replace it.",
            Word(&["x-forwarded-for", "forwarded"]), Value("x-forwarded-for"));
        MAX_CONNECTIONS = Setting::new("FANFARE_MAX_CONNECTIONS",
            "Connections of any kind that all clients together may hold open; fewer where the process may not open so many files. Where all are taken, those that have been silent for longest are closed.",
            whole(1, 1_000_000, "connections"), Value("20000"));
        MAX_CONNECTIONS_PER_ADDRESS = Setting::new("FANFARE_MAX_CONNECTIONS_PER_ADDRESS",
            "Connections of any kind that one address may hold open; the trusted proxies may hold all that there are.",
            whole(1, 1_000_000, "connections"), Value("4000"));
        MAX_SOCKETS_PER_ADDRESS = Setting::new("FANFARE_MAX_SOCKETS_PER_ADDRESS",
            "WebSockets and event streams that one address may hold open. An IPv6 address counts with its /64.", whole(1, 1_000_000, "sockets"), Value("2000"));
        MAX_SOCKETS_PER_USER = Setting::new("FANFARE_MAX_SOCKETS_PER_USER",
            "WebSockets and event streams that one user may hold open on a node.",
            whole(1, 1_000_000, "sockets"), Value("200"));
        MAX_OPERATIONS_PER_SOCKET = Setting::new("FANFARE_MAX_OPERATIONS_PER_SOCKET",
            "Operations that one WebSocket may have at work, subscriptions among them.",
            whole(1, 1_000_000, "operations"), Value("1000"));
        SOCKET_MESSAGE_BYTES = Setting::new("FANFARE_SOCKET_MESSAGE_BYTES",
            "The largest message on a WebSocket; the limit of a body holds all the same.",
            whole(1_024, 64 << 20, BYTES), Value("131072"));
        MAX_SUBSCRIPTIONS_PER_USER = Setting::new("FANFARE_MAX_SUBSCRIPTIONS_PER_USER",
            "Subscriptions that one user may hold open on a node, over all connections; where nobody is signed in, one address.",
            whole(1, 1_000_000, "subscriptions"), Value("500"));
        MAX_SUBSCRIPTIONS = Setting::new("FANFARE_MAX_SUBSCRIPTIONS",
            "Subscriptions that a node holds open for everybody together.",
            whole(1, 10_000_000, "subscriptions"), Value("20000"));
        SUBSCRIPTION_BYTES = Setting::new("FANFARE_SUBSCRIPTION_BYTES",
            "The largest document, with its variables, of a subscription, which is held as long as that lives.",
            whole(256, 64 << 20, BYTES), Value("16384"));
        COST_PER_MINUTE = Setting::new("FANFARE_COST_PER_MINUTE",
            "What the operations of a user may cost in a minute, all keys together, in the points of FANFARE_GRAPHQL_COMPLEXITY. Counted by all nodes together where they share a Redis.",
            whole(1, 1_000_000_000, "points"), Value("120000"));
        KEY_COST_PER_MINUTE = Setting::new("FANFARE_KEY_COST_PER_MINUTE",
            "What the operations of one API key may cost in a minute.",
            whole(1, 1_000_000_000, "points"), Value("60000"));
        ADDRESS_COST_PER_MINUTE = Setting::new("FANFARE_ADDRESS_COST_PER_MINUTE",
            "What the operations from one address may cost in a minute where nobody is signed in.",
            whole(1, 1_000_000_000, "points"), Value("30000"));
        CREATES_PER_MINUTE = Setting::new("FANFARE_CREATES_PER_MINUTE",
            "Calls that create posts that a user may make in a minute; a call for many posts, or an import, is one.", whole(1, 1_000_000, "calls"), Value("10"));
        OAUTH_STARTS_PER_MINUTE = Setting::new("FANFARE_OAUTH_STARTS_PER_MINUTE",
            "Consents that a user may start in a minute; those that connect an account are not counted.", whole(1, 1_000_000, "consents"), Value("5"));
        SIGN_INS_PER_MINUTE = Setting::new("FANFARE_SIGN_INS_PER_MINUTE",
            "Passwords that may be tried for one account from one address in a minute; from all addresses together, five times as many, apart from addresses where the user signed in within 90 days. An IPv6 address counts with its /64.",
            whole(1, 1_000_000, "sign-ins"), Value("10"));
        FAILED_SIGN_INS_PER_MINUTE = Setting::new("FANFARE_FAILED_SIGN_INS_PER_MINUTE",
            "Sign-ins that may fail from one address in a minute, over all accounts. An IPv6 address counts with its /64.",
            whole(1, 1_000_000, "sign-ins"), Value("30"));
        REFRESHES_PER_MINUTE = Setting::new("FANFARE_REFRESHES_PER_MINUTE",
            "Times that a session may be refreshed or signed out with its refresh token in a minute; from one address over all sessions, ten times as many.",
            whole(1, 1_000_000, "refreshes"), Value("20"));
        RECENT_SIGN_IN_SECONDS = Setting::new("FANFARE_RECENT_SIGN_IN_SECONDS",
            "How long after a sign-in its session makes and rotates API keys without the password.",
            whole(1, 86_400, "seconds"), Value("900"));
        WRONG_CODES_IN_A_ROW = Setting::new("FANFARE_WRONG_CODES_IN_A_ROW",
            "Wrong two-factor codes in a row after which a user's codes of the app are refused: for 15 minutes, then twice as long each time, up to a day. A recovery code is accepted all the same.",
            whole(1, 1_000, "codes"), Value("10"));
        REGISTRATIONS_PER_MINUTE = Setting::new("FANFARE_REGISTRATIONS_PER_MINUTE",
            "People who may register from one address in a minute.",
            whole(1, 1_000_000, "registrations"), Value("10"));
        REGISTRATION = Setting::new("FANFARE_REGISTRATION",
            "Who may register: everyone, whoever has an invitation into a workspace, or nobody. The first user of a server always may.",
            Word(&["open", "invite", "closed"]), Value("open"));
        INVITATION_DAYS = Setting::new("FANFARE_INVITATION_DAYS",
            "How long an invitation into a workspace can be accepted.", whole(1, 365, "days"), Value("7"));
        WORKSPACES_PER_USER = Setting::new("FANFARE_WORKSPACES_PER_USER",
            "Workspaces that a user may belong to. 0: any number.", whole(0, 1_000_000, "workspaces"), Value("100"));
        OWNED_WORKSPACES_PER_USER = Setting::new("FANFARE_OWNED_WORKSPACES_PER_USER",
            "Workspaces that a user may own to create another. 0: any number.",
            whole(0, 1_000_000, "workspaces"), Value("20"));
        WORKSPACE_STORAGE_BYTES = Setting::new("FANFARE_WORKSPACE_STORAGE_BYTES",
            "Media that a workspace may store, uploads under way included. 0: any number.",
            whole(0, 1 << 60, BYTES), Value("10737418240"));
        WORKSPACE_OPEN_POSTS = Setting::new("FANFARE_WORKSPACE_OPEN_POSTS",
            "Posts of a workspace that may be scheduled, held or being published at a time. 0: any number.",
            whole(0, 1_000_000_000, "posts"), Value("20000"));
        WORKSPACE_POSTS_PER_DAY = Setting::new("FANFARE_WORKSPACE_POSTS_PER_DAY",
            "Posts that may be created in a workspace in a day of UTC, deleted ones and imports included. 0: any number.",
            whole(0, 1_000_000_000, "posts"), Value("20000"));
        REQUEST_TIMEOUT_SECONDS = Setting::new("FANFARE_REQUEST_TIMEOUT_SECONDS",
            "The longest that a request may take.", whole(1, 600, "seconds"), Value("30"));
        MEDIA_MAX_BYTES = Setting::new("FANFARE_MEDIA_MAX_BYTES", "The largest file that can be uploaded.",
            whole(1, 64 << 30, BYTES), Value("268435456"));
        MAX_UPLOADS = Setting::new("FANFARE_MAX_UPLOADS", "Uploads that are read at the same time.",
            whole(1, 10_000, "uploads"), Value("64"));
        MAX_UPLOADS_PER_USER = Setting::new("FANFARE_MAX_UPLOADS_PER_USER",
            "Uploads of one user that are read at the same time.", whole(1, 10_000, "uploads"), Value("8"));
        UPLOAD_STORE_SECONDS = Setting::new("FANFARE_UPLOAD_STORE_SECONDS",
            "How long an uploaded file may take from its arrival until its media file is stored; then it is deleted.",
            whole(2, 86_400, "seconds"), Value("3600"));
        UPLOAD_WINDOW_SECONDS = Setting::new("FANFARE_UPLOAD_WINDOW_SECONDS",
            "How long FANFARE_UPLOAD_WINDOW_BYTES of an upload may take to arrive, before it is given up.",
            whole(1, 900, "seconds"), Value("30"));
        UPLOAD_WINDOW_BYTES = Setting::new("FANFARE_UPLOAD_WINDOW_BYTES",
            "What must arrive of an upload in every FANFARE_UPLOAD_WINDOW_SECONDS.",
            whole(1, 1 << 30, BYTES), Value("65536"));
        MEDIA_FETCH_PORTS = Setting::new("FANFARE_MEDIA_FETCH_PORTS",
            "Ports besides 80 and 443 from which media are fetched that posts name by URL (`mediaUrls`). The servers must be on the public internet all the same.",
            Form("ports from 1 to 65535, separated by commas"), Unset("none"));
        GRAPHQL_DEPTH = Setting::new("FANFARE_GRAPHQL_DEPTH", "How deep a document may nest.",
            whole(1, 100, "levels"), Value("15"));
        GRAPHQL_COMPLEXITY = Setting::new("FANFARE_GRAPHQL_COMPLEXITY",
            "What a document may cost: an object costs 1, a list multiplies by `first`.",
            whole(1, 1_000_000, "points"), Value("1000"));
        GRAPHQL_ALIASES = Setting::new("FANFARE_GRAPHQL_ALIASES", "Aliases of one field in a document.",
            whole(1, 10_000, "aliases"), Value("50"));
        GRAPHQL_DIRECTIVES = Setting::new("FANFARE_GRAPHQL_DIRECTIVES", "Directives on one field.",
            whole(1, 1_000, "directives"), Value("10"));
        GRAPHQL_TOKENS = Setting::new("FANFARE_GRAPHQL_TOKENS", "Tokens in a document.",
            whole(100, 1_000_000, "tokens"), Value("15000"));
        GRAPHQL_BODY_BYTES = Setting::new("FANFARE_GRAPHQL_BODY_BYTES", "The largest body of a request, uploads apart.",
            whole(1_024, 64 << 20, BYTES), Value("1048576"));
        ANONYMOUS_BODY_BYTES = Setting::new("FANFARE_ANONYMOUS_BODY_BYTES",
            "The largest body of a request without a valid token; FANFARE_GRAPHQL_BODY_BYTES holds all the same.",
            whole(1_024, 64 << 20, BYTES), Value("65536"));
        BODY_BYTES_HELD = Setting::new("FANFARE_BODY_BYTES_HELD",
            "Bytes of bodies that the server holds at once, from their arrival to the answer; uploads go to files and are not counted.",
            whole(1 << 20, 1 << 32, BYTES), Value("268435456"));
        BODY_BYTES_HELD_PER_ADDRESS = Setting::new("FANFARE_BODY_BYTES_HELD_PER_ADDRESS",
            "The same for one address. In IPv6 an address is its whole network (/64).",
            whole(1 << 20, 1 << 32, BYTES), Value("67108864"));
        INTROSPECTION = Setting::new("FANFARE_INTROSPECTION",
            "Whether clients may ask for the schema. Owners and admins of their workspace, and API keys with the scope `admin`, always may.",
            Word(&["on", "off"]), ByEnvironment { development: "on", production: "off" });
        STATUS_CODES = Setting::new("FANFARE_GRAPHQL_STATUS_CODES", "HTTP status codes of answers in application/graphql-response+json: `stable` (200 and 400), or `draft` as the GraphQL-over-HTTP draft of August 2026 has them (294 for data with errors, 422 for a document or variables that are not valid).",
            Word(&["stable", "draft"]), Value("stable"));
    }
    "Publishing" {
        WORKERS = Setting::new("FANFARE_WORKERS", "Targets that this process publishes at the same time.",
            whole(1, 4_096, "targets"), Value("64"));
        LEASE_SECONDS = Setting::new("FANFARE_LEASE_SECONDS",
            "How long a worker holds a piece of work, such as a target or an inbox, before another may take it over.", whole(1, 3_600, "seconds"), Value("30"));
        MAX_ATTEMPTS = Setting::new("FANFARE_MAX_ATTEMPTS",
            "Answers and failures of a network after which a target has failed.", whole(1, 20, "attempts"), Value("4"));
        BACKOFF_BASE_MS = Setting::new("FANFARE_BACKOFF_BASE_MS",
            "The longest wait before the second attempt. Before each further one it is six times as long, for a fetch of media twice. A network that is out of order as a whole costs no attempt.",
            whole(1, 3_600_000, "milliseconds"), Value("10000"));
        BACKOFF_CAP_MS = Setting::new("FANFARE_BACKOFF_CAP_MS", "The longest wait before any attempt.",
            whole(1, 86_400_000, "milliseconds"), Value("300000"));
        BREAKER_THRESHOLD = Setting::new("FANFARE_BREAKER_THRESHOLD",
            "Failures in a row that open the circuit breaker of an account. A network's opens after as many failures of all its accounts together, where most of them fail.",
            whole(1, 1_000, "failures"), Value("5"));
        BREAKER_PERCENT = Setting::new("FANFARE_BREAKER_PERCENT",
            "How many of the accounts that a network was asked for in the last ten minutes must fail for the network's circuit breaker to open. Accounts that it still answers are not held up.",
            whole(1, 100, "percent"), Value("60"));
        BREAKER_OPEN_SECONDS = Setting::new("FANFARE_BREAKER_OPEN_SECONDS",
            "How long an open breaker lets nothing through.", whole(1, 3_600, "seconds"), Value("30"));
        SETTLE_SECONDS = Setting::new("FANFARE_SETTLE_SECONDS",
            "How long after a call a network's listing is sure to show what the call published.",
            whole(0, 3_600, "seconds"), Unset("each network's own time"));
        READ_BACK_PAGES = Setting::new("FANFARE_READ_BACK_PAGES",
            "The most pages of a network's listing that are read to find a publication whose answer was lost. Where they end before the time of sending, a person is asked.",
            whole(1, 1_000, "pages"), Value("100"));
        METRICS_INTERVAL_SECONDS = Setting::new("FANFARE_METRICS_INTERVAL_SECONDS",
            "How often the numbers of a publication of the last hour are fetched; of the last day every 4 times that, of the last week every 24, of the last month every 96, up to 90 days every 672. Simulated networks are asked once a minute at least.",
            whole(1, 86_400, "seconds"), Value("900"));
        INBOX_POLL_SECONDS = Setting::new("FANFARE_INBOX_POLL_SECONDS",
            "How long after a look at an account's comments and messages the next one comes.",
            whole(1, 86_400, "seconds"), Unset("each network's own time"));
    }
    "Simulator" {
        SIMULATOR = Setting::new("FANFARE_SIMULATOR",
            "Whether networks without a client id are simulated. `auto`: in development.", SWITCH, Value("auto"));
        SIMULATOR_URL = Setting::new("FANFARE_SIMULATOR_URL",
            "A simulator that runs elsewhere (`fanfare simulator`).", BASE_URL, Unset("inside the server"));
        SIMULATOR_TOKEN = Setting::secret("FANFARE_SIMULATOR_TOKEN",
            "Opens the simulator's control and report routes. In production, and behind `FANFARE_PUBLIC_URL`, nothing else does; otherwise callers on this machine need no token.",
            Form("a token of at least 16 characters"), Unset("loopback only, in production nobody"));
        SIMULATOR_CLIENTS = Setting::new("FANFARE_SIMULATOR_CLIENTS",
            "Addresses of servers that use this simulator besides its own: consents lead back to them, and their media are pulled although they are not on the public internet. In development on loopback, everything on this machine is known.",
            Form("http or https addresses without query, separated by commas"), Unset("none"));
        SIMULATOR_LATENCY_MS = Setting::new("FANFARE_SIMULATOR_LATENCY_MS", "How long the simulator takes to answer.",
            Form("milliseconds up to 60000, such as 0, or a range such as 20-80"), Value("20-80"));
    }
    "Writing aids" {
        ANTHROPIC_API_KEY = Setting::secret("ANTHROPIC_API_KEY", "Key of Anthropic's Messages API.",
            Form("a text"), Unset("rules write, no model"));
        ANTHROPIC_BASE_URL = Setting::new("ANTHROPIC_BASE_URL", "Where that API is.",
            BASE_URL, Value("https://api.anthropic.com"));
        ANTHROPIC_MODEL = Setting::new("ANTHROPIC_MODEL", "The model that writes.",
            Form("a model's name"), Value("claude-haiku-4-5"));
        ANTHROPIC_TIMEOUT_SECONDS = Setting::new("ANTHROPIC_TIMEOUT_SECONDS",
            "The longest wait for the model, a second attempt included; rules write after it. Below the request's own limit.",
            whole(1, 300, "seconds"), Value("20"));
        AI_REQUESTS_PER_DAY = Setting::new("FANFARE_AI_REQUESTS_PER_DAY",
            "Questions that a workspace may put to the model in a day of UTC; rules answer the rest.",
            whole(0, 1_000_000, "requests"), Value("200"));
        AI_TOKENS_PER_DAY = Setting::new("FANFARE_AI_TOKENS_PER_DAY",
            "Tokens, read and written, that a workspace may use of the model in a day of UTC.",
            whole(0, 1_000_000_000, "tokens"), Value("300000"));
        AI_SERVER_REQUESTS_PER_DAY = Setting::new("FANFARE_AI_SERVER_REQUESTS_PER_DAY",
            "Questions that all workspaces together may put to the model in a day of UTC; rules answer the rest.",
            whole(0, 100_000_000, "requests"), Value("2000"));
        AI_SERVER_TOKENS_PER_DAY = Setting::new("FANFARE_AI_SERVER_TOKENS_PER_DAY",
            "Tokens, read and written, that all workspaces together may use of the model in a day of UTC.",
            whole(0, 4_000_000_000, "tokens"), Value("3000000"));
    }
    "Telegram (checked at the start; this version has no bot)" {
        TELEGRAM_BOT_TOKEN = Setting::secret("TELEGRAM_SNS_BOT_TOKEN", "Token of the Telegram bot.",
            Form("a text"), Unset("no bot"));
        TELEGRAM_CHAT_ID = Setting::new("TELEGRAM_SNS_CHAT_ID", "The chat that the bot writes to.",
            Form("a chat's number, such as -1001234567890"), Unset("none"));
        TELEGRAM_API_BASE = Setting::new("TELEGRAM_API_BASE", "Where Telegram's Bot API is.",
            BASE_URL, Value("https://api.telegram.org"));
    }
    "Log" {
        LOG = Setting::new("FANFARE_LOG", "What is logged.",
            Form("a level, or a filter such as info,fanfare_publishing=debug"), Value("warn,fanfare=info"));
        LOG_FORMAT = Setting::new("FANFARE_LOG_FORMAT", "How log lines are written.",
            Word(&["pretty", "json"]), ByEnvironment { development: "pretty", production: "json" });
    }
}

/// Declares the rows that stand once for each network.
macro_rules! platform_settings {
    ($($id:ident = $row:expr;)+) => {
        $(pub const $id: Setting = $row;)+
        /// Rows whose `<PLATFORM>` stands for each network.
        pub const PLATFORM: &[Setting] = &[$($id),+];
    };
}

platform_settings! {
    CLIENT_ID = Setting::new("FANFARE_<PLATFORM>_CLIENT_ID", "The app's id at the network.",
        Form("a text"), Unset("the network is simulated, or not offered"));
    CLIENT_SECRET = Setting::secret("FANFARE_<PLATFORM>_CLIENT_SECRET", "The app's secret at the network. For X also `none`: the app is a public client, which has no secret.",
        Form("a text"), Unset("none; next to a client id it has to be set"));
    AUTH_BASE = Setting::new("FANFARE_<PLATFORM>_AUTH_BASE", "Where the consent page is.",
        BASE_URL, Unset("the network's own"));
    TOKEN_BASE = Setting::new("FANFARE_<PLATFORM>_TOKEN_BASE", "Where tokens are traded.",
        BASE_URL, Unset("the network's own"));
    API_BASE = Setting::new("FANFARE_<PLATFORM>_API_BASE", "Where the API is.",
        BASE_URL, Unset("the network's own"));
    API_VERSION = Setting::new("FANFARE_<PLATFORM>_API_VERSION", "The version of the API, such as v23.0.",
        Form("a text"), Unset("the version that the client was written for"));
}
