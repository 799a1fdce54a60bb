//! What a search of texts finds: by an index the same as by reading every text.

use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::sql::{execute, lines};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::post::PostStatus;
use fanfare_storage::page::{Order, PostFilter, Window, like_pattern};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

const POSTS: &str = "query($filter: PostFilter, $first: Int) { posts(filter: $filter, first: $first) {
    totalCount nodes { id content } } }";
const MESSAGES: &str = "query($filter: InboxMessageFilter) { inboxMessages(filter: $filter, first: 100) {
    totalCount nodes { text sender { name } } } }";
const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { id } userErrors { code path } } }";
const ERASE: &str =
    "mutation($input: EraseMeInput!) { eraseMe(input: $input) { erased userErrors { code path } } }";

const TEXTS: [&str; 15] = [
    "50% off_now \\ \"quoted\" it's",
    "500 off now",
    "100\\% sure_",
    "ÄPFEL und Birnen",
    "äpfel UND birnen",
    "Apfel",
    "日本語テキスト",
    "日本 and more",
    "👍🏽 thumbs, 👨‍👩‍👧 family",
    "👍 plain",
    "MiXed CaSe",
    "İstanbul ISTANBUL ıstanbul",
    "straße STRASSE",
    "cafe\u{301} café\nnext line",
    "* AND OR NOT (NEAR) {content} : ^ + -",
];

const SEARCHES: [&str; 44] = [
    "%",
    "_",
    "\\",
    "\"",
    "'",
    "50%",
    "off_",
    "f_n",
    "\\%",
    "\\ \"",
    "\"quoted\"",
    "\"\"\"",
    "it's",
    "\" it",
    "ä",
    "äpf",
    "ÄPF",
    "Äpfel",
    "UND bir",
    "日",
    "日本",
    "日本語",
    "語テキ",
    "👍",
    "👍🏽 t",
    "👨‍👩‍👧",
    "👧 f",
    "mixed",
    "XED c",
    "istanbul",
    "İst",
    "ISTANBUL",
    "ß",
    "raße",
    "rasse",
    "é",
    "fé\n",
    "e\u{301} c",
    "\nnext",
    "AND OR",
    "* AND",
    "(NEAR)",
    "{content} :",
    "nowhere",
];

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The texts of a table that hold `text`, as the database finds them when it reads all.
async fn scanned(db: &Database, table: &str, column: &str, text: &str) -> Vec<String> {
    let (scans, like) = if db.is_postgres() {
        ("set enable_bitmapscan = off; set enable_indexscan = off; set enable_indexonlyscan = off;", "ilike")
    } else {
        ("", "like")
    };
    let pattern = quoted(&like_pattern(text));
    let statement =
        format!("{scans} select {column} as line from {table} where {column} {like} {pattern} escape '\\'");
    let mut found = lines(db, &statement).await;
    found.sort_unstable();
    found
}

/// One field of the nodes of a whole list, sorted.
fn sorted(list: &Value, field: &str) -> Vec<String> {
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], nodes.len());
    let mut texts: Vec<String> = nodes.iter().map(|node| node[field].as_str().unwrap().to_owned()).collect();
    texts.sort_unstable();
    texts
}

async fn posts(person: &Person, filter: Value) -> Value {
    person.graphql.data(POSTS, json!({ "filter": filter, "first": 100 })).await["posts"].clone()
}

/// Stores copies of the first post, as the server itself would.
async fn copy_post(db: &Database, content: &str, copies: u32) {
    let content = quoted(content);
    execute(
        db,
        &format!(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < {copies})
             insert into posts (workspace_id, content, hashtags, publish_mode, status, created_at, updated_at)
             select p.workspace_id, {content} || i, p.hashtags, p.publish_mode, p.status, p.created_at, p.updated_at
             from posts p, n where p.id = (select min(id) from posts) order by i"
        ),
    )
    .await;
}

/// Stores a message to the one account.
async fn store_message(db: &Database, text: &str, name: &str, handle: Option<&str>) {
    let handle = handle.map_or("null".to_owned(), quoted);
    let (text, name) = (quoted(text), quoted(name));
    execute(
        db,
        &format!(
            "insert into inbox_messages (workspace_id, account_id, platform, remote_id, thread_key, kind, status,
                sender_remote_id, sender_name, sender_handle, text, received_at, created_at, updated_at)
             select workspace_id, id, platform, {text}, 'thread', 'dm', 'unread', 'sender', {name}, {handle}, {text},
                created_at, created_at, created_at from accounts"
        ),
    )
    .await;
}

