//! Accounts and how they are connected.

use crate::rest::route::{Paging, Route, Verb, path_id, query};

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
