//! Users can export all that is stored about them.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{Cursor, Read as _};

const TEMPLATE: &str = "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) {
    template { id } userErrors { message code path } } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { message code path } } }";

async fn ask(graphql: &Graphql) -> Response {
    graphql.request(Method::GET, "/api/auth/me/data").send().await.unwrap()
}

/// What stands in the archive: the names of its files, and the bytes of each.
async fn entries(of: &Person) -> HashMap<String, Vec<u8>> {
    let answer = ask(&of.graphql).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "application/zip");
    assert_eq!(headers[header::CACHE_CONTROL], "private, no-store");
    assert_eq!(headers[header::CONTENT_DISPOSITION], "attachment; filename=\"personal-data.zip\"");
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.bytes().await.unwrap())).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = names.into_iter().map(|name| {
        let mut bytes = Vec::new();
        archive.by_name(name.as_str()).unwrap().read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    read.collect()
}

fn json_of(entries: &HashMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&entries[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

on_both_databases! {
    async fn all_that_is_kept_of_a_person_comes_as_an_archive_and_nothing_of_others(db: Database) {
        let stage = Stage::set(&db).await;
        let (person, other) = (&stage.person, Person::register(&stage.server).await);
        let ann = stage.connect("TWITTER", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let mine = stage.create(json!({ "content": "Mine", "accountIds": [ann], "mediaIds": [picture] })).await;
        person.graphql.payload(TEMPLATE, json!({ "input": { "name": "Greeting", "contentTemplate": "Hello {name}" } })).await;
        let key = person.graphql.payload(KEY, json!({ "input": { "name": "laptop", "scopes": ["READ"] } })).await["secret"].clone();
        // A colleague's post in the same workspace is the colleague's.
        other.join(&person.graphql, "EDITOR").await;
        let workspace = person.graphql.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"].clone();
        let create = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { message code path } } }";
        other.graphql.payload(create, json!({ "input": { "workspaceId": workspace, "content": "Not mine" } })).await;

        let entries = entries(person).await;
        let file = |name: &str| json_of(&entries, name);
        let profile = file("profile.json");
        assert_eq!((&profile["email"], &profile["id"]), (&json!(person.email), &person.user["id"]));
        let posts = file("posts.json");
        assert_eq!(posts.as_array().map(Vec::len), Some(1), "{posts}");
        assert_eq!((&posts[0]["content"], posts[0]["targets"].as_array().map(Vec::len)), (&json!("Mine"), Some(1)));
        assert_eq!(file("accounts.json")[0]["name"], "ann");
        assert_eq!(file("templates.json")[0]["name"], "Greeting");
        assert_eq!(file("api_keys.json")[0]["name"], "laptop");
        assert_eq!(file("memberships.json")[0]["role"], "owner");
        assert_eq!((file("campaigns.json"), file("inbox_replies.json")), (json!([]), json!([])));
        assert_eq!(file("sessions.json").as_array().map(Vec::len), Some(1));
        let medium = file("media.json")[0].clone();
        let sample = stage.sample("sample.jpg").await;
        assert_eq!(entries[medium["file"].as_str().unwrap()], sample, "the file itself");
        let log = file("activity.json");
        let created = log.as_array().unwrap().iter().find(|event| event["kind"] == "post.created").unwrap();
        assert_eq!((&created["address"], &created["changes"]["after"]["content"]), (&json!("127.0.0.1"), &json!("Mine")), "{created} of {mine}");
        // No secret, whatever file it might be in.
        let secret = key.as_str().unwrap().as_bytes();
        for (name, bytes) in &entries {
            let held = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
            assert!(!held(secret) && !held(b"sealed") && !held(b"argon2"), "{name}");
        }
    }

    async fn an_archive_is_for_who_is_signed_in_and_for_no_program(db: Database) {
        let stage = Stage::set(&db).await;
        let nobody = ask(&stage.server.graphql()).await;
        assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
        let key = stage.person.graphql.payload(KEY, json!({ "input": { "name": "all", "scopes": ["ADMIN"] } })).await;
        let program = ask(&stage.server.graphql().with_token(key["secret"].as_str().unwrap())).await;
        assert_eq!(program.status(), StatusCode::FORBIDDEN);
        let mut answers = Vec::new();
        for _ in 0..4 {
            answers.push(ask(&stage.person.graphql).await.status());
        }
        assert_eq!(answers, [StatusCode::OK, StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS]);
    }
}