on_both_databases! {
    async fn a_search_of_texts_finds_by_an_index_what_reading_every_text_finds(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let account = stage.connect("TWITTER", "ann").await;
        let mut ids = Vec::new();
        for text in TEXTS {
            ids.push(stage.create(json!({ "content": text, "accountIds": [] })).await);
            store_message(&db, text, "Zoë O'Hara", Some("zo_%")).await;
        }
        store_message(&db, "of another sender", "50% Äpfel_\"", None).await;
        for text in SEARCHES {
            let found = sorted(&posts(&stage.person, json!({ "text": text })).await, "content");
            assert_eq!(found, scanned(&db, "posts", "content", text).await, "posts with {text:?}");
            let filter = json!({ "filter": { "query": text } });
            let found = stage.person.graphql.data(MESSAGES, filter).await["inboxMessages"].clone();
            let expected = scanned(&db, "inbox_messages", "text", text).await;
            assert_eq!(sorted(&found, "text"), expected, "messages with {text:?}");
        }
        for (sender, expected) in
            [("o'hara", 15), ("zo_", 15), ("_%", 15), ("50%", 1), ("ara zo", 0), ("fel_\"", 1), ("of another", 0)]
        {
            let filter = json!({ "filter": { "sender": sender, "accountId": account } });
            let found = stage.person.graphql.data(MESSAGES, filter).await;
            assert_eq!(found["inboxMessages"]["totalCount"], expected, "messages of {sender:?}");
        }

        let input = json!({ "id": ids[0], "content": "nothing of it, 49% on" });
        stage.person.graphql.payload(UPDATE, json!({ "input": input })).await;
        assert_eq!(posts(&stage.person, json!({ "text": "\"quoted\"" })).await["totalCount"], 0);
        assert_eq!(posts(&stage.person, json!({ "text": "49% ON" })).await["totalCount"], 1);
        let delete = "mutation($input: DeletePostInput!) { deletePost(input: $input) { userErrors { code path } } }";
        stage.person.graphql.payload(delete, json!({ "input": { "id": ids[10] } })).await;
        assert_eq!(posts(&stage.person, json!({ "text": "mixed" })).await["totalCount"], 0);
        let stranger = Person::register(&stage.server).await;
        assert_eq!(posts(&stranger, json!({ "text": "istanbul" })).await["totalCount"], 0);
    }

    async fn a_filter_that_finds_many_lists_them_as_one_that_finds_few(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("YOUTUBE", "bea").await);
        stage.create(json!({ "content": "the first", "accountIds": [] })).await;
        copy_post(&db, "a common text ", 1_100).await;
        let of_ann = stage.create(json!({ "content": "a common text of ann", "accountIds": [ann] })).await;
        let of_both = stage.create(json!({ "content": "a rare text of both", "accountIds": [ann, bea] })).await;
        execute(
            &db,
            "insert into post_targets (workspace_id, post_id, account_id, position, status, own_media, attempts, created_at,
                updated_at)
             select p.workspace_id, p.id, t.account_id, 0, t.status, t.own_media, 0, p.created_at, p.updated_at
             from posts p, post_targets t where p.content like 'a common text %' and t.id = (select min(id) from post_targets)
                and p.id <> t.post_id",
        )
        .await;

        for (filter, count, newest) in [
            (json!({ "text": "COMMON" }), 1_101, &of_ann),
            (json!({ "text": "COMMON", "statuses": ["DRAFT"], "accountId": ann }), 1_101, &of_ann),
            (json!({ "accountId": ann }), 1_102, &of_both),
            (json!({ "platform": "TWITTER" }), 1_102, &of_both),
            (json!({ "statuses": ["DRAFT", "FAILED"] }), 1_103, &of_both),
            (json!({ "accountId": bea }), 1, &of_both),
            (json!({ "accountId": ann, "platform": "YOUTUBE" }), 1, &of_both),
            (json!({ "accountId": ann, "text": "rare" }), 1, &of_both),
        ] {
            let list = stage.person.graphql.data(POSTS, json!({ "filter": filter, "first": 3 })).await["posts"].clone();
            assert_eq!((&list["totalCount"], &list["nodes"][0]["id"]), (&json!(count), &json!(newest)), "{filter}");
        }
        for filter in [
            json!({ "platform": "INSTAGRAM" }),
            json!({ "statuses": ["FAILED", "CANCELLED"] }),
            json!({ "accountId": bea, "text": "common" }),
        ] {
            assert_eq!(posts(&stage.person, filter.clone()).await, json!({ "totalCount": 0, "nodes": [] }), "{filter}");
        }
    }

    async fn a_post_that_goes_from_one_status_to_another_is_found_with_either(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        stage.create(json!({ "content": "on its way", "accountIds": [] })).await;
        let own = stage.person.graphql.data("{ viewer { workspace { databaseId } } }", json!({})).await;
        let own = WorkspaceId(own["viewer"]["workspace"]["databaseId"].as_str().unwrap().parse().unwrap());
        let go = "update posts set status = case status when 'pending' then 'publishing' else 'pending' end";
        execute(&db, go).await;
        let looked = AtomicBool::new(false);
        let going = async {
            while !looked.load(Ordering::Relaxed) {
                execute(&db, go).await;
                tokio::task::yield_now().await;
            }
        };
        let statuses = Some(vec![PostStatus::Pending, PostStatus::Publishing]);
        let filter = PostFilter { statuses, ..PostFilter::default() };
        let (storage, window) = (db.storage().await, Window { limit: 20, ..Window::default() });
        let looking = async {
            for _ in 0..200 {
                assert_eq!(storage.posts().count(own, &filter).await.unwrap(), 1);
                let found = storage.posts().page(own, &filter, Order::NewestFirst.into(), &window).await.unwrap();
                assert_eq!(found.len(), 1);
            }
            looked.store(true, Ordering::Relaxed);
        };
        tokio::join!(going, looking);
    }

    async fn a_list_takes_as_many_statements_for_one_account_of_a_network_as_for_many(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api").counting_statements()).await;
        let first = stage.connect("TWITTER", "ann").await;
        let id = stage.create(json!({ "content": "the first", "accountIds": [first] })).await;
        let ask = async || {
            let filter = json!({ "filter": { "platform": "TWITTER" }, "first": 3 });
            stage.person.graphql.post(POSTS, filter).await
        };
        ask().await;
        let one = ask().await;
        for name in ["bea", "cleo", "dan", "eve", "fay"] {
            stage.connect("TWITTER", name).await;
        }
        let many = ask().await;
        assert_eq!(many.data()["posts"]["nodes"][0]["id"], json!(id));
        assert_eq!((many.data(), many.statements()), (one.data(), one.statements()));
    }

    async fn a_value_that_a_filter_names_many_times_is_looked_for_once(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api").counting_statements()).await;
        stage.create(json!({ "content": "the only one", "accountIds": [] })).await;
        for (query, field, of) in [
            ("query($filter: PostFilter) { posts(filter: $filter) { totalCount } }", "statuses", ["FAILED", "DRAFT"]),
            ("query($filter: InboxMessageFilter) { inboxMessages(filter: $filter) { totalCount } }", "types", ["DM", "MENTION"]),
            ("query($filter: CampaignFilter) { campaigns(filter: $filter) { totalCount } }", "statuses", ["PAUSED", "COMPLETED"]),
        ] {
            let ask = |times: usize| {
                let graphql = &stage.person.graphql;
                let filter = json!({ "filter": { field: of.repeat(times) } });
                async move { graphql.post(query, filter).await }
            };
            let (once, often) = (ask(1).await, ask(20_000).await);
            assert_eq!(often.data(), once.data(), "{query}");
            let (often, once) = (often.statements(), once.statements());
            assert!(often <= once, "{query}: {often} statements instead of {once}");
        }
    }

    async fn texts_of_an_erased_user_leave_the_index_however_many_they_are(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        stage.create(json!({ "content": "the first", "accountIds": [] })).await;
        copy_post(&db, "planted words ", 1_100).await;
        let other = Person::register(&stage.server).await;
        let create = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { code path } } }";
        other.graphql.payload(create, json!({ "input": { "content": "planted by another" } })).await;
        let person = &stage.person;
        let input = json!({ "input": { "password": person.password, "confirm": person.email } });
        person.graphql.payload(ERASE, input).await;
        assert_eq!(posts(&other, json!({ "text": "PLANTED" })).await["totalCount"], 1);
        if !db.is_postgres() {
            let left = "select cast(rowid % 1099511627776 as text) as line from posts_parts where posts_parts match '\"planted\"'";
            assert_eq!(lines(&db, left).await.len(), 1, "the other user's");
            let setting = "select cast(v as text) as line from posts_parts_config where k = 'secure-delete'";
            assert_eq!(lines(&db, setting).await, ["1"], "what is deleted later leaves the index at once");
        }
    }
}
