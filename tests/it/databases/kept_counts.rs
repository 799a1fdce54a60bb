//! The counts that the database keeps are those of the rows, whatever happens to the rows.

use super::counted_rows::{differences, number};
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::sql::{execute, lines};
use fanfare_storage::Db;
use fanfare_storage::connection::migration::Direction;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const ERASE: &str =
    "mutation($input: EraseMeInput!) { eraseMe(input: $input) { erased userErrors { code path } } }";
/// The version of the first migration that makes the counts.
const MIGRATION: &str = "20261201000066";
const WRITERS: u32 = 4;
const ROUNDS: u32 = 12;

/// Stores copies of the first post, with its targets.
async fn copy_posts(db: &Database, content: &str, copies: u32) {
    let posts = format!(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < {copies})
         insert into posts (workspace_id, content, hashtags, publish_mode, status, created_at, updated_at, campaign_id)
         select p.workspace_id, '{content} ' || i, p.hashtags, p.publish_mode, p.status, p.created_at, p.updated_at,
            p.campaign_id
         from posts p, n where p.id = (select min(id) from posts)"
    );
    let targets = format!(
        "insert into post_targets (workspace_id, post_id, account_id, position, status, own_media, attempts, created_at,
            updated_at)
         select p.workspace_id, p.id, t.account_id, 0, t.status, t.own_media, 0, p.created_at, p.updated_at
         from posts p, post_targets t where p.content like '{content} %'
            and t.post_id = (select min(post_id) from post_targets)"
    );
    execute(db, &format!("{posts}; {targets}")).await;
}

/// Stores messages to every account.
async fn store_messages(db: &Database, thread: &str, count: u32) {
    let statement = format!(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})
         insert into inbox_messages (workspace_id, account_id, platform, remote_id, thread_key, kind, status,
            sender_remote_id, sender_name, text, received_at, created_at, updated_at)
         select a.workspace_id, a.id, a.platform, '{thread} ' || i, '{thread}', 'dm', 'unread', 's', 'S', 'hello',
            a.created_at, a.created_at, a.created_at from accounts a, n"
    );
    execute(db, &statement).await;
}

/// Writes posts and messages of its own, changes their status, deletes some, and takes a transaction back.
async fn write(db: &Database, writer: u32) {
    for round in 0..ROUNDS {
        let own = format!("w{writer}r{round}");
        copy_posts(db, &own, 5).await;
        store_messages(db, &own, 3).await;
        let changes = format!(
            "update posts set status = case status when 'draft' then 'failed' else 'draft' end, campaign_id = null
                where content like 'w{writer}r%' and id % 2 = {round} % 2;
             update inbox_messages set status = 'read' where thread_key = '{own}' and id % 2 = 0;
             delete from posts where content like '{own} %' and id % 3 = 0"
        );
        execute(db, &changes).await;
        let taken_back = format!(
            "begin;
             update posts set status = 'cancelled' where content like '{own} %';
             delete from inbox_messages where thread_key = '{own}';
             rollback"
        );
        execute(db, &taken_back).await;
    }
}

/// Folds until nobody writes any more, and compares after each time.
async fn fold_meanwhile(db: &Database, storage: &Db, written: &AtomicBool) {
    while !written.load(Ordering::Acquire) {
        // SQLite keeps no parts, and its only writer is held up by those that write.
        if db.is_postgres() {
            storage.kept_counts().fold(10).await.unwrap();
        }
        assert_eq!(differences(db).await, [""; 0]);
    }
}

/// Has one draft in a campaign and on an account, which the writers copy.
async fn with_one_of_each(db: &Database) -> Stage {
    let stage = Stage::set_with(db, |settings| settings.roles("api").counting_statements()).await;
    let account = stage.connect("TWITTER", "ann").await;
    let create = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
        campaign { id } userErrors { code path } } }";
    let input = json!({ "name": "Autumn", "startDate": "2026-09-01", "endDate": "2026-11-30" });
    let campaign = stage.person.graphql.payload(create, json!({ "input": input })).await;
    let input = json!({
        "content": "the first", "accountIds": [account], "campaignId": campaign["campaign"]["id"],
    });
    stage.create(input).await;
    store_messages(db, "first", 1).await;
    stage
}

