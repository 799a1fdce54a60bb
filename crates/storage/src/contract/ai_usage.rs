//! How much of the language model each workspace has used in a day, shared by all nodes.

use fanfare_domain::id::WorkspaceId;

contract! {
    trait AiUsage = ai_usage;

    /// Takes a request out of a day's budget; `false`: its requests or its tokens are spent. `day` counts from 1970, in UTC.
    write reserve(workspace: WorkspaceId, day: i64, requests_per_day: i64, tokens_per_day: i64) -> bool;
    /// Adds what a request has cost.
    write spend(workspace: WorkspaceId, day: i64, tokens: i64) -> ();
}
