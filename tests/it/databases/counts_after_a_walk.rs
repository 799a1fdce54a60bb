//! What users and workers do at random, and the counts that the API answers with afterwards.

use super::counted_rows::{differences, number};
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::UploadFile;
use crate::support::server::Settings;
use crate::support::sql::execute;
use crate::support::waiting::eventually;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_storage::Db;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use std::time::Duration;

const STEPS: u32 = 80;
/// The steps of a walk, where `FANFARE_TEST_SEED` sets no other.
const SEED: u64 = 66;

const CREATE_MANY: &str = "mutation($input: CreatePostsInput!) { createPosts(input: $input) {
    posts { post { id } } userErrors { code path } } }";
const CREATE_CAMPAIGN: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
    campaign { id } userErrors { code path } } }";
const IMPORT: &str = "mutation($input: CreateImportInput!) { createImport(input: $input) {
    import { id } userErrors { code path } } }";
const ALL_COUNTS: &str = "query($campaign: ID!, $account: ID!) {
    all: posts { totalCount }
    drafts: posts(filter: { statuses: [DRAFT] }) { totalCount }
    several: posts(filter: { statuses: [DRAFT, PUBLISHED, HELD, DRAFT] }) { totalCount }
    none: posts(filter: { statuses: [] }) { totalCount }
    ofCampaign: posts(filter: { campaignId: $campaign }) { totalCount }
    draftsOfCampaign: posts(filter: { campaignId: $campaign, statuses: [DRAFT] }) { totalCount }
    onAccount: posts(filter: { accountId: $account }) { totalCount }
    campaign(id: $campaign) { databaseId postCount }
    account(id: $account) { databaseId postCount }
    messages: inboxMessages { totalCount }
    read: inboxMessages(filter: { statuses: [READ, REPLIED] }) { totalCount }
    toAccount: inboxMessages(filter: { accountId: $account }) { totalCount }
    readToAccount: inboxMessages(filter: { accountId: $account, statuses: [READ] }) { totalCount }
    directToAccount: inboxMessages(filter: { accountId: $account, types: [DM] }) { totalCount }
    unread: inboxUnreadCount
    unreadToAccount: inboxUnreadCount(accountId: $account) }";

struct Walk<'a> {
    stage: &'a Stage,
    db: &'a Database,
    storage: Db,
    random: StdRng,
    accounts: Vec<String>,
    /// The first stays.
    campaigns: Vec<String>,
    posts: Vec<String>,
    messages: u32,
}

