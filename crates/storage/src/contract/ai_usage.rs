//! How much of the language model each workspace, and the whole server, has used in a day, shared by all nodes.

use fanfare_domain::id::WorkspaceId;
use fanfare_domain::writing::ModelBudget;

contract! {
    trait AiUsage = ai_usage;

    /// Takes a request out of a day's budgets; `false`: the requests or the tokens of one are spent. `day` counts from
    /// 1970, in UTC.
    write reserve(workspace: WorkspaceId, day: i64, of_workspace: ModelBudget, of_server: ModelBudget) -> bool;
    /// Adds what a request has cost.
    write spend(workspace: WorkspaceId, day: i64, tokens: i64) -> ();
}
