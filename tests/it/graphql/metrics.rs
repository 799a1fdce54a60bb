//! Numbers of posts, accounts and workspaces, from what networks told: written here as the worker writes them.

use super::ledger::{Counted, DAY, HOUR, Ledger, on_x, stage};
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use fanfare_domain::clock::{Clock as _, SystemClock, Timestamp};
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use fanfare_domain::platform::Platform;
use fanfare_domain::work::Lapsed;
use fanfare_storage::DbError;
use fanfare_storage::command::measured::{Measurement, VisitEnd};
use serde_json::{Value, json};
use std::time::Duration;

const METRICS: &str = "query($id: ID!) { post(id: $id) {
    metrics { likes views reach impressions clicks engagement engagementRate history { likes engagement } }
    metricsByPlatform { platform metrics { impressions history { likes } } }
    targets { metrics { likes impressions engagement history { engagement } } } } }";
const ANALYTICS: &str = "query($start: Date, $end: Date, $platform: Platform, $account: ID, $workspace: ID) {
    analytics(startDate: $start, endDate: $end, platform: $platform, accountId: $account, workspaceId: $workspace) {
        period { start end days timeZone } totals { followers engagement views impressions reach posts }
        previousTotals { engagement } growth { followers engagement } averageEngagementRate
        byPlatform { platform numbers { totals { followers engagement posts } } }
        byAccount { account { name } numbers { totals { followers engagement } averageEngagementRate } }
        daily { date followers engagement impressions measured } } }";
const OPTIMAL: &str = "query($account: ID!) { optimalTimes(accountId: $account) {
    method timeZone postCount slots { weekday hour score sampleSize nextAt } } }";
const REFRESH: &str = "mutation($input: RefreshMetricsInput!) { refreshMetrics(input: $input) {
    post { id } userErrors { message code path } } }";

/// The kinds and payloads of the workspace's log, from its beginning.
async fn log(ledger: &Ledger, post: &Counted) -> Vec<(String, Value)> {
    let rows = ledger.db.events().after(post.of.workspace_id, 0, 1_000).await.unwrap();
    rows.into_iter().map(|row| (row.kind.as_str().to_owned(), row.payload.0)).collect()
}

