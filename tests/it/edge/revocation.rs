//! Live connections do not outlive the session that opened them.

use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::json;
use std::time::Duration;

const FOLLOW: &str = "subscription { activity { cursor } }";
const LOGOUT: &str = "mutation { logout { loggedOut userErrors { code } } }";
/// Far more than a second, and less than the time after which access is looked at again anyway.
const SOON: Duration = Duration::from_secs(12);

on_both_databases! {
    async fn a_sign_out_closes_the_sessions_connections_and_no_others(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let (mut socket, mut others) = (person.graphql.socket().await, other.graphql.socket().await);
        socket.subscribe("a", FOLLOW, json!({})).await;
        others.subscribe("a", FOLLOW, json!({})).await;
        let mut stream = person.graphql.stream(FOLLOW, json!({})).await;

        person.graphql.payload(LOGOUT, json!({})).await;
        let (code, reason) = socket.closed(SOON).await;
        assert_eq!((code, reason.as_str()), (4403, "Forbidden: the access has ended"));
        let last = stream.next(SOON).await.expect("the stream says why it ends").json();
        assert_eq!(last["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{last:#}");
        others.subscribe("b", "{ viewer { user { email } } }", json!({})).await;
        assert_eq!(others.next_data("b", SOON).await["viewer"]["user"]["email"], other.email);
    }

    async fn a_sign_out_over_a_connection_is_answered_on_it(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let mut socket = person.graphql.socket().await;
        socket.subscribe("a", LOGOUT, json!({})).await;
        assert_eq!(socket.next_data("a", SOON).await["logout"]["loggedOut"], true);
        assert_eq!(socket.closed(SOON).await.0, 4403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_on_one_node_closes_connections_on_another() {
    let db = Database::postgres().await;
    let node = || Server::on(&db).roles("api").set("FANFARE_SIMULATOR", "off");
    let (one, two) = (node().start().await, node().start().await);
    let person = Person::register(&one).await;
    let mut socket = person.graphql.at(two.url()).socket().await;
    socket.subscribe("a", FOLLOW, json!({})).await;
    person.graphql.payload(LOGOUT, json!({})).await;
    assert_eq!(socket.closed(SOON).await.0, 4403);
}
