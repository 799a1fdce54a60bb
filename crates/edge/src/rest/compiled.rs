//! A route made ready to run: its operation parsed, its values typed, its answer's shape known.

use super::input_type::InputType;
use super::route::{Input, Kind, Route};
use super::shape::Object;
use async_graphql::parser::types::ExecutableDocument;

/// A document of one operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// With the fragments that it spreads.
    pub source: String,
    pub document: ExecutableDocument,
    pub shape: Object,
    pub is_mutation: bool,
}

/// A value of a request with the type that it must have.
#[derive(Clone, Debug)]
pub struct TypedInput {
    pub input: &'static Input,
    pub ty: InputType,
    pub required: bool,
    /// Whether `null` means something.
    pub nullable: bool,
    pub description: String,
    /// What each body of a [`Kind::Items`] holds.
    pub items: Vec<TypedInput>,
}

impl TypedInput {
    /// The variables that the value may become.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        let local = match self.input.kind {
            Kind::Time { local } => Some(local),
            _ => None,
        };
        std::iter::once(self.input.to).chain(local)
    }
}

/// What runs for a route.
#[derive(Clone, Debug)]
pub enum CompiledWork {
    Operation(Box<Operation>),
    Either {
        given: &'static str,
        then: Box<Operation>,
        otherwise: Box<Operation>,
    },
    /// A handler of the edge; what its JSON holds.
    Edge(Object),
}

/// A route that is ready to run.
#[derive(Clone, Debug)]
pub struct CompiledRoute {
    pub route: &'static Route,
    pub work: CompiledWork,
    /// What runs where the route's other form is asked for.
    pub text: Option<Box<Operation>>,
    pub inputs: Vec<TypedInput>,
}

impl CompiledRoute {
    /// The operations that may run for it.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        let work: [Option<&Operation>; 2] = match &self.work {
            CompiledWork::Operation(only) => [Some(&**only), None],
            CompiledWork::Either { then, otherwise, .. } => [Some(&**then), Some(&**otherwise)],
            CompiledWork::Edge(_) => [None, None],
        };
        work.into_iter().flatten().chain(self.text.as_deref())
    }
}
