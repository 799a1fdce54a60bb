//! What posts are made with: media, templates, campaigns.

use super::{Walk, number};
use crate::publishing::stage::Stage;
use crate::support::rest::Rest;
use fanfare_net::HttpClient;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// A form with one of the simulator's samples.
pub async fn sample(stage: &Stage, name: &str) -> Form {
    let url = stage.simulator.url().join(&format!("simulator/{name}")).unwrap();
    let content = HttpClient::new().unwrap().request(Method::GET, url).send().await.unwrap().bytes().await;
    let part = Part::bytes(content.unwrap().to_vec()).file_name(name.to_owned());
    Form::new().part("file", part.mime_str("image/png").unwrap()).text("alt_text", "A picture")
}

pub async fn media(walk: &mut Walk, stage: &Stage, rest: &Rest) -> i64 {
    let form = sample(stage, "sample.jpg").await;
    let media = walk.step(rest.call("uploadMedia").form(form)).await;
    let form = sample(stage, "sample.jpg").await;
    walk.step(rest.call("uploadMediaToLibrary").form(form)).await;
    let listed = walk.step(rest.call("listMedia").query(&[("type", "image")])).await;
    let videos = rest.call("listMedia").query(&[("type", "video,gif")]).body_of(200).await;
    assert_eq!((&listed["total"], &videos["total"]), (&json!(2), &json!(0)));
    number(&media["media"]["id"])
}

pub async fn settings(walk: &mut Walk, rest: &Rest) {
    let before = walk.step(rest.call("getSettings")).await;
    let change = json!({ "banned_keywords": ["spam"], "timezone": "Etc/UTC", "auto_reply_text": "Thanks!" });
    let changed = walk.step(rest.call("updateSettings").json(change)).await["settings"].clone();
    assert_eq!((&changed["banned_keywords"], &changed["timezone"]), (&json!(["spam"]), &json!("Etc/UTC")));
    let reply = (&changed["auto_reply_enabled"], &changed["auto_reply_text"]);
    assert_eq!(reply, (&json!(false), &json!("Thanks!")));
    assert_eq!(changed["engagement_notifications"], before["settings"]["engagement_notifications"]);
    let nothing = rest.call("updateSettings").json(json!({})).body_of(200).await;
    assert_eq!(nothing["settings"], changed);
}

pub async fn templates(walk: &mut Walk, rest: &Rest) {
    let template = json!({ "name": "Welcome", "content_template": "Hello {name}, see {place}",
        "hashtag_template": "#{place}", "platform": "twitter", "category": "event" });
    let made = walk.step(rest.call("createTemplate").json(template)).await;
    assert_eq!(made["template"]["placeholders"], json!(["name", "place"]));
    let id = &made["id"];
    let change = json!({ "content_template": "Hello {name}", "category": null });
    let changed = walk.step(rest.call_on("updateTemplate", id).json(change)).await["template"].clone();
    assert_eq!((&changed["placeholders"], &changed["category"]), (&json!(["name", "place"]), &Value::Null));
    let listed =
        walk.step(rest.call("listTemplates").query(&[("platform", "twitter"), ("limit", "2")])).await;
    assert_eq!(listed["templates"][0]["id"], *id, "its own come first");
    assert_eq!(listed["templates"][1]["is_system"], json!(true));
    walk.step(rest.call_on("deleteTemplate", id)).await;
}

pub async fn campaign(walk: &mut Walk, rest: &Rest) -> i64 {
    let campaign = json!({ "name": "Spring", "description": "Flowers", "target_platforms": ["twitter"],
        "start_date": "2026-03-01", "end_date": "2026-05-31", "budget": 1500.5 });
    let made = walk.step(rest.call("createCampaign").json(campaign)).await;
    assert_eq!(made["campaign"]["budget"], json!(1500.5));
    number(&made["id"])
}

/// What became of the campaign once its post was published and counted.
pub async fn finished_campaign(walk: &mut Walk, rest: &Rest, id: i64) {
    let found = walk.step(rest.call_on("getCampaign", id)).await["campaign"].clone();
    assert_eq!((&found["post_count"], &found["posts"][0]["campaign_id"]), (&json!(1), &json!(id)));
    assert!(found["metrics"]["impressions"].is_i64(), "{found:#}");
    let change = json!({ "status": "completed", "end_date": "2026-04-30" });
    walk.step(rest.call_on("updateCampaign", id).json(change)).await;
    let listed = walk.step(rest.call("listCampaigns").query(&[("status", "completed")])).await;
    assert_eq!((&listed["total"], &listed["campaigns"][0]["end_date"]), (&json!(1), &json!("2026-04-30")));
    walk.step(rest.call_on("deleteCampaign", id)).await;
}
