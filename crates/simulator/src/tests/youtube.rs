//! YouTube: resumable uploads, listing, delete.

use super::server::{Server, body};
use crate::core::hashing::hexadecimal;
use fanfare_domain::platform::Platform::Youtube;
use fanfare_net::Reply;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

const UNIT: usize = 256 << 10;

async fn open(server: &Server, token: &str, video: &Value, size: usize) -> Reply {
    let path = "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status";
    let request = server.request(Method::POST, Youtube, path).bearer_auth(token);
    let request =
        request.header("x-upload-content-length", size).header("x-upload-content-type", "video/mp4");
    server.send(request.json(video)).await
}

async fn put(server: &Server, session: &Url, range: &str, bytes: &[u8]) -> Reply {
    let request = server.http.request(Method::PUT, session.clone()).header("content-range", range);
    server.send(request.body(bytes.to_vec())).await
}

fn film() -> Value {
    json!({ "snippet": { "title": "Film", "description": "d" }, "status": { "privacyStatus": "public" } })
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped_and_a_finished_one_keeps_telling_its_video() {
    let server = Server::start().await;
    let token = server.access_token(Youtube, "ada").await;
    let bytes: Vec<u8> = (0..UNIT + 1_000).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let total = bytes.len();
    let session: Url =
        open(&server, &token, &film(), total).await.header("location").unwrap().parse().unwrap();

    let empty = put(&server, &session, &format!("bytes */{total}"), &[]).await;
    assert_eq!((empty.status.as_u16(), empty.header("range")), (308, None));
    let odd = put(&server, &session, &format!("bytes 0-999/{total}"), &bytes[..1_000]).await;
    assert_eq!(odd.status, 400);
    let first = put(&server, &session, &format!("bytes 0-{}/{total}", UNIT - 1), &bytes[..UNIT]).await;
    assert_eq!((first.status.as_u16(), first.header("range")), (308, Some("bytes=0-262143")));
    let again = put(&server, &session, &format!("bytes 0-{}/{total}", UNIT - 1), &bytes[..UNIT]).await;
    assert_eq!((again.status.as_u16(), again.header("range")), (308, Some("bytes=0-262143")));
    let last = put(&server, &session, &format!("bytes {UNIT}-{}/{total}", total - 1), &bytes[UNIT..]).await;
    assert_eq!(last.status, 200);
    let id = body(&last)["id"].as_str().unwrap().to_owned();
    let probe = put(&server, &session, &format!("bytes */{total}"), &[]).await;
    assert_eq!(body(&probe)["id"], json!(id));

    let report = server.report().await;
    let posts = report["accounts"][0]["posts"].as_array().unwrap();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["media"][0]["sha256"], json!(hexadecimal(&Sha256::digest(&bytes))));
    assert_eq!(posts[0]["media"][0]["bytes"], json!(total));
}

#[tokio::test]
async fn a_video_is_listed_shown_and_deleted() {
    let server = Server::start().await;
    let token = server.access_token(Youtube, "ada").await;
    let session: Url = open(&server, &token, &film(), 3).await.header("location").unwrap().parse().unwrap();
    let id = body(&put(&server, &session, "bytes 0-2/3", b"abc").await)["id"].as_str().unwrap().to_owned();
    let get = async |path: &str| {
        let request =
            server.request(Method::GET, Youtube, &format!("/youtube/v3/{path}")).bearer_auth(&token);
        body(&server.send(request).await)
    };
    let channel = get("channels?part=snippet,contentDetails,statistics&mine=true").await;
    let uploads =
        channel["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"].as_str().unwrap().to_owned();
    let listed = get(&format!("playlistItems?part=snippet,contentDetails&playlistId={uploads}")).await;
    assert_eq!(listed["items"][0]["contentDetails"]["videoId"], json!(id));
    let found = get("search?part=snippet&forMine=true&type=video").await;
    assert_eq!(found["items"][0]["id"]["videoId"], json!(id));
    let video = get(&format!("videos?part=snippet,statistics,status&id={id}")).await;
    assert_eq!(video["items"][0]["snippet"]["title"], "Film");
    assert!(video["items"][0]["statistics"]["viewCount"].is_string());
    let page = server.request(Method::GET, Youtube, &format!("/watch?v={id}"));
    assert_eq!(server.send(page).await.status, 200);

    let path = format!("/youtube/v3/videos?id={id}");
    let delete = || server.request(Method::DELETE, Youtube, &path).bearer_auth(&token);
    assert_eq!(server.send(delete()).await.status, 204);
    assert_eq!(server.send(delete()).await.status, 404);
    assert_eq!(get(&format!("videos?part=id&id={id}")).await["items"], json!([]));
}

#[tokio::test]
async fn an_upload_needs_a_title() {
    let server = Server::start().await;
    let token = server.access_token(Youtube, "ada").await;
    let reply = open(&server, &token, &json!({ "snippet": { "title": " " } }), 3).await;
    assert_eq!(reply.status, 400);
    assert_eq!(body(&reply)["error"]["errors"][0]["reason"], "invalidTitle");
}
