//! Walks the values of a document: fields that are given twice, variables that stand where they may not, choices of
//! which not exactly one is made, values that are none of their custom scalar. The validator looks at variables only where
//! they are all of an argument, and takes anything for a custom scalar.

use super::literals::constant;
use super::positions::{Place, refusal};
use crate::types::{Types, is_one_of};
use apollo_compiler::ast::{
    Argument, Definition, Directive, Document, FragmentDefinition, InputValueDefinition, Selection, Type,
    Value, VariableDefinition,
};
use apollo_compiler::schema::InputObjectType;
use apollo_compiler::{Name, Node};
use std::collections::{HashMap, HashSet};

/// What the walk found.
#[derive(Default)]
pub struct Checked {
    pub found: Vec<Found>,
    /// Ways to the values that were asked for, such as `input.platform`, by the values' offsets.
    pub paths: HashMap<usize, String>,
}

pub struct Found {
    /// Where the value begins.
    pub offset: usize,
    /// Where its argument begins.
    pub argument: usize,
    pub message: String,
}

/// Walks a document. `wanted`: the offsets of values whose ways are told; all of them would be longer than the document.
pub fn check(types: &Types, document: &Document, wanted: &HashSet<usize>) -> Checked {
    let mut fragments = HashMap::new();
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            fragments.entry(fragment.name.as_str()).or_insert(&**fragment);
        }
    }
    let mut checked = Checked::default();
    for definition in &document.definitions {
        let Definition::OperationDefinition(operation) = definition else { continue };
        let variables = operation.variables.iter().map(|it| (it.name.as_str(), &**it)).collect();
        let mut walk = Walk {
            types,
            fragments: &fragments,
            variables,
            visited: HashSet::new(),
            path: Vec::new(),
            argument: 0,
            wanted,
            checked: &mut checked,
        };
        for variable in &operation.variables {
            walk.directives(&variable.directives.0);
            if let Some(default) = &variable.default_value {
                walk.argument = offset(default);
                walk.path.push(Step::Name(&variable.name));
                walk.value(default, Some(Place { ty: &variable.ty, has_default: false, is_choice: false }));
                walk.path.pop();
            }
        }
        walk.directives(&operation.directives.0);
        let root = types.schema.root_operation(operation.operation_type);
        walk.selections(&operation.selection_set, root.map(Name::as_str));
    }
    checked
}

fn offset<T>(node: &Node<T>) -> usize {
    node.location().map_or(0, |span| span.offset())
}

/// A step of the way to a value.
enum Step<'a> {
    Name(&'a Name),
    Index(usize),
}

/// Walks one operation, with the fragments that it spreads.
struct Walk<'a, 'c> {
    types: &'a Types,
    fragments: &'c HashMap<&'a str, &'a FragmentDefinition>,
    variables: HashMap<&'a str, &'a VariableDefinition>,
    visited: HashSet<&'a str>,
    path: Vec<Step<'a>>,
    /// Where the argument begins whose value is walked.
    argument: usize,
    wanted: &'c HashSet<usize>,
    checked: &'c mut Checked,
}

