use crate::schema::second_factors;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;

/// What a user signs in with in addition to their password.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct SecondFactor {
    /// The secret of their authenticator app, sealed.
    pub secret_sealed: String,
    /// `None`: not on yet, as they have not shown a code.
    pub confirmed_at: Option<Timestamp>,
    /// The newest time step whose code was used.
    pub last_step: i64,
    /// When the secret was made.
    pub created_at: Timestamp,
    /// Until when codes of the app are refused, after too many wrong ones in a row.
    pub locked_until: Option<Timestamp>,
}
