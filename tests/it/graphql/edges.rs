//! What a mutation creates comes with its edge, so that clients can add it to the lists that they show.

use crate::support::database::on_both_databases;
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::person::{Person, invite};
use crate::support::server::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const EDGE: &str = "{ cursor node { id } }";

/// A document of one mutation that asks for the edge and nothing else.
fn document(mutation: &str, edge: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    format!(
        "mutation($input: {}{rest}Input!) {{ {mutation}(input: $input) {{
            {edge} {EDGE} userErrors {{ message code path }} }} }}",
        first.to_uppercase()
    )
}

async fn uploaded(graphql: &Graphql, mutation: &str, edge: &str, mut input: Value, content: &[u8]) -> Value {
    input["file"] = Value::Null;
    let file = UploadFile {
        variable: "variables.input.file",
        name: "file",
        content_type: "application/octet-stream",
        content: content.to_vec(),
    };
    let answer = graphql.upload(&document(mutation, edge), json!({ "input": input }), vec![file]).await;
    let payload = &answer.data()[mutation];
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    payload[edge].clone()
}

/// The edges of the list at the end of this way, with these arguments; their nodes as `node` selects them.
async fn edges(graphql: &Graphql, way: &[&str], arguments: &str, node: &str) -> Vec<Value> {
    let selection = format!("{arguments} {{ edges {{ cursor node {{ {node} }} }} }}");
    let document = way.iter().rev().fold(selection, |inside, field| format!("{{ {field} {inside} }}"));
    let data = graphql.data(&document, json!({})).await;
    way.iter().fold(&data, |value, field| &value[*field])["edges"].as_array().unwrap().clone()
}

on_both_databases! {
    async fn what_is_created_has_the_edge_that_its_list_begins_with(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let graphql = &person.graphql;
        let invitations: &[&str] = &["viewer", "workspace", "invitations"];
        let spring = json!({ "name": "Spring", "startDate": "2026-03-01", "endDate": "2026-05-31" });
        let key = json!({ "name": "A program", "scopes": ["READ"] });
        let template = json!({ "name": "Sale", "contentTemplate": "{what} is cheap" });
        let creations: [(&str, &str, &[&str], Value); 7] = [
            ("createPost", "postEdge", &["posts"], json!({ "content": "hello", "accountIds": [] })),
            ("createCampaign", "campaignEdge", &["campaigns"], spring),
            ("createTemplate", "templateEdge", &["templates"], template),
            ("createExport", "exportEdge", &["exports"], json!({ "kind": "POSTS" })),
            ("createApiKey", "apiKeyEdge", &["apiKeys"], key),
            ("createInvitation", "invitationEdge", invitations, json!({ "role": "VIEWER" })),
            ("linkAccount", "accountEdge", &["accounts"], json!({ "platform": "TWITTER", "name": "Ada" })),
        ];
        for (mutation, edge, list, input) in creations {
            let payload = graphql.payload(&document(mutation, edge), json!({ "input": input })).await;
            assert_eq!(json!([payload[edge]]), json!(edges(graphql, list, "(first: 1)", "id").await), "{mutation}");
        }

        let picture = server.graphql().request(Method::GET, "/simulator/sample.jpg").send().await.unwrap();
        assert_eq!(picture.status(), StatusCode::OK);
        let picture = picture.bytes().await.unwrap();
        let uploads: [(&str, &str, &str, Value, &[u8]); 2] = [
            ("uploadMedia", "mediaEdge", "mediaLibrary", json!({}), &picture),
            ("createImport", "importEdge", "imports", json!({ "dryRun": true }), b"content\nhello\n"),
        ];
        for (mutation, edge, list, input, content) in uploads {
            let made = uploaded(graphql, mutation, edge, input, content).await;
            assert_eq!(json!([made]), json!(edges(graphql, &[list], "(first: 1)", "id").await), "{mutation}");
        }

        let nameless = json!({ "input": { "name": "", "startDate": "2026-03-01", "endDate": "2026-05-31" } });
        let refused = graphql.data(&document("createCampaign", "campaignEdge"), nameless).await;
        assert_eq!(refused["createCampaign"]["campaignEdge"], Value::Null);
    }

    async fn posts_of_a_list_have_their_edges_which_take_no_further_statement(db: Database) {
        let server = Server::on(&db).roles("api").counting_statements().start().await;
        let person = Person::register(&server).await;
        let drafts = json!(["one", "two"].map(|text| json!({ "content": text, "accountIds": [] })));
        let create = async |selection: &str| {
            let document = format!("mutation($input: CreatePostsInput!) {{ createPosts(input: $input) {{
                posts {{ {selection} }} userErrors {{ message code path }} }} }}");
            person.graphql.post(&document, json!({ "input": { "posts": drafts } })).await
        };
        let made = create("postEdge { cursor node { id } }").await;
        let made = made.data()["createPosts"]["posts"].as_array().unwrap().iter();
        let newest_first: Vec<Value> = made.rev().map(|post| post["postEdge"].clone()).collect();
        assert_eq!(newest_first, edges(&person.graphql, &["posts"], "(first: 2)", "id").await);
        let posts = create("post { content }").await;
        let with_edges = create("post { content } postEdge { cursor node { content } }").await;
        assert_eq!(with_edges.statements(), posts.statements());
    }

    async fn whom_an_invitation_lets_in_has_edges_in_both_lists(db: Database) {
        let server = Server::start(&db).await;
        let (owner, ben) = (Person::register(&server).await, Person::register(&server).await);
        let token = invite(&owner.graphql, json!({ "role": "EDITOR" })).await;
        let document = format!("mutation($input: AcceptInvitationInput!) {{ acceptInvitation(input: $input) {{
            memberEdge {{ cursor node {{ role user {{ id }} }} }} workspaceEdge {EDGE}
            userErrors {{ message code path }} }} }}");
        let joined = ben.graphql.payload(&document, json!({ "input": { "token": token } })).await;
        let members = edges(&owner.graphql, &["viewer", "workspace", "members"], "(last: 1)", "role user { id }").await;
        assert_eq!(json!([joined["memberEdge"]]), json!(members));
        let workspaces = edges(&ben.graphql, &["viewer", "workspaces"], "(first: 2)", "id").await;
        assert_eq!(workspaces.len(), 2);
        assert!(workspaces.contains(&joined["workspaceEdge"]), "{joined:#}, {workspaces:?}");
    }
}
