//! What subscriptions promise, over a real WebSocket.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::redis::RedisServer;
use crate::support::server::Server;
use crate::support::simulator::SimulatorProcess;
use crate::support::websocket::GraphqlSocket;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

const ACTIVITY: &str = "subscription($workspace: ID, $after: String) {
    activity(workspaceId: $workspace, after: $after) { cursor kind summary actor { id } subject { id } payload: payloadJson } }";
const UPDATE: &str = "mutation($input: UpdateWorkspaceMemberInput!) {
    updateWorkspaceMember(input: $input) { userErrors { code path } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) {
    removeWorkspaceMember(input: $input) { userErrors { code path } } }";

/// A workspace whose log grows by what its owner does with a member.
struct Team {
    owner: Person,
    member: Person,
    workspace: Value,
    member_id: Value,
    row: WorkspaceId,
}

impl Team {
    /// The log has three events: the workspace was created, the member was invited, and accepted.
    async fn form(server: &Server) -> Self {
        let (owner, member) = (Person::register(server).await, Person::register(server).await);
        member.join(&owner.graphql, "VIEWER").await;
        let own = own_ids(&owner.graphql).await;
        let row = own["workspace"]["databaseId"].as_str().unwrap().parse().unwrap();
        let member_id = own_ids(&member.graphql).await["user"]["id"].clone();
        Self { workspace: own["workspace"]["id"].clone(), row: WorkspaceId(row), owner, member, member_id }
    }

    /// The cursor before everything.
    fn beginning(&self) -> String {
        Cursor { workspace_id: self.row, seq: 0 }.encode()
    }

    /// Writes one event.
    async fn change_role(&self, role: &str) {
        let input = json!({ "userId": self.member_id, "role": role });
        self.owner.graphql.payload(UPDATE, json!({ "input": input })).await;
    }
}

async fn own_ids(graphql: &Graphql) -> Value {
    let viewer = "{ viewer { user { id } workspace { id databaseId } } }";
    graphql.data(viewer, json!({})).await["viewer"].clone()
}

/// The position that an event's cursor names.
fn seq(event: &Value) -> i64 {
    Cursor::decode(event["cursor"].as_str().unwrap()).unwrap().seq
}

async fn next_event(socket: &mut GraphqlSocket) -> Value {
    socket.next_data("1", LIMIT).await["activity"].take()
}

