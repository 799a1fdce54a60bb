//! Many subscribers of one workspace: an event is answered once for those who select the same and have the same rights, and
//! each of them gets what they asked for, from where they asked for it.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sse::SseReader;
use crate::support::websocket::GraphqlSocket;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Map, Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);
const SUBSCRIBERS: usize = 50;
/// Fields of events, those of one kind or all, and whether they need rows, which only those who may read the workspace
/// see.
const SELECTIONS: [(&[&str], &str, bool); 5] = [
    (&["cursor", "kind", "summary", "payloadJson"], "", false),
    (&["cursor", "at", "actor { id }"], "", true),
    (&["subject { id }", "cursor"], "", true),
    (&["payloadJson", "cursor"], ", kinds: [MEMBER_ROLE_CHANGED]", false),
    (
        &["payload { ... on MemberRoleChangedEventPayload { role user { id } } }", "cursor"],
        ", kinds: [MEMBER_ROLE_CHANGED]",
        true,
    ),
];
const LOG: &str = "query($id: ID!) { node(id: $id) { ... on Workspace { activity(last: 100) {
    cursor kind at summary payloadJson subject { id } actor { id }
    payload { ... on MemberRoleChangedEventPayload { role user { id } } } } } } }";
const UPDATE: &str = "mutation($input: UpdateWorkspaceMemberInput!) {
    updateWorkspaceMember(input: $input) { userErrors { code path } } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret apiKey { id } userErrors { code path } } }";
const REVOKE: &str = "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
    userErrors { code path } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) {
    removeWorkspaceMember(input: $input) { userErrors { code path } } }";

/// A workspace whose log grows by what its owner does with a member.
struct Team {
    owner: Person,
    viewer: Person,
    viewer_id: Value,
    owner_id: Value,
    workspace: Value,
    row: WorkspaceId,
    member: Value,
}

impl Team {
    async fn form(server: &Server) -> Self {
        let (owner, viewer) = (Person::register(server).await, Person::register(server).await);
        let viewer_id = viewer.join(&owner.graphql, "VIEWER").await["user"]["id"].clone();
        let other = Person::register(server).await;
        let member = other.join(&owner.graphql, "VIEWER").await["user"]["id"].clone();
        let own =
            owner.graphql.data("{ viewer { user { id } workspace { id databaseId } } }", json!({})).await;
        let (owner_id, own) = (own["viewer"]["user"]["id"].clone(), &own["viewer"]["workspace"]);
        let row = WorkspaceId(own["databaseId"].as_str().unwrap().parse().unwrap());
        Self { workspace: own["id"].clone(), row, owner, owner_id, viewer, viewer_id, member }
    }

    /// Writes one event.
    async fn change_role(&self, role: &str) {
        let input = json!({ "userId": self.member, "role": role });
        self.owner.graphql.payload(UPDATE, json!({ "input": input })).await;
    }

    /// Writes events, one each.
    async fn change_roles(&self, count: usize) {
        for _ in 0..count / 2 {
            self.change_role("EDITOR").await;
            self.change_role("VIEWER").await;
        }
    }

    /// Where the log ends.
    async fn end(&self) -> Value {
        self.log().await.last().unwrap()["cursor"].clone()
    }

    /// Begins to follow the workspace after a cursor.
    async fn follow(&self, who: &Graphql, fields: &str, after: &Value) -> GraphqlSocket {
        let document = format!(
            "subscription($id: ID, $after: String) {{ activity(workspaceId: $id, after: $after) {{ {fields} }} }}"
        );
        let mut socket = who.socket().await;
        socket.subscribe("1", &document, json!({ "id": self.workspace, "after": after })).await;
        socket
    }

    /// The whole log.
    async fn log(&self) -> Vec<Value> {
        let answer = self.owner.graphql.data(LOG, json!({ "id": self.workspace })).await;
        answer["node"]["activity"].as_array().unwrap().clone()
    }
}

enum Reader {
    Socket(Box<GraphqlSocket>),
    Stream(SseReader),
}

struct Subscriber {
    reader: Reader,
    is_viewers: bool,
    selection: usize,
    after: i64,
}

