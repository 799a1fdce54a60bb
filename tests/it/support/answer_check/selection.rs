//! What a selection set asks of an object: CollectFields of the specification (6.3.2).

use apollo_compiler::executable::{DirectiveList, Field, Operation, Selection, SelectionSet, Type, Value};
use apollo_compiler::{ExecutableDocument, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// An operation that was executed.
pub struct Execution<'a> {
    pub schema: &'a Schema,
    pub document: &'a ExecutableDocument,
    pub operation: &'a Operation,
    /// The operation's boolean variables.
    pub switches: BTreeMap<&'a str, bool>,
}

/// The fields that stand under one response key.
pub struct Collected<'a> {
    pub key: &'a str,
    pub fields: Vec<&'a Field>,
}

impl<'a> Collected<'a> {
    /// The selection sets of all of them, which are asked as one.
    pub fn selections(&self) -> Vec<&'a SelectionSet> {
        self.fields.iter().map(|field| &field.selection_set).collect()
    }

    pub fn name(&self) -> &'a str {
        self.fields.first().map_or("", |field| field.name.as_str())
    }
}

impl<'a> Execution<'a> {
    /// The fields of an object of type `object`, in the order of their first mention.
    pub fn collect(&self, object: &str, sets: &[&'a SelectionSet]) -> Vec<Collected<'a>> {
        let mut found = Vec::new();
        for set in sets {
            self.collect_from(object, set, &mut BTreeSet::new(), &mut found);
        }
        found
    }

    fn collect_from(
        &self,
        object: &str,
        set: &'a SelectionSet,
        visited: &mut BTreeSet<&'a str>,
        found: &mut Vec<Collected<'a>>,
    ) {
        for selection in &set.selections {
            if !self.is_included(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let field: &'a Field = field;
                    let key = field.response_key().as_str();
                    match found.iter_mut().find(|collected| collected.key == key) {
                        Some(collected) => collected.fields.push(field),
                        None => found.push(Collected { key, fields: vec![field] }),
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if visited.insert(spread.fragment_name.as_str())
                        && let Some(fragment) = fragment
                        && self.is_possible(fragment.type_condition(), object)
                    {
                        self.collect_from(object, &fragment.selection_set, visited, found);
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.is_possible(condition, object)) {
                        self.collect_from(object, &inline.selection_set, visited, found);
                    }
                }
            }
        }
    }

    fn is_included(&self, directives: &DirectiveList) -> bool {
        let holds = |directive: &str| {
            let value = directives.get(directive)?.specified_argument_by_name("if")?;
            match &**value {
                Value::Boolean(value) => Some(*value),
                Value::Variable(name) => self.switches.get(name.as_str()).copied(),
                _ => None,
            }
        };
        holds("skip") != Some(true) && holds("include") != Some(false)
    }

    /// Whether an object of type `object` can stand where `named` is meant.
    pub fn is_possible(&self, named: &str, object: &str) -> bool {
        named == object || self.schema.is_subtype(named, object)
    }

    /// The object types that can stand where `named` is meant.
    pub fn possible(&self, named: &str) -> Vec<&'a str> {
        if let Some((name, kind)) = self.schema.types.get_key_value(named)
            && kind.is_object()
        {
            return vec![name.as_str()];
        }
        let objects = self.schema.types.iter().filter(|(_, kind)| kind.is_object());
        objects.map(|(name, _)| name.as_str()).filter(|object| self.is_possible(named, object)).collect()
    }

    /// The type of an object's field.
    pub fn type_of(&self, object: &str, field: &str) -> Option<&'a Type> {
        self.schema.type_field(object, field).ok().map(|definition| &definition.ty)
    }
}
