//! Many subscribers of one workspace: an event is answered once for those who select the same, and each of them gets what
//! they asked for, from where they asked for it.

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
/// Fields of events, those of one kind or all, and whether each subscriber has an answer of their own.
const SELECTIONS: [(&[&str], &str, bool); 4] = [
    (&["cursor", "kind", "summary", "payload"], "", false),
    (&["cursor", "at", "actor { id }"], "", true),
    (&["subject { id }", "cursor"], "", true),
    (&["payload", "cursor"], ", kinds: [MEMBER_ROLE_CHANGED]", false),
];
const LOG: &str = "query($id: ID!) { node(id: $id) { ... on Workspace { activity(last: 200) {
    cursor kind at summary payload subject { id } actor { id } } } } }";
const UPDATE: &str = "mutation($input: UpdateWorkspaceMemberInput!) {
    updateWorkspaceMember(input: $input) { userErrors { code path } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) {
    removeWorkspaceMember(input: $input) { userErrors { code path } } }";

/// A workspace whose log grows by what its owner does with a member.
struct Team {
    owner: Person,
    viewer: Person,
    viewer_id: Value,
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
        let own = owner.graphql.data("{ viewer { workspace { id databaseId } } }", json!({})).await;
        let own = &own["viewer"]["workspace"];
        let row = WorkspaceId(own["databaseId"].as_str().unwrap().parse().unwrap());
        Self { workspace: own["id"].clone(), row, owner, viewer, viewer_id, member }
    }

    /// Writes events, one each.
    async fn change_roles(&self, count: usize) {
        for _ in 0..count / 2 {
            for role in ["EDITOR", "VIEWER"] {
                let input = json!({ "userId": self.member, "role": role });
                self.owner.graphql.payload(UPDATE, json!({ "input": input })).await;
            }
        }
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

/// How many answers to events were run so far: for all, and for one.
async fn runs(server: &Server) -> (usize, usize) {
    let text = server.metrics().await;
    let count = |whom: &str| {
        let name = format!("fanfare_event_answers_total{{for=\"{whom}\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&name)).unwrap().parse().unwrap()
    };
    (count("all"), count("one"))
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
        team.change_roles(2).await;
        let log = team.log().await;
        let newest = &log[35..];
        assert_eq!(newest.len(), 2);
        for subscriber in &mut subscribers {
            for expected in subscriber.expected(newest) {
                assert_eq!(subscriber.next().await, expected, "selection {}", subscriber.selection);
            }
        }
        let after = runs(&server).await;
        let shared = SELECTIONS.iter().filter(|(_, _, is_own)| !is_own).count();
        let own = subscribers.iter().filter(|subscriber| SELECTIONS[subscriber.selection].2).count();
        assert_eq!((after.0 - before.0, after.1 - before.1), (2 * shared, 2 * own));

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
}
