//! Posts: written, planned, published.

use crate::rest::route::{
    Default, Input, Kind, Paging, Route, Verb, Word, Work, field, path_id, query, with,
};

const TIME: Kind = Kind::Time { local: "input.scheduledLocal.dateTime" };

/// What a post is written with; the variables of creation and of change have the same names.
const WRITTEN: [Input; 14] = [
    field("content", "input.content"),
    field("title", "input.title"),
    field("platforms", "input.platforms"),
    field("account_ids", "input.accountIds"),
    field("account_id", "input.accountIds").of(Kind::OneOf),
    field("scheduled_at", "input.scheduledAt").of(TIME),
    field("media_ids", "input.mediaIds"),
    field("media_urls", "input.mediaUrls"),
    field("hashtags", "input.hashtags"),
    field("link_url", "input.linkUrl"),
    field("campaign_id", "input.campaignId"),
    field("template_type", "input.templateType"),
    field("publish_mode", "input.publishMode"),
    field("variants", "input.variants"),
];

const TIMES: &[&str] = &["input.scheduledAt", "input.scheduledLocal"];

/// `draft` and `pending` win over a time.
const STATUS: Input = field("status", "input.publishNow").of(Kind::Word(&[
    Word { text: "draft", sets: ("input.publishNow", false), drops: TIMES },
    Word { text: "pending", sets: ("input.publishNow", true), drops: TIMES },
]));

/// A request that names platforms publishes, unless it says when, or otherwise.
const PUBLISH_NOW: Default =
    Default { given: "platforms", unless: &["scheduled_at", "status"], sets: "input.publishNow" };

const CREATED: [Input; 15] = with(WRITTEN, STATUS);
const CHANGED: [Input; 15] = with(WRITTEN, path_id("post", "input.id"));
const KEY: Option<&str> = Some("input.clientMutationKey");

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[
            query("status", "filter.statuses"),
            query("account_id", "filter.accountId"),
            query("platform", "filter.platform"),
            query("campaign_id", "filter.campaignId"),
            query("q", "filter.text"),
        ],
        paging: Paging::Pages,
        ..Route::new(
            "listPosts",
            Verb::Get,
            "/posts",
            include_str!("../operations/list_posts.graphql"),
            "The posts, the newest first.",
        )
    },
    Route {
        inputs: &CREATED,
        defaults: &[PUBLISH_NOW],
        key: KEY,
        success: 201,
        message: Some("The post is stored."),
        ..Route::new(
            "createPost",
            Verb::Post,
            "/posts",
            include_str!("../operations/create_post.graphql"),
            "Creates a draft, or a post that is published at once or at a time, without waiting for any network.",
        )
    },
    Route {
        inputs: &[field("posts", "input.posts").of(Kind::Items {
            most: 500,
            inputs: &CREATED,
            defaults: &[PUBLISH_NOW],
        })],
        key: KEY,
        success: 201,
        ..Route::new(
            "createPosts",
            Verb::Post,
            "/posts/bulk",
            include_str!("../operations/create_posts.graphql"),
            "Creates up to 500 posts; the good ones are kept, whatever the others are.",
        )
    },
    Route {
        inputs: &[path_id("post", "id")],
        ..Route::new(
            "getPost",
            Verb::Get,
            "/posts/{id}",
            include_str!("../operations/get_post.graphql"),
            "One post with its targets.",
        )
    },
    Route {
        inputs: &CHANGED,
        ..Route::new(
            "updatePost",
            Verb::Put,
            "/posts/{id}",
            include_str!("../operations/update_post.graphql"),
            "Changes a post before anything of it is sent.",
        )
    },
    Route {
        inputs: &[path_id("post", "input.id")],
        message: Some("The post is deleted."),
        ..Route::new(
            "deletePost",
            Verb::Delete,
            "/posts/{id}",
            include_str!("../operations/delete_post.graphql"),
            "Deletes a post of which nothing was ever sent.",
        )
    },
    Route {
        work: Work::Either {
            given: "scheduled_at",
            then: include_str!("../operations/schedule_post.graphql"),
            otherwise: include_str!("../operations/publish_post.graphql"),
        },
        inputs: &[path_id("post", "input.id"), field("scheduled_at", "input.scheduledAt").of(TIME)],
        key: KEY,
        message: Some("The post is on its way."),
        ..Route::new(
            "publishPost",
            Verb::Post,
            "/posts/{id}/publish",
            "",
            "Publishes a post at once, or at a time; the networks are not waited for.",
        )
    },
    Route {
        inputs: &[path_id("post", "input.id")],
        key: KEY,
        message: Some("The failed targets are sent again."),
        ..Route::new(
            "retryPost",
            Verb::Post,
            "/posts/{id}/retry",
            include_str!("../operations/retry_post.graphql"),
            "Sends a post's failed targets again.",
        )
    },
];
