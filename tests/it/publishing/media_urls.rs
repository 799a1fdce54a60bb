//! Media that posts name by their addresses: fetched first, whatever fails in between, and only from the public internet.

use super::stage::{LIMIT, Stage};
use crate::graphql::posts::tomorrow;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

const FETCHES: &str = "query($id: ID!) { post(id: $id) { status media { id mimeType width fileName }
    mediaFetches { url status error media { id } } targets { status attempts error { code message } } } }";
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id status } userErrors { message code path } } }";
const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { id status } userErrors { message code path } } }";
const VALIDATE: &str = "query($input: CreatePostInput!) { validatePost(input: $input) { ok
    targets { ok violations { code blocking } } userErrors { code path } } }";

/// The address of one of the simulator's samples.
fn sample(stage: &Stage, name: &str) -> String {
    stage.simulator.url().join(&format!("simulator/{name}")).unwrap().into()
}

async fn fetches(stage: &Stage, id: &str) -> Value {
    stage.person.graphql.data(FETCHES, json!({ "id": id })).await["post"].clone()
}

fn attached(post: &Value, fetch: &Value) -> bool {
    post["media"].as_array().unwrap().iter().any(|medium| medium["id"] == fetch["media"]["id"])
}

async fn fetched(stage: &Stage, id: &str, status: &str) -> Value {
    eventually(LIMIT, "the fetches have ended", async || {
        let post = fetches(stage, id).await;
        let all = post["mediaFetches"].as_array().unwrap();
        let ended = !all.is_empty() && all.iter().all(|it| it["status"] == status);
        // One answer may be read while a fetch ends.
        (ended && all.iter().all(|it| status != "READY" || attached(&post, it))).then_some(post)
    })
    .await
}

/// Something private on this machine, and how often it was connected to.
async fn secret() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port.to_string(), asked)
}

