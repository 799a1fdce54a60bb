//! Of two who take the last place of a quota at once, one is refused.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::person::{ACCEPT, Person, invite};
use crate::support::server::{Server, Settings};
use crate::support::sql::execute;
use serde_json::{Value, json};

const UPLOAD: &str = "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
    media { id } userErrors { message code path } } }";
const DELETE: &str = "mutation($input: DeleteMediaInput!) { deleteMedia(input: $input) {
    deletedMediaId userErrors { message code path } } }";
const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { message code path } } }";
const SCHEDULE: &str = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) {
    post { id } userErrors { message code path } } }";
const USAGE: &str = "{ viewer { workspace { usage { storageBytes storageBytesLimit openPosts openPostsLimit
    postsCreatedToday postsCreatedPerDayLimit } } } }";

async fn usage(graphql: &Graphql) -> Value {
    graphql.data(USAGE, json!({})).await["viewer"]["workspace"]["usage"].clone()
}

/// The codes of what two mutations at once had against their inputs, `""` where one had nothing.
fn codes(answers: [Value; 2]) -> Vec<String> {
    let code = |answer: &Value| {
        let payload = answer.as_object().unwrap().values().next().unwrap();
        payload["userErrors"][0]["code"].as_str().unwrap_or("").to_owned()
    };
    let mut codes: Vec<_> = answers.iter().map(code).collect();
    codes.sort();
    codes
}

const ONE_OF_TWO: [&str; 2] = ["", "QUOTA_EXCEEDED"];

async fn upload(graphql: &Graphql, content: &[u8], key: &str) -> Value {
    let file = UploadFile {
        variable: "variables.input.file",
        name: "a.jpg",
        content_type: "image/jpeg",
        content: content.to_vec(),
    };
    let input = json!({ "file": null, "clientMutationKey": key });
    graphql.upload(UPLOAD, json!({ "input": input }), vec![file]).await.data().clone()
}

on_both_databases! {
    async fn of_two_uploads_at_once_one_takes_the_last_room(db: Database) {
        // The sample has some kilobytes; the limit is set once its size is known.
        let mut stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        let picture = stage.sample("sample.jpg").await;
        let size = picture.len();
        stage.server.restart_with("FANFARE_WORKSPACE_STORAGE_BYTES", &(size * 3 / 2).to_string()).await;
        let graphql = &stage.person.graphql;
        let (one, other) = tokio::join!(upload(graphql, &picture, "one"), upload(graphql, &picture, "other"));
        let (kept, key) = if one["uploadMedia"]["media"].is_null() { (&other, "other") } else { (&one, "one") };
        let kept = kept["uploadMedia"]["media"]["id"].clone();
        assert_eq!(codes([one, other]), ONE_OF_TWO);
        let used = usage(graphql).await;
        assert_eq!(used["storageBytes"], json!(size.to_string()));
        assert_eq!(used["storageBytesLimit"], json!((size * 3 / 2).to_string()));
        let again = upload(graphql, &picture, key).await;
        assert_eq!(again["uploadMedia"]["media"]["id"], kept, "what was stored is answered without room");
        graphql.payload(DELETE, json!({ "input": { "mediaId": kept } })).await;
        let after = upload(graphql, &picture, "third").await;
        assert_eq!(after["uploadMedia"]["userErrors"], json!([]));
    }

    async fn of_two_posts_at_once_one_takes_the_last_place_of_those_on_their_way(db: Database) {
        let limited = |settings: Settings| settings.roles("api").set("FANFARE_WORKSPACE_OPEN_POSTS", "1");
        let stage = Stage::set_with(&db, limited).await;
        let graphql = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let scheduled = |content: &str| {
            let input = json!({ "content": content, "accountIds": [account], "scheduledAt": tomorrow() });
            json!({ "input": input })
        };
        let (one, other) =
            tokio::join!(graphql.data(CREATE, scheduled("One")), graphql.data(CREATE, scheduled("Other")));
        let kept = if one["createPost"]["post"].is_null() { &other } else { &one };
        let kept = kept["createPost"]["post"]["id"].as_str().unwrap().to_owned();
        assert_eq!(codes([one, other]), ONE_OF_TWO);
        assert_eq!((&usage(graphql).await["openPosts"], &usage(graphql).await["openPostsLimit"]), (&json!(1), &json!(1)));
        let draft = stage.create(json!({ "content": "A draft", "accountIds": [account] })).await;
        let schedule = json!({ "input": { "id": draft, "scheduledAt": tomorrow() } });
        let refused = graphql.user_errors(SCHEDULE, schedule.clone()).await;
        assert_eq!(refused, [("QUOTA_EXCEEDED".to_owned(), json!(["input"]))]);
        let later = json!({ "input": { "id": kept, "scheduledAt": tomorrow() } });
        graphql.payload(SCHEDULE, later).await;
        stage.command("cancelPost", &kept).await;
        graphql.payload(SCHEDULE, schedule).await;
    }

    async fn of_two_posts_at_once_one_is_the_days_last(db: Database) {
        let server = Server::on(&db).roles("api").set("FANFARE_WORKSPACE_POSTS_PER_DAY", "1").start().await;
        let graphql = Person::register(&server).await.graphql;
        let draft = |content: &str| json!({ "input": { "content": content } });
        let (one, other) = tokio::join!(graphql.data(CREATE, draft("One")), graphql.data(CREATE, draft("Other")));
        let kept = if one["createPost"]["post"].is_null() { &other } else { &one };
        let delete = "mutation($input: DeletePostInput!) { deletePost(input: $input) { userErrors { code } } }";
        let id = kept["createPost"]["post"]["id"].clone();
        assert_eq!(codes([one, other]), ONE_OF_TWO);
        graphql.payload(delete, json!({ "input": { "id": id } })).await;
        let refused = graphql.user_errors(CREATE, draft("A third")).await;
        assert_eq!(refused, [("QUOTA_EXCEEDED".to_owned(), json!(["input"]))], "a deleted post was created, too");
        assert_eq!(usage(&graphql).await["postsCreatedToday"], json!(1));
        execute(&db, "update post_usage set day = day - 1").await;
        assert_eq!(usage(&graphql).await["postsCreatedToday"], json!(0));
        graphql.payload(CREATE, draft("The next day's")).await;
    }

    async fn of_two_invitations_at_once_one_leads_into_a_users_last_workspace(db: Database) {
        let server = Server::on(&db).set("FANFARE_WORKSPACES_PER_USER", "2").start().await;
        let (one, other, guest) =
            (Person::register(&server).await, Person::register(&server).await, Person::register(&server).await);
        let first = invite(&one.graphql, json!({ "role": "VIEWER" })).await;
        let second = invite(&other.graphql, json!({ "role": "VIEWER" })).await;
        let accept = |token: &str| guest.graphql.data(ACCEPT, json!({ "input": { "token": token } }));
        let (first, second) = tokio::join!(accept(&first), accept(&second));
        assert_eq!(codes([first, second]), ONE_OF_TWO);
        let own = guest.graphql.data("{ viewer { workspaces { totalCount } } }", json!({})).await;
        assert_eq!(own["viewer"]["workspaces"]["totalCount"], 2);
    }
}
