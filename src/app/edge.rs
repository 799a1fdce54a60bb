//! The settings of the edge, as the edge takes them.

use super::clients;
use fanfare_config::{Config, Environment};
use fanfare_edge::{EdgeOptions, Pace, ServeOptions, StatusCodes};

/// How connections are taken and kept.
pub(super) fn serve_options(config: &Config) -> ServeOptions {
    ServeOptions {
        connections: config.traffic.connections,
        body_timeout: config.request_timeout,
        body_bytes: config.traffic.body_bytes,
        body_bytes_per_address: config.traffic.body_bytes_per_address,
        connections_per_address: config.traffic.connections_per_address,
        trusted_proxies: config.trusted_proxies.clone(),
        proxy_header: config.proxy_header,
        ..ServeOptions::default()
    }
}

/// What the edge lets through.
pub(super) fn edge_options(config: &Config) -> EdgeOptions {
    let defaults = EdgeOptions::default();
    EdgeOptions {
        limits: clients::limits(config),
        body_bytes: config.graphql.body_bytes,
        anonymous_body_bytes: config.traffic.anonymous_body_bytes,
        upload_bytes: config.media_max_bytes,
        uploads_at_once: config.traffic.uploads,
        uploads_per_user: config.traffic.uploads_per_user,
        upload_pace: Pace { bytes: config.traffic.upload_window_bytes, within: config.traffic.upload_window },
        request_timeout: config.request_timeout,
        sockets_per_address: config.traffic.sockets_per_address,
        sockets_per_user: config.traffic.sockets_per_user,
        operations_per_socket: config.traffic.operations_per_socket,
        socket_message_bytes: config.traffic.socket_message_bytes,
        subscriptions_per_user: config.traffic.subscriptions_per_user,
        subscriptions: config.traffic.subscriptions,
        subscription_bytes: config.traffic.subscription_bytes,
        allowed_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        proxy_header: config.proxy_header,
        status_codes: if config.graphql.draft_status_codes {
            StatusCodes::Draft
        } else {
            StatusCodes::Stable
        },
        strict_transport: config.environment == Environment::Production
            && config.public_url.as_ref().is_some_and(|url| url.scheme() == "https"),
        ..defaults
    }
}
