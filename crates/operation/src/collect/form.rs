//! The normal form of an operation.

use super::groups::{Grouper, Groups, Scope};
use super::held;
use crate::refused::{Fault, Refused};
use crate::shape::{Field as ShapeField, Inner, Nesting, Object, Shape, TYPE_KEY};
use crate::showing::EventForm;
use crate::types::Types;
use async_graphql::indexmap::IndexSet;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Fields of a normal form. What is selected of an abstract type is written once for each object that it may be.
const MOST_FIELDS: usize = 100_000;

/// The values of the variables of `@skip` and `@include`, by their names.
pub type Switches = Vec<(Name, bool)>;

/// An operation as it runs: no fragments but those that tell types apart, each response key once.
#[derive(Debug)]
pub struct Form {
    id: [u8; 32],
    kind: OperationType,
    document: ExecutableDocument,
    shape: Shape,
    selected: Vec<(Name, Name)>,
    bytes: usize,
    /// Of a subscription; made when it is first asked for.
    of_event: OnceLock<EventForm>,
}

impl Form {
    /// The same for the same text, operation and variables of `@skip` and `@include`; no other form has it.
    pub fn id(&self) -> &[u8; 32] {
        &self.id
    }

    pub fn kind(&self) -> OperationType {
        self.kind
    }

    /// One operation without fragments.
    pub fn document(&self) -> &ExecutableDocument {
        &self.document
    }

    /// What its answer looks like.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Each selected field with the type that it belongs to, once; a field of an interface also with every object that
    /// may be there. `__typename` is not among them.
    pub fn selected(&self) -> &[(Name, Name)] {
        &self.selected
    }

    /// What shows one event of a subscription.
    pub(crate) fn of_event(&self) -> &EventForm {
        self.of_event.get_or_init(|| EventForm::new(&self.document))
    }

    /// What it takes in memory, in bytes; an estimate. Fragments are expanded, so it may be far more than its text.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Brings a valid operation into its normal form.
pub fn form<'a>(
    grouper: Grouper<'a>,
    operation: &'a Positioned<OperationDefinition>,
    id: [u8; 32],
) -> Result<Form, Refused> {
    let kind = operation.node.ty;
    let root = grouper
        .types
        .root(kind)
        .ok_or_else(|| Refused::whole("GRAPHQL_VALIDATION_FAILED", format!("The schema has no {kind}s")))?;
    let set = &operation.node.selection_set;
    let groups = grouper.group(&[&set.node], Scope::Object(root));
    let mut former = Former { grouper, selected: IndexSet::new(), left: MOST_FIELDS, bytes: held::FORM };
    let (mut items, object) = former.object(&groups, root)?;
    if items.is_empty() {
        items.push(type_name(set.pos));
    }
    if let Some(name) = former.grouper.missing.get() {
        let message = format!("The variable ${name} decides what is left out: give true or false");
        return Err(Refused::input(vec![Fault::new(message, operation.pos)]));
    }
    let definition = OperationDefinition {
        ty: kind,
        variable_definitions: operation.node.variable_definitions.clone(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, set.pos),
    };
    let operations = DocumentOperations::Single(Positioned::new(definition, operation.pos));
    let bytes = former.bytes.saturating_add(former.selected.len().saturating_mul(held::SELECTED));
    Ok(Form {
        id,
        kind,
        document: ExecutableDocument { operations, fragments: HashMap::new() },
        shape: Shape(object),
        selected: former.selected.into_iter().collect(),
        bytes,
        of_event: OnceLock::new(),
    })
}

/// What the library is asked of a type, and what the answer shows of it.
pub(super) type Built<T> = (Vec<Positioned<Selection>>, T);

pub(super) struct Former<'a> {
    pub grouper: Grouper<'a>,
    selected: IndexSet<(Name, Name)>,
    /// How many fields there may still be.
    left: usize,
    /// What is there takes so much.
    bytes: usize,
}

impl<'a> Former<'a> {
    fn object(&mut self, groups: &Groups<'a>, ty: &str) -> Result<Built<Object>, Refused> {
        let (mut items, mut fields) = (Vec::with_capacity(groups.len()), Vec::with_capacity(groups.len()));
        for nodes in groups.values() {
            let (item, field) = self.field(ty, nodes)?;
            items.push(item);
            fields.push(Arc::new(field));
        }
        Ok((items, Object { fields }))
    }

