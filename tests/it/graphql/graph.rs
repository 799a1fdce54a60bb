//! What can be reached from a workspace, an account and a campaign: for whom, and in how many statements.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Settings;
use serde_json::{Value, json};

const EDGES: &str = "query($id: ID!) { workspace(id: $id) { role posts { totalCount } accounts { totalCount }
    campaigns { totalCount } templates { totalCount } mediaFiles { totalCount } inbox { totalCount }
    analytics { totals { posts } } calendar(year: 2026, month: 12) { truncated } settings { timeZone }
    members { totalCount } invitations { totalCount } apiKeys { totalCount } exports { totalCount }
    imports { totalCount } auditLog { totalCount } usage { openPosts } } }";
const SHORTCUTS: &str = "query($on: PostFilter) {
    posts(filter: $on, orderBy: OLDEST_FIRST, first: 2) { totalCount edges { cursor node { id } } }
    accounts(first: 3) { nodes { id } } campaigns(first: 3) { nodes { id } } templates(first: 3) { nodes { id } }
    mediaFiles: mediaLibrary(first: 3) { nodes { id } } inbox: inboxMessages(first: 3) { nodes { id } }
    analytics { totals { posts } } calendar(year: 2026, month: 12) { days { date posts { id } } } settings { id timeZone }
    apiKeys(first: 3) { nodes { id } } exports(first: 3) { nodes { id } } imports(first: 3) { nodes { id } }
    auditLog(filter: { kinds: [POST_CREATED] }, first: 3) { nodes { id kind } }
    workspace { posts(filter: $on, orderBy: OLDEST_FIRST, first: 2) { totalCount edges { cursor node { id } } }
    accounts(first: 3) { nodes { id } } campaigns(first: 3) { nodes { id } } templates(first: 3) { nodes { id } }
    mediaFiles(first: 3) { nodes { id } } inbox(first: 3) { nodes { id } }
    analytics { totals { posts } } calendar(year: 2026, month: 12) { days { date posts { id } } } settings { id timeZone }
    apiKeys(first: 3) { nodes { id } } exports(first: 3) { nodes { id } } imports(first: 3) { nodes { id } }
    auditLog(filter: { kinds: [POST_CREATED] }, first: 3) { nodes { id kind } } } }";
const PAGE: &str =
    "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) {
    ... on Account { posts(first: $first, after: $after, last: $last, before: $before) { ...Page } }
    ... on Campaign { posts(first: $first, after: $after, last: $last, before: $before) { ...Page } } } }
    fragment Page on PostConnection { totalCount nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
const OF_CAMPAIGNS: &str = "query($first: Int!) { campaigns(first: $first) { nodes { workspace { id }
    posts(first: 2) { totalCount nodes { id author { id } campaign { id } } } } } }";
const OF_ACCOUNTS: &str =
    "query($first: Int!) { accounts(first: $first) { nodes { workspace { id } metrics { followers }
    posts(first: 2) { totalCount nodes { id author { id } workspace { id } } } } } }";
const CREATE_KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret userErrors { message code path } } }";
const CREATE_CAMPAIGN: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
    campaign { id } userErrors { message code path } } }";

async fn campaign(stage: &Stage) -> Value {
    let input = json!({ "name": "Spring", "startDate": "2026-01-01", "endDate": "2030-12-31" });
    let made = stage.person.graphql.payload(CREATE_CAMPAIGN, json!({ "input": input })).await;
    made["campaign"]["id"].clone()
}

/// Asks for every edge; the names of those that are null, each of which has an error of its own.
async fn refused(graphql: &Graphql, workspace: &Value) -> Vec<String> {
    let answer = graphql.post(EDGES, json!({ "id": workspace })).await.body;
    let edges = answer["data"]["workspace"].as_object().expect("a member has the rest");
    let null = edges.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name.clone());
    let mut null: Vec<String> = null.collect();
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut told: Vec<&str> = errors.iter().map(|error| error["path"][1].as_str().unwrap()).collect();
    assert!(errors.iter().all(|error| error["extensions"]["code"] == "FORBIDDEN"), "{answer:#}");
    null.sort();
    told.sort_unstable();
    assert_eq!(null, told, "{answer:#}");
    null
}

