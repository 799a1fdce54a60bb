//! The media library, and the addresses from which networks pull.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::{Graphql, GraphqlAnswer, UploadFile};
use crate::support::person::Person;
use crate::support::server::Server;
use fanfare_net::HttpClient;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::path::Path;
use url::Url;

const UPLOAD: &str = "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
    media { id kind mimeType sizeBytes width height durationSeconds altText fileName url }
    userErrors { message code path } } }";
const DELETE: &str = "mutation($input: DeleteMediaInput!) { deleteMedia(input: $input) {
    deletedMediaId userErrors { message code path } } }";
const LIBRARY: &str = "{ mediaLibrary { totalCount nodes { id } } }";

async fn sample(server: &Server, name: &str) -> Vec<u8> {
    let response = server.graphql().request(Method::GET, &format!("/simulator/{name}")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.bytes().await.unwrap().to_vec()
}

async fn upload(graphql: &Graphql, name: &str, content: &[u8], mut input: Value) -> GraphqlAnswer {
    input["file"] = Value::Null;
    let content_type = "application/octet-stream";
    let file = UploadFile { variable: "variables.input.file", name, content_type, content: content.to_vec() };
    graphql.upload(UPLOAD, json!({ "input": input }), vec![file]).await
}

async fn uploaded(graphql: &Graphql, name: &str, content: &[u8]) -> Value {
    let answer = upload(graphql, name, content, json!({ "altText": " A sample " })).await;
    let payload = &answer.data()["uploadMedia"];
    assert_eq!(payload["userErrors"], json!([]));
    payload["media"].clone()
}

async fn get(url: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    request(Method::GET, url, headers).await
}

async fn request(method: Method, url: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    let mut request = HttpClient::new().unwrap().request(method, Url::parse(url).unwrap());
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().await.unwrap()
}

/// Files in the store, whatever they are called.
fn files(db: &Database) -> usize {
    fn below(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { below(&entry.path()) } else { 1 }).sum()
    }
    below(&db.folder().join("media"))
}

