//! Patches from what an input leaves out, sets to null or gives.

use async_graphql::MaybeUndefined;
use fanfare_domain::patch::Patch;

/// A field that cannot be cleared.
pub fn required<T>(given: Option<T>) -> Patch<T> {
    given.map_or(Patch::Keep, Patch::Set)
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
