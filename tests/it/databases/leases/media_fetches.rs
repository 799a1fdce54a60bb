//! Media that posts name by their addresses.

use super::scene::{HOUR, LEASE, Scene, assert_fenced, now, taken_over};
use crate::support::database::on_both_databases;
use fanfare_domain::media::MediaKind;
use fanfare_domain::work::Lapsed;
use fanfare_storage::rows::NewMedia;
use fanfare_storage::work::media_fetch::FetchFailure;
use serde_json::{Value, json};

const FETCHES: &str =
    "query($id: ID!) { post(id: $id) { media { fileName } mediaFetches { status error } } }";

/// What a fetch has brought.
pub fn medium(scene: &Scene<'_>, name: &str) -> NewMedia {
    NewMedia {
        workspace_id: scene.workspace,
        storage_key: name.to_owned(),
        kind: MediaKind::Image,
        mime_type: "image/jpeg".to_owned(),
        size_bytes: 3,
        width: None,
        height: None,
        duration_ms: None,
        alt_text: None,
        file_name: Some(name.to_owned()),
        uploaded_by: None,
        created_at: now(),
    }
}

async fn fetches(scene: &Scene<'_>, id: &str) -> Value {
    scene.stage.person.graphql.data(FETCHES, json!({ "id": id })).await["post"].clone()
}

on_both_databases! {
    async fn a_fetch_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        let post = scene.with_a_fetch().await;
        let queue = scene.db.media_fetches();
        let claim = async || queue.claim(now(), 10, LEASE).await.unwrap().pop();
        let (late, held) = taken_over(claim, queue.retake(Lapsed::All)).await;
        let tables = ["media_fetches", "media", "post_media", "posts", "post_targets", "jobs", "events"];
        let before = scene.rows(&tables).await;
        let again = FetchFailure::Again { at: now(), words: "late".to_owned() };
        let last = FetchFailure::Final { words: "late".to_owned() };
        assert_fenced(&[
            queue.finish(late.fetch.clone(), late.lease, medium(&scene, "late"), now()).await.map(drop),
            queue.fail(late.fetch.clone(), late.lease, again, now()).await.map(drop),
            queue.fail(late.fetch.clone(), late.lease, last, now()).await.map(drop),
            queue.give_back(late.lease, now(), true, now()).await,
            queue.give_back(late.lease, now(), false, now()).await,
            queue.extend(late.lease, now(), LEASE).await,
        ]);
        assert_eq!(scene.rows(&tables).await, before);
        let running = json!({ "media": [], "mediaFetches": [{ "status": "RUNNING", "error": null }] });
        assert_eq!(fetches(&scene, &post).await, running);
        queue.extend(held.lease, now(), LEASE).await.unwrap();
        scene.register_file("in time", HOUR).await;
        queue.finish(held.fetch, held.lease, medium(&scene, "in time"), now()).await.unwrap();
        let ready = json!({
            "media": [{ "fileName": "in time" }],
            "mediaFetches": [{ "status": "READY", "error": null }],
        });
        assert_eq!(fetches(&scene, &post).await, ready, "who holds it goes on");
    }
}
