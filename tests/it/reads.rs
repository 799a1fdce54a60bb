//! Reads that are answered from memory and from Redis: as new and as private as those of the database.

mod at_work;
mod kept_and_read;
mod whole_answers;

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::redis::RedisServer;
use crate::support::server::{Server, Settings};
use crate::support::waiting::eventually;
use fanfare_domain::clock::{Clock as _, SystemClock};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How soon a write is seen on other nodes.
const SOON: Duration = Duration::from_secs(1);
const LIST: &str = "query($w: ID) { posts(workspaceId: $w, first: 50) { totalCount nodes { id content status hashtags
    scheduledAt updatedAt media { id mimeType width } targets { id status nextAttemptAt account { id name handle
    tokenExpiresAt health { ok problems } } } } } }";
const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { content } userErrors { code path } } }";
const CAMPAIGN: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
    campaign { id } userErrors { code path } } }";
const TEMPLATE: &str = "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) {
    template { id } userErrors { code path } } }";
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { code path } } }";

/// The texts of the first posts.
async fn texts(graphql: &Graphql) -> Vec<String> {
    let list = graphql.data("{ posts(first: 5) { nodes { content } } }", json!({})).await;
    let nodes = list["posts"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|post| post["content"].as_str().unwrap().to_owned()).collect()
}

/// Creates a draft; answers the position that the log reached.
async fn write(graphql: &Graphql, content: &str) -> String {
    let answer = graphql.post(CREATE, json!({ "input": { "content": content } })).await;
    assert_eq!(answer.data()["createPost"]["userErrors"], json!([]));
    answer.headers["x-fanfare-seq"].to_str().unwrap().to_owned()
}

/// How often a tier had what it was asked for, by the server's own count.
async fn hits(server: &Server, tier: &str, read: &str) -> u64 {
    count(server, "fanfare_cache_reads_total", &[("tier", tier), ("read", read), ("outcome", "hit")]).await
}

/// How many queries had this outcome: `hit`, `miss` or `kept_out`.
async fn whole(server: &Server, outcome: &str) -> u64 {
    count(server, "fanfare_whole_answers_total", &[("outcome", outcome)]).await
}

async fn count(server: &Server, metric: &str, labels: &[(&str, &str)]) -> u64 {
    let request = server.graphql().request(Method::GET, "/metrics");
    let text = request.send().await.unwrap().text().await.unwrap();
    let of_it = |line: &&str| {
        line.starts_with(&format!("{metric}{{"))
            && labels.iter().all(|(name, value)| line.contains(&format!("{name}=\"{value}\"")))
    };
    let found = text.lines().find(of_it).and_then(|line| line.rsplit(' ').next()?.parse().ok());
    found.unwrap_or(0)
}

async fn node(db: &Database, redis: &RedisServer) -> Server {
    // Two that share a folder cannot both play the networks.
    Server::on(db).roles("api").redis(&redis.url()).set("FANFARE_SIMULATOR", "off").start().await
}

