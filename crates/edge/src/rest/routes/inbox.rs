//! What people say to the accounts.

use crate::rest::route::{Input, Paging, Route, Verb, field, path_id, query};

const MARKED: [Input; 2] = [path_id("inbox_message", "input.id"), field("read", "input.read")];

const fn mark(id: &'static str, verb: Verb) -> Route {
    Route {
        inputs: &MARKED,
        ..Route::new(
            id,
            verb,
            "/inbox/{id}/read",
            include_str!("../operations/mark_message_read.graphql"),
            "Marks a message as read, or as unread again.",
        )
    }
}

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[
            query("status", "filter.statuses"),
            query("platform", "filter.platform"),
            query("account_id", "filter.accountId"),
            query("type", "filter.types"),
            query("sender", "filter.sender"),
            query("q", "filter.query"),
        ],
        paging: Paging::Total,
        ..Route::new(
            "listMessages",
            Verb::Get,
            "/inbox",
            include_str!("../operations/list_messages.graphql"),
            "The messages, the newest first; unread counts those of the whole workspace.",
        )
    },
    Route {
        inputs: &[path_id("inbox_message", "input.id"), field("content", "input.text")],
        key: Some("input.clientMutationKey"),
        ..Route::new(
            "replyToMessage",
            Verb::Post,
            "/inbox/{id}/reply",
            include_str!("../operations/reply_to_message.graphql"),
            "Answers a message; the network is not waited for, and gets the reply once.",
        )
    },
    mark("markMessageRead", Verb::Put),
    mark("markMessageReadByPost", Verb::Post),
];
