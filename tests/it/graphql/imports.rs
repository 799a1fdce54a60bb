//! Posts from a file.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::{Graphql, GraphqlAnswer, UploadFile};
use crate::support::person::Person;
use crate::support::server::{Server, Settings};
use crate::support::waiting::eventually;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(120);
const CREATE: &str = "mutation($input: CreateImportInput!) { createImport(input: $input) {
    import { id status dryRun total } userErrors { message code path } } }";
const CANCEL: &str = "mutation($input: CancelImportInput!) { cancelImport(input: $input) {
    import { status } userErrors { message code path } } }";
const IMPORT: &str =
    "query($id: ID!) { import(id: $id) { status error dryRun fileName total done created failed finishedAt
    problems(first: 100) { totalCount nodes { line column code message } } } }";

async fn send(graphql: &Graphql, file: impl AsRef<[u8]>, mut input: Value) -> GraphqlAnswer {
    input["file"] = Value::Null;
    let file = UploadFile {
        variable: "variables.input.file",
        name: "posts.csv",
        content_type: "text/csv",
        content: file.as_ref().to_vec(),
    };
    graphql.upload(CREATE, json!({ "input": input }), vec![file]).await
}

async fn taken_in(graphql: &Graphql, file: impl AsRef<[u8]>, input: Value) -> Value {
    let payload = send(graphql, file, input).await.data()["createImport"].clone();
    assert_eq!((&payload["userErrors"], &payload["import"]["status"]), (&json!([]), &json!("QUEUED")));
    payload["import"]["id"].clone()
}

/// What is wrong with the file as a whole: each error's code and path.
async fn refused(graphql: &Graphql, file: impl AsRef<[u8]>) -> Vec<(String, Value)> {
    let payload = send(graphql, file, json!({ "dryRun": true })).await.data()["createImport"].clone();
    assert_eq!(payload["import"], Value::Null);
    let errors = payload["userErrors"].as_array().unwrap().clone();
    errors.iter().map(|it| (it["code"].as_str().unwrap().to_owned(), it["path"].clone())).collect()
}

/// The import once it has this status.
async fn import_with(graphql: &Graphql, id: &Value, status: &str) -> Value {
    eventually(LIMIT, status, async || {
        let import = graphql.data(IMPORT, json!({ "id": id })).await["import"].clone();
        (import["status"] == status).then_some(import)
    })
    .await
}

/// The line, the column and the code of each problem.
fn problems(import: &Value) -> Vec<(i64, &str, &str)> {
    let nodes = import["problems"]["nodes"].as_array().unwrap().iter();
    let problem = |it: &'_ Value| it["line"].as_i64().unwrap();
    nodes
        .map(|it| (problem(it), it["column"].as_str().unwrap_or("-"), it["code"].as_str().unwrap()))
        .collect()
}

