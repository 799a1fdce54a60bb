//! `graphql-transport-ws` to the letter: what PROTOCOL.md of the graphql-ws project says, item by item.

use super::socket::{Client, PATIENCE, open};
use super::trial::Trial;
use crate::EdgeOptions;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};

async fn trial() -> Trial {
    Trial::start(EdgeOptions::default()).await
}

/// Asks for a pong and answers what came before it: everything that the server had to say to what was sent before.
async fn until_pong(client: &mut Client) -> Vec<Value> {
    client.say(json!({"type": "ping", "payload": {"until": "here"}})).await;
    let mut heard = Vec::new();
    loop {
        let message = client.hear().await;
        if message == json!({"type": "pong", "payload": {"until": "here"}}) {
            return heard;
        }
        heard.push(message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_another_form_closes_with_4400() {
    let trial = trial().await;
    let subscribe = |payload: Value| json!({"type": "subscribe", "id": "1", "payload": payload});
    for message in [
        json!({"type": "pong", "payload": "text"}),
        json!({"type": "ping", "payload": []}),
        json!({"type": 1}),
        json!({"id": "1"}),
        json!(["ping"]),
        json!(null),
        json!({"type": "complete", "id": 1}),
        json!({"type": "next", "id": "1", "payload": {}}),
        json!({"type": "start", "id": "1", "payload": {"query": "{hello}"}}),
        json!({"type": "subscribe", "payload": {"query": "{hello}"}}),
        subscribe(json!("{hello}")),
        subscribe(json!({})),
        subscribe(json!({"query": null})),
        subscribe(json!({"query": ["{hello}"]})),
        subscribe(json!({"query": "{hello}", "operationName": 1})),
        subscribe(json!({"query": "{hello}", "variables": []})),
        subscribe(json!({"query": "{hello}", "variables": "{}"})),
        subscribe(json!({"query": "{hello}", "extensions": 1})),
    ] {
        let mut client = Client::acknowledged(&trial).await;
        client.say(message.clone()).await;
        let Message::Close(Some(frame)) = client.next().await else { panic!("{message} is taken") };
        assert_eq!(u16::from(frame.code), 4400, "{message}");
        assert!(frame.reason.starts_with("Invalid message"), "{message}: {}", frame.reason);
    }
    let mut client = Client::connect(&trial).await;
    client.say(json!({"type": "connection_init", "payload": "Bearer good"})).await;
    assert_eq!(client.closed().await, 4400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_of_an_allowed_length_closes_with_4400() {
    let options = EdgeOptions { body_bytes: 2_000, ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    let mut client = Client::acknowledged(&trial).await;
    let broken = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    client.0.send(Message::Frame(broken)).await.unwrap();
    assert_eq!(client.closed().await, 4400);

    let mut client = Client::acknowledged(&trial).await;
    let header = FrameHeader { rsv1: true, opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
    client.0.send(Message::Frame(Frame::from_payload(header, "{}".into()))).await.unwrap();
    assert_eq!(client.closed().await, 4400);

    takes_less_than_2_000_bytes(Client::acknowledged(&trial).await).await;
}

/// A message of 1,500 bytes is answered, and one of 2,000 closes the socket.
async fn takes_less_than_2_000_bytes(mut client: Client) {
    client.say(json!({"type": "ping", "payload": {"x": "y".repeat(1_500)}})).await;
    assert_eq!(client.hear().await["type"], "pong");
    client.say(json!({"type": "ping", "payload": {"x": "y".repeat(2_000)}})).await;
    assert_eq!(client.closed().await, 4400);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opens_a_socket_without_a_token_sends_short_messages() {
    let options = EdgeOptions { anonymous_body_bytes: 2_000, ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    takes_less_than_2_000_bytes(Client::acknowledged(&trial).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_shorter_than_a_body_may_be_whoever_sends_it() {
    let options = EdgeOptions { socket_message_bytes: 2_000, ..EdgeOptions::default() };
    let trial = Trial::start(options).await;
    takes_less_than_2_000_bytes(Client::acknowledged(&trial).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_may_be_null_may_be_null() {
    let trial = trial().await;
    let mut client = Client::connect(&trial).await;
    client.say(json!({"type": "connection_init", "payload": null})).await;
    assert_eq!(client.hear().await, json!({"type": "connection_ack"}));
    let payload = json!({"query": "{hello}", "operationName": null, "variables": null, "extensions": null});
    client.say(json!({"type": "subscribe", "id": "1", "payload": payload})).await;
    assert_eq!(client.hear().await["payload"]["data"], json!({"hello": "world"}));
    assert_eq!(client.hear().await, json!({"type": "complete", "id": "1"}));
    client.say(json!({"type": "pong", "payload": null})).await;
    assert_eq!(until_pong(&mut client).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_and_pongs_may_come_before_the_connection_is_set_up() {
    let trial = trial().await;
    let mut client = Client::connect(&trial).await;
    client.say(json!({"type": "pong", "payload": {"unsolicited": true}})).await;
    assert_eq!(until_pong(&mut client).await, Vec::<Value>::new());
    client.say(json!({"type": "complete", "id": "of nobody"})).await;
    assert_eq!(until_pong(&mut client).await, Vec::<Value>::new());
    client.say(json!({"type": "connection_init"})).await;
    assert_eq!(client.hear().await, json!({"type": "connection_ack"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_has_three_seconds_to_be_set_up() {
    let trial = trial().await;
    let opened = Instant::now();
    let mut client = Client::connect(&trial).await;
    // Pings are no beginning.
    assert_eq!(until_pong(&mut client).await, Vec::<Value>::new());
    assert_eq!(client.closed().await, 4408);
    let waited = opened.elapsed();
    assert!(waited >= Duration::from_secs(3) && waited < Duration::from_secs(8), "{waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_taken_while_its_operation_lasts_whatever_it_is() {
    let trial = trial().await;
    for query in ["{never}", "mutation{linger}", "subscription{silence}"] {
        let mut client = Client::acknowledged(&trial).await;
        client.subscribe("the one", query).await;
        client.subscribe("another", "{hello}").await;
        client.subscribe("the one", "{hello}").await;
        let code = timeout(PATIENCE, async {
            loop {
                if let Message::Close(frame) = client.next().await {
                    break frame.unwrap();
                }
            }
        });
        let frame = code.await.unwrap();
        assert_eq!(u16::from(frame.code), 4409, "{query}");
        assert_eq!(frame.reason.as_str(), "Subscriber for the one already exists");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_free_once_either_side_has_completed_it() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    for query in ["{never}", "subscription{silence}", "mutation{linger}"] {
        client.subscribe("1", query).await;
        client.say(json!({"type": "complete", "id": "1"})).await;
        assert_eq!(until_pong(&mut client).await, Vec::<Value>::new(), "{query}");
    }
    // The mutation that nobody waits for ends now, and says nothing.
    trial.gate.open.notify_one();
    for (query, end) in
        [("{hello}", "complete"), ("{nothing}", "error"), ("subscription{count(to:1)}", "complete")]
    {
        client.subscribe("1", query).await;
        loop {
            let message = client.hear().await;
            assert_eq!(message["id"], "1");
            if message["type"] != "next" {
                break assert_eq!(message["type"], end, "{query}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_may_complete_at_once() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    for length in 0..40 {
        client.subscribe("1", &format!("subscription{{count(to:{length})}}")).await;
        client.say(json!({"type": "complete", "id": "1"})).await;
        client.say(json!({"type": "complete", "id": "1"})).await;
        let heard = until_pong(&mut client).await;
        let ends = heard.iter().filter(|message| message["type"] == "complete").count();
        assert!(ends <= 1, "{heard:?}");
        assert!(heard.iter().skip_while(|message| message["type"] != "complete").count() <= 1, "{heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_closes_is_answered_in_kind() {
    let trial = trial().await;
    let mut client = Client::acknowledged(&trial).await;
    client.subscribe("1", "subscription{silence}").await;
    let normal = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    client.0.send(Message::Close(Some(normal))).await.unwrap();
    let Message::Close(Some(frame)) = client.next().await else { panic!("no close frame") };
    assert_eq!(frame.code, CloseCode::Normal);
    assert!(timeout(PATIENCE, client.0.next()).await.unwrap().is_none(), "the socket ends without an error");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_subprotocol_closes_with_4406_and_among_several_the_known_one_is_taken() {
    let trial = trial().await;
    // By hand: the library's client hears nothing of a server that does not take its subprotocol.
    let request = format!(
        "GET /graphql/ws HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         sec-websocket-protocol: graphql-ws\r\n\r\n",
        trial.address
    );
    let mut stream = TcpStream::connect(trial.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let code = 4406_u16.to_be_bytes();
    while !answer.windows(2).any(|bytes| bytes == code) {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "{}", String::from_utf8_lossy(&answer));
    }
    let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    assert!(text.starts_with("http/1.1 101") && !text.contains("sec-websocket-protocol"), "{text}");
    let frame = &answer[answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4..];
    assert_eq!((frame[0], &frame[2..4]), (0x88, &code[..]));

    let both = ("sec-websocket-protocol", "graphql-ws, graphql-transport-ws");
    let mut client = open(&trial, &[both]).await.unwrap();
    client.say(json!({"type": "connection_init"})).await;
    assert_eq!(client.hear().await, json!({"type": "connection_ack"}));
}
