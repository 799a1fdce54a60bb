//! From what an input leaves out, sets to null or gives, to what changes.

use async_graphql::MaybeUndefined;
use fanfare_domain::change::Change;

/// Of a part that cannot be taken away.
pub fn required<T>(given: Option<T>) -> Change<T> {
    given.map_or(Change::Keep, Change::Set)
}

/// Null takes the part away.
pub fn optional<T, U>(given: MaybeUndefined<T>, read: impl FnOnce(T) -> U) -> Change<Option<U>> {
    match given {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Set(None),
        MaybeUndefined::Value(value) => Change::Set(Some(read(value))),
    }
}

/// Null empties the list.
pub fn list<T, U>(given: MaybeUndefined<Vec<T>>, read: impl FnOnce(Vec<T>) -> Vec<U>) -> Change<Vec<U>> {
    match given {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Set(Vec::new()),
        MaybeUndefined::Value(value) => Change::Set(read(value)),
    }
}