/// Every post of the workspace, by its text, each with its time.
async fn posts(graphql: &Graphql) -> BTreeMap<String, Value> {
    let document = "query($after: String) { posts(first: 100, after: $after) {
        nodes { content scheduledAt } pageInfo { hasNextPage endCursor } } }";
    let (mut found, mut after) = (BTreeMap::new(), Value::Null);
    loop {
        let page = graphql.data(document, json!({ "after": after })).await["posts"].clone();
        for post in page["nodes"].as_array().unwrap() {
            let content = post["content"].as_str().unwrap().to_owned();
            let doubled = found.insert(content, post["scheduledAt"].clone());
            assert_eq!(doubled, None, "a post is there twice: {post}");
        }
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// An RFC 3339 time so many minutes ahead of tomorrow.
fn ahead(minutes: u64) -> String {
    SystemClock.now().plus(Duration::from_secs((24 * 60 + minutes) * 60)).to_string()
}

/// A file of drafts.
fn drafts(count: usize) -> String {
    (0..count).fold("content\n".to_owned(), |file, n| file + &format!("draft {n}\n"))
}

on_both_databases! {
    async fn a_dry_run_tells_every_problem_with_its_line_and_the_real_run_keeps_the_good_lines(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        stage.connect("TWITTER", "ann").await;
        let at = ahead(0);
        let lines = [
            "content,accounts,scheduled_at,hashtags,link_url,media,campaign,publish_mode".to_owned(),
            format!("good,ann,{at},,,,,"),
            "\"two\nlines, \"\"quoted\"\"\",twitter:ann,,#a b,https://example.com/,,,all_or_nothing".to_owned(),
            String::new(),
            ",nobody,soon,,ftp://x,a.jpg,Spring,maybe".to_owned(),
            format!("{},ann,{at},,,,,", "x".repeat(300)),
            "past,ann,2020-01-01T00:00:00Z,,,,,".to_owned(),
            "short,ann".to_owned(),
            "'=1+1,,,,,,,".to_owned(),
            ",,,,,,,".to_owned(),
        ];
        let file = format!("\u{feff}{}\r\n", lines.join("\r\n"));
        let id = taken_in(graphql, &file, json!({ "dryRun": true })).await;
        let import = import_with(graphql, &id, "DONE").await;
        assert_eq!((&import["dryRun"], &import["fileName"], &import["error"]), (&json!(true), &json!("posts.csv"), &Value::Null));
        let counts = |it: &Value| ["total", "done", "created", "failed"].map(|name| it[name].as_str().unwrap().to_owned());
        assert_eq!(counts(&import), ["7", "7", "0", "4"]);
        let wrong = [
            (6, "ACCOUNTS", "NOT_FOUND"),
            (6, "CAMPAIGN", "NOT_FOUND"),
            (6, "LINK_URL", "INVALID"),
            (6, "PUBLISH_MODE", "INVALID"),
            (6, "MEDIA", "INVALID"),
            (6, "SCHEDULED_AT", "INVALID"),
            (6, "CONTENT", "POST_CONTENT_EMPTY"),
            (7, "ACCOUNTS", "POST_REJECTED_BY_RULES"),
            (8, "SCHEDULED_AT", "POST_SCHEDULE_IN_PAST"),
            (9, "-", "IMPORT_CELLS_MISCOUNTED"),
        ];
        assert_eq!(problems(&import), wrong);
        assert_eq!(import["problems"]["totalCount"], json!(10));
        assert!(posts(graphql).await.is_empty(), "a dry run stores no post");
        let told = stage.person.events("IMPORT_PROGRESS, IMPORT_FINISHED", 2).await;
        assert_eq!(told[1]["kind"], "IMPORT_FINISHED");
        assert_eq!((&told[1]["payload"]["status"], &told[1]["payload"]["failed"]), (&json!("done"), &json!(4)));

        let id = taken_in(graphql, &file, json!({ "dryRun": false })).await;
        let import = import_with(graphql, &id, "DONE").await;
        assert_eq!((counts(&import), problems(&import)), (["7", "7", "3", "4"].map(str::to_owned), wrong.to_vec()));
        let stored = posts(graphql).await;
        let expected = [("=1+1", Value::Null), ("good", json!(at)), ("two\nlines, \"quoted\"", Value::Null)];
        assert_eq!(stored.into_iter().collect::<Vec<_>>(), expected.map(|(text, at)| (text.to_owned(), at)));
        let document = "{ posts(filter: { text: \"quoted\" }) { nodes { status publishMode hashtags linkUrl
            targets { account { name platform } } } } imports { totalCount nodes { created dryRun } } }";
        let read = graphql.data(document, json!({})).await;
        let post = &read["posts"]["nodes"][0];
        assert_eq!((&post["hashtags"], &post["publishMode"]), (&json!(["a", "b"]), &json!("ALL_OR_NOTHING")));
        assert_eq!(post["targets"], json!([{ "account": { "name": "ann", "platform": "TWITTER" } }]));
        assert_eq!(read["imports"]["nodes"][0], json!({ "created": "3", "dryRun": false }), "the newest first");
    }

    async fn hundreds_of_lines_become_a_post_each_with_its_time_and_progress_is_told_live(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        let zone = "mutation { updateSettings(input: { timeZone: \"Asia/Seoul\" }) { userErrors { code } } }";
        graphql.data(zone, json!({})).await;
        let mut file = "accounts,content,scheduled_at\n".to_owned();
        let mut expected = BTreeMap::new();
        for n in 0..299 {
            let at = ahead(n);
            writeln!(file, "{ann};@bea,post {n},{at}").unwrap();
            expected.insert(format!("post {n}"), json!(at));
        }
        let day = &ahead(0)[..10];
        writeln!(file, "{bea},local,{day} 09:30").unwrap();
        expected.insert("local".to_owned(), json!(format!("{day}T00:30:00.000000Z")));
        let workspace_id = WorkspaceId(stage.person.workspace["id"].as_i64().unwrap());
        let beginning = Cursor { workspace_id, seq: 0 }.encode();
        let followed = format!("subscription {{ activity(kinds: [IMPORT_PROGRESS, IMPORT_FINISHED], after: \"{beginning}\") {{ kind payload: payloadJson }} }}");
        let mut stream = graphql.stream(&followed, json!({})).await;
        let id = taken_in(graphql, file, json!({ "dryRun": false })).await;
        let mut done = Vec::new();
        loop {
            let event = stream.next(LIMIT).await.expect("the stream goes on").json()["data"]["activity"].clone();
            done.push(event["payload"]["done"].as_i64().unwrap());
            assert_eq!(event["payload"]["total"], json!(300));
            if event["kind"] == "IMPORT_FINISHED" {
                assert_eq!(event["payload"]["created"], json!(300));
                break;
            }
        }
        assert_eq!(done, [0, 50, 100, 150, 200, 250, 300]);
        let import = import_with(graphql, &id, "DONE").await;
        assert_eq!((&import["created"], problems(&import)), (&json!("300"), vec![]));
        assert_eq!(posts(graphql).await, expected);
    }

    async fn an_import_goes_on_after_a_kill_without_losing_or_doubling_a_line(db: Database) {
        let mut stage = Stage::set(&db).await;
        let id = taken_in(&stage.person.graphql, drafts(600), json!({ "dryRun": false })).await;
        // The first event is of the wish, the second of the first part.
        let told = stage.person.events("IMPORT_PROGRESS", 2).await;
        assert_eq!(told[1]["payload"]["done"], json!(50));
        stage.server.restart().await;
        let import = import_with(&stage.person.graphql, &id, "DONE").await;
        assert_eq!((&import["done"], &import["created"], &import["failed"]), (&json!("600"), &json!("600"), &json!("0")));
        assert_eq!(posts(&stage.person.graphql).await.len(), 600);
    }

    async fn an_import_is_for_members_and_begun_by_who_may_create_posts(db: Database) {
        let stage = Stage::set(&db).await;
        let owner = &stage.person.graphql;
        let id = taken_in(owner, drafts(1), json!({ "dryRun": false })).await;
        import_with(owner, &id, "DONE").await;
        let viewer = Person::register(&stage.server).await;
        viewer.join(owner, "VIEWER").await;
        let stranger = Person::register(&stage.server).await.graphql;
        assert_eq!(stranger.data(IMPORT, json!({ "id": id })).await["import"], Value::Null);
        let node = "query($id: ID!) { node(id: $id) { __typename id } }";
        assert_eq!(stranger.data(node, json!({ "id": id })).await["node"], Value::Null);
        assert_eq!(viewer.graphql.data(node, json!({ "id": id })).await["node"], json!({ "__typename": "Import", "id": id }));
        let here = owner.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"].clone();
        let input = json!({ "dryRun": true, "workspaceId": here });
        assert_eq!(send(&viewer.graphql, drafts(1), input.clone()).await.error_codes(), ["FORBIDDEN"]);
        let denied = send(&stranger, drafts(1), input).await.data()["createImport"].clone();
        assert_eq!((&denied["import"], &denied["userErrors"][0]["code"]), (&Value::Null, &json!("NOT_FOUND")));
        let cancel = json!({ "input": { "id": id } });
        assert_eq!(stranger.user_errors(CANCEL, cancel.clone()).await[0].0, "NOT_FOUND");
        assert_eq!(owner.user_errors(CANCEL, cancel).await, [("IMPORT_ENDED".to_owned(), json!(["input", "id"]))]);
    }

    async fn a_file_of_a_spreadsheet_or_of_another_tool_becomes_posts(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let day = &ahead(0)[..10];
        let picture = "https://media.example/a,b.jpg";
        let publer = format!("Date - Intl. format or prompt\tText\tMedia URL(s) - Separated by comma\tLabel(s)\tCTA\t\r\n\
            \t\"Grüße, Welt\"\t{picture}\tspring\t\t\r\n\tcalled to\t\t\tBuy\t\r\n");
        let publer: Vec<u8> = format!("\u{feff}{publer}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let id = taken_in(graphql, publer, json!({ "dryRun": false })).await;
        assert_eq!(problems(&import_with(graphql, &id, "DONE").await), [(3, "UNSUPPORTED", "INVALID")]);
        stage.connect("TWITTER", "ann").await;
        let excel = format!("sep=;\r\nText;Posting Time;accounts\r\nCaf\u{e9};{day} 9:30;ann;;\r\n");
        let excel: Vec<u8> = excel.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let id = taken_in(graphql, excel, json!({ "dryRun": false })).await;
        assert_eq!(problems(&import_with(graphql, &id, "DONE").await), []);
        let expected = [("Café", json!(format!("{day}T09:30:00.000000Z"))), ("Grüße, Welt", Value::Null)];
        assert_eq!(posts(graphql).await, BTreeMap::from(expected.map(|(text, at)| (text.to_owned(), at))));
        let document = "{ posts(filter: { text: \"Welt\" }) { nodes { mediaFetches { url } } } }";
        let fetches = graphql.data(document, json!({})).await["posts"]["nodes"][0]["mediaFetches"].clone();
        assert_eq!(fetches, json!([{ "url": picture }]));
        let boston = "content,accounts\n\"Boston,ann\nJohn,ann\n\"LA\",ann\n";
        for dry_run in [true, false] {
            let payload = send(graphql, boston, json!({ "dryRun": dry_run })).await.data()["createImport"].clone();
            let error = &payload["userErrors"][0];
            assert_eq!(error["code"], "IMPORT_FILE_UNREADABLE");
            assert!(error["message"].as_str().unwrap().starts_with("Line 4, column 1 (content):"), "{error}");
        }
    }

    async fn a_file_that_is_no_table_of_posts_is_refused_as_a_whole(db: Database) {
        let server = Server::on(&db).roles("api").start().await;
        let graphql = Person::register(&server).await.graphql;
        let file = json!(["input", "file"]);
        for (code, content) in [
            ("TOO_MANY", drafts(10_001).into_bytes()),
            ("IMPORT_FILE_TOO_LARGE", vec![b'a'; (10 << 20) + 1]),
            ("IMPORT_FILE_UNREADABLE", b"content\n\xff\n".to_vec()),
            ("IMPORT_FILE_UNREADABLE", b"content\n\"begun\n".to_vec()),
            ("IMPORT_COLUMN_INVALID", b"content,likes\nx,3\n".to_vec()),
            ("REQUIRED", b"title\nx\n".to_vec()),
            ("REQUIRED", b"content\n".to_vec()),
            ("REQUIRED", Vec::new()),
        ] {
            let begins = String::from_utf8_lossy(&content[..content.len().min(20)]).into_owned();
            assert_eq!(refused(&graphql, content).await, [(code.to_owned(), file.clone())], "{begins}");
        }
        let answer = send(&graphql, "content,likes,views\nx,1,2\n", json!({ "dryRun": true })).await;
        let errors = &answer.data()["createImport"]["userErrors"];
        assert!(errors[0]["message"].as_str().unwrap().contains("\"likes\"") && errors[1]["message"].as_str().unwrap().contains("\"views\""));
        let most = send(&graphql, drafts(10_000), json!({ "dryRun": true })).await;
        assert_eq!(most.data()["createImport"]["import"]["total"], json!("10000"));
    }

    async fn an_import_beyond_the_days_quota_ends_with_the_reason(db: Database) {
        let server = Server::on(&db).set("FANFARE_WORKSPACE_POSTS_PER_DAY", "2").start().await;
        let graphql = Person::register(&server).await.graphql;
        let id = taken_in(&graphql, drafts(3), json!({ "dryRun": false })).await;
        let import = import_with(&graphql, &id, "FAILED").await;
        assert!(import["error"].as_str().unwrap().contains("2 posts a day"), "{import:#}");
        assert_eq!(posts(&graphql).await.len(), 0, "a part is stored as a whole or not at all");
    }

    async fn an_import_is_taken_in_once_with_one_key_counts_once_and_can_be_cancelled(db: Database) {
        let limited = |settings: Settings| settings.roles("api").set("FANFARE_CREATES_PER_MINUTE", "2");
        let stage = Stage::set_with(&db, limited).await;
        let graphql = &stage.person.graphql;
        let keyed = json!({ "dryRun": false, "clientMutationKey": "k" });
        let first = taken_in(graphql, drafts(100), keyed.clone()).await;
        assert_eq!(taken_in(graphql, drafts(100), keyed.clone()).await, first);
        let other = send(graphql, drafts(99), keyed).await.data()["createImport"]["userErrors"][0]["code"].clone();
        assert_eq!(other, "IDEMPOTENCY_CONFLICT");
        let cancelled = graphql.payload(CANCEL, json!({ "input": { "id": first } })).await;
        assert_eq!(cancelled["import"]["status"], "CANCELLED");
        taken_in(graphql, drafts(100), json!({ "dryRun": true })).await;
        let refused = send(graphql, drafts(1), json!({ "dryRun": true })).await;
        assert_eq!(refused.error_codes(), ["RATE_LIMITED"], "two files count as two posts");
    }

    async fn an_import_ends_where_its_author_may_not_create_posts_any_more(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        let owner = &stage.person;
        let author = Person::register(&stage.server).await;
        let added = author.join(&owner.graphql, "EDITOR").await;
        let here = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"].clone();
        let id = taken_in(&author.graphql, drafts(3), json!({ "dryRun": false, "workspaceId": here })).await;
        let remove = "mutation($input: RemoveWorkspaceMemberInput!) { removeWorkspaceMember(input: $input) { userErrors { code } } }";
        owner.graphql.payload(remove, json!({ "input": { "userId": added["user"]["id"] } })).await;
        // SQLite's file belongs to one process at a time.
        let Stage { simulator, server, person } = stage;
        drop(server);
        let server = Server::on(&db).simulator(&simulator).start().await;
        let graphql = server.graphql().with_token(&person.access_token);
        let import = import_with(&graphql, &id, "FAILED").await;
        assert!(import["error"].as_str().unwrap().contains("may not create posts"), "{import}");
        assert!(posts(&graphql).await.is_empty());
    }
}
