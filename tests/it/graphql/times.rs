//! A time is read the same way wherever it is given.

use crate::graphql::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::rest::Rest;
use serde_json::json;

const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { scheduledAt } userErrors { message code path } } }";

on_both_databases! {
    async fn the_forms_of_a_time_are_one_instant_and_a_day_that_is_none_is_told(db: Database) {
        let stage = Stage::set(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let (graphql, rest) = (&stage.person.graphql, Rest::of(&stage.person.graphql));
        let account = rest.call("listAccounts").body_of(200).await["accounts"][0]["id"].clone();
        let day = tomorrow().format("%Y-%m-%d").to_string();
        let expected = json!(format!("{day}T09:30:00.000000Z"));
        for form in ["T09:30Z", " 9:30:00.000Z", "T10:30:00+0100", "T10:30+01"] {
            let at = format!("{day}{form}");
            let input = json!({ "content": at, "accountIds": [ann], "scheduledAt": at });
            let created = graphql.payload(CREATE, json!({ "input": input })).await;
            assert_eq!(created["post"]["scheduledAt"], expected, "{at}");
            let body = json!({ "content": form, "account_id": account, "scheduled_at": at });
            let created = rest.call("createPost").json(body).body_of(201).await;
            assert_eq!(created["post"]["scheduled_at"], expected, "{at}");
        }
        let words = "There is no 30 February 2028.";
        let input = json!({ "content": "x", "accountIds": [ann], "scheduledAt": "2028-02-30T10:00:00Z" });
        let answer = graphql.post(CREATE, json!({ "input": input })).await;
        assert!(answer.body["errors"][0]["message"].as_str().unwrap().contains(words), "{:#}", answer.body);
        let local = json!({ "dateTime": "2028-02-30T10:00" });
        let input = json!({ "content": "x", "accountIds": [ann], "scheduledLocal": local });
        let answer = graphql.post(CREATE, json!({ "input": input })).await;
        assert_eq!(answer.data()["createPost"]["userErrors"][0]["message"], words);
        let body = json!({ "content": "x", "account_id": account, "scheduled_at": "2028-02-30 10:00" });
        assert_eq!(rest.call("createPost").json(body).refused(400).await.1, json!({ "scheduled_at": words }));
    }
}
