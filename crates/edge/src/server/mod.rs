//! Accepts connections and serves a router on them, with the timeouts that `axum::serve` does not set.

mod admission;
mod guarded;
mod intake;
mod options;

pub use options::ServeOptions;

use crate::presence::Presence;
use admission::Admission;
use axum::Router;
use axum::http::Request;
use guarded::Guarded;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use intake::Intake;
use std::io::Write as _;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

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
    let intake = Intake::new(router, &options);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let presence = Arc::new(Presence::new());
                match admission.admit(peer.ip(), &presence) {
                    Ok(places) => {
                        let patience = options.write_timeout;
                        let stream = Guarded::new(stream, places, Arc::clone(&presence), patience);
                        let client = Client {
                            peer,
                            presence,
                            header_timeout: admission.header_timeout(peer.ip()),
                            head_bytes: options.head_bytes,
                        };
                        connections.spawn(client.serve(stream, Arc::clone(&intake), shutdown.clone()));
                    }
                    Err(answer) => turn_away(stream, answer),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                admission.make_room();
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

/// Who is at the other end of a connection.
struct Client {
    peer: SocketAddr,
    presence: Arc<Presence>,
    header_timeout: Duration,
    head_bytes: usize,
}

impl Client {
    async fn serve(self, stream: Guarded, intake: Arc<Intake>, shutdown: CancellationToken) {
        let Self { peer, presence, header_timeout, head_bytes } = self;
        let of_requests = Arc::clone(&presence);
        let service = service_fn(move |request: Request<Incoming>| {
            let (intake, presence) = (Arc::clone(&intake), Arc::clone(&of_requests));
            async move { intake.answer(request, peer, presence).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout)
            .max_header_size(head_bytes)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = presence.closed() => {
                tracing::debug!(%peer, "a silent connection made room for another");
                return;
            }
            () = shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
    }
}

/// Says why there is no place. The socket's buffer is empty, so the few bytes fit at once: who is turned away holds
/// nothing.
fn turn_away(stream: TcpStream, answer: &'static [u8]) {
    metrics::counter!("fanfare_connections_refused_total").increment(1);
    let told = stream.into_std().and_then(|mut stream| stream.write_all(answer));
    if let Err(error) = told {
        tracing::debug!(%error, "a client was turned away without a word");
    }
}
