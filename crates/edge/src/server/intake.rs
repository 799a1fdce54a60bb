//! What every request gets on its way in and every answer on its way out.

use super::options::ServeOptions;
use crate::forwarded;
use crate::presence::Presence;
use crate::request_body::{BodyBudget, BodyWatch, Watched};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use fanfare_domain::address_range::AddressRange;
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::proxy_header::ProxyHeader;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tower::ServiceExt as _;

/// Hands requests to the router.
pub struct Intake {
    router: Router,
    body_timeout: Duration,
    budget: Arc<BodyBudget>,
    proxies: Vec<AddressRange>,
    proxy_header: ProxyHeader,
}

impl Intake {
    pub fn new(router: Router, options: &ServeOptions) -> Arc<Self> {
        Arc::new(Self {
            router,
            body_timeout: options.body_timeout,
            budget: BodyBudget::new(options.body_bytes, options.body_bytes_per_address),
            proxies: options.trusted_proxies.clone(),
            proxy_header: options.proxy_header,
        })
    }

    /// Answers one request of a connection.
    pub async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        presence: Arc<Presence>,
    ) -> Result<Response<Sent>, Infallible> {
        presence.request_begins();
        let request = self.take(request, peer, &presence);
        // Whoever reads the body may keep its bytes until the answer: they count as held until then.
        let _held = request.extensions().get::<Arc<BodyWatch>>().cloned();
        let response = self.router.clone().oneshot(request).await?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            presence.becomes_websocket();
        }
        Ok(response.map(|body| Sent { body, presence }))
    }

    fn take(&self, request: Request<Incoming>, peer: SocketAddr, presence: &Arc<Presence>) -> Request<Body> {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(ConnectInfo(peer));
        if body.is_end_stream() {
            return Request::from_parts(parts, Body::empty());
        }
        let peer = peer.ip().to_canonical();
        let client = forwarded::client(&parts.headers, self.proxy_header, peer, &self.proxies);
        let lease = self.budget.lease(ClientNetwork::of(client));
        let watch = BodyWatch::new(lease, Instant::now() + self.body_timeout);
        parts.extensions.insert(Arc::clone(&watch));
        Request::from_parts(parts, Body::new(Watched::new(body, watch, Arc::clone(presence))))
    }
}

/// The body of an answer. Its connection is idle again once the answer has gone.
pub struct Sent {
    body: Body,
    presence: Arc<Presence>,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.presence.request_ends();
    }
}
