//! In which of a user's workspaces a row is.

use fanfare_domain::id::UserId;
use fanfare_domain::row_id::{Place, RowId};

contract! {
    trait Ownership = ownership;

    /// Where those of the rows are that are in a workspace of the user's; another user's place is a workspace that both
    /// share. Workspaces have no place.
    read places(user: UserId, rows: &[RowId]) -> Vec<(RowId, Place)>;
}