on_both_databases! {
    async fn a_post_goes_out_with_the_media_that_it_names_by_their_addresses(db: Database) {
        let stage = Stage::set(&db).await;
        let accounts = [stage.connect("TWITTER", "ann").await, stage.connect("INSTAGRAM", "bea").await];
        let picture = sample(&stage, "sample.jpg");
        let input = json!({ "content": "by its address", "accountIds": accounts, "mediaUrls": [picture], "publishNow": true });
        let id = stage.create(input).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        let post = fetches(&stage, &id).await;
        assert_eq!((&post["media"][0]["mimeType"], &post["media"][0]["fileName"]), (&json!("image/jpeg"), &json!("sample.jpg")));
        let expected = json!([{ "url": picture, "status": "READY", "error": null, "media": { "id": post["media"][0]["id"] } }]);
        assert_eq!(post["mediaFetches"], expected);
        assert_eq!(stage.on_networks("by its address").await.len(), 2);
        let told = stage.person.events("MEDIA_READY, TARGET_PUBLISHED", 3).await;
        assert_eq!(told[0]["kind"], "MEDIA_READY");
        assert_eq!((&told[0]["payload"]["media_url"], &told[0]["payload"]["mime_type"]), (&json!(picture), &json!("image/jpeg")));
    }

    async fn what_cannot_be_fetched_fails_the_target_with_the_address_and_is_fetched_again_on_retry(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let own = stage.upload("sample.jpg", "image/jpeg").await;
        let other = stage.connect("TWITTER", "bea").await;
        let picture = sample(&stage, "sample.jpg");
        stage.simulator.process().kill9().await;
        let variant = json!({ "accountId": other, "mediaIds": [own] });
        let input = json!({ "content": "not there", "accountIds": [account, other], "variants": [variant], "mediaUrls": [picture], "publishNow": true });
        let id = stage.create(input).await;
        let failed = fetched(&stage, &id, "FAILED").await;
        assert_eq!(failed["mediaFetches"][0]["error"], "The server cannot be reached.");
        let failed = eventually(LIMIT, "the target that needs it has failed", async || {
            let post = fetches(&stage, &id).await;
            (post["targets"][0]["status"] == "FAILED").then_some(post)
        })
        .await;
        let error = json!({ "code": "MEDIA_UNAVAILABLE", "message": format!("The medium {picture} could not be fetched: The server cannot be reached.") });
        assert_eq!((&failed["targets"][0]["error"], &failed["targets"][0]["attempts"]), (&error, &json!(0)));
        assert_ne!(failed["targets"][1]["error"]["code"], "MEDIA_UNAVAILABLE", "its variant has media of its own");
        let told = stage.person.events("MEDIA_FAILED", 1).await;
        assert_eq!(told[0]["payload"]["media_url"], json!(picture));
        stage.simulator.restart().await;
        eventually(LIMIT, "the other target has ended", async || {
            let status = fetches(&stage, &id).await["targets"][1]["status"].clone();
            ["FAILED", "PUBLISHED"].contains(&status.as_str().unwrap()).then_some(())
        })
        .await;
        stage.command("retryPost", &id).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(stage.on_networks("not there").await.len(), 2);
    }

    async fn a_scheduled_post_waits_through_a_kill_and_goes_out_once_when_its_media_are_there(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let picture = sample(&stage, "sample.jpg");
        // A server that has fallen silent holds the fetch in its middle.
        stage.simulator.process().pause().await;
        let input = json!({ "content": "patient", "accountIds": [account], "mediaUrls": [picture], "publishNow": true });
        let id = stage.create(input).await;
        eventually(LIMIT, "the fetch is under way", async || {
            (fetches(&stage, &id).await["mediaFetches"][0]["status"] == "RUNNING").then_some(())
        })
        .await;
        stage.server.restart().await;
        assert_eq!(fetches(&stage, &id).await["status"], "PENDING", "nothing is sent without it");
        stage.simulator.process().resume().await;
        stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(stage.on_networks("patient").await.len(), 1);
        let post = fetches(&stage, &id).await;
        assert_eq!((post["media"].as_array().unwrap().len(), post["mediaFetches"].as_array().unwrap().len()), (1, 1));
        let library = stage.person.graphql.data("{ mediaLibrary { totalCount } }", json!({})).await;
        assert_eq!(library["mediaLibrary"]["totalCount"], 1);
    }

    async fn nothing_is_fetched_from_inside(db: Database) {
        let (port, asked) = secret().await;
        let stage = Stage::set_with(&db, |settings: Settings| settings.set("FANFARE_MEDIA_FETCH_PORTS", &port)).await;
        let graphql = &stage.person.graphql;
        let inside = [
            format!("http://127.0.0.1:{port}/a.jpg"),
            format!("http://2130706433:{port}/b.jpg"),
            format!("http://[::ffff:7f00:1]:{port}/a.jpg"),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
            "http://ann:secret@example.com/a.jpg".to_owned(),
            format!("{}?more", sample(&stage, "sample.jpg")),
            stage.simulator.url().join("simulator/report").unwrap().into(),
            "https://example.com:22/a.jpg".to_owned(),
        ];
        let input = json!({ "content": "x", "mediaUrls": inside });
        let refused = graphql.user_errors(CREATE, json!({ "input": input })).await;
        let expected: Vec<(String, Value)> = (0..inside.len())
            .map(|at| ("INVALID".to_owned(), json!(["input", "mediaUrls", at.to_string()])))
            .collect();
        assert_eq!(refused, expected);
        // What a name stands for is known when it is looked up.
        let id = stage.create(json!({ "content": "x", "mediaUrls": [format!("http://localhost:{port}/a.jpg")] })).await;
        let failed = fetched(&stage, &id, "FAILED").await;
        assert_eq!(failed["mediaFetches"][0]["error"], "The address does not lie on the public internet.");
        assert_eq!((&failed["status"], asked.load(Ordering::SeqCst)), (&json!("DRAFT"), 0));
    }

    async fn an_edit_keeps_what_is_fetched_and_fetches_what_is_new(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let own = stage.upload("sample.jpg", "image/jpeg").await;
        let (picture, video) = (sample(&stage, "sample.jpg"), sample(&stage, "sample.mp4"));
        let input = json!({ "content": "x", "accountIds": [account], "mediaIds": [own], "mediaUrls": [picture] });
        let id = stage.create(input).await;
        let first = fetched(&stage, &id, "READY").await;
        assert_eq!(first["media"].as_array().unwrap().len(), 2);
        assert_eq!((&first["media"][0]["id"], &first["media"][1]["id"]), (&json!(own), &first["mediaFetches"][0]["media"]["id"]));
        let graphql = &stage.person.graphql;
        let input = json!({ "id": id, "mediaIds": [], "mediaUrls": [video, picture] });
        graphql.payload(UPDATE, json!({ "input": input })).await;
        let second = fetched(&stage, &id, "READY").await;
        assert_eq!(second["media"][1]["id"], first["media"][1]["id"], "it is not fetched again");
        assert_eq!((&second["media"][0]["mimeType"], second["media"].as_array().unwrap().len()), (&json!("video/mp4"), 2));
        // What the network says of the media is told now that they are known.
        let refused = graphql.user_errors("mutation($input: PublishPostInput!) { publishPost(input: $input) {
            post { id } userErrors { message code path } } }", json!({ "input": { "id": id } })).await;
        assert_eq!(refused, [("POST_REJECTED_BY_RULES".to_owned(), json!(["input", "id"]))]);
        graphql.payload(UPDATE, json!({ "input": { "id": id, "mediaUrls": null, "content": "alone" } })).await;
        let bare = fetches(&stage, &id).await;
        assert_eq!((&bare["media"], &bare["mediaFetches"]), (&json!([]), &json!([])));
    }

    async fn the_rules_about_media_are_looked_at_once_they_are_fetched(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("YOUTUBE", "ann").await;
        let graphql = &stage.person.graphql;
        let input = json!({ "content": "a picture", "title": "A picture", "accountIds": [account],
            "mediaUrls": [sample(&stage, "sample.jpg")] });
        let checked = graphql.data(VALIDATE, json!({ "input": input })).await["validatePost"].clone();
        assert_eq!((&checked["ok"], &checked["userErrors"]), (&json!(true), &json!([])));
        assert_eq!(checked["targets"][0]["violations"], json!([{ "code": "MEDIA_NOT_FETCHED", "blocking": false }]));
        let mut input = input;
        input["publishNow"] = json!(true);
        let id = stage.create(input).await;
        let post = stage.post_with_status(&id, "FAILED").await;
        assert_eq!(post["targets"][0]["error"]["code"], "REJECTED");
        assert_eq!(post["targets"][0]["steps"], json!([]), "nothing was sent");
        let twice = json!({ "content": "x", "mediaUrls": ["https://example.com/a", "https://example.com/a"] });
        let refused = graphql.user_errors(CREATE, json!({ "input": twice })).await;
        assert_eq!(refused, [("INVALID".to_owned(), json!(["input", "mediaUrls", "1"]))]);
        let many: Vec<String> = (0..21).map(|n| format!("https://example.com/{n}")).collect();
        let refused = graphql.user_errors(CREATE, json!({ "input": { "content": "x", "mediaUrls": many } })).await;
        assert_eq!(refused, [("TOO_MANY".to_owned(), json!(["input", "mediaUrls"]))]);
    }

    async fn rest_takes_media_urls_and_a_stranger_sees_none_of_them(db: Database) {
        let stage = Stage::set(&db).await;
        let rest = Rest::of(&stage.person.graphql);
        let account = stage.connect("TWITTER", "ann").await;
        let picture = sample(&stage, "sample.jpg");
        let post = json!({ "content": "over REST", "platforms": ["twitter"], "media_urls": [picture], "scheduled_at": tomorrow().to_rfc3339() });
        let created = rest.call("createPost").json(post).body_of(201).await;
        assert_eq!(created["status"], "scheduled");
        let call = async || rest.call_on("getPost", &created["id"]).body_of(200).await["post"].clone();
        let post = eventually(LIMIT, "the medium", async || {
            let post = call().await;
            (post["media_urls"].as_array().unwrap().len() == 1).then_some(post)
        })
        .await;
        assert!(post["media_urls"][0].as_str().unwrap().contains("/media/ws/"), "{post:#}");
        rest.call_on("publishPost", &created["id"]).body_of(200).await;
        eventually(LIMIT, "it is published", async || (call().await["status"] == "published").then_some(())).await;
        let bad = json!({ "content": "x", "media_urls": ["http://127.0.0.1/a.jpg"] });
        let (code, fields) = rest.call("createPost").json(bad).refused(400).await;
        assert_eq!((code.as_str(), fields.get("media_urls.0").is_some() || fields.get("media_urls").is_some()), ("INVALID", true), "{fields}");
        let id = stage.create(json!({ "content": "mine", "accountIds": [account], "mediaUrls": [picture] })).await;
        let stranger = Person::register(&stage.server).await.graphql;
        assert_eq!(stranger.data(FETCHES, json!({ "id": id })).await["post"], Value::Null);
    }
}