on_both_databases! {
    async fn a_write_is_seen_by_the_next_read_on_the_same_node(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        for number in 0..20 {
            let text = format!("number {number}");
            write(&person.graphql, &text).await;
            for _ in 0..2 {
                assert_eq!(texts(&person.graphql).await[0], text);
            }
        }
        let list = person.graphql.data(LIST, json!({})).await;
        let id = &list["posts"]["nodes"][0]["id"];
        person.graphql.payload(UPDATE, json!({ "input": { "id": id, "content": "changed" } })).await;
        assert_eq!(person.graphql.data(LIST, json!({})).await["posts"]["nodes"][0]["content"], "changed");
        assert!(whole(&server, "hit").await >= 20, "the second read of each is kept");
    }

    async fn each_list_shows_what_was_changed_last(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.set("FANFARE_INBOX_POLL_SECONDS", "1")).await;
        let account = stage.connect("TWITTER", "ann").await;
        let graphql = &stage.person.graphql;
        // Asked twice: the second answer is a kept one.
        let twice = async |query: &str, variables: Value| {
            let first = graphql.data(query, variables.clone()).await;
            assert_eq!(graphql.data(query, variables).await, first, "{query}");
            first
        };
        let campaigns = "{ campaigns { totalCount nodes { name status } } }";
        assert_eq!(twice(campaigns, json!({})).await["campaigns"]["totalCount"], 0);
        let input = json!({ "name": "Spring", "startDate": "2026-03-01", "endDate": "2026-05-31" });
        let campaign = graphql.payload(CAMPAIGN, json!({ "input": input })).await["campaign"]["id"].clone();
        let update = "mutation($input: UpdateCampaignInput!) { updateCampaign(input: $input) { userErrors { code } } }";
        for (change, shown) in [
            (json!({ "id": campaign, "name": "Summer" }), json!({ "name": "Summer", "status": "ACTIVE" })),
            (json!({ "id": campaign, "status": "PAUSED" }), json!({ "name": "Summer", "status": "PAUSED" })),
            (json!({ "id": campaign, "status": "ACTIVE" }), json!({ "name": "Summer", "status": "ACTIVE" })),
            (json!({ "id": campaign, "status": "COMPLETED" }), json!({ "name": "Summer", "status": "COMPLETED" })),
        ] {
            twice(campaigns, json!({})).await;
            graphql.payload(update, json!({ "input": change })).await;
            assert_eq!(twice(campaigns, json!({})).await["campaigns"]["nodes"], json!([shown]));
        }
        let templates = "{ templates(first: 1) { totalCount nodes { name } } }";
        let before = twice(templates, json!({})).await["templates"]["totalCount"].as_i64().unwrap();
        graphql.payload(TEMPLATE, json!({ "input": { "name": "Ours", "contentTemplate": "x" } })).await;
        let expected = json!({ "totalCount": before + 1, "nodes": [{ "name": "Ours" }] });
        assert_eq!(twice(templates, json!({})).await["templates"], expected);
        let calendar = "query($day: Date!) { calendar(startDate: $day, endDate: $day) { days { posts { content } } } }";
        let at = SystemClock.now().plus(Duration::from_hours(48)).to_string();
        let day = json!({ "day": at[..10] });
        assert_eq!(twice(calendar, day.clone()).await["calendar"]["days"][0]["posts"], json!([]));
        stage.create(json!({ "content": "planned", "accountIds": [account], "scheduledAt": at })).await;
        assert_eq!(twice(calendar, day).await["calendar"]["days"][0]["posts"], json!([{ "content": "planned" }]));
        let inbox = "{ inboxMessages { totalCount nodes { id status } } inboxUnreadCount }";
        assert_eq!(twice(inbox, json!({})).await["inboxUnreadCount"], 0);
        stage.simulator.say(&json!({ "platform": "twitter", "account": "ann", "type": "dm", "text": "hello" })).await;
        let found = eventually(LIMIT, "the message", async || {
            let found = graphql.data(inbox, json!({})).await;
            // A list and its counts are read one after the other, so one look may see the message in one of them alone.
            (found["inboxUnreadCount"] == 1 && found["inboxMessages"]["nodes"][0].is_object()).then_some(found)
        })
        .await;
        assert_eq!(twice(inbox, json!({})).await, found);
        let read = "mutation($input: MarkInboxMessageReadInput!) { markInboxMessageRead(input: $input) { userErrors { code } } }";
        graphql.payload(read, json!({ "input": { "id": found["inboxMessages"]["nodes"][0]["id"] } })).await;
        let after = twice(inbox, json!({})).await;
        assert_eq!((&after["inboxUnreadCount"], &after["inboxMessages"]["nodes"][0]["status"]), (&json!(0), &json!("READ")));
        assert!(whole(&stage.server, "hit").await >= 10, "the second answers were kept");
    }

    async fn a_kept_answer_is_hidden_from_who_may_not_read(db: Database) {
        let server = Server::start(&db).await;
        let (owner, stranger) = (Person::register(&server).await, Person::register(&server).await);
        write(&owner.graphql, "a secret").await;
        write(&stranger.graphql, "something else").await;
        let ids = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = ids["viewer"]["workspace"]["id"].clone();
        for _ in 0..2 {
            assert_eq!(texts(&owner.graphql).await, ["a secret"]);
            assert_eq!(texts(&stranger.graphql).await, ["something else"]);
            let denied = stranger.graphql.post(LIST, json!({ "w": workspace })).await;
            assert_eq!(denied.error_codes(), ["NOT_FOUND"]);
            assert!(!denied.body.to_string().contains("a secret"), "{:#}", denied.body);
            let nobody = server.graphql().post(LIST, json!({ "w": workspace })).await;
            assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
        }
    }

    async fn a_kept_answer_is_what_the_database_answers(db: Database) {
        let redis = RedisServer::start().await;
        let quiet = |settings: Settings| settings.roles("api");
        let stage = Stage::set_with(&db, |settings| quiet(settings).redis(&redis.url())).await;
        let accounts = [stage.connect("TWITTER", "ann").await, stage.connect("INSTAGRAM", "bea").await];
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let at = SystemClock.now().plus(Duration::from_hours(48)).to_string();
        let day = at[..10].to_owned();
        let campaign = json!({ "input": { "name": "Spring", "startDate": day, "endDate": day, "budget": "1500.50" } });
        stage.person.graphql.payload(CAMPAIGN, campaign).await;
        stage.person.graphql.payload(TEMPLATE, json!({ "input": { "name": "Ours", "contentTemplate": "Hello {who}" } })).await;
        for content in ["first", "second \"quoted\" 🦀"] {
            stage.create(json!({ "content": content, "accountIds": accounts, "mediaIds": [picture],
                "hashtags": ["tag"], "scheduledAt": at })).await;
        }
        let questions = [
            (LIST, json!({})),
            ("{ posts(first: 1, orderBy: OLDEST_FIRST) { nodes { content } pageInfo { hasNextPage endCursor } } }", json!({})),
            ("{ posts(filter: { text: \"second\", statuses: [SCHEDULED] }) { totalCount nodes { content } } }", json!({})),
            ("{ posts(filter: { text: \"nothing\" }) { totalCount nodes { content } } }", json!({})),
            ("{ accounts { totalCount nodes { id name scopes tokenExpiresAt updatedAt health { ok problems } } } }", json!({})),
            ("{ accounts(filter: { platforms: [TWITTER] }) { nodes { name } } }", json!({})),
            ("{ campaigns { totalCount nodes { name status startDate budget targetPlatforms updatedAt } } }", json!({})),
            ("{ templates(first: 5) { totalCount nodes { name contentTemplate category isSystem } } }", json!({})),
            ("{ templates(first: 5, offset: 1) { nodes { name } pageInfo { hasNextPage endCursor } } }", json!({})),
            ("{ inboxMessages { totalCount nodes { text } } inboxUnreadCount }", json!({})),
            ("query($day: Date!) { calendar(startDate: $day, endDate: $day) { days { date posts { content status } } truncated } }", json!({ "day": day })),
            ("{ analytics { period { start end } totals { followers engagement posts } averageEngagementRate
                byAccount { account { name } numbers { totals { posts } } } daily { date followers measured } } }", json!({})),
        ];
        let mut kept = Vec::new();
        for (query, variables) in &questions {
            let first = stage.person.graphql.data(query, variables.clone()).await;
            assert_eq!(stage.person.graphql.data(query, variables.clone()).await, first, "{query}");
            kept.push(first);
        }
        assert!(hits(&stage.server, "memory", "posts.page").await > 0, "an answer with health is not kept as a whole");
        assert!(whole(&stage.server, "hit").await > 0);
        if db.is_postgres() {
            let other = Server::on(&db).roles("api").simulator(&stage.simulator).redis(&redis.url()).start().await;
            assert_eq!(ask_all(&stage.person.graphql.at(other.url()), &questions).await, kept);
            for read in ["posts.page", "targets.with_accounts", "media.of_posts", "accounts.page", "campaigns.page",
                "templates.page", "templates.ids", "inbox.page", "inbox.count", "calendar", "analytics"] {
                assert!(hits(&other, "redis", read).await > 0, "{read} came from Redis");
            }
        }
        let Stage { simulator, mut server, person } = stage;
        // SQLite has one process at a time.
        server.process().terminate().await;
        let plain = Server::on(&db).roles("api").simulator(&simulator).without_read_cache().start().await;
        assert_eq!(ask_all(&person.graphql.at(plain.url()), &questions).await, kept);
    }
}

