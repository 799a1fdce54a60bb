//! Answers that are kept as a whole.

use super::whole;
use crate::support::database::on_both_databases;
use crate::support::graphql::{Graphql, GraphqlAnswer};
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Server;
use fanfare_domain::id::WorkspaceId;
use fanfare_graphql::scalars::GlobalId as _;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

const LIST: &str =
    "query($w: ID) { posts(workspaceId: $w) { totalCount pageInfo { endCursor } edges { cursor node {
    id content status updatedAt campaign { name } targets { status account { name } } } } } }";
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { code path } } }";
const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { id } userErrors { code path } } }";
const SETTINGS: &str = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) {
    userErrors { code path } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) { removeWorkspaceMember(input: $input) {
    userErrors { code path } } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret apiKey { id } userErrors { code path } } }";
const REVOKE: &str = "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
    userErrors { code path } } }";
/// How many ask at the same time.
const CROWD: u64 = 24;

async fn create(graphql: &Graphql, content: &str) -> Value {
    graphql.payload(CREATE, json!({ "input": { "content": content } })).await["post"]["id"].clone()
}

/// Asks; answers with how many answers of the server were kept ones meanwhile.
async fn ask(server: &Server, graphql: &Graphql, query: &str, variables: &Value) -> (GraphqlAnswer, u64) {
    let before = whole(server, "hit").await;
    let answer = graphql.post(query, variables.clone()).await;
    (answer, whole(server, "hit").await - before)
}

/// The global id of a person's workspace.
fn workspace(person: &Person) -> String {
    WorkspaceId(person.workspace["id"].as_i64().unwrap()).global().0
}

