//! Kills at random instants, many in a row, while people write and posts go out: `make soak`.

use super::stage::Stage;
use crate::support::database::Database;
use crate::support::graphql::Graphql;
use crate::support::simulator::SimulatorProcess;
use crate::support::sql::lines;
use crate::support::waiting::eventually;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::JoinSet;

/// Longer than what the kills leave behind takes to go out.
const LIMIT: Duration = Duration::from_mins(3);
/// Accounts of X and of Instagram: their own budgets hold a hundred posts each.
const ACCOUNTS: usize = 5;
/// Posts that go to YouTube too; its app has a budget of a hundred a day.
const EVERY: usize = 6;
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { message code path } } }";

/// Sends a post again and again under one key until it is answered 2xx; answers its id.
async fn written(graphql: Graphql, input: Value) -> String {
    let body = json!({ "query": CREATE, "variables": { "input": input } });
    let answered = async {
        loop {
            if let Some(id) = answered(&graphql, &body).await {
                return id;
            }
            // Between two servers there is nobody to wait on.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, answered).await.expect("the write is answered")
}

/// The id, if the server lives through the request.
async fn answered(graphql: &Graphql, body: &Value) -> Option<String> {
    let response = graphql.request(Method::POST, "/graphql").json(body).send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    let answer: Value = response.json().await.ok()?;
    let payload = &answer["data"]["createPost"];
    assert_eq!(payload["userErrors"], json!([]), "{answer:#}");
    payload["post"]["id"].as_str().map(ToOwned::to_owned)
}

/// The people's side: accounts and media.
struct Cast {
    x: Vec<String>,
    instagram: Vec<String>,
    youtube: String,
    picture: String,
    video: String,
}

impl Cast {
    async fn gather(stage: &Stage) -> Self {
        let (mut x, mut instagram) = (Vec::new(), Vec::new());
        for number in 0..ACCOUNTS {
            x.push(stage.connect("TWITTER", &format!("ann{number}")).await);
            instagram.push(stage.connect("INSTAGRAM", &format!("ann{number}")).await);
        }
        Self {
            x,
            instagram,
            youtube: stage.connect("YOUTUBE", "ann").await,
            picture: stage.upload("sample.jpg", "image/jpeg").await,
            video: stage.upload("sample.mp4", "video/mp4").await,
        }
    }

    /// The post of this number.
    fn input(&self, number: usize) -> Value {
        let mut accounts = vec![&self.x[number % ACCOUNTS], &self.instagram[number % ACCOUNTS]];
        let mut variants = json!([]);
        if number.is_multiple_of(EVERY) {
            accounts.push(&self.youtube);
            variants = json!([{ "accountId": self.youtube, "title": "A title", "mediaIds": [self.video] }]);
        }
        json!({
            "content": text(number), "accountIds": accounts, "mediaIds": [self.picture], "variants": variants,
            "publishNow": true, "clientMutationKey": format!("soak {number}"),
        })
    }
}

fn text(number: usize) -> String {
    format!("Through every kill, number {number}.")
}

/// What stands on the networks, by network and text.
async fn on_networks(stage: &Stage) -> BTreeMap<(String, String), usize> {
    let report = stage.simulator.report().await;
    let mut found = BTreeMap::new();
    for account in report["accounts"].as_array().unwrap() {
        for post in account["posts"].as_array().unwrap() {
            let place =
                (account["platform"].as_str().unwrap().to_owned(), post["text"].as_str().unwrap().to_owned());
            *found.entry(place).or_default() += 1;
        }
    }
    found
}

async fn soak(db: Database) {
    let kills: usize =
        std::env::var("SOAK_KILLS").map_or(200, |text| text.parse().expect("SOAK_KILLS is a number"));
    let simulator = SimulatorProcess::start_with(&[("FANFARE_SIMULATOR_LATENCY_MS", "5-120")]).await;
    let mut stage =
        Stage::set_on(&db, simulator, |settings| settings.set("FANFARE_BREAKER_THRESHOLD", "1000")).await;
    let cast = Cast::gather(&stage).await;
    let mut writers = JoinSet::new();
    for kill in 0..kills {
        for number in [2 * kill, 2 * kill + 1] {
            let (graphql, input) = (stage.person.graphql.clone(), cast.input(number));
            writers.spawn(async move { (number, written(graphql, input).await) });
        }
        // The random instant is the point.
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..900))).await;
        stage.server.restart().await;
        if (kill + 1).is_multiple_of(20) {
            eprintln!("{} kills of {kills}", kill + 1);
        }
    }
    let mut posts = BTreeMap::new();
    while let Some(joined) = writers.join_next().await {
        let (number, id) = joined.unwrap();
        posts.insert(number, id);
    }
    settled(&stage, &posts).await;
    if !db.is_postgres() {
        assert_eq!(lines(&db, "select integrity_check as line from pragma_integrity_check").await, ["ok"]);
    }
}

/// Every write that was answered is there, once, and its targets are out, once each.
async fn settled(stage: &Stage, posts: &BTreeMap<usize, String>) {
    let graphql = &stage.person.graphql;
    eventually(LIMIT, "nothing is under way", async || {
        let open = "{ posts(filter: { statuses: [PENDING, PUBLISHING, SCHEDULED] }) { totalCount } }";
        (graphql.data(open, json!({})).await["posts"]["totalCount"] == 0).then_some(())
    })
    .await;
    let all = graphql.data("{ posts { totalCount } }", json!({})).await;
    assert_eq!(all["posts"]["totalCount"], posts.len(), "one post for each key");
    let found = on_networks(stage).await;
    let mut expected = BTreeMap::new();
    for (number, id) in posts {
        let post = stage.post(id).await;
        for target in post["targets"].as_array().unwrap() {
            assert_eq!(target["status"], "PUBLISHED", "{number}: {target:#}");
            let platform = target["account"]["platform"].as_str().unwrap().to_lowercase();
            expected.insert((platform, text(*number)), 1);
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long: make soak"]
async fn random_kills_lose_nothing_and_publish_nothing_twice_on_sqlite() {
    soak(Database::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long: make soak"]
async fn random_kills_lose_nothing_and_publish_nothing_twice_on_postgres() {
    soak(Database::postgres().await).await;
}
