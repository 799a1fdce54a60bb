//! Rate budgets: app-wide and per account, shared by all nodes.

use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::Timestamp;

contract! {
    trait Budgets = budgets;

    /// Takes one token from each bucket, or none from any: `Err` says when there will be one in all of them.
    write take_call(wanted: Vec<(String, BudgetRule)>, now: Timestamp) -> Result<(), Timestamp>;
}
