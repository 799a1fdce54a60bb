use crate::schema::sessions;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::SessionId;

/// A session of a user.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id: SessionId,
    pub created_at: Timestamp,
    /// When its refresh token was last traded; `None`: not since it was opened.
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// The IP address that it was opened or last used from; `None`: it is older than this column.
    pub address: Option<String>,
}
