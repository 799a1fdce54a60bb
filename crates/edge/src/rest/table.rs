//! The table made ready: each route with its operation parsed, its values typed and its answer's shape known.

use super::compile;
use super::compiled::{CompiledRoute, CompiledWork};
use super::openapi;
use super::route::{Route, Verb};
use super::schema_types::SchemaTypes;
use anyhow::Context as _;
use axum::body::Bytes;
use std::sync::OnceLock;

/// Every route, ready to run.
pub struct Table {
    pub routes: Vec<CompiledRoute>,
    pub types: SchemaTypes,
    openapi: OnceLock<Bytes>,
}

impl Table {
    /// Reads the operations against the schema; an error names the route that does not fit.
    pub fn load(routes: &'static [&'static [Route]], sdl: &str) -> anyhow::Result<Self> {
        let types = SchemaTypes::from_sdl(sdl).context("the schema's definition")?;
        let compiled = routes.iter().copied().flatten().map(|route| {
            compile::route(route, &types).with_context(|| format!("the REST route {}", route.id))
        });
        Ok(Self { routes: compiled.collect::<anyhow::Result<_>>()?, types, openapi: OnceLock::new() })
    }

    /// The text that describes the routes in OpenAPI. Anyone may ask for it as often as they like: it is written once, and
    /// all answers share its bytes.
    pub fn openapi(&self) -> Bytes {
        self.openapi.get_or_init(|| openapi::document(self).to_string().into()).clone()
    }

    /// The documents of all routes.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().flat_map(CompiledRoute::operations).map(|operation| operation.source.as_str())
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