impl Subscriber {
    async fn begin(team: &Team, n: usize) -> Self {
        let (selection, after) = (n % SELECTIONS.len(), if n.is_multiple_of(3) { 4 } else { 0 });
        let (fields, kinds, _) = SELECTIONS[selection];
        let document = format!(
            "subscription($id: ID, $after: String) {{ activity(workspaceId: $id, after: $after{kinds}) {{ {} }} }}",
            fields.join(" ")
        );
        let cursor = Cursor { workspace_id: team.row, seq: after }.encode();
        let variables = json!({ "id": team.workspace, "after": cursor });
        let is_viewers = n % 7 > 3;
        let who: &Graphql = if is_viewers { &team.viewer.graphql } else { &team.owner.graphql };
        let reader = if n % 5 < 3 {
            let mut socket = who.socket().await;
            socket.subscribe("1", &document, variables).await;
            Reader::Socket(Box::new(socket))
        } else {
            Reader::Stream(who.stream(&document, variables).await)
        };
        Self { reader, is_viewers, selection, after }
    }

    async fn next(&mut self) -> Value {
        let mut data = match &mut self.reader {
            Reader::Socket(socket) => socket.next_data("1", LIMIT).await,
            Reader::Stream(stream) => {
                let mut answer = stream.next(LIMIT).await.expect("the stream goes on").json();
                assert!(answer.get("errors").is_none(), "{answer:#}");
                answer["data"].take()
            }
        };
        data["activity"].take()
    }

    /// The code of the error that comes next.
    async fn refusal(&mut self) -> Value {
        match &mut self.reader {
            Reader::Socket(socket) => socket.next(LIMIT).await["payload"][0]["extensions"]["code"].take(),
            Reader::Stream(stream) => {
                let answer = stream.next(LIMIT).await.expect("the stream goes on").json();
                answer["errors"][0]["extensions"]["code"].clone()
            }
        }
    }

    /// What the log holds for it, as it selects it.
    fn expected(&self, log: &[Value]) -> Vec<Value> {
        let (fields, kinds, _) = SELECTIONS[self.selection];
        let wanted = |event: &&Value| {
            let seq = Cursor::decode(event["cursor"].as_str().unwrap()).unwrap().seq;
            seq > self.after && (kinds.is_empty() || event["kind"] == "MEMBER_ROLE_CHANGED")
        };
        let shown = |event: &Value| {
            let keys = fields.iter().map(|field| field.split(' ').next().unwrap());
            Value::Object(keys.map(|key| (key.to_owned(), event[key].clone())).collect::<Map<_, _>>())
        };
        log.iter().filter(wanted).map(shown).collect()
    }
}

/// How many answers to events were run so far: for all, for those with the same rights, and for one.
async fn runs(server: &Server) -> [usize; 3] {
    let text = server.metrics().await;
    ["all", "same_rights", "one"].map(|whom| {
        let name = format!("fanfare_event_answers_total{{for=\"{whom}\"}} ");
        // Before the first run there is no line.
        text.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
    })
}

/// What was run since.
async fn runs_since(server: &Server, before: [usize; 3]) -> [usize; 3] {
    let mut runs = runs(server).await;
    for (run, before) in runs.iter_mut().zip(before) {
        *run -= before;
    }
    runs
}

/// What a subscriber is told next.
async fn told(socket: &mut GraphqlSocket) -> Value {
    socket.next_data("1", LIMIT).await["activity"].take()
}

