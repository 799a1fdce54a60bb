//! A platform's id of something, as a user gives it.

use fanfare_domain::user_error::{UserError, UserErrorCode};

/// What was given in the input's `externalId`, if it is a text of 1 to 200 characters.
pub fn external_id(given: Option<String>) -> Result<Option<String>, UserError> {
    let strange = |id: &String| !(1..=200).contains(&id.chars().count()) || id.contains('\0');
    if given.as_ref().is_some_and(strange) {
        let words = "Give an id of 1 to 200 characters.";
        return Err(UserError::new(UserErrorCode::Invalid, "externalId", words));
    }
    Ok(given)
}