on_both_databases! {
    async fn a_posts_numbers_are_those_of_its_networks_together_and_what_none_tells_is_null(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = ledger.counted(&stage, &ann, Platform::Twitter, "counted").await;
        let none = stage.person.graphql.data(METRICS, json!({ "id": post.id })).await;
        assert_eq!(none["post"]["metrics"], Value::Null, "nothing is known before the first look");
        assert_eq!(none["post"]["metricsByPlatform"], json!([{ "platform": "TWITTER", "metrics": null }]));
        ledger.told(&post, post.of.now, on_x(1, 20)).await;
        ledger.told(&post, post.of.now.plus(HOUR), on_x(5, 100)).await;
        ledger.told(&post, post.of.now.plus(2 * HOUR), on_x(5, 100)).await;
        let answer = stage.person.graphql.data(METRICS, json!({ "id": post.id })).await;
        let expected = json!({
            "likes": "5", "views": null, "reach": null, "impressions": "100", "clicks": null,
            "engagement": "5", "engagementRate": 0.05,
            "history": [{ "likes": "1", "engagement": "1" }, { "likes": "5", "engagement": "5" }],
        });
        assert_eq!(answer["post"]["metrics"], expected, "a look that finds nothing new is no point");
        assert_eq!(answer["post"]["targets"][0]["metrics"]["impressions"], "100");
        let on_x = json!({ "impressions": "100", "history": [{ "likes": "1" }, { "likes": "5" }] });
        assert_eq!(answer["post"]["metricsByPlatform"], json!([{ "platform": "TWITTER", "metrics": on_x }]));
        let changes = log(&ledger, &post).await.into_iter().filter(|(kind, _)| kind == "metrics.updated");
        let changes: Vec<Value> = changes.map(|(_, payload)| payload).collect();
        assert_eq!(changes.len(), 2, "one event for each look that found something new");
        let publication = &changes[1]["publications"][0];
        assert_eq!((&publication["likes"], &publication["views"]), (&json!(5), &Value::Null));
        assert_eq!(publication["post_id"], post.post.0);
    }

    async fn a_poll_is_one_event_whatever_number_of_posts_it_measures_and_no_entry_of_the_audit(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let one = ledger.counted(&stage, &ann, Platform::Twitter, "one").await;
        let two = ledger.due(&stage, stage.create(json!({ "content": "two", "accountIds": [ann] })).await, Platform::Twitter).await;
        let measured = vec![one.measured(on_x(1, 20)), two.measured(on_x(2, 30))];
        ledger.db.metrics().record_posts(one.of.clone(), measured).await.unwrap();
        let changes: Vec<Value> = log(&ledger, &one)
            .await
            .into_iter()
            .filter_map(|(kind, payload)| (kind == "metrics.updated").then_some(payload))
            .collect();
        assert_eq!(changes.len(), 1);
        let posts: Vec<&Value> =
            changes[0]["publications"].as_array().unwrap().iter().map(|it| &it["post_id"]).collect();
        assert_eq!(posts, [&json!(one.post.0), &json!(two.post.0)]);
        let audit = stage.person.graphql.data("{ auditLog(first: 100) { nodes { kind } } }", json!({})).await;
        let kinds = audit["auditLog"]["nodes"].as_array().unwrap();
        assert!(kinds.iter().any(|entry| entry["kind"] == "POST_CREATED"), "{kinds:?}");
        assert!(!kinds.iter().any(|entry| entry["kind"] == "METRICS_UPDATED"), "{kinds:?}");
    }

    async fn a_visit_that_outlives_its_lease_changes_nothing(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let draft = stage.create(json!({ "content": "counted", "accountIds": [ann] })).await;
        let post = ledger.due(&stage, draft, Platform::Twitter).await;
        let (queue, now, lease) = (ledger.db.metrics_queue(), SystemClock.now(), Duration::from_secs(30));
        let late = queue.claim(1, lease, now).await.unwrap().remove(0);
        assert!(queue.claim(1, lease, now).await.unwrap().is_empty(), "one node at a time");
        assert_eq!(queue.retake(Lapsed::All).await.unwrap(), 1);
        let held = queue.claim(1, lease, now).await.unwrap().remove(0);
        let of = |lease| Measurement { lease, ..post.of.clone() };
        let measured = || vec![post.measured(on_x(5, 100))];
        let followers = AccountNumbers { followers: Some(7), ..AccountNumbers::default() };
        let metrics = ledger.db.metrics();
        let late_writes = [
            metrics.record_posts(of(late.lease), measured()).await.map(drop),
            metrics.record_account(of(late.lease), followers, now.plus(DAY)).await.map(drop),
            queue.retire(post.of.workspace_id, late.lease, now, Vec::new()).await,
            queue.extend(late.lease, now, lease).await,
            queue.end_visit(late.lease, VisitEnd::Done, now).await,
        ];
        assert!(late_writes.iter().all(|it| matches!(it, Err(DbError::Fenced))), "{late_writes:?}");
        let answer = stage.person.graphql.data(METRICS, json!({ "id": post.id })).await;
        assert_eq!(answer["post"]["metrics"], Value::Null);
        metrics.record_posts(of(held.lease), measured()).await.unwrap();
        queue.end_visit(held.lease, VisitEnd::Done, now).await.unwrap();
        let answer = stage.person.graphql.data(METRICS, json!({ "id": post.id })).await;
        assert_eq!(answer["post"]["metrics"]["likes"], "5", "who holds it goes on");
    }

    async fn a_milestone_is_told_once_and_an_account_begins_at_what_it_has_reached(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = ledger.counted(&stage, &ann, Platform::Twitter, "counted").await;
        let at = |hours: u32| post.of.now.plus(HOUR * hours);
        for (hour, likes) in [(1, 99), (2, 101), (3, 98), (4, 120), (5, 1_500)] {
            ledger.told(&post, at(hour), on_x(likes, 10_000)).await;
        }
        for (hour, followers) in [(1, 700), (2, 990), (3, 1_003), (4, 5_000)] {
            ledger.followed(&post, at(hour), followers).await;
        }
        let told: Vec<(Value, Value)> = log(&ledger, &post)
            .await
            .into_iter()
            .filter(|(kind, _)| kind == "account.milestone")
            .map(|(_, payload)| (payload["metric"].clone(), payload["milestone"].clone()))
            .collect();
        let expected = [("engagement", 100), ("engagement", 1_000), ("followers", 1_000), ("followers", 5_000)];
        assert_eq!(told, expected.map(|(metric, reached)| (json!(metric), json!(reached))));
        let document = "query($id: ID!) { account(id: $id) { followersCount
            metrics { followers growth { followers } history { date followers } } } }";
        let account = stage.person.graphql.data(document, json!({ "id": ann })).await["account"].clone();
        assert_eq!(account["followersCount"], "5000");
        assert_eq!(account["metrics"]["followers"], "5000");
        let days = account["metrics"]["history"].as_array().unwrap();
        assert_eq!(days.last().unwrap()["followers"], "5000", "a day keeps its last count");
    }

    async fn milestones_are_not_told_where_a_workspace_does_not_want_them(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = ledger.counted(&stage, &ann, Platform::Twitter, "counted").await;
        let at = |hours: u32| post.of.now.plus(HOUR * hours);
        let update = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { code } } }";
        let wanted = async |wanted: bool| {
            stage.person.graphql.payload(update, json!({ "input": { "engagementNotifications": wanted } })).await;
        };
        wanted(false).await;
        ledger.followed(&post, at(1), 700).await;
        ledger.followed(&post, at(2), 1_003).await;
        ledger.told(&post, at(2), on_x(101, 10_000)).await;
        wanted(true).await;
        // What was passed in silence is not told later.
        ledger.told(&post, at(3), on_x(120, 10_000)).await;
        ledger.told(&post, at(4), on_x(501, 10_000)).await;
        let told = log(&ledger, &post).await.into_iter().filter(|(kind, _)| kind == "account.milestone");
        let told: Vec<Value> = told.map(|(_, payload)| payload["milestone"].clone()).collect();
        assert_eq!(told, [500]);
    }

    async fn analytics_add_up_by_day_account_and_network_and_compare_with_the_time_before(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("YOUTUBE", "bea").await);
        let one = ledger.counted(&stage, &ann, Platform::Twitter, "on X").await;
        let two = ledger.counted(&stage, &bea, Platform::Youtube, "on YouTube").await;
        let today = one.of.now;
        let back = |days: u32| today.minus(DAY * days);
        let date = |at: Timestamp| at.0.date_naive().to_string();
        ledger.followed(&one, back(3), 100).await;
        ledger.followed(&one, back(1), 110).await;
        ledger.followed(&two, back(1), 40).await;
        ledger.told(&one, back(3), on_x(10, 100)).await;
        ledger.told(&one, back(1), on_x(25, 300)).await;
        let seen = PostNumbers { likes: Some(6), views: Some(60), ..PostNumbers::default() };
        ledger.told(&two, today, seen).await;
        let period = json!({ "start": date(back(1)), "end": date(today) });
        let found = stage.person.graphql.data(ANALYTICS, period).await["analytics"].clone();
        assert_eq!(found["period"]["days"], 2);
        let totals = &found["totals"];
        assert_eq!((&totals["followers"], &totals["engagement"]), (&json!("150"), &json!("21")));
        assert_eq!((&totals["views"], &totals["impressions"]), (&json!("60"), &json!("200")));
        assert_eq!(totals["reach"], Value::Null, "no network told any");
        assert_eq!(found["previousTotals"]["engagement"], "10");
        assert_eq!((&found["growth"]["engagement"], &found["growth"]["followers"]), (&json!(1.1), &json!(0.5)));
        let networks = found["byPlatform"].as_array().unwrap();
        let engagement = |part: &Value| part["numbers"]["totals"]["engagement"].clone();
        assert_eq!(networks.iter().map(engagement).collect::<Vec<_>>(), ["15", "6"]);
        let days: Vec<Value> = found["daily"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| json!([day["date"], day["followers"], day["engagement"], day["measured"]]))
            .collect();
        let expected = [json!([date(back(1)), "150", "15", true]), json!([date(today), "150", "6", false])];
        assert_eq!(days, expected);
        let only = stage.person.graphql.data(ANALYTICS, json!({ "account": bea })).await["analytics"].clone();
        assert_eq!((&only["totals"]["engagement"], &only["period"]["days"]), (&json!("6"), &json!(30)));
        assert_eq!(only["byAccount"].as_array().unwrap().len(), 1);
        let only = stage.person.graphql.data(ANALYTICS, json!({ "platform": "TWITTER" })).await;
        assert_eq!(only["analytics"]["totals"]["engagement"], "25");
    }

    async fn analytics_are_eight_statements_however_long_the_time_and_many_the_accounts(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = ledger.counted(&stage, &ann, Platform::Twitter, "counted").await;
        ledger.told(&post, post.of.now, on_x(3, 10)).await;
        let today = post.of.now.0.date_naive();
        let count = async |days: u64| {
            let start = today - chrono::Days::new(days - 1);
            let variables = json!({ "start": start.to_string() });
            stage.person.graphql.post(ANALYTICS, variables).await.statements()
        };
        // The first request of a user reads their role.
        count(1).await;
        assert_eq!(count(1).await, 8);
        for name in ["bea", "cyd", "dee"] {
            let account = stage.connect("TWITTER", name).await;
            let post = ledger.counted(&stage, &account, Platform::Twitter, name).await;
            ledger.told(&post, post.of.now, on_x(3, 10)).await;
        }
        assert_eq!(count(366).await, 8);
    }

    async fn posts_with_their_numbers_are_as_many_statements_for_one_as_for_many(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        for n in 0..100 {
            let post = ledger.counted(&stage, &ann, Platform::Twitter, &n.to_string()).await;
            ledger.told(&post, post.of.now, on_x(n, 100)).await;
        }
        let document = "query($first: Int) { posts(first: $first) { nodes { metrics { likes history { likes } }
            targets { metrics { likes history { likes } } } } } }";
        for first in [1, 20] {
            let answer = stage.person.graphql.post(document, json!({ "first": first })).await;
            let posts = answer.data()["posts"]["nodes"].as_array().unwrap();
            assert!(posts.iter().all(|post| post["metrics"]["history"].as_array().unwrap().len() == 1));
            assert_eq!(answer.statements(), 4, "{first} posts");
        }
        let lean = "query($first: Int) { posts(first: $first) { nodes { metrics { likes } targets { metrics { likes } } } } }";
        for first in [1, 100] {
            assert_eq!(stage.person.graphql.post(lean, json!({ "first": first })).await.statements(), 3, "{first} posts");
        }
    }

    async fn numbers_are_for_members_and_a_period_has_its_limits(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = ledger.counted(&stage, &ann, Platform::Twitter, "counted").await;
        let stranger = Person::register(&stage.server).await.graphql;
        let refused = stranger.post(ANALYTICS, json!({ "account": ann })).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"]);
        let mut variables = json!({ "account": ann, "workspace": stage_workspace(&stage).await });
        assert_eq!(stranger.post(ANALYTICS, variables.clone()).await.error_codes(), ["NOT_FOUND"]);
        let theirs = stranger.data("{ viewer { workspace { id } } }", json!({})).await;
        variables["workspace"] = theirs["viewer"]["workspace"]["id"].clone();
        assert_eq!(stranger.post(ANALYTICS, variables).await.error_codes(), ["NOT_FOUND"], "not in this workspace");
        for period in [json!({ "start": "2020-01-01", "end": "2021-01-01" }), json!({ "start": "2999-01-01" })] {
            let refused = stage.person.graphql.post(ANALYTICS, period.clone()).await;
            assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"], "{period}");
        }
        let input = json!({ "input": { "id": post.id } });
        assert_eq!(stranger.user_errors(REFRESH, input.clone()).await[0].0, "NOT_FOUND");
        let draft = stage.person.graphql.user_errors(REFRESH, input).await;
        assert_eq!(draft, [("POST_STATE_FORBIDS".to_owned(), json!(["input", "id"]))]);
    }

    async fn the_good_hours_are_the_networks_until_the_account_has_twenty_posts_of_its_own(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let ask = async || {
            let answer = stage.person.graphql.post(OPTIMAL, json!({ "account": ann })).await;
            (answer.statements(), answer.data()["optimalTimes"].clone())
        };
        // Three weeks ago, a Wednesday: 09:00 for the ordinary, 20:00 for the good, and one lucky post at 03:00.
        let start = SystemClock.now().0.date_naive() - chrono::Days::new(21);
        let wednesday = start.iter_days().find(|day| day.format("%a").to_string() == "Wed").unwrap();
        let at = |hour| Timestamp::new(wednesday.and_hms_opt(hour, 30, 0).unwrap().and_utc());
        let ordinary = (0..12).map(|n| (9, n));
        let good = (0..7).map(|n| (20, 50 + n));
        for (hour, likes) in ordinary.chain(good) {
            let post = ledger.counted(&stage, &ann, Platform::Twitter, "counted").await;
            ledger.published(&post, at(hour)).await;
            ledger.told(&post, post.of.now, on_x(likes, 100)).await;
        }
        let (_, usual) = ask().await;
        assert_eq!((&usual["method"], &usual["postCount"]), (&json!("PLATFORM_DEFAULT"), &json!(19)));
        assert_eq!((&usual["slots"][0]["weekday"], &usual["slots"][0]["sampleSize"]), (&json!("TUESDAY"), &json!(0)));
        let lucky = ledger.counted(&stage, &ann, Platform::Twitter, "lucky").await;
        ledger.published(&lucky, at(3)).await;
        ledger.told(&lucky, lucky.of.now, on_x(9_000, 10_000)).await;
        let (statements, own) = ask().await;
        assert_eq!((&own["method"], &own["timeZone"], statements), (&json!("HISTORY"), &json!("UTC"), 4));
        let slots: Vec<Value> = own["slots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| json!([slot["weekday"], slot["hour"], slot["sampleSize"]]))
            .collect();
        let expected = [json!(["WEDNESDAY", 20, 7]), json!(["WEDNESDAY", 3, 1]), json!(["WEDNESDAY", 9, 12])];
        assert_eq!(slots, expected);
        let stranger = Person::register(&stage.server).await.graphql;
        assert_eq!(stranger.post(OPTIMAL, json!({ "account": ann })).await.error_codes(), ["NOT_FOUND"]);
    }

    async fn an_access_that_ends_soon_is_told_once_a_day(db: Database) {
        let (stage, ledger) = stage(&db).await;
        // X's access is renewed by a refresh token that does not end; Instagram's ends after 60 days.
        let (x, instagram) = (stage.connect("TWITTER", "ann").await, stage.connect("INSTAGRAM", "ann").await);
        let post = ledger.counted(&stage, &x, Platform::Twitter, "a").await;
        let other = ledger.counted(&stage, &instagram, Platform::Instagram, "b").await;
        let now = post.of.now;
        let warn = async |at: Timestamp| {
            let told = ledger.db.expiry().warn(at.plus(3 * DAY), at.minus(DAY), at, 10).await.unwrap();
            told.len()
        };
        assert_eq!(warn(now).await, 0, "it has two months left");
        let late = now.plus(58 * DAY);
        assert_eq!((warn(late).await, warn(late.plus(HOUR)).await), (1, 0));
        assert_eq!(warn(late.plus(DAY)).await, 1);
        let told = log(&ledger, &post).await.into_iter().filter(|(kind, _)| kind == "account.token_expiring");
        let accounts: Vec<Value> = told.map(|(_, payload)| payload["account_id"].clone()).collect();
        assert_eq!(accounts, [json!(other.of.account_id), json!(other.of.account_id)]);
    }
}

async fn stage_workspace(stage: &Stage) -> Value {
    let viewer = stage.person.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
    viewer["viewer"]["workspace"]["id"].clone()
}
