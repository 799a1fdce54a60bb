//! Uploads that stand still keep nobody from uploading.

use super::crowd::{Crowd, measured_when};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::raw::{Raw, part, post_form};
use crate::support::rest::Rest;
use crate::support::server::Server;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

on_both_databases! {
    async fn idle_uploads_of_one_user_leave_places_for_others_and_are_given_up(db: Database) {
        let settings = Server::on(&db).set("FANFARE_MAX_UPLOADS", "4").set("FANFARE_MAX_UPLOADS_PER_USER", "3");
        let server = settings.set("FANFARE_UPLOAD_WINDOW_SECONDS", "5").start().await;
        let (idler, other) = (Person::register(&server).await, Person::register(&server).await);
        let sample = server.graphql().request(Method::GET, "/simulator/sample.jpg").send().await.unwrap();
        let sample = sample.bytes().await.unwrap().to_vec();
        let token = format!("authorization: Bearer {}\r\n", idler.access_token);
        let begun = format!("{}x", part("file", "; filename=\"a.jpg\""));
        let in_rest = post_form("/api/sns/media", &token, 10 << 20, &begun);
        let in_graphql = post_form("/graphql", &token, 10 << 20, &part("operations", ""));
        let mut crowd = Crowd::new();
        crowd.open(&server, 1, &in_graphql).await;
        crowd.open(&server, 2, &in_rest).await;
        measured_when(&server, "fanfare_uploads_open", |open| open >= 3.0).await;
        for begun in [&in_rest, &in_graphql] {
            assert_eq!(Raw::saying(&server, begun).await.status().await, Some(429), "of one user");
        }
        let form = Form::new().part("file", Part::bytes(sample).file_name("a.jpg").mime_str("image/jpeg").unwrap());
        let uploaded = Rest::of(&other.graphql).call("uploadMedia").form(form).body_of(201).await;
        assert!(uploaded["media"].is_object(), "{uploaded:#}");
        // Nobody closes the idle ones but the server.
        measured_when(&server, "fanfare_uploads_open", |open| open < 1.0).await;
        for mut idle in crowd.leave() {
            assert_eq!(idle.status().await, Some(408));
        }
        assert_eq!(Rest::of(&idler.graphql).call("listMedia").body_of(200).await["total"], json!(0));
    }
}
