//! Posts that belong together, for a time.

use crate::rest::route::{Input, Paging, Route, Verb, field, path_id, query, with};

const WRITTEN: [Input; 6] = [
    field("name", "input.name"),
    field("description", "input.description"),
    field("target_platforms", "input.targetPlatforms"),
    field("start_date", "input.startDate"),
    field("end_date", "input.endDate"),
    field("budget", "input.budget"),
];
const NAMED: [Input; 7] = with(WRITTEN, path_id("campaign", "input.id"));
const CHANGED: [Input; 8] = with(NAMED, field("status", "input.status"));

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[query("status", "filter.statuses")],
        paging: Paging::Total,
        ..Route::new(
            "listCampaigns",
            Verb::Get,
            "/campaigns",
            include_str!("../operations/list_campaigns.graphql"),
            "The campaigns, the newest first.",
        )
    },
    Route {
        inputs: &WRITTEN,
        key: Some("input.clientMutationKey"),
        success: 201,
        message: Some("The campaign is stored."),
        ..Route::new(
            "createCampaign",
            Verb::Post,
            "/campaigns",
            include_str!("../operations/create_campaign.graphql"),
            "Creates a campaign, which begins active.",
        )
    },
    Route {
        inputs: &[path_id("campaign", "id")],
        ..Route::new(
            "getCampaign",
            Verb::Get,
            "/campaigns/{id}",
            include_str!("../operations/get_campaign.graphql"),
            "One campaign with its newest posts, at most 100, and the numbers of all of them together.",
        )
    },
    Route {
        inputs: &CHANGED,
        ..Route::new(
            "updateCampaign",
            Verb::Put,
            "/campaigns/{id}",
            include_str!("../operations/update_campaign.graphql"),
            "Changes a campaign; pausing it holds its scheduled posts.",
        )
    },
    Route {
        inputs: &[path_id("campaign", "input.id")],
        message: Some("The campaign is deleted; its posts stay."),
        ..Route::new(
            "deleteCampaign",
            Verb::Delete,
            "/campaigns/{id}",
            include_str!("../operations/delete_campaign.graphql"),
            "Deletes a campaign; its posts stay, without a campaign.",
        )
    },
];
