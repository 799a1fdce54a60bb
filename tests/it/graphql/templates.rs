//! Templates: those that come with the server, and a workspace's own.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreateTemplateInput!) { createTemplate(input: $input) {
    template { id databaseId name contentTemplate hashtagTemplate placeholders platform category isSystem workspace { id } }
    userErrors { message code path } } }";
const UPDATE: &str = "mutation($input: UpdateTemplateInput!) { updateTemplate(input: $input) {
    template { id name contentTemplate hashtagTemplate placeholders platform category } userErrors { message code path } } }";
const DELETE: &str = "mutation($input: DeleteTemplateInput!) { deleteTemplate(input: $input) {
    deletedId userErrors { message code path } } }";
const LIST: &str = "query($filter: TemplateFilter, $first: Int, $after: String, $last: Int, $before: String, $offset: Int) {
    templates(filter: $filter, first: $first, after: $after, last: $last, before: $before, offset: $offset) {
        totalCount nodes { id name isSystem platform category } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
const PREVIEW: &str = "query($id: ID!, $values: [TemplateValueInput!]!) {
    previewTemplate(templateId: $id, values: $values) { content hashtags missing unknown } }";

fn own(name: &str) -> Value {
    json!({ "input": { "name": name, "contentTemplate": "{greeting}, {{world}}! {link}", "hashtagTemplate": "#{topic} #fixed" } })
}

