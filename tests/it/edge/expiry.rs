//! A connection lasts as long as the token that opened it.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::lines;
use crate::support::sse::SseReader;
use crate::support::websocket::GraphqlSocket;
use fanfare_auth::AccessTokens;
use fanfare_domain::clock::{Clock, SystemClock, Timestamp};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const JWT_SECRET: &str = "the secret of a test which is long enough";
const FOLLOW: &str = "subscription { activity { cursor } }";
/// Far longer than the token lasts, far shorter than the 30 s after which everybody is looked at.
const SOON: Duration = Duration::from_secs(20);

/// Whose tokens of 15 minutes have two or three seconds left.
struct Ago;

impl Clock for Ago {
    fn now(&self) -> Timestamp {
        SystemClock.now().minus(Duration::from_secs(15 * 60 - 3))
    }
}

on_both_databases! {
    async fn live_connections_end_when_their_token_does(db: Database) {
        let server = Server::on(&db).set("JWT_SECRET", JWT_SECRET).start().await;
        let person = Person::register(&server).await;
        let row = |value: &serde_json::Value| value.as_i64().unwrap();
        let session = lines(&db, "select cast(max(id) as text) as line from sessions").await[0].parse().unwrap();
        let tokens = AccessTokens::new([JWT_SECRET.as_bytes()], Arc::new(Ago)).unwrap();
        let (user, workspace) = (UserId(row(&person.user["id"])), WorkspaceId(row(&person.workspace["id"])));
        let token = tokens.issue(user, SessionId(session), workspace).unwrap();

        let mut socket = GraphqlSocket::open(server.url()).await;
        socket.init(Some(&token.text)).await;
        socket.subscribe("a", FOLLOW, json!({})).await;
        let mut stream: SseReader = server.graphql().with_token(&token.text).stream(FOLLOW, json!({})).await;

        let (code, reason) = socket.closed(SOON).await;
        assert_eq!((code, reason.as_str()), (4403, "Forbidden: the access has ended"));
        let last = stream.next(SOON).await.expect("the stream says why it ends").json();
        assert_eq!(last["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{last:#}");
    }
}
