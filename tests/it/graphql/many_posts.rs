//! Posts that one call creates: stored together, and each as if it had been created alone.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::server::Settings;
use crate::support::sql::{lines, row_counts};
use diesel_async::AsyncConnection as _;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::id::{AccountId, PostId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{AccountFacts, NewPost, NewTarget, PostBody, TargetVariant, Then};
use fanfare_domain::quota::PostQuota;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_storage::DbError;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::rows::NewUser;
use serde_json::{Value, json};

const MANY: &str = "mutation($input: CreatePostsInput!) { createPosts(input: $input) {
    created failed posts { index post { id } } refusals { index userErrors { code path } }
    userErrors { message code path } } }";

/// What is stored of posts besides their ids and the times at which they were created: columns, where they are, and in
/// which order.
const STORED: [[&str; 3]; 8] = [
    [
        "p.content, p.title, p.hashtags, p.publish_mode, p.status, p.scheduled_at, p.published_at, p.media_state, \
         p.author_id, p.updated_at = p.created_at",
        "posts p",
        "p.id",
    ],
    [
        "p.content, t.position, t.account_id, t.status, t.content, t.hashtags, t.own_media, t.attempts, \
         t.created_at = p.created_at, t.updated_at = p.created_at",
        "post_targets t join posts p on p.id = t.post_id",
        "t.position",
    ],
    [
        "p.content, j.account_id, j.platform, j.kind, j.state, j.attempts, j.run_at = p.created_at, j.due_at = j.run_at",
        "jobs j join post_targets t on t.id = j.target_id join posts p on p.id = t.post_id",
        "t.position",
    ],
    [
        "p.content, s.state, s.failed_target_id, s.created_at = p.created_at",
        "sagas s join posts p on p.id = s.post_id",
        "s.id",
    ],
    ["p.content, m.media_id, m.position", "post_media m join posts p on p.id = m.post_id", "m.position"],
    [
        "p.content, m.media_id, m.position, t.position",
        "target_media m join post_targets t on t.id = m.target_id join posts p on p.id = t.post_id",
        "t.position, m.position",
    ],
    [
        "p.content, f.url, f.position, f.status, f.requested_by, f.attempts",
        "media_fetches f join posts p on p.id = f.post_id",
        "f.position",
    ],
    [
        "p.content, e.kind, e.target_id is null, e.account_id, e.actor_id, e.changes",
        "events e join posts p on p.id = e.post_id",
        "e.seq",
    ],
];

/// The rows of [`STORED`], each as a line. `which`: a condition on the posts `p`.
async fn stored(db: &Database, which: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for [columns, from, order] in STORED {
        let texts = columns.split(", ").map(|it| format!("coalesce(cast({it} as text), '-')"));
        let line = texts.collect::<Vec<_>>().join(" || '|' || ");
        let statement =
            format!("select {line} as line from {from} where {which} order by p.created_at, p.id, {order}");
        found.push(lines(db, &statement).await);
    }
    found
}

async fn newest(db: &Database) -> String {
    lines(db, "select cast(coalesce(max(id), 0) as text) as line from posts").await.concat()
}

async fn create(graphql: &Graphql, input: Value) -> Value {
    let answer = graphql.data(MANY, json!({ "input": input })).await["createPosts"].clone();
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer
}

/// What was refused: its place, the code, and where the error's path ends.
fn refusals(answer: &Value) -> Vec<(u64, &str, &Value)> {
    let refused = answer["refusals"].as_array().unwrap().iter().map(|it| {
        let error = &it["userErrors"][0];
        (it["index"].as_u64().unwrap(), error["code"].as_str().unwrap(), &error["path"])
    });
    refused.collect()
}

