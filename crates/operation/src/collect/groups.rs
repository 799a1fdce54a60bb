//! Selections grouped by their response keys, in order of first appearance.

use crate::switches::wanted;
use crate::types::Types;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

/// The selections of each response key: the first says what is asked, all of them say what of it.
pub type Groups<'a> = IndexMap<&'a str, Vec<&'a Positioned<Field>>>;

/// Of what the fields are collected.
#[derive(Clone, Copy)]
pub enum Scope<'t> {
    Object(&'t str),
    /// What is selected of every object that an abstract type may be.
    Every(&'t str),
}

/// Collects the fields of one document.
pub struct Grouper<'a> {
    pub types: &'a Types,
    pub document: &'a ExecutableDocument,
    /// The values of the variables of `@skip` and `@include`.
    pub switches: HashMap<&'a Name, bool>,
    /// One of those variables that has no value although something depends on it.
    pub missing: Cell<Option<&'a Name>>,
}

impl<'a> Grouper<'a> {
    pub fn group(&self, sets: &[&'a SelectionSet], scope: Scope<'_>) -> Groups<'a> {
        let (mut groups, mut visited) = (Groups::new(), HashSet::new());
        for &set in sets {
            self.gather(set, scope, &mut visited, &mut groups);
        }
        groups
    }

    fn gather(
        &self,
        set: &'a SelectionSet,
        scope: Scope<'_>,
        visited: &mut HashSet<&'a str>,
        groups: &mut Groups<'a>,
    ) {
        for selection in &set.items {
            if self.is_left_out(selection.node.directives()) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    groups.entry(field.node.response_key().node.as_str()).or_default().push(field);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.applies(&condition.node.on.node, scope)) {
                        self.gather(&fragment.node.selection_set.node, scope, visited, groups);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    let condition = &fragment.node.type_condition.node.on.node;
                    if visited.insert(name.as_str()) && self.applies(condition, scope) {
                        self.gather(&fragment.node.selection_set.node, scope, visited, groups);
                    }
                }
            }
        }
    }

    fn applies(&self, condition: &str, scope: Scope<'_>) -> bool {
        match scope {
            Scope::Object(object) => self.types.applies(condition, object),
            Scope::Every(ty) => {
                condition == ty || self.types.possible(ty).iter().all(|it| self.types.applies(condition, it))
            }
        }
    }

    fn is_left_out(&self, directives: &'a [Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| {
            let Some(wanted) = wanted(&directive.node) else { return false };
            let given = match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Boolean(given)) => Some(*given),
                Some(Value::Variable(name)) => {
                    let given = self.switches.get(name).copied();
                    if given.is_none() {
                        self.missing.set(Some(name));
                    }
                    given
                }
                _ => None,
            };
            given.is_some_and(|given| given != wanted)
        })
    }
}
