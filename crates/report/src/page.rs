//! How a report is laid out.

use super::Report;
use super::chart::{self, Line};
use super::sheet::{Align, Color, Column, GREY, INK, SMALL, Sheet, Style};
use super::words::{count, growth_percent, percent};
use fanfare_domain::analytics::{Share, Totals};

const TITLE: Style = Style { size: 22.0, color: INK, bold: true };
const SUBTITLE: Style = Style { size: 11.0, color: GREY, bold: false };
const BLUE: Color = (0.16, 0.38, 0.78);
const GREEN: Color = (0.12, 0.52, 0.36);

/// The columns of a table by network or account.
const SHARES: [Column; 7] = [
    Column { heading: "", width: 151.0, align: Align::Left },
    right("Followers", 62.0),
    right("Engagement", 62.0),
    right("Change", 56.0),
    right("Views", 62.0),
    right("Reach", 62.0),
    right("Posts", 44.0),
];

const fn right(heading: &'static str, width: f32) -> Column {
    Column { heading, width, align: Align::Right }
}

/// The file.
pub fn write(report: &Report) -> Vec<u8> {
    let mut sheet = Sheet::new();
    let period = report.analytics.period;
    sheet.line(&report.workspace, TITLE, 30.0);
    let words = format!("Report from {} to {} ({})", period.start, period.end, report.zone.name());
    sheet.line(&words, SUBTITLE, 18.0);
    totals(&mut sheet, report);
    charts(&mut sheet, report);
    shares(&mut sheet, report);
    best_posts(&mut sheet, report);
    let foot = format!("Fanfare, {}. – stands for what no platform reports", report.today);
    sheet.finish(&format!("{}, {} to {}", report.workspace, period.start, period.end), &foot)
}

fn totals(sheet: &mut Sheet, report: &Report) {
    let analytics = &report.analytics;
    let (whole, before) = (&analytics.whole, analytics.period.previous());
    sheet.heading("Totals", 60.0);
    let row = |name: &str, number: fn(&Totals) -> Option<i64>, growth: Option<f64>| {
        vec![
            name.to_owned(),
            count(number(&whole.totals)),
            count(number(&whole.previous)),
            growth_percent(growth),
        ]
    };
    let growth = whole.growth;
    let mut rows = vec![
        row("Followers", |it| it.followers, growth.followers),
        row("Engagement", |it| Some(it.gains.engagement), growth.engagement),
        row("Views", |it| it.gains.views, growth.views),
        row("Impressions", |it| it.gains.impressions, growth.impressions),
        row("Reach", |it| it.gains.reach, growth.reach),
        row("Posts", |it| Some(it.posts), growth.posts),
    ];
    let rate = percent(whole.average_engagement_rate);
    rows.push(vec!["Average engagement rate".to_owned(), rate, String::new(), String::new()]);
    let first = Column { heading: "", width: 199.0, align: Align::Left };
    let columns = [first, right("This period", 100.0), right("Period before", 100.0), right("Change", 100.0)];
    sheet.table(&columns, &rows);
    sheet.line(&format!("The period before is from {} to {}.", before.start, before.end), SMALL, 16.0);
}

fn charts(sheet: &mut Sheet, report: &Report) {
    let analytics = &report.analytics;
    let followers: Vec<Option<i64>> = analytics.daily.iter().map(|day| day.followers).collect();
    let engagement: Vec<Option<i64>> = analytics.daily.iter().map(|day| Some(day.gains.engagement)).collect();
    sheet.heading("By day", chart::WHOLE);
    for line in [
        Line { title: "Followers", points: &followers, color: BLUE },
        Line { title: "Engagement", points: &engagement, color: GREEN },
    ] {
        chart::draw(sheet, analytics.period, &line);
    }
}

fn shares(sheet: &mut Sheet, report: &Report) {
    let analytics = &report.analytics;
    if report.accounts.is_empty() {
        sheet.heading("Accounts", 20.0);
        return sheet.line("There are none.", SMALL, 16.0);
    }
    let networks = analytics.by_platform.iter().map(|(platform, it)| share(platform.display_name(), it));
    sheet.heading("By network", 40.0);
    sheet.table(&SHARES, &networks.collect::<Vec<_>>());
    let accounts =
        analytics.by_account.iter().filter_map(|(id, it)| Some(share(report.accounts.get(id)?, it)));
    sheet.heading("By account", 40.0);
    sheet.table(&SHARES, &accounts.collect::<Vec<_>>());
}

fn share(name: &str, share: &Share) -> Vec<String> {
    let Totals { followers, gains, posts } = share.totals;
    vec![
        name.to_owned(),
        count(followers),
        count(Some(gains.engagement)),
        growth_percent(share.growth.engagement),
        count(gains.views),
        count(gains.reach),
        count(Some(posts)),
    ]
}

fn best_posts(sheet: &mut Sheet, report: &Report) {
    sheet.heading("Best posts", 40.0);
    if report.best.is_empty() {
        return sheet.line("None that was published in this period has been measured yet.", SMALL, 16.0);
    }
    let columns = [
        Column { heading: "Published", width: 66.0, align: Align::Left },
        Column { heading: "Networks", width: 96.0, align: Align::Left },
        Column { heading: "Post", width: 265.0, align: Align::Left },
        right("Engagement", 72.0),
    ];
    let rows = report.best.iter().map(|post| {
        let day = post.published.map(|day| day.to_string()).unwrap_or_default();
        vec![day, post.networks.clone(), post.words.clone(), count(Some(post.engagement))]
    });
    sheet.table(&columns, &rows.collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use fanfare_domain::analytics::{Analytics, Period, Readings};
    use std::collections::HashMap;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A report of so many accounts' worth of best posts.
    fn report(posts: usize) -> Report {
        let period = Period { start: day("2026-03-01"), end: day("2026-03-31") };
        let post = |n: usize| crate::BestPost {
            published: Some(day("2026-03-02")),
            networks: "X".to_owned(),
            words: format!("post {n}"),
            engagement: 1_234,
        };
        Report {
            workspace: "Ærø (and friends)".to_owned(),
            zone: chrono_tz::UTC,
            today: day("2026-04-01"),
            analytics: Analytics::new(period, &Readings::default()),
            accounts: HashMap::new(),
            best: (0..posts).map(post).collect(),
        }
    }

    #[test]
    fn a_table_goes_on_on_the_next_page_with_its_heading() {
        let text = |posts: usize| String::from_utf8_lossy(&write(&report(posts))).into_owned();
        let (short, long) = (text(1), text(90));
        assert!(short.starts_with("%PDF-") && short.contains("(1,234)"));
        let headings = |text: &str| text.matches("(Networks)").count();
        assert_eq!(headings(&short), 1);
        assert!(headings(&long) >= 2, "{}", headings(&long));
        assert!((0..90).all(|n| long.contains(&format!("(post {n})"))));
        assert_eq!(long.matches("/MediaBox").count(), headings(&long), "no page without a heading");
    }
}
