//! Work that is done in parts: exports and imports.

use super::scene::{LEASE, Scene, assert_fenced, now, taken_over};
use crate::support::database::on_both_databases;
use fanfare_domain::event::{ActivityKind, Seq};
use fanfare_domain::id::UserId;
use fanfare_domain::post::{NewPost, PostBody, Then};
use fanfare_domain::quota::PostQuota;
use fanfare_domain::work::Lapsed;
use fanfare_storage::work::export::ExportChunk;
use fanfare_storage::work::import::ImportPart;
use serde_json::{Value, json};

/// Claims that come to nothing before work is given up.
const MOST_ATTEMPTS: usize = 5;

const EXPORT: &str = "query($id: ID!) { export(id: $id) { status rows error finishedAt } }";
const IMPORT: &str = "query($id: ID!) { import(id: $id) { status done created error finishedAt } }";
const POSTS: &str = "{ posts(first: 10) { nodes { content } } }";

async fn read(scene: &Scene<'_>, document: &str, id: &Value) -> Value {
    let data = scene.stage.person.graphql.data(document, json!({ "id": id })).await;
    data.as_object().unwrap().values().next().unwrap().clone()
}

async fn posts(scene: &Scene<'_>) -> Value {
    scene.stage.person.graphql.data(POSTS, json!({})).await["posts"]["nodes"].clone()
}

/// The last part of an export.
fn last_chunk(content: &str) -> ExportChunk {
    ExportChunk { content: content.to_owned(), rows: 1, done: 1, total: 1, cursor: None }
}

/// The one line of an import, as a draft.
fn one_draft(scene: &Scene<'_>, author_id: UserId, line: i32, content: &str) -> ImportPart {
    let post = NewPost {
        workspace_id: scene.workspace,
        author_id,
        body: PostBody { content: content.to_owned(), ..PostBody::default() },
        media_ids: Vec::new(),
        media_urls: Vec::new(),
        targets: Vec::new(),
    };
    ImportPart {
        lines: 1,
        last_line: Some(line),
        posts: vec![(post, Then::Keep)],
        failed: 0,
        problems: Vec::new(),
    }
}

/// The event at a position reports the end of what was given up.
async fn assert_reported(scene: &Scene<'_>, seq: Seq, kind: ActivityKind) {
    let events = scene.db.events().after(scene.workspace, seq - 1, 10).await.unwrap();
    assert_eq!(events.len(), 1, "it is the last: {events:#?}");
    assert_eq!((events[0].kind, &events[0].payload.0["status"]), (kind, &json!("failed")));
}

/// Loses a piece's claims, in both ways there are, until it is given up; the position of the event that reports it.
macro_rules! lose_until_given_up {
    ($scene:ident, $queue:expr) => {{
        let queue = $queue;
        let claim = async || queue.claim(now(), LEASE).await.unwrap();
        for _ in 1..MOST_ATTEMPTS {
            assert!(claim().await.0.is_some());
            assert_eq!(queue.retake(Lapsed::All).await.unwrap(), 1);
        }
        // One that a stopping worker gives back is no failure: the count starts again.
        let held = claim().await.0.unwrap();
        queue.give_back(held.lease, now(), false, now()).await.unwrap();
        for attempt in 0..MOST_ATTEMPTS {
            let held = claim().await.0.unwrap();
            if attempt == 0 {
                assert_eq!(queue.retake(Lapsed::All).await.unwrap(), 1);
            } else {
                queue.give_back(held.lease, now(), true, now()).await.unwrap();
            }
        }
        let (claimed, given_up) = claim().await;
        assert!(claimed.is_none());
        let (workspace, seq) = given_up.expect("it is given up");
        assert_eq!(workspace, $scene.workspace);
        let (claimed, given_up) = claim().await;
        assert!(claimed.is_none() && given_up.is_none(), "nothing is left of it");
        seq
    }};
}

on_both_databases! {
    async fn an_export_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        let id = scene.export().await;
        let queue = scene.db.exports();
        let claim = async || queue.claim(now(), LEASE).await.unwrap().0;
        let (late, held) = taken_over(claim, queue.retake(Lapsed::All)).await;
        let tables = ["exports", "export_chunks", "events"];
        let before = scene.rows(&tables).await;
        assert_fenced(&[
            queue.append(late.lease, last_chunk("late"), now()).await.map(drop),
            queue.give_back(late.lease, now(), true, now()).await,
            queue.give_back(late.lease, now(), false, now()).await,
            queue.extend(late.lease, now(), LEASE).await,
        ]);
        assert_eq!(scene.rows(&tables).await, before);
        assert_eq!(read(&scene, EXPORT, &id).await["status"], "RUNNING");
        queue.extend(held.lease, now(), LEASE).await.unwrap();
        queue.append(held.lease, last_chunk("in time"), now()).await.unwrap();
        let export = read(&scene, EXPORT, &id).await;
        assert_eq!((&export["status"], &export["rows"]), (&json!("READY"), &json!("1")), "who holds it goes on");
        let chunk = queue.chunk(scene.workspace, held.row.id, 0).await.unwrap();
        assert_eq!(chunk.as_deref(), Some("in time"));
    }

    async fn an_import_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        let id = scene.import().await;
        let queue = scene.db.imports();
        let claim = async || queue.claim(now(), LEASE).await.unwrap().0;
        let (late, held) = taken_over(claim, queue.retake(Lapsed::All)).await;
        let lines = queue.next_lines(scene.workspace, held.row.id, 10).await.unwrap();
        let author = held.row.requested_by.unwrap();
        let part = |content: &str| one_draft(&scene, author, lines[0].line, content);
        let tables = ["imports", "import_lines", "import_problems", "posts", "events"];
        let before = scene.rows(&tables).await;
        assert_fenced(&[
            queue.advance(late.lease, part("late"), PostQuota::default(), now()).await.map(drop),
            queue.give_up(late.lease, "late", now()).await.map(drop),
            queue.give_back(late.lease, now(), true, now()).await,
            queue.give_back(late.lease, now(), false, now()).await,
            queue.extend(late.lease, now(), LEASE).await,
        ]);
        assert_eq!(scene.rows(&tables).await, before);
        assert_eq!(read(&scene, IMPORT, &id).await["status"], "RUNNING");
        assert_eq!(posts(&scene).await, json!([]));
        queue.extend(held.lease, now(), LEASE).await.unwrap();
        queue.advance(held.lease, part("in time"), PostQuota::default(), now()).await.unwrap();
        let import = read(&scene, IMPORT, &id).await;
        assert_eq!((&import["status"], &import["created"]), (&json!("DONE"), &json!("1")), "who holds it goes on");
        assert_eq!(posts(&scene).await, json!([{ "content": "in time" }]));
    }

    async fn an_export_is_given_up_after_five_claims_in_a_row_that_came_to_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        let id = scene.export().await;
        let seq = lose_until_given_up!(scene, scene.db.exports());
        assert_reported(&scene, seq, ActivityKind::ExportFailed).await;
        let export = read(&scene, EXPORT, &id).await;
        assert_eq!(export["status"], "FAILED");
        assert!(export["error"].is_string() && export["finishedAt"].is_string(), "{export:#}");
    }

    async fn an_import_is_given_up_after_five_claims_in_a_row_that_came_to_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        let id = scene.import().await;
        let seq = lose_until_given_up!(scene, scene.db.imports());
        assert_reported(&scene, seq, ActivityKind::ImportFinished).await;
        let import = read(&scene, IMPORT, &id).await;
        assert_eq!(import["status"], "FAILED");
        assert!(import["error"].is_string() && import["finishedAt"].is_string(), "{import:#}");
    }
}
