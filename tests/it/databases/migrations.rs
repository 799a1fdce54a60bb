//! The steps of the schema, up, down and up again.

use crate::publishing::stage::Stage;
use crate::publishing::whole_job::three_networks;
use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::{lines, row_counts, tables};
use fanfare_storage::connection::migration::Direction;
use serde_json::json;

/// Tables, columns, indexes and constraints, in words of the database's own.
async fn schema(db: &Database) -> Vec<String> {
    if !db.is_postgres() {
        let objects =
            "select type || ' ' || name || ': ' || coalesce(sql, '') as line from sqlite_master order by 1";
        return lines(db, objects).await;
    }
    let columns =
        "select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
        is_identity || ' ' || coalesce(column_default, '') from information_schema.columns
        where table_schema = 'public' order by 1";
    let indexes = "select indexdef from pg_indexes where schemaname = 'public' order by 1";
    let constraints = "select conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace order by 1";
    lines(db, &format!("{columns}; {indexes}; {constraints}")).await
}

on_both_databases! {
    async fn every_step_goes_up_down_with_data_and_up_again_to_the_same_schema(db: Database) {
        let first = schema(&db).await;
        let stage = Stage::set(&db).await;
        let mut input = three_networks(&stage, "Soon gone").await;
        input["publishNow"] = json!(true);
        input["publishMode"] = json!("ALL_OR_NOTHING");
        input["clientMutationKey"] = json!("once");
        let post = stage.create(input).await;
        stage.post_with_status(&post, "PUBLISHED").await;
        // SQLite's file belongs to one process at a time.
        drop(stage);
        let filled = row_counts(&db).await;
        for table in ["users", "accounts", "media", "posts", "post_targets", "publish_steps", "jobs", "sagas", "events"] {
            assert_ne!(filled[table], "0", "{table}");
        }

        let down = db.migrate(Direction::Down).await;
        assert_eq!(tables(&db).await, [""; 0]);
        let mut up = db.migrate(Direction::Up).await;
        assert_eq!(schema(&db).await, first);
        assert!(row_counts(&db).await.values().all(|count| count == "0"));
        up.reverse();
        assert_eq!(up, down);
        assert_eq!(db.migrate(Direction::Up).await, [""; 0], "nothing is left to do");

        let server = Server::start(&db).await;
        Person::register(&server).await;
    }
}
