//! Paths and places of errors.

use crate::shape::{Field, Inner, Nesting, Shape};
use async_graphql::{PathSegment, Pos, ServerError};

/// Cuts the paths of errors where the operation has no such field. An error without a place has that of its field, or
/// none where it is about the request as a whole.
pub fn settle_paths(shape: &Shape, errors: &mut [ServerError]) {
    for error in errors.iter_mut() {
        error.locations.retain(|at| *at != Pos::default());
        let (length, field) = follow(shape, &error.path);
        error.path.truncate(length);
        if let Some(field) = field
            && error.locations.is_empty()
        {
            error.locations.push(field.at);
        }
    }
}

/// How much of a path there is, and the field that it leads to.
fn follow<'s>(shape: &'s Shape, path: &[PathSegment]) -> (usize, Option<&'s Field>) {
    let mut field: Option<&Field> = None;
    let mut nesting: Option<&Nesting> = None;
    for (length, segment) in path.iter().enumerate() {
        match segment {
            PathSegment::Index(_) => match nesting {
                Some(Nesting::List { item, .. }) => nesting = Some(&**item),
                _ => return (length, field),
            },
            PathSegment::Field(key) => {
                let next = match (field, nesting) {
                    (None, _) => shape.0.field(key),
                    (Some(Field { inner: Inner::Leaf, .. }), _) | (_, Some(Nesting::List { .. })) => None,
                    (Some(field), _) => field.inner.field(key),
                };
                let Some(next) = next else { return (length, field) };
                field = Some(next);
                nesting = Some(&next.nesting);
            }
        }
    }
    (path.len(), field)
}
