//! Posts by the day.

use crate::rest::route::{Route, Verb, query};

pub const ROUTES: &[Route] = &[Route {
    inputs: &[
        query("year", "year"),
        query("month", "month"),
        query("start_date", "startDate"),
        query("end_date", "endDate"),
    ],
    ..Route::new(
        "getCalendar",
        Verb::Get,
        "/calendar",
        include_str!("../operations/get_calendar.graphql"),
        "The posts of a month, or of up to 62 days, by the day of the workspace's time zone.",
    )
}];
