//! Null clears what can be cleared and is refused elsewhere: no update ignores it.

use crate::graphql::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::rest::Rest;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{InputObjectType, TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The inputs of updates, read from the schema itself, so that none is forgotten.
fn updates() -> BTreeMap<String, InputObjectType> {
    let schema = parse_schema(include_str!("../../../schema.graphql")).unwrap();
    let inputs = schema.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) => match ty.node.kind {
            TypeKind::InputObject(input) => Some((ty.node.name.node.to_string(), input)),
            _ => None,
        },
        _ => None,
    });
    inputs.filter(|(name, _)| name.starts_with("Update")).collect()
}

/// The fields that can be null, without those that say where, and of which revision, and are not changed.
fn nullable(input: &InputObjectType) -> Vec<String> {
    let fields = input.fields.iter().map(|field| &field.node).filter(|field| field.ty.node.nullable);
    let names = fields.map(|field| field.name.node.to_string());
    names.filter(|name| !["workspaceId", "expectedRevision"].contains(&name.as_str())).collect()
}

/// Whether nothing is left of a value.
fn is_cleared(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().all(is_cleared),
        Value::Object(object) => object.values().all(is_cleared),
        _ => false,
    }
}

/// How one noun is updated.
struct Update<'a> {
    mutation: &'a str,
    noun: &'a str,
    /// What is selected of it, each field under the name that it has in the input.
    shown: &'a str,
    /// An input that sets every field that can be cleared.
    full: Value,
    /// The fields that cannot be cleared.
    kept: &'a [&'a str],
}

impl Update<'_> {
    /// Sets everything, and then each field to null.
    async fn each_field(&self, graphql: &Graphql, fields: &[String]) {
        let Self { mutation, noun, shown, full, kept } = self;
        let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation($input: {input}!) {{ {mutation}(input: $input) {{
                {noun} {{ {shown} }} userErrors {{ message code path }} }} }}"
        );
        for field in fields {
            graphql.payload(&document, json!({ "input": full })).await;
            let mut input = json!({ (field.as_str()): null });
            for place in ["id", "mediaId"] {
                if let Some(id) = full.get(place) {
                    input[place] = id.clone();
                }
            }
            let payload = graphql.post(&document, json!({ "input": input })).await.data()[*mutation].clone();
            if kept.contains(&field.as_str()) {
                assert_eq!(payload["userErrors"][0]["path"], json!(["input", field]), "{payload:#}");
            } else {
                assert_eq!(payload["userErrors"], json!([]), "{field}: {payload:#}");
                let left = &payload[*noun][field];
                // What an account gets without a variant is the post's.
                let is_the_posts = field == "variants" && left[0]["content"] == payload[*noun]["content"];
                assert!(is_cleared(left) || is_the_posts, "{field}: {payload:#}");
            }
        }
    }
}

async fn created(graphql: &Graphql, noun: &str, input: Value) -> Value {
    let document = format!(
        "mutation($input: Create{noun}Input!) {{ create{noun}(input: $input) {{
            made: {} {{ id }} userErrors {{ message code path }} }} }}",
        noun.to_lowercase()
    );
    graphql.payload(&document, json!({ "input": input })).await["made"]["id"].clone()
}

