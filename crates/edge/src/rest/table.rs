//! The table made ready: each route with its operation parsed, its values typed and its answer's shape known.

use super::compile;
use super::input_type::InputType;
use super::route::{Input, Kind, Route, Verb};
use super::schema_types::SchemaTypes;
use super::shape::Object;
use anyhow::Context as _;
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

/// A value of a request with the type that it has to have.
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

/// Every route, ready to run.
pub struct Table {
    pub routes: Vec<CompiledRoute>,
    pub types: SchemaTypes,
}

impl Table {
    /// Reads the operations against the schema; an error names the route that does not fit.
    pub fn load(routes: &'static [&'static [Route]], sdl: &str) -> anyhow::Result<Self> {
        let types = SchemaTypes::from_sdl(sdl).context("the schema's definition")?;
        let compiled = routes.iter().copied().flatten().map(|route| {
            compile::route(route, &types).with_context(|| format!("the REST route {}", route.id))
        });
        Ok(Self { routes: compiled.collect::<anyhow::Result<_>>()?, types })
    }

    /// The paths that the table itself serves, each once, with the methods that it answers.
    pub fn served_paths(&self) -> Vec<(&'static str, Vec<Verb>)> {
        let mut paths: Vec<(&'static str, Vec<Verb>)> = Vec::new();
        let served = self.routes.iter().filter(|it| !matches!(it.work, CompiledWork::Edge(_)));
        for CompiledRoute { route, .. } in served {
            match paths.iter_mut().find(|(path, _)| *path == route.path) {
                Some((_, verbs)) => verbs.push(route.verb),
                None => paths.push((route.path, vec![route.verb])),
            }
        }
        paths
    }

    pub fn find(&self, path: &str, verb: Verb) -> Option<&CompiledRoute> {
        self.routes.iter().find(|compiled| compiled.route.path == path && compiled.route.verb == verb)
    }
}