/// The code of the error that ends a subscription; what comes before it is passed over.
async fn refusal(socket: &mut GraphqlSocket) -> String {
    loop {
        let message = socket.next(LIMIT).await;
        if message["type"] == "error" {
            return message["payload"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned();
        }
        assert_eq!(message["type"], "next", "{message:#}");
    }
}

on_both_databases! {
    async fn a_subscriber_cut_fifty_times_sees_each_event_exactly_once(db: Database) {
        const CHANGES: i64 = 200;
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        let write = async {
            for change in 0..CHANGES {
                team.change_role(if change % 2 == 0 { "EDITOR" } else { "VIEWER" }).await;
            }
        };
        let read = async {
            let (mut cursor, mut seen) = (team.beginning(), Vec::new());
            for cut in 0..=50 {
                let mut socket = team.owner.graphql.socket().await;
                socket.subscribe("1", ACTIVITY, json!({ "after": cursor })).await;
                let up_to = if cut < 50 { seen.len() + 4 } else { 203 };
                while seen.len() < up_to {
                    let event = next_event(&mut socket).await;
                    seen.push(seq(&event));
                    event["cursor"].as_str().unwrap().clone_into(&mut cursor);
                }
            }
            seen
        };
        let ((), seen) = tokio::join!(write, read);
        assert_eq!(seen, (1..=CHANGES + 3).collect::<Vec<_>>());
    }

    async fn an_event_tells_what_happened_to_whom_and_by_whom(db: Database) {
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        let mut socket = team.owner.graphql.socket().await;
        socket.subscribe("1", ACTIVITY, json!({ "after": team.beginning() })).await;
        let created = next_event(&mut socket).await;
        assert_eq!(created["kind"], "WORKSPACE_CREATED");
        assert_eq!(created["subject"]["id"], team.workspace);
        let invited = next_event(&mut socket).await;
        assert_eq!(invited["summary"], "Someone was invited as viewer");
        assert_eq!(invited["actor"]["id"], own_ids(&team.owner.graphql).await["user"]["id"]);
        let added = next_event(&mut socket).await;
        assert_eq!((&added["kind"], &added["subject"]["id"]), (&json!("MEMBER_ADDED"), &team.member_id));
        assert_eq!(added["summary"], "A member joined as viewer");
        assert_eq!(added["actor"]["id"], team.member_id);
        assert_eq!(added["payload"]["invitation_id"], invited["payload"]["invitation_id"]);
        assert_eq!(added["payload"]["role"], "viewer");
    }

    async fn a_member_who_is_removed_stops_receiving(db: Database) {
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        let mut socket = team.member.graphql.socket().await;
        let variables = json!({ "workspace": team.workspace, "after": team.beginning() });
        socket.subscribe("1", ACTIVITY, variables).await;
        next_event(&mut socket).await;
        let input = json!({ "userId": team.member_id });
        team.owner.graphql.payload(REMOVE, json!({ "input": input })).await;
        assert_eq!(refusal(&mut socket).await, "FORBIDDEN");
    }

    async fn a_subscription_that_cannot_begin_says_why(db: Database) {
        let server = Server::start(&db).await;
        let team = Team::form(&server).await;
        let stranger = Person::register(&server).await;
        let ahead = Cursor { workspace_id: team.row, seq: 1_000 }.encode();
        let foreign = Cursor { workspace_id: WorkspaceId(team.row.0 + 1_000), seq: 1 }.encode();
        let (owner, nobody) = (&team.owner.graphql, &server.graphql());
        let attempts = [
            (nobody, json!({}), "UNAUTHENTICATED"),
            (&stranger.graphql, json!({ "workspace": team.workspace }), "NOT_FOUND"),
            (owner, json!({ "workspace": "nonsense" }), "BAD_USER_INPUT"),
            (owner, json!({ "after": "nonsense" }), "BAD_USER_INPUT"),
            (owner, json!({ "after": ahead }), "BAD_USER_INPUT"),
            (owner, json!({ "after": foreign }), "BAD_USER_INPUT"),
        ];
        for (who, variables, code) in attempts {
            let mut socket = who.socket().await;
            socket.subscribe("1", ACTIVITY, variables.clone()).await;
            assert_eq!(refusal(&mut socket).await, code, "{variables}");
        }
    }
}

/// Follows at one node what happens at another.
async fn crosses(one: Server, other: Server) {
    let team = Team::form(&one).await;
    let mut socket = team.owner.graphql.at(other.url()).socket().await;
    socket.subscribe("1", ACTIVITY, json!({ "after": team.beginning() })).await;
    // The subscription stands: what was missed has come.
    for expected in 1..=3 {
        assert_eq!(seq(&next_event(&mut socket).await), expected);
    }
    team.change_role("EDITOR").await;
    assert_eq!(seq(&next_event(&mut socket).await), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_one_process_reaches_a_subscriber_of_another_by_postgres() {
    let (db, simulator) = (Database::postgres().await, SimulatorProcess::start().await);
    let start = async || Server::on(&db).simulator(&simulator).start().await;
    crosses(start().await, start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_one_process_reaches_a_subscriber_of_another_by_redis() {
    let (db, simulator) = (Database::postgres().await, SimulatorProcess::start().await);
    let redis = RedisServer::start().await;
    let start = async || Server::on(&db).simulator(&simulator).redis(&redis.url()).start().await;
    crosses(start().await, start().await).await;
}