/// The updates of these objects, the account and the media file of the post, and of what there is without an id.
fn every_update(
    [campaign, template, post]: [&Value; 3],
    ann: &str,
    medium: &str,
    at: &str,
) -> [Update<'static>; 6] {
    [
        Update {
            mutation: "updateCampaign",
            noun: "campaign",
            shown: "name description targetPlatforms startDate endDate budget status",
            full: json!({ "id": campaign, "description": "d", "targetPlatforms": ["TWITTER"], "budget": "1.50" }),
            kept: &["name", "startDate", "endDate", "status"],
        },
        Update {
            mutation: "updateTemplate",
            noun: "template",
            shown: "name contentTemplate hashtagTemplate platform category",
            full: json!({ "id": template, "hashtagTemplate": "#a", "platform": "TWITTER" }),
            kept: &["name", "contentTemplate"],
        },
        Update {
            mutation: "updateSettings",
            noun: "settings",
            shown: "bannedKeywords",
            full: json!({ "bannedKeywords": ["crypto"] }),
            kept: &["engagementNotifications", "autoReply", "autoOptimalTime", "timeZone"],
        },
        Update {
            mutation: "updatePost",
            noun: "post",
            shown: "content title hashtags linkUrl templateType scheduledAt scheduledLocal: scheduledAt
                campaignId: campaign { id } mediaIds: media { id } mediaUrls: mediaFetches { url }
                variants: targets { content }",
            full: json!({ "id": post, "title": "t", "hashtags": ["a"], "linkUrl": "https://example.com/",
                "templateType": "EVENT", "campaignId": campaign, "mediaIds": [medium], "accountIds": [ann],
                "variants": [{ "accountId": ann, "content": "other" }], "scheduledAt": at }),
            // A post that has a time needs an account.
            kept: &["content", "platforms", "publishMode", "accountIds", "variantChanges"],
        },
        Update {
            mutation: "updateMedia",
            noun: "media",
            shown: "fileName altText",
            full: json!({ "mediaId": medium, "fileName": "cat.jpg", "altText": "A cat" }),
            kept: &[],
        },
        Update {
            mutation: "updateProfile",
            noun: "user",
            shown: "name",
            full: json!({ "name": "Ada" }),
            kept: &["name"],
        },
    ]
}

on_both_databases! {
    async fn no_update_ignores_a_null(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let ann = stage.connect("TWITTER", "ann").await;
        let at = tomorrow().to_rfc3339();
        let days = json!({ "name": "Spring", "startDate": "2027-03-01", "endDate": "2027-05-31" });
        let campaign = created(graphql, "Campaign", days).await;
        let template = created(graphql, "Template", json!({ "name": "T", "contentTemplate": "x" })).await;
        let post = created(graphql, "Post", json!({ "content": "x", "accountIds": [ann] })).await;
        let medium = stage.upload("sample.jpg", "image/jpeg").await;
        let all = every_update([&campaign, &template, &post], &ann, &medium, &at);
        let mut inputs = updates();
        for update in &all {
            let input = format!("{}{}Input", update.mutation[..1].to_uppercase(), &update.mutation[1..]);
            update.each_field(graphql, &nullable(&inputs.remove(&input).unwrap())).await;
        }
        // What is left of them has no field that could be null.
        assert!(inputs.values().all(|input| nullable(input).is_empty()), "{:?}", inputs.keys());
        let reply = "mutation($r: AutoReplyInput) { updateSettings(input: { autoReply: $r }) {
            settings { autoReply { text } } userErrors { path message code } } }";
        graphql.payload(reply, json!({ "r": { "text": "Thanks" } })).await;
        let cleared = graphql.payload(reply, json!({ "r": { "text": null } })).await;
        assert_eq!(cleared["settings"]["autoReply"]["text"], Value::Null);
        let refused = graphql.post(reply, json!({ "r": { "enabled": null } })).await;
        let path = &refused.data()["updateSettings"]["userErrors"][0]["path"];
        assert_eq!(*path, json!(["input", "autoReply", "enabled"]));

        let rest = Rest::of(graphql);
        let account = rest.call("listAccounts").body_of(200).await["accounts"][0]["id"].clone();
        let post = json!({ "content": "x", "account_id": account, "scheduled_at": at });
        let id = rest.call("createPost").json(post).body_of(201).await["id"].clone();
        let change = json!({ "scheduled_at": null });
        let draft = rest.call_on("updatePost", &id).json(change).body_of(200).await["post"].clone();
        assert_eq!((&draft["status"], &draft["scheduled_at"]), (&json!("draft"), &Value::Null));
        let (_, fields) = rest.call_on("updatePost", &id).json(json!({ "content": null })).refused(400).await;
        assert!(fields.get("content").is_some(), "{fields}");
    }
}