on_both_databases! {
    async fn the_same_question_has_the_same_answer_until_something_that_it_shows_changes(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let person = Person::register(&server).await;
        let graphql = &person.graphql;
        let id = create(graphql, "one").await;
        let questions = [
            (LIST, json!({})),
            ("query($id: ID!) { post(id: $id) { content __typename } }", json!({ "id": id })),
            ("{ settings { bannedKeywords timeZone } }", json!({})),
            ("query($s: Boolean!) { posts { nodes { id content @skip(if: $s) } } }", json!({ "s": false })),
        ];
        for (query, variables) in &questions {
            let (first, hits) = ask(&server, graphql, query, variables).await;
            assert_eq!(hits, 0, "{query}");
            let (second, hits) = ask(&server, graphql, query, variables).await;
            assert_eq!((second.data(), hits), (first.data(), 1), "{query}");
            let cost = |answer: &GraphqlAnswer| answer.body["extensions"]["cost"].clone();
            assert_eq!(cost(&second)["used"], cost(&first)["used"], "a kept answer costs the same");
            assert!(cost(&second)["left"].is_number(), "{query}");
        }
        let (without, hits) = ask(&server, graphql, questions[3].0, &json!({ "s": true })).await;
        assert_eq!((&without.data()["posts"]["nodes"][0], hits), (&json!({ "id": id }), 0), "another variable");
        graphql.payload(SETTINGS, json!({ "input": { "bannedKeywords": ["word"] } })).await;
        let (posts, hits) = ask(&server, graphql, LIST, &json!({})).await;
        assert_eq!(hits, 1, "settings are not shown: {:#}", posts.body);
        let (settings, hits) = ask(&server, graphql, questions[2].0, &json!({})).await;
        assert_eq!((&settings.data()["settings"]["bannedKeywords"], hits), (&json!(["word"]), 0));
        graphql.payload(UPDATE, json!({ "input": { "id": id, "content": "two" } })).await;
        let (posts, hits) = ask(&server, graphql, LIST, &json!({})).await;
        assert_eq!((&posts.data()["posts"]["edges"][0]["node"]["content"], hits), (&json!("two"), 0));
        let (post, hits) = ask(&server, graphql, questions[1].0, &questions[1].1).await;
        assert_eq!((&post.data()["post"]["content"], hits), (&json!("two"), 0));
    }

    async fn what_has_no_version_is_read_each_time(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let person = Person::register(&server).await;
        let id = create(&person.graphql, "one").await;
        let one = "query($id: ID!) { post(id: $id) { content } }";
        let missing = fanfare_domain::id::PostId(1_000_000).global().0;
        for (query, variables) in [
            ("{ viewer { user { name } } }", json!({})),
            ("{ posts { nodes { id author { name } } } }", json!({})),
            ("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })),
            ("{ posts { nodes { id } } __schema { queryType { name } } }", json!({})),
            (one, json!({ "id": missing })),
        ] {
            for _ in 0..2 {
                let (answer, hits) = ask(&server, &person.graphql, query, &variables).await;
                assert_eq!(hits, 0, "{query}: {:#}", answer.data());
            }
        }
        assert!(whole(&server, "kept_out").await >= 10);
    }

    async fn a_kept_answer_is_for_those_who_may_read_now(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let (owner, viewer, stranger) =
            (Person::register(&server).await, Person::register(&server).await, Person::register(&server).await);
        create(&owner.graphql, "a secret").await;
        let member = viewer.join(&owner.graphql, "VIEWER").await;
        let made = json!({ "name": "reads", "scopes": ["READ"] });
        let made = owner.graphql.payload(KEY, json!({ "input": made })).await;
        let key = server.graphql().with_token(made["secret"].as_str().unwrap());
        let named = json!({ "w": workspace(&owner) });
        let (expected, _) = ask(&server, &owner.graphql, LIST, &named).await;
        let (by_key, hits) = ask(&server, &key, LIST, &named).await;
        assert_eq!((by_key.data(), hits), (expected.data(), 1), "a key of the same workspace");
        for hits_expected in [0, 1] {
            let (seen, hits) = ask(&server, &viewer.graphql, LIST, &named).await;
            assert_eq!((seen.data(), hits), (expected.data(), hits_expected), "as the viewer");
        }
        let (own, hits) = ask(&server, &viewer.graphql, LIST, &json!({})).await;
        assert_eq!((&own.data()["posts"]["totalCount"], hits), (&json!(0), 0), "their own workspace");
        let (denied, hits) = ask(&server, &stranger.graphql, LIST, &named).await;
        assert_eq!((denied.error_codes(), hits), (vec!["NOT_FOUND"], 0));
        let removed = json!({ "input": { "userId": member["user"]["id"], "workspaceId": named["w"] } });
        owner.graphql.payload(REMOVE, removed).await;
        let (denied, hits) = ask(&server, &viewer.graphql, LIST, &named).await;
        assert_eq!((denied.error_codes(), hits), (vec!["NOT_FOUND"], 0), "who was removed");
        owner.graphql.payload(REVOKE, json!({ "input": { "apiKeyId": made["apiKey"]["id"] } })).await;
        let (denied, hits) = ask(&server, &key, LIST, &named).await;
        assert_eq!((denied.status, hits), (StatusCode::UNAUTHORIZED, 0), "a revoked key");
    }

    async fn a_get_is_spared_what_the_client_has(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let (person, stranger) = (Person::register(&server).await, Person::register(&server).await);
        create(&person.graphql, "one").await;
        let path = "/graphql?query=%7Bposts%7BtotalCount%20nodes%7Bcontent%7D%7D%7D";
        let get = async |graphql: &Graphql, tag: &str| {
            graphql.request(Method::GET, path).header(header::IF_NONE_MATCH, tag).send().await.unwrap()
        };
        let first = get(&person.graphql, "\"none\"").await;
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(first.status(), StatusCode::OK);
        let again = get(&person.graphql, &tag).await;
        assert_eq!((again.status(), again.headers()[header::ETAG].to_str().unwrap()), (StatusCode::NOT_MODIFIED, &*tag));
        assert_eq!(again.text().await.unwrap(), "");
        assert_eq!(get(&stranger.graphql, &tag).await.status(), StatusCode::OK, "their own list is another");
        let nobody = get(&server.graphql(), &tag).await;
        assert!(nobody.headers().get(header::ETAG).is_none(), "{:?}", nobody.headers());
        create(&person.graphql, "two").await;
        assert_eq!(get(&person.graphql, &tag).await.status(), StatusCode::OK);
        let rest = Rest::of(&person.graphql);
        let before = whole(&server, "hit").await;
        let first = rest.call("listCampaigns").send().await;
        let tag = first.header("etag").expect("an answer has a tag").to_owned();
        let again = rest.call("listCampaigns").header("If-None-Match", &tag).send().await;
        assert_eq!(again.status.as_u16(), 304);
        let other = rest.call("listCampaigns").send().await;
        assert_eq!((other.header("etag"), &other.body), (Some(&*tag), &first.body));
        assert_eq!(whole(&server, "hit").await - before, 2, "REST is answered from the same place");
    }

    async fn many_who_ask_the_same_at_once_have_it_run_once(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let (owner, stranger) = (Person::register(&server).await, Person::register(&server).await);
        let id = create(&owner.graphql, "one").await;
        for content in ["two", "three"] {
            let before = (whole(&server, "miss").await, whole(&server, "hit").await);
            let list = || owner.graphql.post(LIST, json!({}));
            let answers = join_all((0..CROWD).map(|_| list())).await;
            assert!(answers.iter().all(|answer| answer.data() == answers[0].data()), "{:#}", answers[0].body);
            let after = (whole(&server, "miss").await, whole(&server, "hit").await);
            assert_eq!((after.0 - before.0, after.1 - before.1), (1, CROWD - 1), "one of them runs it");
            owner.graphql.payload(UPDATE, json!({ "input": { "id": id, "content": content } })).await;
        }
        let before = whole(&server, "kept_out").await;
        let missing = json!({ "id": fanfare_domain::id::PostId(1_000_000).global().0 });
        let asks = (0..CROWD).map(|_| owner.graphql.post("query($id: ID!) { post(id: $id) { content } }", missing.clone()));
        for answer in join_all(asks).await {
            assert_eq!(answer.body["data"], json!({ "post": null }), "{:#}", answer.body);
        }
        assert_eq!(whole(&server, "kept_out").await - before, CROWD, "what is not kept, each runs");
        // The stranger asks as if the workspace were theirs, and may be the one whom the others wait for.
        let place = owner.workspace["id"].to_string();
        let asks = (0..CROWD).map(|turn| {
            let rest = Rest::of(if turn % 2 == 0 { &stranger.graphql } else { &owner.graphql });
            rest.call("listCampaigns").header("X-Workspace-Id", &place).send()
        });
        for (turn, answer) in join_all(asks).await.into_iter().enumerate() {
            let expected = if turn % 2 == 0 { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(answer.status, expected, "{turn}: {:#}", answer.body);
        }
    }
}
