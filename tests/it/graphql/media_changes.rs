//! What users say of media files: how it is changed, how files are found by it, and which posts have them.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::sql::execute;
use serde_json::{Value, json};

const UPDATE: &str = "mutation($input: UpdateMediaInput!) { updateMedia(input: $input) {
    media { fileName altText revision } userErrors { message code path } } }";
const FIND: &str = "query($filter: MediaFilter) { mediaLibrary(filter: $filter, first: 100) { totalCount nodes { fileName } } }";
const USES: &str =
    "query($id: ID!, $first: Int, $after: String) { media(id: $id) { posts(first: $first, after: $after) {
    totalCount nodes { id } pageInfo { endCursor hasNextPage } } } }";
const AUDIT: &str = "{ auditLog(filter: { kinds: [MEDIA_UPDATED] }) { nodes { before after } } }";

async fn find(graphql: &Graphql, filter: Value) -> Vec<String> {
    let list = graphql.data(FIND, json!({ "filter": filter })).await["mediaLibrary"].clone();
    let nodes = list["nodes"].as_array().expect("a list");
    assert_eq!(list["totalCount"], nodes.len());
    nodes.iter().map(|medium| medium["fileName"].as_str().unwrap_or("none").to_owned()).collect()
}

async fn uses(graphql: &Graphql, medium: &str, page: Value) -> Value {
    let mut variables = page;
    variables["id"] = json!(medium);
    graphql.data(USES, variables).await["media"]["posts"].clone()
}

fn ids(list: &Value) -> Vec<&str> {
    list["nodes"].as_array().expect("a list").iter().filter_map(|post| post["id"].as_str()).collect()
}