impl<'a> Walk<'a> {
    async fn begin(stage: &'a Stage, db: &'a Database) -> Self {
        let seed = std::env::var("FANFARE_TEST_SEED").map_or(SEED, |seed| seed.parse().unwrap());
        let accounts = vec![stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await];
        let mut walk = Self {
            stage,
            db,
            storage: db.storage().await,
            random: StdRng::seed_from_u64(seed),
            accounts,
            campaigns: Vec::new(),
            posts: Vec::new(),
            messages: 0,
        };
        walk.create_campaign().await;
        walk.create_campaign().await;
        walk
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    /// Whether and how a mutation is refused is no matter here.
    async fn change(&self, mutation: &str, input: Value) {
        let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code path }} }} }}"
        );
        self.stage.person.graphql.data(&document, json!({ "input": input })).await;
    }

    async fn create_campaign(&mut self) {
        let name = format!("Campaign {}", self.campaigns.len());
        let input = json!({ "name": name, "startDate": "2026-09-01", "endDate": "2026-11-30" });
        let made = self.stage.person.graphql.payload(CREATE_CAMPAIGN, json!({ "input": input })).await;
        self.campaigns.push(made["campaign"]["id"].as_str().unwrap().to_owned());
    }

    async fn create_posts(&mut self) {
        let mut posts = Vec::new();
        for _ in 0..=self.below(4) {
            let first = self.below(self.accounts.len());
            let campaign = self.below(self.campaigns.len() + 1);
            let mut post = json!({
                "content": "taken for a walk",
                "accountIds": self.accounts[first..],
                "campaignId": self.campaigns.get(campaign),
            });
            match self.below(3) {
                0 => post["scheduledAt"] = json!(tomorrow()),
                1 => post["publishNow"] = json!(true),
                _ => {}
            }
            posts.push(post);
        }
        let input = json!({ "posts": posts });
        let made = self.stage.person.graphql.data(CREATE_MANY, json!({ "input": input })).await;
        let made = made["createPosts"]["posts"].as_array().unwrap();
        self.posts.extend(made.iter().filter_map(|it| it["post"]["id"].as_str()).map(str::to_owned));
    }

    async fn receive(&mut self) {
        let count = self.below(4) + 1;
        for _ in 0..count {
            self.messages += 1;
            let number = self.messages;
            let statement = format!(
                "insert into inbox_messages (workspace_id, account_id, platform, remote_id, thread_key, kind, status,
                    sender_remote_id, sender_name, text, received_at, created_at, updated_at)
                 select workspace_id, id, platform, 'walk {number}', 'walk', 'dm', 'unread', 's', 'S', 'hello',
                    created_at, created_at, created_at from accounts where id % 2 = {number} % 2"
            );
            execute(self.db, &statement).await;
        }
    }

    async fn mark_one(&mut self) {
        let newest = "{ inboxMessages(first: 20) { nodes { id } } }";
        let newest = self.stage.person.graphql.data(newest, json!({})).await;
        let newest = newest["inboxMessages"]["nodes"].as_array().unwrap().clone();
        if !newest.is_empty() {
            let (message, read) = (self.below(newest.len()), self.below(2) == 0);
            let input = json!({ "id": newest[message]["id"], "read": read });
            self.change("markInboxMessageRead", input).await;
        }
    }

    async fn change_a_post(&mut self) {
        if self.posts.is_empty() {
            return self.create_posts().await;
        }
        let place = self.below(self.posts.len());
        let id = self.posts[place].clone();
        match self.below(5) {
            0 => self.change("schedulePost", json!({ "id": id, "scheduledAt": tomorrow() })).await,
            1 => self.change("cancelPost", json!({ "id": id })).await,
            2 => self.change("publishPost", json!({ "id": id })).await,
            3 => self.change("deletePost", json!({ "id": id })).await,
            _ => {
                let (first, campaign) = (self.below(self.accounts.len()), self.below(self.campaigns.len()));
                let (accounts, campaign) = (&self.accounts[first..], &self.campaigns[campaign]);
                let input = json!({ "id": id, "accountIds": accounts, "campaignId": campaign });
                self.change("updatePost", input).await;
            }
        }
    }

    async fn change_a_campaign(&mut self) {
        let place = self.below(self.campaigns.len());
        let id = self.campaigns[place].clone();
        match self.below(4) {
            0 if place > 0 => {
                self.campaigns.remove(place);
                self.change("deleteCampaign", json!({ "id": id })).await;
            }
            1 => self.create_campaign().await,
            2 => self.change("updateCampaign", json!({ "id": id, "status": "PAUSED" })).await,
            _ => self.change("updateCampaign", json!({ "id": id, "status": "ACTIVE" })).await,
        }
    }

    async fn import(&self) {
        let content = b"content,accounts\nimported one,ann\nimported two,\nimported three,bea\n".to_vec();
        let file = UploadFile {
            variable: "variables.input.file",
            name: "posts.csv",
            content_type: "text/csv",
            content,
        };
        let input = json!({ "dryRun": false, "file": null });
        self.stage.person.graphql.upload(IMPORT, json!({ "input": input }), vec![file]).await.data();
    }

    async fn step(&mut self) {
        match self.below(9) {
            0 | 1 => self.create_posts().await,
            2 | 3 => self.change_a_post().await,
            4 => self.change_a_campaign().await,
            5 => self.receive().await,
            6 => self.mark_one().await,
            7 => match self.below(6) {
                0 => self.change("markAllInboxMessagesRead", json!({})).await,
                1 => self.import().await,
                _ => self.receive().await,
            },
            _ => {
                self.storage.kept_counts().fold(100).await.unwrap();
            }
        }
    }

    /// Waits until workers leave posts as they are.
    async fn end(&self) {
        let open = "select (select count(*) from posts where status in ('pending', 'publishing'))
            + (select count(*) from imports where status in ('queued', 'running'))";
        eventually(LIMIT, "all is published and imported", async || {
            (number(self.db, open).await == 0).then_some(())
        })
        .await;
    }

    /// Compares every count that the API answers with the rows.
    async fn compare(&self) {
        let variables = json!({ "campaign": self.campaigns[0], "account": self.accounts[0] });
        let found = self.stage.person.graphql.data(ALL_COUNTS, variables).await;
        let row = |noun: &str| found[noun]["databaseId"].as_str().unwrap().to_owned();
        let (campaign, account) = (row("campaign"), row("account"));
        let on_account = format!("post_targets where account_id = {account}");
        let to_account = format!("inbox_messages where account_id = {account}");
        for (path, rows) in [
            ("/all/totalCount", "posts".to_owned()),
            ("/drafts/totalCount", "posts where status = 'draft'".to_owned()),
            ("/several/totalCount", "posts where status in ('draft', 'published', 'held')".to_owned()),
            ("/none/totalCount", "posts where 1 = 0".to_owned()),
            ("/ofCampaign/totalCount", format!("posts where campaign_id = {campaign}")),
            (
                "/draftsOfCampaign/totalCount",
                format!("posts where campaign_id = {campaign} and status = 'draft'"),
            ),
            ("/campaign/postCount", format!("posts where campaign_id = {campaign}")),
            ("/onAccount/totalCount", on_account.clone()),
            ("/account/postCount", on_account),
            ("/messages/totalCount", "inbox_messages".to_owned()),
            ("/read/totalCount", "inbox_messages where status in ('read', 'replied')".to_owned()),
            ("/toAccount/totalCount", to_account.clone()),
            ("/readToAccount/totalCount", format!("{to_account} and status = 'read'")),
            ("/directToAccount/totalCount", format!("{to_account} and kind = 'dm'")),
            ("/unread", "inbox_messages where status = 'unread'".to_owned()),
            ("/unreadToAccount", format!("{to_account} and status = 'unread'")),
        ] {
            let expected = number(self.db, &format!("select count(*) from {rows}")).await;
            assert_eq!(found.pointer(path), Some(&json!(expected)), "{path}: {rows}");
        }
    }
}

fn tomorrow() -> String {
    SystemClock.now().plus(Duration::from_hours(24)).0.to_rfc3339()
}

on_both_databases! {
    async fn counts_are_those_of_the_rows_after_a_random_walk(db: Database) {
        let stage = Stage::set_with(&db, Settings::without_read_cache).await;
        let mut walk = Walk::begin(&stage, &db).await;
        for step in 0..STEPS {
            walk.step().await;
            assert_eq!(differences(&db).await, [""; 0], "after step {step}");
        }
        walk.end().await;
        walk.compare().await;
        assert_eq!(differences(&db).await, [""; 0]);
    }
}
