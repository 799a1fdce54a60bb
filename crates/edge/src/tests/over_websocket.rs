use super::socket::{Client, PATIENCE, PROTOCOL, open, status};
use super::trial::Trial;
use crate::EdgeOptions;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

async fn trial() -> Trial {
    Trial::start(EdgeOptions::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_nexts_and_a_complete() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    client.subscribe("a", "subscription{count(to:2)}").await;
    for n in 0..2 {
        assert_eq!(
            client.hear().await,
            json!({"type": "next", "id": "a", "payload": {"data": {"count": n}}})
        );
    }
    assert_eq!(client.hear().await, json!({"type": "complete", "id": "a"}));
    client.subscribe("a", "subscription{count(to:1)}").await;
    assert_eq!(client.hear().await["type"], "next");
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_and_mutations_run_over_the_socket() {
    let trial = trial().await;
    let mut client = Client::with_token(&trial, json!({"Authorization": "Bearer good"})).await;
    client.subscribe("q", "{who}").await;
    assert_eq!(client.hear().await["payload"]["data"], json!({"who": 7}));
    assert_eq!(client.hear().await["type"], "complete");
    client.subscribe("b", "{broken}").await;
    let executed = client.hear().await;
    assert_eq!((&executed["type"], &executed["payload"]["data"]), (&json!("next"), &Value::Null));
    assert_eq!(executed["payload"]["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(client.hear().await["type"], "complete");
    client.subscribe("m", "mutation{bump}").await;
    assert_eq!(client.hear().await["payload"]["data"], json!({"bump": 1}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_work_when_the_session_is_revoked_answers_before_the_connection_closes() {
    let trial = trial().await;
    let mut client = Client::with_token(&trial, json!({"Authorization": "Bearer good"})).await;
    client.subscribe("s", "subscription{silence}").await;
    client.subscribe("m", "mutation{linger}").await;
    trial.gate.begun.notified().await;
    trial.application.revocation.cancel();
    let refused = loop {
        client.subscribe("q", "{hello}").await;
        let said = client.hear().await;
        if said["type"] == "error" {
            break said;
        }
        assert_eq!(client.hear().await["type"], "complete");
    };
    assert_eq!(refused["payload"][0]["extensions"]["code"], "UNAUTHENTICATED");
    trial.gate.open.notify_one();
    assert_eq!(client.hear().await["payload"]["data"], json!({"linger": 1}));
    assert_eq!(client.hear().await, json!({"type": "complete", "id": "m"}));
    assert_eq!(client.closed().await, 4403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_before_it_runs_is_an_error_and_not_a_next() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    for (query, code) in [
        ("subscription{nothing}", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{...a} fragment a on Query{...a}", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription{refused}", "UNAUTHENTICATED"),
    ] {
        client.subscribe("x", query).await;
        let message = client.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("x")), "{query}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code);
        assert!(message["payload"][0]["extensions"]["requestId"].is_string());
    }
    // `error` ends an operation: the next message belongs to the ping.
    client.say(json!({"type": "ping"})).await;
    assert_eq!(client.hear().await, json!({"type": "pong"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_breach_of_the_protocol_has_its_close_code() {
    let trial = trial().await;
    let init = json!({"type": "connection_init"});
    let subscribe = json!({"type": "subscribe", "id": "1", "payload": {"query": "subscription{silence}"}});
    for (said, code) in [
        (vec![json!({"type": "nonsense"})], 4400),
        (vec![json!({"type": "connection_ack"})], 4400),
        (vec![json!({"type": "complete"})], 4400),
        (vec![json!("text")], 4400),
        (vec![init.clone(), json!({"type": "subscribe", "id": "", "payload": {"query": "{hello}"}})], 4400),
        (vec![init.clone(), json!({"type": "subscribe", "id": "1"})], 4400),
        (vec![subscribe.clone()], 4401),
        (vec![json!({"type": "connection_init", "payload": {"Authorization": "Bearer bad"}})], 4403),
        (vec![json!({"type": "connection_init", "payload": {"token": "old"}})], 4403),
        (vec![init.clone(), subscribe.clone(), subscribe], 4409),
        (vec![init.clone(), init], 4429),
    ] {
        let mut client = Client::connect(&trial).await;
        for message in &said {
            client.say(message.clone()).await;
        }
        assert_eq!(client.closed().await, code, "{said:?}");
    }
    let mut binary = Client::connect(&trial).await;
    binary.0.send(Message::binary(vec![1, 2])).await.unwrap();
    assert_eq!(binary.closed().await, 4400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_without_the_subprotocol_is_closed_with_4406() {
    let trial = trial().await;
    assert_eq!(open(&trial, &[]).await.unwrap().closed().await, 4406);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_is_not_initialised_in_time_is_closed_with_4408() {
    let options = EdgeOptions { init_timeout: Duration::from_millis(50), ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    assert_eq!(Client::connect(&trial).await.closed().await, 4408);
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_go_both_ways_and_a_silent_client_is_closed() {
    let options = EdgeOptions { ping_every: Duration::from_millis(50), ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let mut client = Client::acknowledged(&trial).await;
    client.say(json!({"type": "ping", "payload": {"n": 1}})).await;
    loop {
        match client.hear().await {
            pong if pong["type"] == "pong" => break assert_eq!(pong["payload"], json!({"n": 1})),
            ping => assert_eq!(ping, json!({"type": "ping"})),
        }
    }
    assert_eq!(client.closed().await, 1013);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_operation_says_nothing_more() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    client.subscribe("1", "subscription{news}").await;
    client.say(json!({"type": "complete", "id": "1"})).await;
    client.say(json!({"type": "ping"})).await;
    assert_eq!(client.hear().await, json!({"type": "pong"}));
    trial.news.send("late".into()).ok();
    client.say(json!({"type": "ping"})).await;
    assert_eq!(client.hear().await, json!({"type": "pong"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_and_bad_tokens_are_refused_at_the_upgrade() {
    let trial = trial().await;
    assert_eq!(status(open(&trial, &[PROTOCOL, ("origin", "https://evil.example")]).await), 403);
    let own = format!("http://{}", trial.address);
    assert_eq!(status(open(&trial, &[PROTOCOL, ("origin", &own)]).await), 101);
    assert_eq!(status(open(&trial, &[PROTOCOL, ("authorization", "Bearer bad")]).await), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_below_headers_are_read_and_empty_ones_are_none() {
    let trial = trial().await;
    for (payload, who) in [
        (json!({"headers": {"Authorization": "Bearer good"}}), json!(7)),
        (json!({"headers": {"authorization": "Bearer good"}}), json!(7)),
        (json!({"Authorization": "", "headers": {}}), Value::Null),
        (json!({"Authorization": "Bearer "}), Value::Null),
    ] {
        let mut client = Client::with_token(&trial, payload.clone()).await;
        client.subscribe("q", "{who}").await;
        assert_eq!(client.hear().await["payload"]["data"]["who"], who, "{payload}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_of_an_address_and_operations_of_a_socket_are_capped() {
    let options = EdgeOptions { sockets_per_address: 1, operations_per_socket: 2, ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let mut client = Client::acknowledged(&trial).await;
    assert_eq!(status(open(&trial, &[PROTOCOL]).await), 429);
    for id in ["1", "2", "3"] {
        client.subscribe(id, "subscription{silence}").await;
    }
    let message = client.hear().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("3")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_of_a_user_are_capped_from_whatever_address_until_one_is_closed() {
    let options = EdgeOptions { sockets_per_user: 1, ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let good = || json!({"authorization": "Bearer good"});
    let first = Client::with_token(&trial, good()).await;
    let init = || json!({"type": "connection_init", "payload": good()});
    let mut second = Client::connect(&trial).await;
    second.say(init()).await;
    assert_eq!(second.closed().await, 4429);
    // Nobody in particular has no such cap.
    let _guests = [Client::acknowledged(&trial).await, Client::acknowledged(&trial).await];
    drop(first);
    let let_in = async {
        loop {
            let mut next = Client::connect(&trial).await;
            next.say(init()).await;
            if matches!(next.next().await, Message::Text(_)) {
                return;
            }
        }
    };
    timeout(Duration::from_secs(5), let_in).await.expect("the place is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_its_actors_access() {
    let options = EdgeOptions { revalidate_every: Duration::from_millis(50), ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let mut client = Client::with_token(&trial, json!({"authorization": "Bearer good"})).await;
    trial.application.may_go_on.store(false, Ordering::SeqCst);
    assert_eq!(client.closed().await, 4403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_closed_while_another_gets_everything() {
    let options = EdgeOptions { slow_client_grace: Duration::from_millis(300), ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let mut slow = Client::acknowledged(&trial).await;
    let mut fast = Client::acknowledged(&trial).await;
    fast.subscribe("n", "subscription{news}").await;
    slow.subscribe("f", "subscription{flood}").await;
    while trial.news.receiver_count() == 0 {
        tokio::task::yield_now().await;
    }
    for n in 0..500 {
        trial.news.send(format!("{n}")).unwrap();
        assert_eq!(fast.hear().await["payload"]["data"]["news"], format!("{n}"));
    }
    // Begins to read only after the server gave it up.
    timeout(PATIENCE, trial.flood_ended.cancelled()).await.expect("the flood is stopped");
    let mut last = Value::Null;
    let code = loop {
        match slow.next().await {
            Message::Close(frame) => break u16::from(frame.unwrap().code),
            Message::Text(text) => last = serde_json::from_str(&text).unwrap(),
            _ => {}
        }
    };
    assert_eq!(code, 1013);
    assert_eq!(
        (&last["type"], &last["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("SLOW_CONSUMER"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_says_goodbye_and_ends() {
    let mut trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    client.subscribe("1", "subscription{silence}").await;
    trial.shutdown.cancel();
    assert_eq!(client.closed().await, 1001);
    drop(client);
    let server = trial.server.take().unwrap();
    timeout(PATIENCE, server).await.expect("the server ends").unwrap();
}
