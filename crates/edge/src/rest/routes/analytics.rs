//! What came of posts and accounts, in numbers.

use crate::rest::route::{Input, Route, Text, Verb, path_id, query};

const START: Input = query("start_date", "startDate");
const END: Input = query("end_date", "endDate");
const PLATFORM: Input = query("platform", "platform");

/// The days as comma-separated values.
const fn csv(operation: &'static str) -> Option<Text> {
    Some(Text { media: "text/csv", content_type: "text/csv; charset=utf-8; header=present", operation })
}

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[path_id("post", "id")],
        ..Route::new(
            "getPostMetrics",
            Verb::Get,
            "/posts/{id}/metrics",
            include_str!("../operations/get_post_metrics.graphql"),
            "What people did with a post since it was published, by network.",
        )
    },
    Route {
        inputs: &[path_id("post", "id")],
        ..Route::new(
            "getPostAnalytics",
            Verb::Get,
            "/posts/{id}/analytics",
            include_str!("../operations/get_post_analytics.graphql"),
            "How far a post reached, by network.",
        )
    },
    Route {
        inputs: &[START, END, PLATFORM, query("account_id", "accountId")],
        text: csv(include_str!("../operations/get_analytics_csv.graphql")),
        ..Route::new(
            "getAnalytics",
            Verb::Get,
            "/analytics",
            include_str!("../operations/get_analytics.graphql"),
            "The workspace's numbers over a time: 30 days by default, at most 366.",
        )
    },
    Route {
        inputs: &[path_id("account", "id"), START, END, PLATFORM],
        text: csv(include_str!("../operations/get_account_analytics_csv.graphql")),
        ..Route::new(
            "getAccountAnalytics",
            Verb::Get,
            "/analytics/accounts/{id}",
            include_str!("../operations/get_account_analytics.graphql"),
            "One account's numbers over a time: 30 days by default, at most 366.",
        )
    },
    Route {
        inputs: &[path_id("account", "accountId")],
        ..Route::new(
            "getOptimalTimes",
            Verb::Get,
            "/analytics/optimal-time/{id}",
            include_str!("../operations/get_optimal_times.graphql"),
            "The hours of the week at which an account does best to publish, the best first.",
        )
    },
];
