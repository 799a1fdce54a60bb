//! The posts of a month, by the day that they are planned for.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::server::Settings;
use chrono::{Datelike as _, Days, Utc};
use serde_json::{Value, json};

const SPAN: &str = "query($from: Date, $to: Date) { calendar(startDate: $from, endDate: $to) {
    startDate endDate timeZone truncated days { date posts { content targets { status account { name } } } } } }";

/// The texts on a day that end so.
fn on(calendar: &Value, date: &str, end: &str) -> Vec<String> {
    let days = calendar["calendar"]["days"].as_array().unwrap();
    let day = days.iter().find(|day| day["date"] == date).unwrap_or_else(|| panic!("no {date}"));
    let texts =
        day["posts"].as_array().unwrap().iter().map(|post| post["content"].as_str().unwrap().to_owned());
    texts.filter(|text| text.ends_with(end)).collect()
}

on_both_databases! {
    async fn posts_stand_on_their_days_in_the_workspaces_time_zone(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        let update = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { timeZone } userErrors { code } } }";
        #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
        let today = Utc::now().date_naive();
        let year = today.year() + 1;
        // The months in which the clocks change: in the United States on the second Sunday of March and the first of
        // November, in Europe on the last Sundays of March and October.
        let changes = [("America/New_York", 3, 31), ("America/New_York", 11, 30), ("Europe/Berlin", 3, 31), ("Europe/Berlin", 10, 31)];
        for (zone, month, last) in changes {
            graphql.payload(update, json!({ "input": { "timeZone": zone } })).await;
            let at = |day: u32, time: &str| json!({ "dateTime": format!("{year}-{month:02}-{day:02}T{time}") });
            let first = stage.create(json!({ "content": format!("first minute in {zone}"), "accountIds": [ann], "scheduledLocal": at(1, "00:00") })).await;
            stage.create(json!({ "content": format!("last minute in {zone}"), "accountIds": [ann], "scheduledLocal": at(last, "23:59") })).await;
            assert_eq!(stage.post(&first).await["status"], "SCHEDULED");
            let document = "query($year: Int, $month: Int) { calendar(year: $year, month: $month) { startDate timeZone days { date posts { content } } } }";
            let calendar = graphql.data(document, json!({ "year": year, "month": month })).await;
            assert_eq!(calendar["calendar"]["timeZone"], zone);
            assert_eq!(calendar["calendar"]["days"].as_array().unwrap().len(), usize::try_from(last).unwrap());
            assert_eq!(on(&calendar, &format!("{year}-{month:02}-01"), zone), [format!("first minute in {zone}")]);
            assert_eq!(on(&calendar, &format!("{year}-{month:02}-{last}"), zone), [format!("last minute in {zone}")]);
        }
        let now = stage.create(json!({ "content": "at once", "accountIds": [ann], "publishNow": true })).await;
        stage.post_with_status(&now, "PUBLISHED").await;
        let (from, to) = (today - Days::new(2), today + Days::new(2));
        let around = graphql.data(SPAN, json!({ "from": from.to_string(), "to": to.to_string() })).await;
        let days = around["calendar"]["days"].as_array().unwrap();
        assert_eq!(days.iter().map(|day| day["posts"].as_array().unwrap().len()).sum::<usize>(), 1);
    }

    async fn a_calendar_takes_as_many_statements_for_one_post_as_for_many(db: Database) {
        let stage = Stage::set_with(&db, Settings::counting_statements).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let tomorrow = super::posts::tomorrow();
        let (from, to) = (tomorrow.date_naive() - Days::new(1), tomorrow.date_naive() + Days::new(1));
        for count in [1, 40] {
            for n in 1..=count {
                stage.create(json!({ "content": n.to_string(), "accountIds": [ann], "scheduledAt": tomorrow.to_rfc3339() })).await;
            }
            let answer = stage.person.graphql.post(SPAN, json!({ "from": from.to_string(), "to": to.to_string() })).await;
            assert_eq!(answer.data()["calendar"]["truncated"], false);
            assert_eq!(answer.statements(), 5, "the zone, planned and published posts, targets, accounts");
        }
    }

    async fn days_that_cannot_be_read_are_refused(db: Database) {
        let stage = Stage::set(&db).await;
        for bad in ["year: 2026", "year: 2026, month: 13", "startDate: \"2026-01-01\", endDate: \"2026-03-04\"",
            "startDate: \"2026-01-02\", endDate: \"2026-01-01\"", "year: 2026, month: 1, startDate: \"2026-01-01\"", "startDate: \"2026-01-01\""] {
            let refused = stage.person.graphql.post(&format!("{{ calendar({bad}) {{ startDate }} }}"), json!({})).await;
            assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"], "{bad}");
        }
    }
}