fn names(list: &Value) -> Vec<String> {
    let nodes = list["templates"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn a_template_is_made_changed_filled_and_deleted(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let graphql = &person.graphql;
        let mut input = own(" Hello ");
        input["input"]["clientMutationKey"] = json!("once");
        let made = graphql.payload(CREATE, input.clone()).await["template"].clone();
        assert_eq!((&made["name"], &made["isSystem"]), (&json!("Hello"), &json!(false)));
        assert_eq!(made["placeholders"], json!(["greeting", "link", "topic"]));
        assert!(made["databaseId"].as_str().unwrap().parse::<i64>().unwrap() > 1_000);
        assert!(made["workspace"]["id"].is_string());
        assert_eq!(graphql.payload(CREATE, input).await["template"]["id"], made["id"]);

        let values = json!([{ "name": "greeting", "value": "Hi {link}" }, { "name": "topic", "value": "spring sale" }, { "name": "x", "value": "" }]);
        let preview = graphql.data(PREVIEW, json!({ "id": made["id"], "values": values })).await;
        let expected = json!({ "content": "Hi {link}, {world}! {link}", "hashtags": ["springsale", "fixed"], "missing": ["link"], "unknown": ["x"] });
        assert_eq!(preview["previewTemplate"], expected);
        let twice = json!([{ "name": "a", "value": "" }, { "name": "a", "value": "" }]);
        let refused = graphql.post(PREVIEW, json!({ "id": made["id"], "values": twice })).await;
        assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"]);

        let change = json!({ "id": made["id"], "hashtagTemplate": null, "platform": "TWITTER", "category": "STORY" });
        let changed = graphql.payload(UPDATE, json!({ "input": change })).await["template"].clone();
        assert_eq!((&changed["hashtagTemplate"], &changed["platform"]), (&Value::Null, &json!("TWITTER")));
        assert_eq!((&changed["category"], &changed["name"]), (&json!("STORY"), &json!("Hello")));
        assert_eq!(changed["placeholders"], json!(["greeting", "link"]));
        let document = "query($id: ID!) { node(id: $id) { __typename id } template(id: $id) { name } }";
        let found = graphql.data(document, json!({ "id": made["id"] })).await;
        assert_eq!(found, json!({ "node": { "__typename": "Template", "id": made["id"] }, "template": { "name": "Hello" } }));
        let deleted = graphql.payload(DELETE, json!({ "input": { "id": made["id"] } })).await;
        assert_eq!(deleted["deletedId"], made["id"]);
        assert_eq!(graphql.data(document, json!({ "id": made["id"] })).await, json!({ "node": null, "template": null }));
        let log = person.events("TEMPLATE_CREATED, TEMPLATE_UPDATED, TEMPLATE_DELETED", 3).await;
        assert_eq!(log[2]["summary"], "The template \"Hello\" was deleted");
    }

    async fn templates_of_the_server_are_for_everybody_and_changed_by_nobody(db: Database) {
        let server = Server::start(&db).await;
        let graphql = Person::register(&server).await.graphql;
        let all = graphql.data(LIST, json!({ "first": 100 })).await;
        assert!(all["templates"]["totalCount"].as_i64().unwrap() >= 12);
        let nodes = all["templates"]["nodes"].as_array().unwrap();
        assert!(nodes.iter().all(|node| node["isSystem"] == true));
        let id = &nodes[0]["id"];
        for (document, input) in [(UPDATE, json!({ "id": id, "name": "Mine" })), (DELETE, json!({ "id": id }))] {
            let refused = graphql.post(document, json!({ "input": input })).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"]);
        }
        let found = graphql.data("query($id: ID!) { node(id: $id) { id } template(id: $id) { isSystem workspace { id } createdAt } }", json!({ "id": id })).await;
        assert_eq!(found["node"]["id"], *id);
        assert_eq!(found["template"], json!({ "isSystem": true, "workspace": null, "createdAt": null }));
        let preview = graphql.data(PREVIEW, json!({ "id": id, "values": [] })).await;
        assert!(!preview["previewTemplate"]["missing"].as_array().unwrap().is_empty());
        let nobody = server.graphql().post(LIST, json!({})).await;
        assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
    }

    async fn own_templates_and_the_servers_are_one_list(db: Database) {
        let server = Server::on(&db).counting_statements().start().await;
        let graphql = Person::register(&server).await.graphql;
        for name in ["one", "two", "three"] {
            graphql.payload(CREATE, own(name)).await;
        }
        let all = names(&graphql.data(LIST, json!({ "first": 100 })).await);
        assert_eq!(all[..3], ["three", "two", "one"]);
        for size in [1, 2, 5] {
            let (mut seen, mut after) = (Vec::new(), Value::Null);
            loop {
                let page = graphql.data(LIST, json!({ "first": size, "after": after })).await;
                seen.extend(names(&page));
                if page["templates"]["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = page["templates"]["pageInfo"]["endCursor"].clone();
            }
            assert_eq!(seen, all, "forward by {size}");
            let (mut seen, mut before) = (Vec::new(), Value::Null);
            loop {
                let page = graphql.data(LIST, json!({ "last": size, "before": before })).await;
                seen = [names(&page), seen].concat();
                if page["templates"]["pageInfo"]["hasPreviousPage"] == false {
                    break;
                }
                before = page["templates"]["pageInfo"]["startCursor"].clone();
            }
            assert_eq!(seen, all, "backward by {size}");
        }
        for offset in [0, 1, 2, 3, 4, 100] {
            let page = names(&graphql.data(LIST, json!({ "first": 3, "offset": offset })).await);
            let expected: Vec<String> = all.iter().skip(offset).take(3).cloned().collect();
            assert_eq!(page, expected, "offset {offset}");
        }
        for first in [1, 100] {
            let answer = graphql.post("query($first: Int) { templates(first: $first) { nodes { name placeholders workspace { name } } } }", json!({ "first": first })).await;
            assert_eq!(answer.statements(), 2, "{first} templates: own ones, their workspace");
        }
    }

    async fn templates_are_found_by_network_and_purpose(db: Database) {
        let server = Server::start(&db).await;
        let graphql = Person::register(&server).await.graphql;
        let mut input = own("mine");
        input["input"]["category"] = json!("PROMOTION");
        graphql.payload(CREATE, input).await;
        let found = graphql.data(LIST, json!({ "first": 100, "filter": { "platform": "LINKEDIN", "category": "PROMOTION" } })).await;
        let nodes = found["templates"]["nodes"].as_array().unwrap();
        assert_eq!(nodes[0]["name"], "mine", "for every network");
        assert!(nodes.len() > 1 && found["templates"]["totalCount"] == nodes.len());
        assert!(nodes.iter().all(|node| node["category"] == "PROMOTION"));
        assert!(nodes.iter().all(|node| node["platform"].is_null() || node["platform"] == "LINKEDIN"));
    }

    async fn a_template_with_bad_input_or_of_strangers_is_refused(db: Database) {
        let server = Server::start(&db).await;
        let (person, stranger) = (Person::register(&server).await, Person::register(&server).await);
        let input = json!({ "name": "", "contentTemplate": "Hi {there", "hashtagTemplate": "#{}" });
        let refused = person.graphql.user_errors(CREATE, json!({ "input": input })).await;
        let expected = [("REQUIRED", "name"), ("TEMPLATE_PLACEHOLDER_INVALID", "contentTemplate"), ("TEMPLATE_PLACEHOLDER_INVALID", "hashtagTemplate")];
        assert_eq!(refused, expected.map(|(code, field)| (code.to_owned(), json!(["input", field]))));
        let id = person.graphql.payload(CREATE, own("ours")).await["template"]["id"].clone();
        for (document, input) in [(UPDATE, json!({ "id": id, "name": "Mine" })), (DELETE, json!({ "id": id }))] {
            let refused = stranger.graphql.user_errors(document, json!({ "input": input })).await;
            assert_eq!(refused, [("NOT_FOUND".to_owned(), json!(["input", "id"]))]);
        }
        let preview = stranger.graphql.post(PREVIEW, json!({ "id": id, "values": [] })).await;
        assert_eq!(preview.error_codes(), ["NOT_FOUND"]);
        stranger.join(&person.graphql, "VIEWER").await;
        let forbidden = stranger.graphql.post(DELETE, json!({ "input": { "id": id } })).await;
        assert_eq!(forbidden.error_codes(), ["FORBIDDEN"]);
    }
}
