//! What a subscription hands out.

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use std::borrow::Cow;

/// An event's object, made and written in room of its own. The library keeps room for an item, and for the writing of
/// it, in every subscription: thousands of them wait for an event, and few have one at the same time.
pub struct Delivered<T>(Box<T>);

impl<T> Delivered<T> {
    pub fn new(item: T) -> Self {
        Self(Box::new(item))
    }
}

impl<T: OutputType> OutputType for Delivered<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        Box::pin(T::resolve(&self.0, ctx, field)).await
    }
}