on_both_databases! {
    async fn each_of_many_subscribers_gets_what_it_selects_of_each_event_once_and_in_order(db: Database) {
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        team.change_roles(10).await;
        let mut subscribers = Vec::new();
        for n in 0..SUBSCRIBERS {
            subscribers.push(Subscriber::begin(&team, n).await);
        }
        team.change_roles(20).await;
        let log = team.log().await;
        assert_eq!(log.len(), 35);
        for subscriber in &mut subscribers {
            for expected in subscriber.expected(&log) {
                assert_eq!(subscriber.next().await, expected, "selection {}", subscriber.selection);
            }
        }

        // All of them have come to the end: what comes now comes to all at the same time.
        let before = runs(&server).await;
        for (n, role) in (35..).zip(["EDITOR", "VIEWER"]) {
            team.change_role(role).await;
            let log = team.log().await;
            let newest = &log[n..];
            assert_eq!(newest.len(), 1);
            for subscriber in &mut subscribers {
                for expected in subscriber.expected(newest) {
                    assert_eq!(subscriber.next().await, expected, "selection {}", subscriber.selection);
                }
            }
        }
        let with_rows = SELECTIONS.iter().filter(|(_, _, needs_rows)| *needs_rows).count();
        let for_all = SELECTIONS.len() - with_rows;
        assert_eq!(runs_since(&server, before).await, [2 * for_all, 2 * with_rows, 0]);

        // The answer is there for the owner; whoever may not read any more gets nothing of it.
        let input = json!({ "userId": team.viewer_id });
        team.owner.graphql.payload(REMOVE, json!({ "input": input })).await;
        let log = team.log().await;
        let newest = &log[37..];
        assert_eq!(newest.len(), 1);
        for subscriber in &mut subscribers {
            let expected = subscriber.expected(newest);
            for expected in expected {
                if subscriber.is_viewers {
                    assert_eq!(subscriber.refusal().await, "FORBIDDEN");
                } else {
                    assert_eq!(subscriber.next().await, expected);
                }
            }
        }
    }

    async fn rows_are_shared_by_sessions_and_keys_that_may_read_the_workspace_and_by_nobody_else(db: Database) {
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        let input = json!({ "name": "A program", "scopes": ["READ"], "workspaceId": team.workspace });
        let made = team.owner.graphql.payload(KEY, json!({ "input": input })).await;
        let program = team.owner.graphql.with_token(made["secret"].as_str().unwrap());
        let (fields, after) = ("kind subject { id } actor { id }", team.end().await);
        let mut sockets = Vec::new();
        for who in [&team.owner.graphql, &team.viewer.graphql, &program] {
            sockets.push(team.follow(who, fields, &after).await);
        }
        let changed = json!({
            "kind": "MEMBER_ROLE_CHANGED", "subject": { "id": team.member }, "actor": { "id": team.owner_id },
        });
        team.change_role("EDITOR").await;
        for socket in &mut sockets {
            assert_eq!(told(socket).await, changed);
        }
        // Now that all of them are there:
        let before = runs(&server).await;
        team.change_role("VIEWER").await;
        for socket in &mut sockets {
            assert_eq!(told(socket).await, changed);
        }
        assert_eq!(runs_since(&server, before).await, [0, 1, 0]);

        let mut revoked = sockets.pop().unwrap();
        let input = json!({ "apiKeyId": made["apiKey"]["id"] });
        team.owner.graphql.payload(REVOKE, json!({ "input": input })).await;
        assert_eq!(revoked.next(LIMIT).await["payload"][0]["extensions"]["code"], "FORBIDDEN");
        let [owner, viewer] = &mut sockets[..] else { panic!("two are left") };
        assert_eq!(told(owner).await["kind"], "KEY_REVOKED");
        team.change_role("EDITOR").await;
        // Keys of others are not for viewers.
        for socket in [owner, viewer] {
            assert_eq!(told(socket).await, changed);
        }
    }

    async fn what_is_about_the_asker_is_run_for_each_asker(db: Database) {
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        let (fields, after) = ("kind actor { id totpEnabled }", team.end().await);
        let mut sockets = Vec::new();
        for (who, expected) in [
            (&team.owner.graphql, json!(false)),
            (&team.viewer.graphql, Value::Null),
            (&team.owner.graphql, json!(false)),
            (&team.viewer.graphql, Value::Null),
        ] {
            sockets.push((team.follow(who, fields, &after).await, expected));
        }
        let before = runs(&server).await;
        for role in ["EDITOR", "VIEWER"] {
            team.change_role(role).await;
            for (socket, expected) in &mut sockets {
                let actor = json!({ "id": team.owner_id, "totpEnabled": expected });
                assert_eq!(told(socket).await, json!({ "kind": "MEMBER_ROLE_CHANGED", "actor": actor }));
            }
        }
        assert_eq!(runs_since(&server, before).await, [0, 0, 8]);
    }
}