    pub(super) fn field(
        &mut self,
        parent: &str,
        nodes: &[&'a Positioned<Field>],
    ) -> Result<(Positioned<Selection>, ShapeField), Refused> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            let message = format!("The document selects too much: the limit is {MOST_FIELDS} fields");
            Refused::whole("QUERY_TOO_COMPLEX", message)
        })?;
        let types = self.grouper.types;
        let unknown = || Refused::whole("GRAPHQL_VALIDATION_FAILED", "A field is not known");
        let first = *nodes.first().ok_or_else(unknown)?;
        if let Some(other) = nodes.iter().find(|other| !has_same_arguments(&first.node, &other.node)) {
            let key = &first.node.response_key().node;
            let message =
                format!("`{key}` is selected twice with different arguments: give one of them an alias");
            return Err(Refused::invalid(vec![Fault { message, locations: vec![first.pos, other.pos] }]));
        }
        let name = &first.node.name.node;
        let definition = types.field(parent, name).ok_or_else(unknown)?;
        self.select(types, parent, name);
        let sets: Vec<&SelectionSet> = nodes.iter().map(|node| &node.node.selection_set.node).collect();
        let (items, inner) = self.inner(&sets, definition.ty.inner_named_type().as_str(), first.pos)?;
        let key = first.node.response_key().node.clone();
        let takes = held::FIELD.saturating_add(held::by_arguments(&first.node.arguments));
        self.bytes = self.bytes.saturating_add(takes).saturating_add(key.len());
        let nesting = Nesting::of(&definition.ty);
        let shape = ShapeField {
            written: format!("\"{key}\":").into_bytes(),
            key,
            // Whom it is not shown to sees null, whatever its type says.
            nesting: if name == "__schema" { nesting.nullable() } else { nesting },
            inner,
            at: first.pos,
        };
        let field = Field {
            alias: first.node.alias.clone(),
            name: first.node.name.clone(),
            arguments: first.node.arguments.clone(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet { items }, first.node.selection_set.pos),
        };
        Ok((Positioned::new(Selection::Field(Positioned::new(field, first.pos)), first.pos), shape))
    }

    fn inner(&mut self, sets: &[&'a SelectionSet], ty: &str, at: Pos) -> Result<Built<Inner>, Refused> {
        if sets.iter().all(|set| set.items.is_empty()) {
            return Ok((Vec::new(), Inner::Leaf));
        }
        let (mut items, inner) = if self.grouper.types.is_abstract(ty) {
            self.abstracted(sets, ty, at)?
        } else {
            let groups = self.grouper.group(sets, Scope::Object(ty));
            let (items, object) = self.object(&groups, ty)?;
            (items, Inner::Object(object))
        };
        // The library answers null for an object of which everything is left out.
        if items.is_empty() {
            items.push(type_name(at));
        }
        Ok((items, inner))
    }

    fn select(&mut self, types: &Types, parent: &str, name: &Name) {
        if name == "__typename" {
            return;
        }
        self.selected.insert((Name::new(parent), name.clone()));
        for object in types.possible(parent) {
            self.selected.insert((object.clone(), name.clone()));
        }
    }
}

/// Whether two fields may be one. The validator takes lists of different lengths for the same.
fn has_same_arguments(one: &Field, other: &Field) -> bool {
    let (one, other) = (&one.arguments, &other.arguments);
    let given =
        |name: &Name| other.iter().find(|(there, _)| there.node == *name).map(|(_, value)| &value.node);
    one.len() == other.len() && one.iter().all(|(name, value)| given(&name.node) == Some(&value.node))
}

/// Has the library tell an object's type under the key that no document can use.
pub(super) fn type_name(at: Pos) -> Positioned<Selection> {
    let field = Field {
        alias: Some(Positioned::new(Name::new(TYPE_KEY), at)),
        name: Positioned::new(Name::new("__typename"), at),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet::default(), at),
    };
    Positioned::new(Selection::Field(Positioned::new(field, at)), at)
}
