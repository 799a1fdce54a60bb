//! What a server measures of its background work.

use super::stage::LIMIT;
use crate::inbox::scene::{message, publish, say, set};
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use fanfare_domain::work::WorkKind;

/// The sum of a metric's series of this kind of work that have `label` among their labels; `None`: there is none.
fn measured(text: &str, name: &str, kind: WorkKind, label: &str) -> Option<f64> {
    let of_kind = format!("kind=\"{kind}\"");
    let series = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('{')?.split_once("} "));
    let values = series.filter(|(labels, _)| labels.contains(&of_kind) && labels.contains(label));
    values.map(|(_, value)| value.parse::<f64>().unwrap()).reduce(|sum, value| sum + value)
}

/// Whether pieces of this kind were claimed and have come to their end, and whether none is at work now.
fn is_done(text: &str, kind: WorkKind) -> bool {
    let at_least_one = |name, label| measured(text, name, kind, label).is_some_and(|count| count >= 1.0);
    at_least_one("fanfare_work_claimed_total", "")
        && at_least_one("fanfare_work_lateness_seconds_count", "")
        && at_least_one("fanfare_work_finished_total", "outcome=\"done\"")
        && measured(text, "fanfare_work_running", kind, "").is_some_and(|running| running < 1.0)
}

#[test]
fn the_series_of_a_kind_are_added_up() {
    let text = "# TYPE a counter\na{kind=\"reply\",outcome=\"done\"} 2\na{kind=\"reply\",outcome=\"failed\"} 1\n\
        a{kind=\"publish\",outcome=\"done\"} 7\na_count{kind=\"reply\"} 9\n";
    assert_eq!(measured(text, "a", WorkKind::Reply, ""), Some(3.0));
    assert_eq!(measured(text, "a", WorkKind::Reply, "outcome=\"done\""), Some(2.0));
    assert_eq!(measured(text, "a", WorkKind::Export, ""), None);
}

on_both_databases! {
    async fn the_metrics_report_the_work_of_each_kind(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Who counts this?").await;
        message(&stage, "Who counts this?").await;
        let text = eventually(LIMIT, "a publication and a look have ended", async || {
            let text = stage.server.metrics().await;
            (is_done(&text, WorkKind::Publish) && is_done(&text, WorkKind::InboxPoll)).then_some(text)
        })
        .await;
        for kind in WorkKind::ALL {
            assert!(measured(&text, "fanfare_work_depth", kind, "").is_some(), "{kind}:\n{text}");
        }
        for kind in [WorkKind::Reply, WorkKind::MediaFetch, WorkKind::Export, WorkKind::Import] {
            assert_eq!(measured(&text, "fanfare_work_claimed_total", kind, ""), None, "{kind}:\n{text}");
        }
    }
}
