//! Accepts connections and serves a router on them, with the timeouts that `axum::serve` does not set.

mod admission;
mod guarded;

use admission::Admission;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use fanfare_domain::address_range::AddressRange;
use guarded::Guarded;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// After an `accept` that failed: the process may have no file descriptor left, and to try at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How connections are served. `Default` holds the documented values.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Connections open at once, WebSockets included: 20,000.
    pub connections: usize,
    /// Connections of one address open at once: 4,000.
    pub connections_per_address: usize,
    /// Proxies, each of which may take all the connections that there are: none.
    pub trusted_proxies: Vec<AddressRange>,
    /// Time for a request's head to arrive, and the longest pause between two requests of a connection: 30 s.
    pub header_timeout: Duration,
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
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            drain: Duration::from_secs(25),
        }
    }
}

/// Serves until `shutdown` is cancelled; then accepts nothing more and waits, at most [`ServeOptions::drain`], for
/// the open requests and for `tasks`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    options: ServeOptions,
    tasks: TaskTracker,
    shutdown: CancellationToken,
) {
    let connections = TaskTracker::new();
    let admission = Admission::new(&options);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => match admission.admit(peer.ip()) {
                Ok(places) => {
                    let stream = Guarded::new(stream, places, options.write_timeout);
                    let (router, patience) = (router.clone(), options.header_timeout);
                    connections.spawn(connection(stream, peer, router, patience, shutdown.clone()));
                }
                Err(answer) => turn_away(stream, answer),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    tasks.close();
    let ended = timeout(options.drain, async { tokio::join!(connections.wait(), tasks.wait()) });
    if ended.await.is_err() {
        tracing::warn!("the server stops while requests are open");
    }
}

async fn connection(
    stream: Guarded,
    peer: SocketAddr,
    router: Router,
    header_timeout: Duration,
    shutdown: CancellationToken,
) {
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}

fn turn_away(mut stream: TcpStream, answer: &'static [u8]) {
    metrics::counter!("fanfare_connections_refused_total").increment(1);
    tokio::spawn(async move {
        let _ = timeout(Duration::from_secs(1), stream.write_all(answer)).await;
    });
}
