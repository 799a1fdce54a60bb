//! Patches from what an input leaves out, sets to null or gives.

use async_graphql::MaybeUndefined;
use fanfare_domain::patch::Patch;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::{ServiceError, ServiceResult};

/// A field that cannot be cleared: null is noted in `errors` below the field's name.
pub fn required<T>(given: MaybeUndefined<T>, field: &str, errors: &mut Vec<UserError>) -> Patch<T> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Value(value) => Patch::Set(value),
        MaybeUndefined::Null => {
            let words = "It cannot be null: give a value, or leave the field out.";
            errors.push(UserError::new(UserErrorCode::Required, field, words));
            Patch::Keep
        }
    }
}

/// Null clears the field.
pub fn optional<T, U>(given: MaybeUndefined<T>, read: impl FnOnce(T) -> U) -> Patch<Option<U>> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Set(None),
        MaybeUndefined::Value(value) => Patch::Set(Some(read(value))),
    }
}

/// Null empties the list.
pub fn list<T, U>(given: MaybeUndefined<Vec<T>>, read: impl FnOnce(Vec<T>) -> Vec<U>) -> Patch<Vec<U>> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Set(Vec::new()),
        MaybeUndefined::Value(value) => Patch::Set(read(value)),
    }
}

/// What was read, unless something is wrong with it.
pub fn faultless<T>(read: T, errors: Vec<UserError>) -> ServiceResult<T> {
    if errors.is_empty() { Ok(read) } else { Err(ServiceError::User(errors)) }
}