on_both_databases! {
    async fn a_picture_and_a_video_are_measured_and_pulled_by_their_addresses(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        for (name, kind, mime) in [("sample.jpg", "IMAGE", "image/jpeg"), ("sample.mp4", "VIDEO", "video/mp4")] {
            let content = sample(&server, name).await;
            let medium = uploaded(&person.graphql, name, &content).await;
            assert_eq!((&medium["kind"], &medium["mimeType"]), (&json!(kind), &json!(mime)));
            assert_eq!(medium["sizeBytes"], content.len().to_string());
            assert!(medium["width"].as_i64().unwrap() > 0 && medium["height"].as_i64().unwrap() > 0);
            assert_eq!(medium["durationSeconds"].is_number(), kind == "VIDEO");
            assert_eq!((&medium["altText"], &medium["fileName"]), (&json!("A sample"), &json!(name)));

            let url = medium["url"].as_str().unwrap();
            let whole = get(url, &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
            assert_eq!(whole.status(), StatusCode::OK);
            let headers = whole.headers().clone();
            assert_eq!(headers[header::CONTENT_TYPE], mime);
            assert_eq!(headers[header::CONTENT_LENGTH], content.len().to_string());
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[header::ACCEPT_RANGES], "bytes");
            assert!(headers.contains_key(header::CONTENT_DISPOSITION));
            assert_eq!(whole.bytes().await.unwrap(), content);

            let part = get(url, &[(header::RANGE, "bytes=10-19")]).await;
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
            assert_eq!(part.headers()[header::CONTENT_RANGE], format!("bytes 10-19/{}", content.len()));
            assert_eq!(part.bytes().await.unwrap(), content[10..20]);
            let outside = get(url, &[(header::RANGE, "bytes=999999999-")]).await;
            assert_eq!(outside.status(), StatusCode::RANGE_NOT_SATISFIABLE);
            assert_eq!(outside.headers()[header::CONTENT_RANGE], format!("bytes */{}", content.len()));
            let head = request(Method::HEAD, url, &[]).await;
            assert_eq!(head.headers()[header::CONTENT_LENGTH], content.len().to_string());
            let tag = headers[header::ETAG].to_str().unwrap();
            assert_eq!(get(url, &[(header::IF_NONE_MATCH, tag)]).await.status(), StatusCode::NOT_MODIFIED);
            let other = get(url, &[(header::RANGE, "bytes=0-1"), (header::IF_RANGE, "\"other\"")]).await;
            assert_eq!(other.status(), StatusCode::OK);
        }
    }

    async fn an_address_that_was_changed_opens_nothing(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let content = sample(&server, "sample.jpg").await;
        let one = uploaded(&person.graphql, "a.jpg", &content).await["url"].as_str().unwrap().to_owned();
        let two = uploaded(&other.graphql, "a.jpg", &content).await["url"].as_str().unwrap().to_owned();
        let (one, two) = (Url::parse(&one).unwrap(), Url::parse(&two).unwrap());
        let with = |path: &str, query: &str| {
            let mut url = one.clone();
            url.set_path(path);
            url.set_query(Some(query));
            String::from(url)
        };
        let query = one.query().unwrap();
        let later = query.replacen("exp=1", "exp=2", 1).replacen("exp=2", "exp=3", usize::from(!query.contains("exp=1")));
        for (url, expected) in [
            (with(two.path(), query), StatusCode::FORBIDDEN),
            (with(one.path(), &later), StatusCode::FORBIDDEN),
            (with(one.path(), ""), StatusCode::FORBIDDEN),
            (with(one.path(), &format!("exp=0&{}", query.split_once('&').unwrap().1)), StatusCode::FORBIDDEN),
            (with("/media/ws/1/..%2F..%2Ffanfare.db", query), StatusCode::NOT_FOUND),
            (with("/media/ws/1/secret.jpg", query), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(get(&url, &[]).await.status(), expected, "{url}");
        }
        assert_eq!(request(Method::PUT, one.as_str(), &[]).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    async fn a_file_that_is_not_what_its_name_says_is_refused_and_nothing_is_kept(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let video = sample(&server, "sample.mp4").await;
        let cases: [(&str, &[u8]); 6] = [
            ("picture.jpg", b"<html><script>alert(1)</script></html>"),
            ("picture.png", b"\x89PNG\r\n\x1a\nnot a picture"),
            ("empty.gif", b""),
            ("script.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("list.mp4", b"#EXTM3U\nfile:///etc/passwd"),
            ("cut.mp4", &video[..64]),
        ];
        for (name, content) in cases {
            let answer = upload(&person.graphql, name, content, json!({})).await;
            let payload = &answer.data()["uploadMedia"];
            assert_eq!(payload["media"], Value::Null);
            assert_eq!(payload["userErrors"][0]["code"], "MEDIA_TYPE_NOT_ALLOWED", "{name}");
            assert_eq!(payload["userErrors"][0]["path"], json!(["input", "file"]), "{name}");
        }
        assert_eq!(person.graphql.data(LIBRARY, json!({})).await["mediaLibrary"]["totalCount"], 0);
        assert_eq!(files(&db), 0);
        // The name has no say the other way round either, and is no path.
        let medium = uploaded(&person.graphql, "../../evil.txt", &video).await;
        assert_eq!((&medium["mimeType"], &medium["fileName"]), (&json!("video/mp4"), &json!("evil.txt")));
    }

    async fn a_picture_is_as_large_as_it_is_shown_and_a_file_that_is_cut_off_is_refused(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (mut picture, video) = (sample(&server, "sample.jpg").await, sample(&server, "sample.mp4").await);
        // The sample is a square: its header is told that it is half as high.
        let frame = picture.windows(2).position(|marker| marker == b"\xff\xc0").unwrap();
        picture[frame + 5..frame + 7].copy_from_slice(&540_u16.to_be_bytes());
        let upright = uploaded(&person.graphql, "a.jpg", &picture).await;
        assert_eq!((&upright["width"], &upright["height"]), (&json!(1_080), &json!(540)));
        // Exif: a quarter turn, with fill bytes before the segment.
        let turn = b"\xff\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = [&picture[..2], &turn[..], &picture[2..]].concat();
        let turned = uploaded(&person.graphql, "b.jpg", &turned).await;
        assert_eq!((&turned["width"], &turned["height"]), (&upright["height"], &upright["width"]));
        let (half, nearly) = (&picture[..picture.len() / 2], &video[..video.len() - 1]);
        for (name, content) in [("half.jpg", half), ("nearly.mp4", nearly)] {
            let answer = upload(&person.graphql, name, content, json!({})).await;
            let error = &answer.data()["uploadMedia"]["userErrors"][0];
            assert_eq!(error["code"], "MEDIA_TYPE_NOT_ALLOWED", "{name}");
            assert!(error["message"].as_str().unwrap().contains("cut off before its end"), "{error}");
        }
    }

    async fn the_library_is_filtered_by_kind(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (picture, video) = (sample(&server, "sample.jpg").await, sample(&server, "sample.mp4").await);
        let picture = uploaded(&person.graphql, "a.jpg", &picture).await;
        let video = uploaded(&person.graphql, "b.mp4", &video).await;
        let document = "query($filter: MediaFilter) { mediaLibrary(filter: $filter) { totalCount nodes { id } } }";
        for (kinds, expected) in [
            (json!(["IMAGE"]), vec![&picture["id"]]),
            (json!(["VIDEO"]), vec![&video["id"]]),
            (json!([]), vec![]),
            (Value::Null, vec![&video["id"], &picture["id"]]),
        ] {
            let library = person.graphql.data(document, json!({ "filter": { "kinds": kinds } })).await["mediaLibrary"].clone();
            let found: Vec<&Value> = library["nodes"].as_array().unwrap().iter().map(|medium| &medium["id"]).collect();
            assert_eq!(found, expected, "{kinds}");
            assert_eq!(library["totalCount"], expected.len());
        }
    }

    async fn one_key_stores_one_medium(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (picture, video) = (sample(&server, "sample.jpg").await, sample(&server, "sample.mp4").await);
        let keyed = async |content: &[u8]| {
            let answer = upload(&person.graphql, "a", content, json!({ "clientMutationKey": "k" })).await;
            answer.data()["uploadMedia"].clone()
        };
        let first = keyed(&picture).await;
        assert_eq!(keyed(&picture).await["media"]["id"], first["media"]["id"]);
        assert_eq!(keyed(&video).await["userErrors"][0]["code"], "IDEMPOTENCY_CONFLICT");
        assert_eq!(person.graphql.data(LIBRARY, json!({})).await["mediaLibrary"]["totalCount"], 1);
        assert_eq!(files(&db), 1);
    }

    async fn a_deleted_medium_is_gone_with_its_file_and_one_in_use_stays(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let content = sample(&server, "sample.jpg").await;
        let (gone, used) =
            (uploaded(&person.graphql, "a.jpg", &content).await, uploaded(&person.graphql, "b.jpg", &content).await);
        let delete = |medium: &Value| json!({ "input": { "mediaId": medium["id"] } });
        let deleted = person.graphql.payload(DELETE, delete(&gone)).await;
        assert_eq!(deleted["deletedMediaId"], gone["id"]);
        assert_eq!(get(gone["url"].as_str().unwrap(), &[]).await.status(), StatusCode::NOT_FOUND);
        let again = person.graphql.user_errors(DELETE, delete(&gone)).await;
        assert_eq!(again, [("NOT_FOUND".to_owned(), json!(["input", "mediaId"]))]);
        let create = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { code } } }";
        let input = json!({ "content": "With a picture", "accountIds": [], "mediaIds": [used["id"]] });
        person.graphql.payload(create, json!({ "input": input })).await;
        let refused = person.graphql.user_errors(DELETE, delete(&used)).await;
        assert_eq!(refused, [("MEDIA_IN_USE".to_owned(), json!(["input", "mediaId"]))]);
        assert_eq!(files(&db), 1);
    }

    async fn a_strangers_ids_lead_to_nothing(db: Database) {
        let server = Server::start(&db).await;
        let (person, stranger) = (Person::register(&server).await, Person::register(&server).await);
        let content = sample(&server, "sample.jpg").await;
        let medium = uploaded(&person.graphql, "a.jpg", &content).await;
        let one = "query($id: ID!) { media(id: $id) { id url } }";
        assert_eq!(person.graphql.data(one, json!({ "id": medium["id"] })).await["media"]["id"], medium["id"]);
        assert_eq!(stranger.graphql.data(one, json!({ "id": medium["id"] })).await["media"], Value::Null);
        let refused = stranger.graphql.user_errors(DELETE, json!({ "input": { "mediaId": medium["id"] } })).await;
        assert_eq!(refused, [("NOT_FOUND".to_owned(), json!(["input", "mediaId"]))]);
        let viewer = person.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let input = json!({ "workspaceId": viewer["viewer"]["workspace"]["id"] });
        let answer = upload(&stranger.graphql, "a.jpg", &content, input).await;
        assert_eq!(answer.data()["uploadMedia"]["userErrors"][0]["path"], json!(["input", "workspaceId"]));
        let nobody = upload(&server.graphql(), "a.jpg", &content, json!({})).await;
        assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
        assert_eq!(files(&db), 1);
    }
}
