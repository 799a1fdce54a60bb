//! Writing aids.

use crate::rest::route::{Route, Verb, field};

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[
            field("topic", "input.topic"),
            field("platform", "input.platform"),
            field("tone", "input.tone"),
            field("language", "input.language"),
            field("content_type", "input.contentType"),
            field("hashtag_count", "input.hashtagCount"),
        ],
        key: Some("input.clientMutationKey"),
        ..Route::new(
            "generateContent",
            Verb::Post,
            "/ai/generate",
            include_str!("../operations/generate_content.graphql"),
            "Writes a text about a topic, within the network's length; ai_generated says who wrote it.",
        )
    },
    Route {
        inputs: &[
            field("content", "input.content"),
            field("platform", "input.platform"),
            field("count", "input.count"),
        ],
        key: Some("input.clientMutationKey"),
        ..Route::new(
            "suggestHashtags",
            Verb::Post,
            "/ai/hashtags",
            include_str!("../operations/suggest_hashtags.graphql"),
            "Finds 1 to 30 hashtags for a text.",
        )
    },
    Route {
        inputs: &[field("content", "input.content"), field("platform", "input.platform")],
        key: Some("input.clientMutationKey"),
        ..Route::new(
            "optimizeContent",
            Verb::Post,
            "/ai/optimize",
            include_str!("../operations/optimize_content.graphql"),
            "Improves a text for a network, and says what could be better in it.",
        )
    },
];
