//! Resolves the selected fields of an object.

use super::awaited;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection};
use async_graphql::resolver_utils::{self, ContainerType};
use async_graphql::{ContextSelectionSet, Name, Positioned, ServerResult, Value};
use futures_util::future::{BoxFuture, join_all};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

const TYPE_NAME: &str = "__typename";

/// Resolves the fields of an object: those that hold their value at once, on the stack, the others concurrently. The
/// keys stand in the order of the selection. As in the library, the key of a field that failed is missing, and an object of
/// which everything failed is null: the edge recognises an answer without any value by that.
pub async fn resolve_container<'a, T: ContainerType + ?Sized>(
    ctx: &ContextSelectionSet<'a>,
    root: &'a T,
) -> ServerResult<Value> {
    let items = &ctx.item.node.items;
    let fields: Option<Vec<&Positioned<Field>>> = items.iter().map(|item| plain(&item.node)).collect();
    let Some(fields) = fields else {
        return resolver_utils::resolve_container(ctx, root).await;
    };
    let mut values: IndexMap<Name, Value> = IndexMap::with_capacity(fields.len());
    let mut waiting: Vec<(&Name, BoxFuture<'_, ServerResult<Value>>)> = Vec::new();
    let awaited = awaited::of(&T::type_name());
    for field in fields {
        let (key, name) = (&field.node.response_key().node, field.node.name.node.as_str());
        if name == TYPE_NAME {
            values.insert(key.clone(), Value::String(root.introspection_type_name().into_owned()));
            continue;
        }
        if field.node.selection_set.node.items.is_empty() && !awaited.contains(&name) {
            match at_once(ctx, root, field) {
                Poll::Ready(Ok(value)) => {
                    values.insert(key.clone(), value);
                    continue;
                }
                Poll::Ready(Err(error)) => {
                    ctx.add_error(error);
                    continue;
                }
                // It is resolved once more below: a query's field has no effect.
                Poll::Pending => {
                    debug_assert!(false, "{}.{name} waits: name it in awaited.rs", T::type_name());
                }
            }
        }
        values.insert(key.clone(), Value::Null);
        waiting.push((key, Box::pin(resolve(ctx, root, field))));
    }
    let (keys, futures): (Vec<&Name>, Vec<_>) = waiting.into_iter().unzip();
    for (key, outcome) in keys.into_iter().zip(join_all(futures).await) {
        match outcome {
            Ok(value) => {
                if let Some(place) = values.get_mut(key) {
                    *place = value;
                }
            }
            Err(error) => {
                values.shift_remove(key);
                ctx.add_error(error);
            }
        }
    }
    Ok(if values.is_empty() { Value::Null } else { Value::Object(values) })
}

/// A field without directives; `None`: something that only the library resolves.
fn plain(selection: &Selection) -> Option<&Positioned<Field>> {
    match selection {
        Selection::Field(field) if field.node.directives.is_empty() => Some(field),
        _ => None,
    }
}

async fn resolve<'a, T: ContainerType + ?Sized>(
    ctx: &'a ContextSelectionSet<'a>,
    root: &'a T,
    field: &'a Positioned<Field>,
) -> ServerResult<Value> {
    let ctx = ctx.with_field(field);
    Ok(root.resolve_field(&ctx).await?.unwrap_or_default())
}

/// The value of a field that does not wait.
fn at_once<'a, T: ContainerType + ?Sized>(
    ctx: &'a ContextSelectionSet<'a>,
    root: &'a T,
    field: &'a Positioned<Field>,
) -> Poll<ServerResult<Value>> {
    poll_once(pin!(resolve(ctx, root, field)))
}

/// Not inlined, and by the future's table: an object's resolvers are compiled once, for both ways to resolve a field.
#[inline(never)]
fn poll_once(
    future: Pin<&mut (dyn Future<Output = ServerResult<Value>> + Send)>,
) -> Poll<ServerResult<Value>> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Response, Result, Schema};
    use tokio::task::yield_now;

    /// Declares an object with fields that hold their value, that wait and that fail.
    macro_rules! thing {
        ($ty:ident, $($option:tt)*) => {
            struct $ty;

            #[Object($($option)*)]
            impl $ty {
                async fn number(&self) -> i32 {
                    1
                }
                async fn absent(&self) -> Option<i32> {
                    None
                }
                async fn fails(&self) -> Result<i32> {
                    Err("it fails".into())
                }
                async fn inner(&self) -> $ty {
                    yield_now().await;
                    $ty
                }
                async fn inners(&self) -> Vec<$ty> {
                    vec![$ty, $ty]
                }
                async fn lost(&self) -> Result<Option<$ty>> {
                    yield_now().await;
                    Err("it is lost".into())
                }
            }
        };
    }

    thing!(Ours, name = "Thing", crate = "crate::execution");
    thing!(Library, name = "Thing");

    /// The errors, in an order of their own: none is promised.
    fn errors(response: &Response) -> Vec<String> {
        let mut errors: Vec<String> = response
            .errors
            .iter()
            .map(|error| format!("{:?} {:?} {}", error.path, error.locations, error.message))
            .collect();
        errors.sort();
        errors
    }

    #[tokio::test]
    async fn an_object_is_answered_as_the_library_answers_it() {
        let library = Schema::new(Library, EmptyMutation, EmptySubscription);
        let ours = Schema::new(Ours, EmptyMutation, EmptySubscription);
        for query in [
            "{ inner { number absent a: number } }",
            "{ inner { __typename kind: __typename } }",
            "{ inner { fails } }",
            "{ inner { lost { number } } }",
            "{ inner { fails lost { number } } }",
            "{ inner { number fails lost { number } absent } }",
            "{ inner { inner { fails } inners { number fails } } }",
            "{ inners { fails } }",
            "{ inner { ... on Thing { number fails } ...F } } fragment F on Thing { a: number }",
        ] {
            let (expected, given) = (library.execute(query).await, ours.execute(query).await);
            assert_eq!(given.data, expected.data, "{query}");
            assert_eq!(errors(&given), errors(&expected), "{query}");
        }
    }
}
