//! Accepts connections and serves a router on them, with the timeouts that `axum::serve` does not set.

mod admission;
mod guarded;
mod options;

pub use options::ServeOptions;

use admission::Admission;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
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