async fn ask_all(graphql: &Graphql, questions: &[(&str, Value)]) -> Vec<Value> {
    let mut answers = Vec::new();
    for (query, variables) in questions {
        answers.push(graphql.data(query, variables.clone()).await);
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_seen_on_another_node_within_a_second_and_at_once_by_who_asks_for_it() {
    let (db, redis) = (Database::postgres().await, RedisServer::start().await);
    let (one, other) = (node(&db, &redis).await, node(&db, &redis).await);
    let person = Person::register(&one).await;
    let there = person.graphql.at(other.url());
    write(&person.graphql, "before").await;
    eventually(Duration::from_secs(15), "the nodes hear one another", async || {
        (texts(&there).await == ["before"]).then_some(())
    })
    .await;
    for number in 0..10 {
        let text = format!("number {number}");
        write(&person.graphql, &text).await;
        eventually(SOON, "the write at the other node", async || {
            (texts(&there).await[0] == text).then_some(())
        })
        .await;
        let text = format!("wanted {number}");
        let seq = write(&person.graphql, &text).await;
        let waiting = there.with_header("X-Fanfare-Min-Seq", &seq);
        let answer = waiting.data("{ posts(first: 1) { nodes { content } } }", json!({})).await;
        assert_eq!(answer["posts"]["nodes"][0]["content"], text);
        let request = there.request(Method::GET, "/api/sns/posts?limit=1").header("X-Fanfare-Min-Seq", seq);
        let answer = request.header(header::ACCEPT, "application/json").send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert!(answer.to_string().contains(&text), "{answer:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_go_on_and_stay_new_while_redis_is_gone() {
    let (db, mut redis) = (Database::postgres().await, RedisServer::start().await);
    let (one, other) = (node(&db, &redis).await, node(&db, &redis).await);
    let person = Person::register(&one).await;
    let there = person.graphql.at(other.url());
    write(&person.graphql, "before").await;
    assert_eq!(texts(&person.graphql).await, ["before"]);
    redis.process().pause().await;
    let paused = Instant::now();
    write(&person.graphql, "while it stands still").await;
    assert_eq!(texts(&person.graphql).await[0], "while it stands still");
    assert!(paused.elapsed() < Duration::from_secs(2), "{:?} for a write and a read", paused.elapsed());
    // No wake-up comes through: the sweep finds the write.
    let found = async || (texts(&there).await[0] == "while it stands still").then_some(());
    eventually(Duration::from_secs(3), "the write at the other node", found).await;
    redis.process().kill9().await;
    write(&person.graphql, "while it is gone").await;
    assert_eq!(texts(&person.graphql).await[0], "while it is gone");
    let found = async || (texts(&there).await[0] == "while it is gone").then_some(());
    eventually(Duration::from_secs(3), "the write at the other node", found).await;
    redis.restart().await;
    write(&person.graphql, "after").await;
    assert_eq!(texts(&person.graphql).await[0], "after");
}
