//! Files on their way into the store, and files that are to be deleted.

use super::media_fetches::medium;
use super::scene::{HOUR, LEASE, Scene, assert_fenced, now, taken_over};
use crate::support::database::on_both_databases;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::UserId;
use fanfare_domain::work::Lapsed;
use fanfare_storage::DbError;
use std::time::Duration;

on_both_databases! {
    async fn a_file_is_deleted_or_has_a_media_row_and_never_both(db: Database) {
        let scene = Scene::set(&db).await;
        let (files, media) = (scene.db.unowned_files(), scene.db.media());
        let actor = EventActor::from(UserId(scene.stage.person.user["id"].as_i64().unwrap()));
        let store = async |name: &str| media.insert(medium(&scene, name), actor, None).await;
        let abandon = async |name: &str| files.abandon(scene.workspace, name, now()).await.unwrap();
        let claim = async || files.claim(now(), 10, LEASE).await.unwrap();
        for (name, time) in [("stored", HOUR), ("given up", HOUR), ("late", Duration::ZERO)] {
            scene.register_file(name, time).await;
        }
        store("stored").await.unwrap();
        // As who never heard of the commit does.
        assert!(!abandon("stored").await, "its media row is there: the file stays");
        let late = claim().await;
        assert_eq!(late.iter().map(|file| &*file.storage_key).collect::<Vec<_>>(), ["late"]);
        assert!(abandon("given up").await);
        for name in ["given up", "late", "never registered"] {
            let refused = store(name).await.unwrap_err();
            assert!(matches!(refused, DbError::Refused(_)), "{name}: {refused}");
        }
        let given_up = claim().await;
        assert_eq!(given_up.iter().map(|file| &*file.storage_key).collect::<Vec<_>>(), ["given up"]);
        assert!(claim().await.is_empty(), "the file that has a media row is never claimed");
    }

    async fn a_deletion_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        scene.register_file("late", Duration::ZERO).await;
        let files = scene.db.unowned_files();
        let claim = async || files.claim(now(), 10, LEASE).await.unwrap().pop();
        let (late, held) = taken_over(claim, files.retake(Lapsed::All)).await;
        let before = scene.rows(&["unowned_files"]).await;
        assert_fenced(&[
            files.give_back(late.lease, now(), true, now()).await,
            files.extend(late.lease, now(), LEASE).await,
            files.forget(late.lease).await,
        ]);
        assert_eq!(scene.rows(&["unowned_files"]).await, before);
        files.forget(held.lease).await.unwrap();
        assert!(files.claim(now(), 10, LEASE).await.unwrap().is_empty());
    }
}
