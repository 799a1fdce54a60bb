//! A client tells the server an address that is not its own.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::{Value, json};

const AUDIT: &str = "{ auditLog(first: 1, filter: { kinds: [SETTINGS_UPDATED] }) { nodes { address } } }";

/// The address in the audit of a change that was asked for with this header.
async fn audited(person: &Person, header: (&str, &str), keyword: &str) -> Value {
    let document = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) {
        userErrors { message code path } } }";
    let sender = person.graphql.with_header(header.0, header.1);
    sender.payload(document, json!({ "input": { "bannedKeywords": [keyword] } })).await;
    person.graphql.data(AUDIT, json!({})).await["auditLog"]["nodes"][0]["address"].clone()
}

on_both_databases! {
    async fn the_entry_that_the_proxy_wrote_decides_and_not_the_clients(db: Database) {
        let mut server = Server::on(&db).set("FANFARE_TRUSTED_PROXIES", "127.0.0.1").start().await;
        let person = Person::register(&server).await;
        for (number, (told, client)) in [
            ("6.6.6.6, 203.0.113.9:4711", "203.0.113.9"),
            ("6.6.6.6, [2001:db8::9]:4711", "2001:db8::9"),
            ("6.6.6.6, unknown", "127.0.0.1"),
        ]
        .into_iter()
        .enumerate()
        {
            let address = audited(&person, ("X-Forwarded-For", told), &format!("word{number}")).await;
            assert_eq!(address, client, "{told}");
        }
        server.restart_with("FANFARE_PROXY_HEADER", "forwarded").await;
        let told = "for=6.6.6.6, for=\"203.0.113.8:4711\";proto=https";
        assert_eq!(audited(&person, ("Forwarded", told), "word8").await, "203.0.113.8");
        assert_eq!(audited(&person, ("X-Forwarded-For", "6.6.6.6"), "word9").await, "127.0.0.1");
    }
}