fn ids(list: &Value) -> Vec<Value> {
    list["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect()
}

on_both_databases! {
    async fn who_may_not_have_one_edge_of_a_workspace_has_the_others(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let owner = &stage.person.graphql;
        let mine = owner.data("{ workspace { id } }", json!({})).await;
        let workspace = &mine["workspace"]["id"];
        let nothing: [&str; 0] = [];
        assert_eq!(refused(owner, workspace).await, nothing);
        for (role, hidden) in [
            ("ADMIN", &nothing[..]),
            ("EDITOR", &["auditLog", "invitations"][..]),
            ("VIEWER", &["auditLog", "invitations"][..]),
        ] {
            let member = Person::register(&stage.server).await;
            member.join(owner, role).await;
            assert_eq!(refused(&member.graphql, workspace).await, hidden, "{role}");
        }
        let key = json!({ "input": { "name": "reads", "scopes": ["READ"] } });
        let key = owner.payload(CREATE_KEY, key).await["secret"].as_str().unwrap().to_owned();
        let seen = refused(&owner.with_token(&key), workspace).await;
        assert_eq!(seen, ["apiKeys", "auditLog", "invitations"], "a key that reads");
        let stranger = Person::register(&stage.server).await.graphql;
        let seen = stranger.data(EDGES, json!({ "id": workspace })).await;
        assert_eq!(seen, json!({ "workspace": null }));
        let nobody = stage.server.graphql().post(EDGES, json!({ "id": workspace })).await;
        assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
        let wrong = owner.post(EDGES, json!({ "id": "nonsense" })).await;
        assert_eq!(wrong.error_codes(), ["BAD_USER_INPUT"]);
        for root in ["apiKeys", "auditLog"] {
            let document = format!("{{ {root} {{ totalCount }} viewer {{ user {{ id }} }} }}");
            let answer = owner.with_token(&key).post(&document, json!({})).await;
            assert_eq!(answer.error_codes(), ["FORBIDDEN"]);
            assert!(answer.body["data"][root].is_null() && answer.body["data"]["viewer"].is_object(), "{root}");
        }
    }

    async fn a_root_is_a_shortcut_of_the_default_workspace(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let ann = stage.connect("TWITTER", "ann").await;
        stage.upload("sample.jpg", "image/jpeg").await;
        let campaign = campaign(&stage).await;
        for content in ["one", "two", "three"] {
            stage.create(json!({ "content": content, "accountIds": [ann], "campaignId": campaign })).await;
        }
        let variables = json!({ "on": { "accountId": ann } });
        let mut answer = stage.person.graphql.data(SHORTCUTS, variables).await;
        let graph = answer.as_object_mut().unwrap().remove("workspace").unwrap();
        assert_eq!(answer, graph);
        assert_eq!(graph["posts"]["totalCount"], 3);
    }

    async fn the_posts_of_an_account_and_of_a_campaign_come_in_pages(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        let spring = campaign(&stage).await;
        let mut posts = Vec::new();
        for accounts in [json!([ann]), json!([ann, bea]), json!([ann])] {
            let post = json!({ "content": "ours", "accountIds": accounts, "campaignId": spring });
            posts.push(json!(stage.create(post).await));
        }
        stage.create(json!({ "content": "apart", "accountIds": [bea] })).await;
        posts.reverse();
        for parent in [&json!(ann), &spring] {
            let page = async |arguments: Value| {
                let mut variables = arguments;
                variables["id"] = parent.clone();
                stage.person.graphql.data(PAGE, variables).await["node"]["posts"].clone()
            };
            let newest = page(json!({ "first": 2 })).await;
            assert_eq!((ids(&newest), &newest["totalCount"]), (posts[..2].to_vec(), &json!(3)));
            assert_eq!(newest["pageInfo"]["hasNextPage"], true);
            let rest = page(json!({ "first": 2, "after": newest["pageInfo"]["endCursor"] })).await;
            assert_eq!((ids(&rest), &rest["pageInfo"]["hasNextPage"]), (posts[2..].to_vec(), &json!(false)));
            let back = page(json!({ "last": 1, "before": rest["pageInfo"]["startCursor"] })).await;
            assert_eq!((ids(&back), &back["pageInfo"]["hasPreviousPage"]), (posts[1..2].to_vec(), &json!(true)));
            assert_eq!(ids(&page(json!({ "last": 2 })).await), posts[1..].to_vec());
        }
    }

    async fn the_posts_of_many_accounts_and_campaigns_take_as_many_statements_as_those_of_one(db: Database) {
        let counting = |settings: Settings| settings.roles("api").counting_statements();
        let stage = Stage::set_with(&db, counting).await;
        for name in ["ann", "bea", "cat"] {
            let (account, campaign) = (stage.connect("TWITTER", name).await, campaign(&stage).await);
            for _ in 0..3 {
                stage.create(json!({ "content": name, "accountIds": [account], "campaignId": campaign })).await;
            }
        }
        for (document, list) in [(OF_CAMPAIGNS, "campaigns"), (OF_ACCOUNTS, "accounts")] {
            let ask = async |first: i32| stage.person.graphql.post(document, json!({ "first": first })).await;
            // The first request fills the caches of roles and sessions.
            ask(1).await.data();
            let (one, many) = (ask(1).await, ask(3).await);
            let parents = many.data()[list]["nodes"].as_array().unwrap();
            assert_eq!(parents.len(), 3);
            for parent in parents {
                assert_eq!((ids(&parent["posts"]).len(), &parent["posts"]["totalCount"]), (2, &json!(3)));
            }
            assert_eq!(one.statements(), many.statements(), "{list}");
        }
    }
}
