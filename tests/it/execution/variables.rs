//! Values of custom scalars, in variables and in documents: what is none is refused before anything runs.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::row_counts;
use serde_json::{Value, json};

const CALENDAR: &str =
    "query($v: Date) { calendar(startDate: $v, endDate: $v) { startDate } settings { timeZone } }";
const POSTS: &str = "query($v: PostFilter) { posts(filter: $v) { totalCount } settings { timeZone } }";
const POST: &str =
    "mutation($v: CreatePostInput!) { createPost(input: $v) { post { id } userErrors { code } } }";
const CAMPAIGN: &str = "mutation($v: CreateCampaignInput!) { createCampaign(input: $v) { campaign { id } userErrors { code } } }";
const SETTINGS: &str = "mutation($v: UpdateSettingsInput!) { updateSettings(input: $v) { settings { timeZone } userErrors { code } } }";
const INVITATION: &str = "mutation($v: CreateInvitationInput!) { createInvitation(input: $v) { invitation { id } userErrors { code } } }";
const UPLOAD: &str =
    "mutation($v: UploadMediaInput!) { uploadMedia(input: $v) { media { id } userErrors { code } } }";

/// A document, the value of its variable `v`, and what is told of it.
fn refused() -> Vec<(&'static str, Value, &'static str)> {
    let campaign = |budget: Value| json!({ "name": "x", "startDate": "2026-03-01", "endDate": "2026-03-02", "budget": budget });
    vec![
        (CALENDAR, json!("2026-02-30"), "$v is not accepted: There is no 30 February 2026."),
        (CALENDAR, json!(7), "$v is not accepted: Expected input type \"Date\", found 7."),
        (
            POSTS,
            json!({ "scheduledFrom": "yesterday" }),
            "$v at v.scheduledFrom is not accepted: Give a time",
        ),
        (POST, json!({ "content": "x", "scheduledAt": "2026-01-01" }), "$v at v.scheduledAt is not accepted"),
        (POST, json!({ "content": "x", "linkUrl": "no address" }), "$v at v.linkUrl is not accepted"),
        (
            POST,
            json!({ "content": "x", "mediaUrls": ["https://example.com/a.jpg", "no address"] }),
            "$v at v.mediaUrls.1 is not accepted",
        ),
        (CAMPAIGN, campaign(json!("1.234")), "$v at v.budget is not accepted: Give an amount"),
        (CAMPAIGN, campaign(json!({ "amount": 1 })), "$v at v.budget is not accepted"),
        (
            SETTINGS,
            json!({ "timeZone": "Mars/Base" }),
            "$v at v.timeZone is not accepted: Give an IANA time zone",
        ),
        (INVITATION, json!({ "email": 3, "role": "VIEWER" }), "$v at v.email is not accepted"),
        (UPLOAD, json!({ "file": "a text" }), "$v at v.file is not accepted: Send a file"),
    ]
}

on_both_databases! {
    async fn a_value_that_is_none_of_its_scalar_is_refused_before_anything_runs(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let person = Person::register(&server).await;
        let before = row_counts(&db).await;
        for (document, value, words) in refused() {
            let answer = person.graphql.post(document, json!({ "v": value })).await;
            assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"], "{:#}", answer.body);
            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
            let error = &answer.body["errors"][0];
            assert!(error["message"].as_str().unwrap().contains(words), "{words}: {error:#}");
            assert!(error.get("path").is_none() && error["locations"][0]["line"] == 1, "{error:#}");
        }
        for (document, words) in [
            ("{ calendar(startDate: \"2026-02-30\", endDate: \"2026-03-01\") { startDate } }", "There is no 30 February 2026."),
            ("{ posts(filter: { scheduledFrom: \"yesterday\" }) { totalCount } }", "filter.scheduledFrom: A value"),
            ("mutation { createPost(input: { content: \"x\", mediaUrls: [\"no\"] }) { post { id } } }", "input.mediaUrls.0: A value"),
        ] {
            let answer = person.graphql.post(document, json!({})).await;
            assert_eq!(answer.error_codes(), ["GRAPHQL_VALIDATION_FAILED"], "{:#}", answer.body);
            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(words), "{words}: {message}");
        }
        assert_eq!(row_counts(&db).await, before);
        let good = json!({ "v": { "scheduledFrom": "2026-01-01T00:00:00+01:00" } });
        assert_eq!(person.graphql.data(POSTS, good).await["posts"]["totalCount"], 0);
        let given = json!({ "v": { "name": "x", "startDate": "2026-03-01", "endDate": "2026-03-02", "budget": 12.5 } });
        assert_eq!(person.graphql.payload(CAMPAIGN, given).await["userErrors"], json!([]));
    }
}
