//! Accounts and how they are connected.

use crate::rest::route::{Paging, Route, Verb, field, path_id, query};

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[query("platform", "filter.platforms"), query("status", "filter.statuses")],
        paging: Paging::Total,
        ..Route::new(
            "listAccounts",
            Verb::Get,
            "/accounts",
            include_str!("../operations/list_accounts.graphql"),
            "The connected accounts, the newest first.",
        )
    },
    Route {
        inputs: &[
            field("platform", "input.platform"),
            field("account_name", "input.name"),
            field("access_token", "input.accessToken"),
            field("refresh_token", "input.refreshToken"),
            field("token_expires_at", "input.tokenExpiresAt"),
        ],
        success: 201,
        message: Some("The account is connected."),
        key: Some("input.clientMutationKey"),
        ..Route::new(
            "linkAccount",
            Verb::Post,
            "/accounts",
            include_str!("../operations/link_account.graphql"),
            "Connects an account with a token, or at once where the network is simulated.",
        )
    },
    Route {
        inputs: &[path_id("account", "input.accountId"), field("access_token", "input.accessToken")],
        message: Some("Connected again, or to be consented to at authorize_url."),
        key: Some("input.clientMutationKey"),
        ..Route::new(
            "reconnectAccount",
            Verb::Post,
            "/accounts/{id}/reconnect",
            include_str!("../operations/relink_account.graphql"),
            "Connects an account again.",
        )
    },
    Route {
        inputs: &[path_id("account", "id")],
        ..Route::new(
            "getAccount",
            Verb::Get,
            "/accounts/{id}",
            include_str!("../operations/get_account.graphql"),
            "One account.",
        )
    },
    Route {
        inputs: &[path_id("account", "input.accountId")],
        message: Some("The account is disconnected."),
        ..Route::new(
            "disconnectAccount",
            Verb::Delete,
            "/accounts/{id}",
            include_str!("../operations/disconnect_account.graphql"),
            "Disconnects an account; what waits to be published through it is cancelled.",
        )
    },
];
