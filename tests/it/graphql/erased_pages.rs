//! What is erased is gone from the file, not only from the tables.

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::sql::execute;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const POST: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { code } } }";
const ERASE: &str =
    "mutation($input: EraseMeInput!) { eraseMe(input: $input) { erased userErrors { message code path } } }";
const PASSWORD: &str = "correct horse battery staple";

/// Whether any file of an SQLite database holds a text.
fn holds(db: &Database, text: &str) -> bool {
    let path = db.url().strip_prefix("sqlite://").expect("an SQLite database");
    [path.to_owned(), format!("{path}-wal")].iter().any(|file| {
        let content = std::fs::read(file).unwrap_or_default();
        content.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_data_does_not_stay_in_free_pages_of_sqlite() {
    let db = Database::sqlite().await;
    let mut server = Server::start(&db).await;
    let nobody = server.graphql();
    let body =
        json!({ "email": "planted.address@example.com", "password": PASSWORD, "name": "Planted Name" });
    let registered = nobody.request(Method::POST, "/api/auth/register").json(&body).send().await.unwrap();
    assert_eq!(registered.status(), StatusCode::CREATED);
    let session: Value = registered.json().await.unwrap();
    let person = nobody.with_token(session["access_token"].as_str().unwrap());
    for number in 0..20 {
        let input = json!({ "content": format!("Planted words, number {number}") });
        person.payload(POST, json!({ "input": input })).await;
    }
    let planted = ["planted.address", "Planted Name", "Planted words"];
    assert!(planted.iter().all(|text| holds(&db, text)), "they are found where they are");

    let input = json!({ "password": PASSWORD, "confirm": "planted.address@example.com" });
    let erased = person.payload(ERASE, json!({ "input": input })).await;
    assert_eq!(erased["erased"], true);
    server.process().terminate().await;
    execute(&db, "pragma wal_checkpoint(truncate)").await;
    let left: Vec<_> = planted.iter().filter(|text| holds(&db, text)).collect();
    assert!(left.is_empty(), "{left:?} can still be read in the file");
}