on_both_databases! {
    async fn posts_of_one_call_are_stored_as_each_alone_would_be(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        let (one, other) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bob").await);
        let medium = stage.upload("sample.jpg", "image/jpeg").await;
        let variant = json!({ "accountId": other, "content": "Of its own", "hashtags": ["b"], "mediaIds": [medium] });
        let posts = json!([
            { "content": "A draft", "title": "Titled", "hashtags": ["a"] },
            { "content": "Planned", "accountIds": [one, other], "variants": [variant], "scheduledAt": tomorrow() },
            { "content": "Together", "accountIds": [other, one], "publishMode": "ALL_OR_NOTHING", "publishNow": true },
            { "content": "With a picture", "accountIds": [one], "mediaIds": [medium], "publishNow": true },
            { "content": "By its address", "accountIds": [one], "mediaIds": [medium],
              "mediaUrls": ["https://example.com/a.jpg", "https://example.com/b.jpg"] },
        ]);
        for post in posts.as_array().unwrap() {
            stage.create(post.clone()).await;
        }
        let last = newest(&db).await;
        let answer = create(&stage.person.graphql, json!({ "posts": posts })).await;
        assert_eq!((&answer["created"], &answer["failed"]), (&json!(5), &json!(0)));
        let alone = stored(&db, &format!("p.id <= {last}")).await;
        assert!(alone.iter().all(|rows| !rows.is_empty()), "each table has something of them: {alone:#?}");
        assert_eq!(stored(&db, &format!("p.id > {last}")).await, alone);
        let ids: Vec<&str> = answer["posts"].as_array().unwrap().iter().map(|it| it["post"]["id"].as_str().unwrap()).collect();
        let list = "{ posts(first: 5, orderBy: NEWEST_FIRST) { nodes { id } } }";
        let listed = stage.person.graphql.data(list, json!({})).await;
        let listed: Vec<&str> = listed["posts"]["nodes"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(listed.into_iter().rev().collect::<Vec<_>>(), ids, "the list keeps their order");
    }

    async fn a_hundred_posts_take_as_many_statements_as_ten_and_one_takes_at_most_eight(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api").counting_statements()).await;
        let account = stage.connect("TWITTER", "ann").await;
        // The role is remembered from here on, and the day has begun.
        stage.create(json!({ "content": "First" })).await;
        let graphql = &stage.person.graphql;
        let mut counts = Vec::new();
        for count in [10, 100] {
            let post = |number| json!({ "content": format!("Post {number}"), "accountIds": [account], "scheduledAt": tomorrow() });
            let posts: Vec<Value> = (0..count).map(post).collect();
            let input = json!({ "posts": posts, "clientMutationKey": format!("{count} posts") });
            let answer = graphql.post(MANY, json!({ "input": input })).await;
            assert_eq!(answer.data()["createPosts"]["created"], json!(count), "{:#}", answer.data());
            counts.push(answer.statements());
        }
        assert_eq!(counts[0], counts[1]);
        let single = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { message } } }";
        let input = json!({ "content": "Alone", "accountIds": [account], "publishNow": true });
        let answer = graphql.post(single, json!({ "input": input })).await;
        assert_eq!(answer.data()["createPost"]["userErrors"], json!([]));
        assert!(answer.statements() <= 8, "{}", answer.statements());
    }

    async fn only_those_posts_of_a_call_are_refused_that_must_be(db: Database) {
        let limited = |settings: Settings| {
            let settings = settings.roles("api").set("FANFARE_WORKSPACE_OPEN_POSTS", "1");
            settings.set("FANFARE_WORKSPACE_POSTS_PER_DAY", "4")
        };
        let stage = Stage::set_with(&db, limited).await;
        let account = stage.connect("TWITTER", "ann").await;
        let planned = json!({ "content": "Planned", "accountIds": [account], "scheduledAt": tomorrow() });
        let draft = json!({ "content": "A draft" });
        let wrong = json!({ "content": "x".repeat(281), "accountIds": [account], "publishNow": true });
        let unknown = json!({ "content": "A draft", "accountIds": ["nobody"] });
        let posts = json!([planned, wrong, draft, planned, unknown, draft, draft, draft]);
        let answer = create(&stage.person.graphql, json!({ "posts": posts })).await;
        let created: Vec<&Value> = answer["posts"].as_array().unwrap().iter().map(|it| &it["index"]).collect();
        assert_eq!(created, [&json!(0), &json!(2), &json!(5), &json!(6)]);
        let refused = refusals(&answer);
        let codes: Vec<(u64, &str)> = refused.iter().map(|(index, code, _)| (*index, *code)).collect();
        assert_eq!(codes[0], (1, "POST_REJECTED_BY_RULES"));
        assert_eq!(codes[1], (3, "QUOTA_EXCEEDED"), "the one place of those on their way is taken");
        assert_eq!((codes[2].0, codes[3]), (4, (7, "QUOTA_EXCEEDED")), "the day's last was the fourth");
        assert_eq!(refused[0].2, &json!(["input", "posts", "1", "accountIds", "0"]));
        assert_eq!(refused[1].2, &json!(["input", "posts", "3"]));
        assert_eq!(lines(&db, "select cast(created as text) as line from post_usage").await, ["4"]);
    }

    async fn a_call_that_is_repeated_stores_what_the_first_had_not_come_to(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        let graphql = &stage.person.graphql;
        let call = |contents: &[&str]| {
            let posts: Vec<Value> = contents.iter().map(|content| json!({ "content": content })).collect();
            create(graphql, json!({ "posts": posts, "clientMutationKey": "k" }))
        };
        let first = call(&["one", "two"]).await;
        let again = call(&["one", "two", "three", "four"]).await;
        assert_eq!(again["posts"][0], first["posts"][0]);
        assert_eq!(again["posts"][1], first["posts"][1]);
        assert_eq!((&again["created"], newest(&db).await.as_str()), (&json!(4), "4"));
        let other = call(&["one", "another", "three"]).await;
        assert_eq!(refusals(&other), [(1, "IDEMPOTENCY_CONFLICT", &json!(["input", "posts", "1", "clientMutationKey"]))]);
        let twice = |contents| json!({ "posts": contents, "clientMutationKey": "at once" });
        let contents = json!([{ "content": "five" }, { "content": "six" }, { "content": "seven" }]);
        let (left, right) =
            tokio::join!(create(graphql, twice(contents.clone())), create(graphql, twice(contents)));
        assert_eq!(left["posts"], right["posts"], "two calls at once are one");
        assert_eq!(row_counts(&db).await["posts"], "7");
    }

    async fn a_command_on_more_posts_than_a_statement_has_variables_finds_each_once(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        for content in ["one", "two"] {
            stage.create(json!({ "content": content })).await;
        }
        // SQLite takes 32,766.
        let ids: Vec<PostId> = (1..=40_000).chain([1]).map(PostId).collect();
        macro_rules! load {
            ($half:ident, $address:expr) => {{
                let mut conn = $half::Conn::establish($address).await.unwrap();
                $half::repo::units::load_many(&mut conn, &ids, SystemClock.now()).await.unwrap()
            }};
        }
        let found = if let Some(path) = db.url().strip_prefix("sqlite://") {
            load!(fanfare_storage_sqlite, path)
        } else {
            load!(fanfare_storage_postgres, db.url())
        };
        assert_eq!(found.iter().map(|post| post.post.id.0).collect::<Vec<i64>>(), [1, 2]);
    }

    async fn a_transaction_of_many_posts_stores_all_or_none(db: Database) {
        let (storage, now) = (db.storage().await, SystemClock.now());
        let new = NewUser {
            email: "ann@example.com".to_owned(),
            email_key: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            password_hash: "a hash".to_owned(),
            created_at: now,
            updated_at: now,
        };
        let (people, posts) = (storage.people(), storage.posts());
        let (user, workspace, _) = people.register(new, "Ann's".to_owned(), "UTC".to_owned(), None).await.unwrap();
        let post = |content: &str, account: Option<AccountId>| NewPost {
            workspace_id: workspace.id,
            author_id: user.id,
            body: PostBody { content: content.to_owned(), ..PostBody::default() },
            media_ids: Vec::new(),
            media_urls: Vec::new(),
            targets: account.into_iter().map(|account_id| NewTarget {
                account_id,
                account: AccountFacts { platform: Platform::Twitter, name: "nobody".to_owned() },
                variant: TargetVariant::default(),
            }).collect(),
        };
        let key = |key: &str| KeyedInput {
            workspace_id: workspace.id,
            user_id: user.id,
            operation: "createPosts",
            key: key.to_owned(),
            input_hash: String::new(),
            mark: ReplayMark::default(),
        };
        let (by, terms) = (user.id.into(), (PostQuota { open: Some(10), per_day: Some(10) }, now));
        let before = row_counts(&db).await;
        let gone = [(post("good", None), Then::Keep), (post("bad", Some(AccountId(404))), Then::Keep)];
        let keys = [Some(key("a")), Some(key("b"))];
        let refused = posts.create_many(workspace.id, &gone, &keys, by, terms).await;
        assert!(matches!(refused, Err(DbError::NotFound)), "{refused:?}");
        assert_eq!(row_counts(&db).await, before);

        let good = [(post("one", None), Then::Keep), (post("two", None), Then::Keep)];
        let (ids, seq) = posts.create_many(workspace.id, &good, &keys, by, terms).await.unwrap();
        let stored = posts.by_ids(workspace.id, &ids).await.unwrap();
        let content = |at: usize| stored.iter().find(|post| post.id == ids[at]).unwrap().content.as_str();
        assert_eq!((ids.len(), content(0), content(1)), (2, "one", "two"));
        assert_eq!(storage.events().last_seq(workspace.id).await.unwrap(), seq);

        let before = row_counts(&db).await;
        let known = [Some(key("c")), Some(key("b"))];
        let refused = posts.create_many(workspace.id, &good, &known, by, terms).await;
        assert!(matches!(refused, Err(DbError::Refused(_))), "{refused:?}");
        assert_eq!(row_counts(&db).await, before, "the new key is not taken either");
    }
}
