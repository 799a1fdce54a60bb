//! The edge's settings.

use super::request_body::Pace;
use fanfare_domain::address_range::AddressRange;
use fanfare_domain::proxy_header::ProxyHeader;
use fanfare_query_limits::Limits;
use std::time::Duration;

/// What the edge allows. `Default` holds the documented values.
#[derive(Clone, Debug)]
pub struct EdgeOptions {
    pub limits: Limits,
    /// Body of a GraphQL request without files, in bytes: 1 MiB.
    pub body_bytes: usize,
    /// The same for who has shown no valid token: 64 KiB.
    pub anonymous_body_bytes: usize,
    /// Requests in one batch: 10.
    pub batch: usize,
    /// Files in one multipart request: 10.
    pub upload_files: usize,
    /// Size of one uploaded file, in bytes: 256 MiB.
    pub upload_bytes: u64,
    /// Uploads read at once: 64.
    pub uploads_at_once: usize,
    /// Uploads of one user read at once: 8.
    pub uploads_per_user: usize,
    /// What must arrive of an upload, and in which time: 64 KiB in 30 s.
    pub upload_pace: Pace,
    /// Time to execute an operation: 30 s. A body has the same time, by `ServeOptions::body_timeout`.
    pub request_timeout: Duration,
    /// Time to read a multipart body: 1 h, in which the largest file arrives over a line of 1 Mbit/s. One that stands still
    /// is given up by [`Self::upload_pace`].
    pub upload_timeout: Duration,
    /// Documents kept for automatic persisted queries: 1,000, and at most 4 MiB of text.
    pub persisted_queries: usize,
    /// Live connections (WebSocket and SSE) from one address: 2,000.
    pub sockets_per_address: usize,
    /// Live connections of one user, from all addresses: 200.
    pub sockets_per_user: usize,
    /// Operations at work on one WebSocket: 1,000.
    pub operations_per_socket: usize,
    /// A message on a WebSocket, in bytes: 128 KiB. What has arrived of one is held until it is whole.
    pub socket_message_bytes: usize,
    /// Subscriptions of one user, over all connections: 500. The same of one address where nobody is signed in.
    pub subscriptions_per_user: usize,
    /// Subscriptions of the whole server: 20,000.
    pub subscriptions: usize,
    /// Document and variables of one subscription, in bytes: 16 KiB.
    pub subscription_bytes: usize,
    /// Time from a WebSocket's opening to `connection_init`: 3 s.
    pub init_timeout: Duration,
    /// Between two pings: 20 s. A client that says nothing for three of them is gone.
    pub ping_every: Duration,
    /// Between two looks at whether the actor may continue: 30 s.
    pub revalidate_every: Duration,
    /// What waits for a client that does not read, in bytes: 256 KiB.
    pub outbox_bytes: usize,
    /// How long a client may read nothing while something waits: 10 s.
    pub slow_client_grace: Duration,
    /// Between two comments on a silent event stream: 12 s.
    pub sse_keep_alive: Duration,
    /// Origins (`https://app.example.org`) of web pages that may call besides the server's own.
    pub allowed_origins: Vec<String>,
    /// Proxies whose [`Self::proxy_header`] is believed.
    pub trusted_proxies: Vec<AddressRange>,
    /// Where they tell who they speak for: `X-Forwarded-For`.
    pub proxy_header: ProxyHeader,
    /// Tell browsers to use HTTPS only; for a public URL that is HTTPS.
    pub strict_transport: bool,
    /// HTTP status codes of answers in `application/graphql-response+json`.
    pub status_codes: StatusCodes,
}

/// Which HTTP status codes answers in `application/graphql-response+json` have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusCodes {
    /// As clients know them: 200 where the operation ran, 400 for a document that is not valid.
    #[default]
    Stable,
    /// Of the GraphQL-over-HTTP draft of August 2026: 294 for data with errors, 422 for a document that can be parsed and
    /// is not valid.
    Draft,
}

impl Default for EdgeOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            body_bytes: 1 << 20,
            anonymous_body_bytes: 64 << 10,
            batch: 10,
            upload_files: 10,
            upload_bytes: 256 << 20,
            uploads_at_once: 64,
            uploads_per_user: 8,
            upload_pace: Pace { bytes: 64 << 10, within: Duration::from_secs(30) },
            request_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_hours(1),
            persisted_queries: 1_000,
            sockets_per_address: 2_000,
            sockets_per_user: 200,
            operations_per_socket: 1_000,
            socket_message_bytes: 128 << 10,
            subscriptions_per_user: 500,
            subscriptions: 20_000,
            subscription_bytes: 16 << 10,
            init_timeout: Duration::from_secs(3),
            ping_every: Duration::from_secs(20),
            revalidate_every: Duration::from_secs(30),
            outbox_bytes: 256 << 10,
            slow_client_grace: Duration::from_secs(10),
            sse_keep_alive: Duration::from_secs(12),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            strict_transport: false,
            status_codes: StatusCodes::default(),
        }
    }
}