on_both_databases! {
    async fn counts_are_exact_at_every_moment_while_many_write_and_parts_are_folded(db: Database) {
        let db = Arc::new(db);
        let (_stage, storage) = (with_one_of_each(&db).await, db.storage().await);
        let written = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let db = Arc::clone(&db);
                tokio::spawn(async move { write(&db, writer).await })
            })
            .collect();
        let folders: Vec<_> = (0..2)
            .map(|_| {
                let (db, storage, written) = (Arc::clone(&db), Arc::clone(&storage), Arc::clone(&written));
                tokio::spawn(async move { fold_meanwhile(&db, &storage, &written).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        written.store(true, Ordering::Release);
        for folder in folders {
            folder.await.unwrap();
        }
        assert_eq!(differences(&db).await, [""; 0]);
        while storage.kept_counts().fold(10).await.unwrap() > 0 {}
        assert_eq!(differences(&db).await, [""; 0]);
        assert_eq!(number(&db, "select count(*) from kept_counts where not folded").await, 0, "all are folded");
        assert!(number(&db, "select count(*) from posts").await > 1, "they have written something");
    }

    async fn a_count_takes_as_many_statements_for_many_rows_as_for_one(db: Database) {
        let stage = with_one_of_each(&db).await;
        let documents = [
            ("{ posts(first: 1) { totalCount nodes { id } } }", "/posts/totalCount"),
            ("{ posts(first: 1, filter: { statuses: [DRAFT] }) { totalCount nodes { id } } }", "/posts/totalCount"),
            ("{ inboxMessages(first: 1) { totalCount nodes { id } } }", "/inboxMessages/totalCount"),
            ("{ inboxUnreadCount }", "/inboxUnreadCount"),
            ("{ campaigns(first: 1) { nodes { postCount } } }", "/campaigns/nodes/0/postCount"),
            ("{ accounts(first: 1) { nodes { postCount } } }", "/accounts/nodes/0/postCount"),
        ];
        let ask = async |document: &str, path: &str| {
            let answer = stage.person.graphql.post(document, json!({})).await;
            (answer.data().pointer(path).unwrap().as_i64().unwrap(), answer.statements())
        };
        // The role is remembered from here on.
        ask(documents[0].0, documents[0].1).await;
        let mut of_one = Vec::new();
        for (document, path) in documents {
            let (count, statements) = ask(document, path).await;
            assert_eq!(count, 1, "{document}");
            of_one.push(statements);
        }
        copy_posts(&db, "more", 1_100).await;
        store_messages(&db, "more", 1_100).await;
        for ((document, path), statements) in documents.into_iter().zip(of_one) {
            assert_eq!(ask(document, path).await, (1_101, statements), "{document}");
        }
    }

    async fn no_count_is_left_of_a_workspace_that_was_erased(db: Database) {
        let stage = with_one_of_each(&db).await;
        copy_posts(&db, "more", 300).await;
        store_messages(&db, "more", 300).await;
        let other = Person::register(&stage.server).await;
        let create = "mutation($input: CreatePostInput!) { createPost(input: $input) {
            post { id } userErrors { code path } } }";
        other.graphql.payload(create, json!({ "input": { "content": "of another" } })).await;
        assert_eq!(number(&db, "select count(distinct workspace_id) from kept_counts").await, 2);
        let person = &stage.person;
        let input = json!({ "input": { "password": person.password, "confirm": person.email } });
        person.graphql.payload(ERASE, input).await;
        let left = lines(&db, "select cast(workspace_id as text) as line from kept_counts").await;
        assert_eq!(left, [other.workspace["id"].to_string()]);
        assert_eq!(differences(&db).await, [""; 0]);
    }

    async fn a_database_with_a_history_has_its_counts_from_the_migration_on(db: Database) {
        let stage = with_one_of_each(&db).await;
        copy_posts(&db, "more", 20).await;
        store_messages(&db, "more", 20).await;
        // SQLite's file belongs to one process at a time.
        drop(stage);
        loop {
            let steps = db.migrate(Direction::DownOne).await;
            if steps.iter().any(|step| step.replace('-', "").starts_with(MIGRATION)) {
                break;
            }
            assert!(!steps.is_empty(), "the migration was there");
        }
        db.migrate(Direction::Up).await;
        assert_eq!(number(&db, "select sum(amount) from kept_counts where counted = 'workspace_posts'").await, 21);
        assert_eq!(differences(&db).await, [""; 0]);
        copy_posts(&db, "still more", 3).await;
        assert_eq!(differences(&db).await, [""; 0]);
    }
}