impl<'a> Walk<'a, '_> {
    fn selections(&mut self, selections: &'a [Selection], parent: Option<&'a str>) {
        let types = self.types;
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives.0);
                    let definition = parent.and_then(|parent| types.field(parent, &field.name));
                    self.arguments(&field.arguments, definition.map(|it| it.arguments.as_slice()));
                    let ty = definition.map(|it| it.ty.inner_named_type().as_str());
                    self.selections(&field.selection_set, ty);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives.0);
                    let on = fragment.type_condition.as_ref().map(Name::as_str).or(parent);
                    self.selections(&fragment.selection_set, on);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives.0);
                    let name = spread.fragment_name.as_str();
                    if let Some(fragment) = self.fragments.get(name).copied()
                        && self.visited.insert(name)
                    {
                        self.directives(&fragment.directives.0);
                        self.selections(&fragment.selection_set, Some(fragment.type_condition.as_str()));
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Node<Directive>]) {
        let types = self.types;
        for directive in directives {
            let definition = types.schema.directive_definitions.get(&directive.name);
            self.arguments(&directive.arguments, definition.map(|it| it.arguments.as_slice()));
        }
    }

    fn arguments(
        &mut self,
        arguments: &'a [Node<Argument>],
        definitions: Option<&'a [Node<InputValueDefinition>]>,
    ) {
        for argument in arguments {
            let definition = definitions.and_then(|all| all.iter().find(|it| it.name == argument.name));
            self.argument = offset(argument);
            self.path.push(Step::Name(&argument.name));
            self.value(&argument.value, definition.map(|it| place_of(it, false)));
            self.path.pop();
        }
    }

    fn value(&mut self, node: &'a Node<Value>, place: Option<Place<'a>>) {
        let types = self.types;
        self.name_place(node);
        if let Some(place) = place {
            self.scalar(node, place.ty);
        }
        match &**node {
            Value::Variable(name) => self.variable(node, name, place),
            Value::List(items) => {
                let item = place.map(|place| place.ty).filter(|ty| ty.is_list()).map(Type::item_type);
                let item = item.map(|ty| Place { ty, has_default: false, is_choice: false });
                for (index, value) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.value(value, item);
                    self.path.pop();
                }
            }
            Value::Object(fields) => {
                let named = place.map(|place| place.ty.inner_named_type());
                let input = named.and_then(|name| types.input(name));
                self.object(node, fields, input);
            }
            _ => {}
        }
    }

    /// Looks at a value where a custom scalar is expected, or a list of one: then at each item as it is walked.
    fn scalar(&mut self, node: &Node<Value>, ty: &Type) {
        let name = ty.inner_named_type().as_str();
        let is_walked = ty.is_list() && node.as_list().is_some();
        if is_walked || node.is_null() || !self.types.checks(name) {
            return;
        }
        if let Some(words) = constant(node).and_then(|value| self.types.scalar_fault(name, &value)) {
            self.tell(node, format!("A value of the type `{name}` is not accepted: {words}"));
        }
    }

    fn variable(&mut self, node: &'a Node<Value>, name: &'a Name, place: Option<Place<'a>>) {
        match (self.variables.get(name.as_str()), place) {
            (None, _) => self.tell(node, format!("The variable `${name}` is not defined")),
            (Some(variable), Some(place)) => {
                if let Some(words) = refusal(variable, place) {
                    self.tell(node, words);
                }
            }
            // Inside of a custom scalar anything may stand.
            (Some(_), None) => {}
        }
    }

    fn object(
        &mut self,
        node: &'a Node<Value>,
        fields: &'a [(Name, Node<Value>)],
        input: Option<&'a InputObjectType>,
    ) {
        let choice = input.filter(|input| is_one_of(input));
        if let Some(input) = choice
            && (fields.len() != 1 || fields.iter().any(|(_, value)| value.is_null()))
        {
            self.tell(node, format!("Exactly one field of `{}` must be given, and not null", input.name));
        }
        let mut given = HashSet::new();
        for (name, value) in fields {
            if !given.insert(name.as_str()) {
                self.tell(value, format!("The field `{name}` of an input object can be given only once"));
            }
            let definition = input.and_then(|input| input.fields.get(name));
            self.path.push(Step::Name(name));
            self.value(value, definition.map(|it| place_of(it, choice.is_some())));
            self.path.pop();
        }
    }

    fn tell(&mut self, node: &Node<Value>, message: String) {
        self.checked.found.push(Found { offset: offset(node), argument: self.argument, message });
    }

    /// Keeps the way to a value that is asked for and is not all of an argument.
    fn name_place(&mut self, node: &Node<Value>) {
        if self.path.len() < 2 || !self.wanted.contains(&offset(node)) {
            return;
        }
        let steps = self.path.iter().map(|step| match step {
            Step::Name(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        });
        let path = steps.collect::<Vec<_>>().join(".");
        self.checked.paths.insert(offset(node), path);
    }
}

fn place_of(definition: &InputValueDefinition, is_choice: bool) -> Place<'_> {
    Place { ty: &definition.ty, has_default: definition.default_value.is_some(), is_choice }
}