on_both_databases! {
    async fn what_is_said_of_a_file_is_changed_once_for_a_revision_and_every_post_shows_it(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let graphql = &stage.person.graphql;
        let medium = stage.upload("sample.jpg", "image/jpeg").await;
        let post = stage.create(json!({ "content": "a draft", "accountIds": [], "mediaIds": [medium] })).await;
        let shown = async || {
            let document = "query($id: ID!) { post(id: $id) { media { altText fileName } } }";
            graphql.data(document, json!({ "id": post })).await["post"]["media"][0].clone()
        };
        assert_eq!(shown().await, json!({ "altText": null, "fileName": "sample.jpg" }));
        let change = json!({ "mediaId": medium, "altText": " A cat ", "fileName": " cat.jpg ", "expectedRevision": 1 });
        let changed = graphql.payload(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "fileName": "cat.jpg", "altText": "A cat", "revision": 2 });
        assert_eq!(changed["media"], expected);
        assert_eq!(shown().await, json!({ "altText": "A cat", "fileName": "cat.jpg" }));

        let late = json!({ "mediaId": medium, "altText": "A dog", "expectedRevision": 1 });
        let late = graphql.data(UPDATE, json!({ "input": late })).await["updateMedia"].clone();
        assert_eq!(late["userErrors"][0]["code"], "CONFLICT");
        assert_eq!(late["media"], expected, "the newer state is shown");
        let same = graphql.payload(UPDATE, json!({ "input": { "mediaId": medium, "altText": "A cat" } })).await;
        assert_eq!(same["media"]["revision"], 2, "nothing has changed");
        let cleared = graphql.payload(UPDATE, json!({ "input": { "mediaId": medium, "altText": null } })).await;
        assert_eq!(cleared["media"], json!({ "fileName": "cat.jpg", "altText": null, "revision": 3 }));
        for (field, value, code) in [("altText", "x".repeat(2_001), "TOO_LONG"), ("fileName", "..".to_owned(), "INVALID")] {
            let refused = graphql.user_errors(UPDATE, json!({ "input": { "mediaId": medium, field: value } })).await;
            assert_eq!(refused, [(code.to_owned(), json!(["input", field]))]);
        }

        let told = stage.person.events("MEDIA_UPDATED", 2).await;
        assert_eq!(told[0]["summary"], "The file \"cat.jpg\" was changed");
        assert_eq!(told[0]["subject"], json!({ "__typename": "Media", "id": medium }));
        let audit = graphql.data(AUDIT, json!({})).await["auditLog"]["nodes"].clone();
        let expected = json!([
            { "before": { "alt_text": "A cat" }, "after": { "alt_text": null } },
            { "before": { "alt_text": null, "file_name": "sample.jpg" }, "after": { "alt_text": "A cat", "file_name": "cat.jpg" } },
        ]);
        assert_eq!(audit, expected, "newest first");
    }

    async fn files_are_found_by_a_part_of_their_name_or_their_alternative_text(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let graphql = &stage.person.graphql;
        let (picture, video) = (stage.upload("sample.jpg", "image/jpeg").await, stage.upload("sample.mp4", "video/mp4").await);
        for (medium, name, text) in [(&picture, "Harbour 50%.jpg", json!("Boats at DAWN")), (&video, "dawn_chorus.mp4", Value::Null)] {
            let input = json!({ "mediaId": medium, "fileName": name, "altText": text });
            graphql.payload(UPDATE, json!({ "input": input })).await;
        }
        let (harbour, chorus) = ("Harbour 50%.jpg".to_owned(), "dawn_chorus.mp4".to_owned());
        let both = || vec![chorus.clone(), harbour.clone()];
        for (filter, expected) in [
            (json!({ "text": "dawn" }), both()),
            (json!({ "text": "DAWN", "kinds": ["IMAGE"] }), vec![harbour.clone()]),
            (json!({ "text": "n_c" }), vec![chorus.clone()]),
            (json!({ "text": "0%" }), vec![harbour.clone()]),
            (json!({ "text": "boats at" }), vec![harbour.clone()]),
            (json!({ "text": "sample" }), vec![]),
            (json!({ "text": "" }), both()),
            (json!({ "text": "dawn", "kinds": [] }), vec![]),
        ] {
            assert_eq!(find(graphql, filter.clone()).await, expected, "{filter}");
        }
        let long = json!({ "filter": { "text": "x".repeat(201) } });
        assert_eq!(graphql.post(FIND, long).await.error_codes(), ["BAD_USER_INPUT"]);
        let stranger = Person::register(&stage.server).await;
        assert_eq!(find(&stranger.graphql, json!({ "text": "dawn" })).await, Vec::<String>::new());

        let delete = "mutation($input: DeleteMediaInput!) { deleteMedia(input: $input) { userErrors { message code path } } }";
        graphql.payload(delete, json!({ "input": { "mediaId": video } })).await;
        assert_eq!(find(graphql, json!({ "text": "dawn" })).await, [harbour]);
    }

    async fn the_posts_that_have_a_file_are_listed_whether_all_of_the_post_or_a_variant_has_it(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        let (medium, other) = (stage.upload("sample.jpg", "image/jpeg").await, stage.upload("sample.mp4", "video/mp4").await);
        assert_eq!(uses(graphql, &medium, json!({})).await["totalCount"], 0);
        let whole = stage.create(json!({ "content": "as a whole", "accountIds": [], "mediaIds": [medium] })).await;
        let variant = json!({ "content": "as a variant", "accountIds": [ann], "mediaIds": [other],
            "variants": [{ "accountId": ann, "mediaIds": [medium] }] });
        let variant = stage.create(variant).await;
        stage.create(json!({ "content": "without it", "accountIds": [] })).await;
        let list = uses(graphql, &medium, json!({})).await;
        assert_eq!((ids(&list), &list["totalCount"]), (vec![variant.as_str(), whole.as_str()], &json!(2)));
        let first = uses(graphql, &medium, json!({ "first": 1 })).await;
        assert_eq!((ids(&first), &first["pageInfo"]["hasNextPage"]), (vec![variant.as_str()], &json!(true)));
        let rest = uses(graphql, &medium, json!({ "first": 1, "after": first["pageInfo"]["endCursor"] })).await;
        assert_eq!((ids(&rest), &rest["pageInfo"]["hasNextPage"]), (vec![whole.as_str()], &json!(false)));
        assert_eq!(ids(&uses(graphql, &other, json!({})).await), [variant.as_str()]);

        // More than are read by their ids.
        execute(
            &db,
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1100)
             insert into posts (workspace_id, content, hashtags, publish_mode, status, created_at, updated_at)
             select p.workspace_id, 'a copy', p.hashtags, p.publish_mode, p.status, p.created_at, p.updated_at
             from posts p, n where p.id = (select min(id) from posts) order by i",
        )
        .await;
        execute(
            &db,
            "insert into post_media (post_id, media_id, workspace_id, position)
             select p.id, (select min(id) from media), p.workspace_id, 0 from posts p where p.content = 'a copy'",
        )
        .await;
        let many = uses(&graphql.uncached(), &medium, json!({ "first": 2 })).await;
        assert_eq!(many["totalCount"], 1_102);
        assert_eq!(ids(&many).first(), Some(&variant.as_str()), "the newest first");
    }
}
