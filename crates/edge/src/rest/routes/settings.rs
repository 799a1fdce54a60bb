//! What a workspace has decided.

use crate::rest::route::{Route, Verb, field};

pub const ROUTES: &[Route] = &[
    Route::new(
        "getSettings",
        Verb::Get,
        "/settings",
        include_str!("../operations/get_settings.graphql"),
        "The workspace's settings.",
    ),
    Route {
        inputs: &[
            field("engagement_notifications", "input.engagementNotifications"),
            field("banned_keywords", "input.bannedKeywords"),
            field("auto_reply_enabled", "input.autoReply.enabled"),
            field("auto_reply_text", "input.autoReply.text"),
            field("auto_optimal_time", "input.autoOptimalTime"),
            field("timezone", "input.timeZone"),
        ],
        ..Route::new(
            "updateSettings",
            Verb::Put,
            "/settings",
            include_str!("../operations/update_settings.graphql"),
            "Changes those of the workspace's settings that are given.",
        )
    },
];
