//! Each file of the media store has a media row, and each media row a file, whatever is killed.

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::UploadFile;
use crate::support::sql::lines;
use crate::support::waiting::eventually;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const UPLOAD: &str =
    "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) { userErrors { message code path } } }";
const ERASE: &str =
    "mutation($input: EraseMeInput!) { eraseMe(input: $input) { userErrors { message code path } } }";
/// Uploads that are under way at once.
const UPLOADS: usize = 6;
/// Large enough to be caught in the middle of its writing.
const PADDING: u32 = 24 << 20;

/// Everything that lies in the store, whatever it is called.
fn files(db: &Database) -> BTreeSet<String> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                below(&entry.path(), found);
            } else {
                found.push(entry.path());
            }
        }
    }
    let (root, mut found) = (db.folder().join("media"), Vec::new());
    below(&root, &mut found);
    let name = |path: PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    found.into_iter().map(name).collect()
}

/// Waits until the files are those that have media rows; answers how many there are.
async fn settled(db: &Database) -> usize {
    eventually(LIMIT, "each file has a media row", async || {
        let keys = lines(db, "select storage_key as line from media").await;
        let keys: BTreeSet<String> = keys.into_iter().collect();
        (keys == files(db)).then_some(keys.len())
    })
    .await
}

/// A video with a box behind it that players skip (ISO/IEC 14496-12, 8.1.2).
fn padded(mut video: Vec<u8>) -> Vec<u8> {
    video.extend((PADDING + 8).to_be_bytes());
    video.extend(b"free");
    video.resize(video.len() + usize::try_from(PADDING).unwrap(), 0);
    video
}

on_both_databases! {
    async fn uploads_that_are_killed_leave_no_file_without_a_media_row(db: Database) {
        let mut stage = Stage::set_with(&db, |it| it.set("FANFARE_UPLOAD_STORE_SECONDS", "6")).await;
        stage.upload("sample.jpg", "image/jpeg").await;
        let video = padded(stage.sample("sample.mp4").await);
        let uploads = (0..UPLOADS).map(|_| {
            let (graphql, content) = (stage.person.graphql.clone(), video.clone());
            tokio::spawn(async move {
                let file = UploadFile { variable: "variables.input.file", name: "long.mp4", content_type: "video/mp4", content };
                graphql.upload(UPLOAD, json!({ "input": { "file": null } }), vec![file]).await
            })
        });
        let uploads: Vec<_> = uploads.collect();
        eventually(LIMIT, "a file is being written", async || (files(&db).len() > 1).then_some(())).await;
        for upload in &uploads {
            upload.abort();
        }
        stage.server.restart().await;
        assert!(settled(&db).await >= 1, "what was answered is still there");
    }

    async fn an_erasure_that_is_killed_leaves_no_file(db: Database) {
        let mut stage = Stage::set(&db).await;
        for _ in 0..30 {
            stage.upload("sample.jpg", "image/jpeg").await;
        }
        let (graphql, person) = (stage.person.graphql.clone(), &stage.person);
        let input = json!({ "input": { "password": person.password, "confirm": person.email } });
        let erasing = tokio::spawn(async move { graphql.post(ERASE, input).await });
        eventually(LIMIT, "the first file is deleted", async || (files(&db).len() < 30).then_some(())).await;
        erasing.abort();
        stage.server.restart().await;
        assert_eq!(settled(&db).await, 0);
    }

    async fn a_post_whose_file_is_missing_fails_with_its_name_and_without_a_path(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        for file in files(&db) {
            std::fs::remove_file(db.folder().join("media").join(file)).unwrap();
        }
        let post = stage.create(json!({ "content": "Without its picture", "accountIds": [account], "mediaIds": [picture], "publishNow": true })).await;
        let post = stage.post_with_status(&post, "FAILED").await;
        let words = post["targets"][0]["error"]["message"].as_str().unwrap().to_owned();
        assert!(words.contains("\"sample.jpg\"") && words.contains("upload it again"), "{words}");
        let folder = db.folder().display().to_string();
        assert!(!post.to_string().contains(&folder), "{post:#}");
    }
}
