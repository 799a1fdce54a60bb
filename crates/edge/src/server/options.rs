//! The limits and timeouts of connections.

use fanfare_domain::address_range::AddressRange;
use fanfare_domain::proxy_header::ProxyHeader;
use std::time::Duration;

/// How connections are served. `Default` holds the documented values.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Connections open at once, WebSockets included: 20,000.
    pub connections: usize,
    /// Connections of one address open at once: 4,000.
    pub connections_per_address: usize,
    /// Proxies, each of which may take all the connections that there are: none.
    pub trusted_proxies: Vec<AddressRange>,
    /// Where they tell who they speak for: `X-Forwarded-For`.
    pub proxy_header: ProxyHeader,
    /// Time for a request's body to arrive; a handler that expects a long one asks for more: 30 s.
    pub body_timeout: Duration,
    /// Bytes of bodies that are held at once, uploads to files apart: 256 MiB.
    pub body_bytes: usize,
    /// The same for one address, which is a whole /64 network in IPv6: 64 MiB.
    pub body_bytes_per_address: usize,
    /// How long a connection must have been silent before it makes room where there is no place left: 1 s.
    pub silent_after: Duration,
    /// Time for a request's head to arrive, and the longest pause between two requests of a connection: 30 s.
    pub header_timeout: Duration,
    /// The same for the trusted proxies: 620 s. Load balancers keep connections open to use them again, and a server that
    /// closes first loses the request that is on its way. AWS keeps them for 60 s unless told otherwise, Google Cloud for
    /// 600 s and asks for 620 (<https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries>).
    pub proxy_header_timeout: Duration,
    /// The longest head of a request, in bytes: 32 KiB, as much as common proxies send on.
    pub head_bytes: usize,
    /// How long a client may take nothing of an answer: 30 s.
    pub write_timeout: Duration,
    /// How long a stopping server waits for requests and sockets to end: 25 s.
    pub drain: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: 4_000,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            body_timeout: Duration::from_secs(30),
            body_bytes: 256 << 20,
            body_bytes_per_address: 64 << 20,
            silent_after: Duration::from_secs(1),
            header_timeout: Duration::from_secs(30),
            proxy_header_timeout: Duration::from_secs(620),
            head_bytes: 32 << 10,
            write_timeout: Duration::from_secs(30),
            drain: Duration::from_secs(25),
        }
    }
}
