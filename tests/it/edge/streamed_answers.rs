//! Every answer that is streamed arrives whole in each content coding.

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

const CREATE: &str = "mutation($input: CreateExportInput!) { createExport(input: $input) {
    export { id } userErrors { message code path } } }";
const EXPORT: &str = "query($id: ID!) { export(id: $id) { status url error } }";
const MEDIUM: &str = "query($id: ID!) { media(id: $id) { url } }";
const CODINGS: [&str; 3] = ["identity", "gzip", "br"];

/// The decoded bytes behind `address`, asked for in `coding`, and the coding that the answer had.
async fn download(stage: &Stage, address: &str, coding: &str) -> (Vec<u8>, String) {
    let request = stage.person.graphql.request(Method::GET, address).header(header::ACCEPT_ENCODING, coding);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{address} in {coding}");
    let named =
        answer.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap().to_owned());
    let named = named.unwrap_or_else(|| "identity".to_owned());
    let sent = answer.bytes().await.unwrap_or_else(|error| panic!("{address} in {coding}: {error}"));
    let mut plain = Vec::new();
    let decoded = match named.as_str() {
        "identity" => (&sent[..]).read_to_end(&mut plain),
        "gzip" => flate2::read::GzDecoder::new(&sent[..]).read_to_end(&mut plain),
        "br" => brotli::Decompressor::new(&sent[..], 4096).read_to_end(&mut plain),
        other => panic!("{address}: nobody asked for {other}"),
    };
    decoded.unwrap_or_else(|error| panic!("{address} in {coding}: {error}"));
    (plain, named)
}

/// Files of an archive: the archive itself may be written differently each time.
fn entries(archive: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = names.into_iter().map(|name| {
        let mut bytes = Vec::new();
        archive.by_name(name.as_str()).unwrap().read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    read.collect()
}

async fn export(stage: &Stage, kind: &str) -> String {
    let asked = stage.person.graphql.payload(CREATE, json!({ "input": { "kind": kind } })).await;
    let ready = eventually(LIMIT, "the export is ready", async || {
        let variables = json!({ "id": asked["export"]["id"] });
        let export = stage.person.graphql.data(EXPORT, variables).await["export"].clone();
        assert_eq!(export["error"], Value::Null);
        (export["status"] == "READY").then_some(export)
    });
    ready.await["url"].as_str().unwrap().to_owned()
}

async fn medium(stage: &Stage, sample: &str, content_type: &str) -> String {
    let id = stage.upload(sample, content_type).await;
    let medium = stage.person.graphql.data(MEDIUM, json!({ "id": id })).await;
    medium["media"]["url"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn a_file_is_the_same_in_every_content_coding(db: Database) {
        let stage = Stage::set(&db).await;
        for number in 0..3 {
            stage.create(json!({ "content": format!("A line of the export, number {number}"), "accountIds": [] })).await;
        }
        for kind in ["POSTS", "REPORT"] {
            let address = export(&stage, kind).await;
            let (plain, _) = download(&stage, &address, "identity").await;
            assert!(plain.len() > 100, "{kind}: {} bytes", plain.len());
            for coding in CODINGS {
                assert_eq!(download(&stage, &address, coding).await, (plain.clone(), coding.to_owned()), "{kind}");
            }
        }
        // Pictures and videos are compressed already.
        for (sample, content_type) in [("sample.jpg", "image/jpeg"), ("sample.mp4", "video/mp4")] {
            let (address, whole) = (medium(&stage, sample, content_type).await, stage.sample(sample).await);
            for coding in CODINGS {
                let (found, named) = download(&stage, &address, coding).await;
                assert!(found == whole && named == "identity", "{sample} in {coding}: {named}");
            }
        }
        let mut archives = Vec::new();
        for coding in CODINGS {
            let (archive, named) = download(&stage, "/api/auth/me/data", coding).await;
            assert_eq!(named, coding);
            archives.push(entries(archive));
        }
        assert!(archives[0].contains_key("posts.json") && archives[0].contains_key("profile.json"));
        assert!(archives.iter().all(|archive| *archive == archives[0]));
    }
}
