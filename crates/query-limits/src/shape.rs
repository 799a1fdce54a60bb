//! Measures a parsed document: every fragment once, whatever it is spread into.

use super::given::{of_arguments, of_directives};
use super::{Limits, Refusal};
use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Pos, Positioned};
use std::collections::HashMap;

/// Selection sets inside one another, inline fragments and spreads included. Bounds every later recursion.
const MAX_LEVELS: usize = 100;
/// Lists inside lists below `__schema` and `__type`, as many as the rules of graphql-js allow. The standard introspection
/// query nests `fields` once, while a cycle through `fields { type { fields ..` grows with the power of its depth.
const MAX_INTROSPECTION_LISTS: usize = 2;

/// Refuses a document that is deeper, wider or larger than `limits` allow, or whose fragments form a cycle.
pub fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<(), Refusal> {
    let mut ruler = Ruler {
        document,
        limits,
        aliases: HashMap::new(),
        fragments: HashMap::new(),
        selections: 0,
        values: 0,
    };
    for (_, operation) in document.operations.iter() {
        ruler.operation(&operation.node)?;
    }
    for (name, definition) in &document.fragments {
        ruler.fragment(name, definition.pos, 0)?;
    }
    Ok(())
}

fn too_many_lists(name: &str) -> String {
    format!(
        "`{name}` selects lists inside one another more than {MAX_INTROSPECTION_LISTS} times: `fields`, \
         `interfaces`, `possibleTypes` and `inputFields` count"
    )
}

/// What a selection set amounts to with its fragments expanded.
#[derive(Clone, Copy, Default)]
struct Extent {
    selections: u64,
    /// Values and directives.
    values: u64,
    /// Fields directly in the set.
    width: u64,
    /// Fields inside fields, introspection counted as one.
    depth: usize,
    /// Selection sets inside one another.
    levels: usize,
    introspection_lists: usize,
}

impl Extent {
    /// Adds `inner` to what is there already.
    fn beside(&mut self, inner: Self) {
        self.selections = self.selections.saturating_add(inner.selections);
        self.values = self.values.saturating_add(inner.values);
        self.width = self.width.saturating_add(inner.width);
        self.depth = self.depth.max(inner.depth);
        self.levels = self.levels.max(inner.levels);
        self.introspection_lists = self.introspection_lists.max(inner.introspection_lists);
    }
}

enum Fragment {
    /// Being measured: to meet it now means a cycle.
    Open,
    Measured(Extent),
}

struct Ruler<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    aliases: HashMap<&'a str, usize>,
    fragments: HashMap<&'a str, Fragment>,
    /// Of the operations so far: the validator expands the fragments of each, whichever is to run.
    selections: u64,
    /// The same of values and directives: the validator looks at them, and an operation's normal form has them, once for
    /// each place that their fragment is spread into.
    values: u64,
}

impl<'a> Ruler<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<(), Refusal> {
        self.directives(&operation.directives)?;
        for variable in &operation.variable_definitions {
            self.directives(&variable.node.directives)?;
        }
        let extent = self.selection_set(&operation.selection_set.node, 0)?;
        if extent.depth > self.limits.depth {
            return Err(Refusal::over("The operation is too deep", self.limits.depth));
        }
        self.selections = self.selections.saturating_add(extent.selections);
        if self.selections > self.limits.selections {
            return Err(Refusal::over("The document selects too much", self.limits.selections));
        }
        let values = extent.values.saturating_add(of_directives(&operation.directives));
        self.values = self.values.saturating_add(values);
        if self.values > u64::try_from(self.limits.tokens).unwrap_or(u64::MAX) {
            return Err(Refusal::over("The document gives too many values", self.limits.tokens));
        }
        if extent.width > u64::try_from(self.limits.root_fields).unwrap_or(u64::MAX) {
            return Err(Refusal::over("The operation has too many root fields", self.limits.root_fields));
        }
        Ok(())
    }

    fn selection_set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Extent, Refusal> {
        if level > MAX_LEVELS {
            return Err(Refusal::over("Selections and fragments nest too deep", MAX_LEVELS));
        }
        let mut extent = Extent::default();
        for selection in &set.items {
            self.directives(selection.node.directives())?;
            let mut inner = match &selection.node {
                Selection::Field(field) => self.field(field, level)?,
                Selection::InlineFragment(inline) => {
                    let inner = self.selection_set(&inline.node.selection_set.node, level + 1)?;
                    Extent { selections: inner.selections.saturating_add(1), ..inner }
                }
                Selection::FragmentSpread(spread) => {
                    let inner = self.fragment(&spread.node.fragment_name.node, spread.pos, level)?;
                    Extent { selections: inner.selections.saturating_add(1), ..inner }
                }
            };
            inner.values = inner.values.saturating_add(of_directives(selection.node.directives()));
            extent.beside(inner);
        }
        extent.levels += 1;
        if level + extent.levels > MAX_LEVELS {
            return Err(Refusal::over("Selections and fragments nest too deep", MAX_LEVELS));
        }
        Ok(extent)
    }

    fn field(&mut self, field: &'a Positioned<Field>, level: usize) -> Result<Extent, Refusal> {
        let (at, field) = (field.pos, &field.node);
        let name = field.name.node.as_str();
        if field.alias.is_some() {
            let count = self.aliases.entry(name).or_default();
            *count += 1;
            if *count > self.limits.aliases {
                return Err(Refusal::over("One field has too many aliases", self.limits.aliases));
            }
        }
        let inner = self.selection_set(&field.selection_set.node, level + 1)?;
        let introspection = matches!(name, "__schema" | "__type");
        if introspection && inner.depth > self.limits.introspection_depth {
            return Err(Refusal::over("The introspection is too deep", self.limits.introspection_depth));
        }
        if introspection && inner.introspection_lists > MAX_INTROSPECTION_LISTS {
            return Err(Refusal::Invalid { what: too_many_lists(name), at });
        }
        let list = matches!(name, "fields" | "interfaces" | "possibleTypes" | "inputFields");
        Ok(Extent {
            selections: inner.selections.saturating_add(1),
            values: inner.values.saturating_add(of_arguments(&field.arguments)),
            width: 1,
            depth: if introspection { 1 } else { inner.depth + 1 },
            levels: inner.levels,
            introspection_lists: if introspection {
                0
            } else {
                inner.introspection_lists + usize::from(list)
            },
        })
    }

    /// `at`: where it is spread.
    fn fragment(&mut self, name: &str, at: Pos, level: usize) -> Result<Extent, Refusal> {
        let Some((name, definition)) = self.document.fragments.get_key_value(name) else {
            return Ok(Extent::default()); // validation names it
        };
        match self.fragments.get(name.as_str()) {
            Some(Fragment::Open) => {
                return Err(Refusal::Invalid { what: format!("The fragment `{name}` spreads itself"), at });
            }
            Some(Fragment::Measured(extent)) if level + extent.levels <= MAX_LEVELS => return Ok(*extent),
            Some(Fragment::Measured(_)) => {
                return Err(Refusal::over("Selections and fragments nest too deep", MAX_LEVELS));
            }
            None => {}
        }
        self.fragments.insert(name, Fragment::Open);
        self.directives(&definition.node.directives)?;
        let mut extent = self.selection_set(&definition.node.selection_set.node, level + 1)?;
        extent.values = extent.values.saturating_add(of_directives(&definition.node.directives));
        self.fragments.insert(name, Fragment::Measured(extent));
        Ok(extent)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
        if directives.len() > self.limits.directives {
            return Err(Refusal::over("Too many directives at one place", self.limits.directives));
        }
        Ok(())
    }
}
