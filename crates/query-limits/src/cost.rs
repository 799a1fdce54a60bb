//! Prices an operation by the schema's declared weights.

use super::text::bytes_to_weigh;
use super::{Limits, Refusal};
use async_graphql::parser::types::{
    BaseType, ConstDirective, ExecutableDocument, Field, FieldDefinition, InputObjectType,
    InputValueDefinition, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{Name, Positioned, Value, Variables, parser};
use std::collections::HashMap;

/// How many items a field returns where neither `first` nor `last` is given or has a default.
const DEFAULT_PAGE: u64 = 20;

/// What an operation costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub used: u64,
    pub limit: u64,
}

/// The prices of a schema's fields, read once from its SDL.
#[derive(Debug)]
pub struct CostModel {
    types: HashMap<String, HashMap<String, FieldPrice>>,
    /// The fields of input objects that cost something where they are given.
    inputs: HashMap<String, HashMap<String, u64>>,
    roots: [String; 3],
}

#[derive(Debug)]
struct FieldPrice {
    target: String,
    /// What the schema declares, else what [`default_weight`] says.
    weight: Option<u64>,
    /// The bytes of text for which it costs one more.
    text: Option<u64>,
    size: ListSize,
    /// Its arguments with the names of their types.
    arguments: Vec<(String, String)>,
}

#[derive(Debug)]
enum ListSize {
    /// Not a list, or a list priced for this many items.
    Fixed(u64),
    /// A connection of as many as `first` or `last` says, else of this many. Its objects are priced where they are
    /// selected.
    Page(u64),
    /// A plain list of as many, of which each object has the field's weight.
    Objects(u64),
    /// As many as ids are given.
    Ids,
}

impl CostModel {
    /// Reads a schema's SDL, with `@cost` and `@listSize` where fields carry them.
    pub fn from_sdl(sdl: &str) -> Result<Self, parser::Error> {
        let document = parser::parse_schema(sdl)?;
        let mut model = Self {
            types: HashMap::new(),
            inputs: HashMap::new(),
            roots: ["Query", "Mutation", "Subscription"].map(str::to_owned),
        };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let node = schema.node;
                    for (root, name) in
                        model.roots.iter_mut().zip([node.query, node.mutation, node.subscription])
                    {
                        *root = name.map_or_else(|| root.clone(), |name| name.node.to_string());
                    }
                }
                TypeSystemDefinition::Type(ty) => {
                    let fields = match ty.node.kind {
                        TypeKind::Object(object) => object.fields,
                        TypeKind::Interface(interface) => interface.fields,
                        TypeKind::Union(_) => Vec::new(),
                        TypeKind::InputObject(input) => {
                            let weights = weights(&input);
                            if !weights.is_empty() {
                                model.inputs.insert(ty.node.name.node.to_string(), weights);
                            }
                            continue;
                        }
                        TypeKind::Scalar | TypeKind::Enum(_) => continue,
                    };
                    let prices = fields.iter().map(|f| (f.node.name.node.to_string(), price(&f.node)));
                    model.types.entry(ty.node.name.node.to_string()).or_default().extend(prices);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(model)
    }

    /// Prices `operation`; refuses it over `limits.complexity`. The document must have passed [`super::measure`],
    /// which bounds the recursion here.
    pub fn price(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<Cost, Refusal> {
        let [query, mutation, subscription] = &self.roots;
        let root = match operation.ty {
            OperationType::Query => query,
            OperationType::Mutation => mutation,
            OperationType::Subscription => subscription,
        };
        let mut till = Till { model: self, document, operation, variables, fragments: HashMap::new() };
        let used = till.selection_set(&operation.selection_set.node, root).total();
        let limit = limits.complexity;
        if used > limit {
            return Err(Refusal::over(format!("The operation costs {used}"), limit));
        }
        Ok(Cost { used, limit })
    }
}

fn price(field: &FieldDefinition) -> FieldPrice {
    let has = |argument: &str| field.arguments.iter().any(|a| a.node.name.node == argument);
    let list = matches!(field.ty.node.base, BaseType::List(_));
    let size = if has("first") || has("last") {
        let page = default_page(field);
        if list { ListSize::Objects(page) } else { ListSize::Page(page) }
    } else if list && has("ids") {
        ListSize::Ids
    } else {
        ListSize::Fixed(directive_number(&field.directives, "listSize", "assumedSize").unwrap_or(1))
    };
    let target = base_name(&field.ty.node).to_owned();
    let weight = directive_number(&field.directives, "cost", "weight");
    let text = directive_number(&field.directives, "textCost", "bytes");
    let argument = |it: &InputValueDefinition| (it.name.node.to_string(), base_name(&it.ty.node).to_owned());
    let arguments = field.arguments.iter().map(|it| argument(&it.node)).collect();
    FieldPrice { target, weight, text, size, arguments }
}

/// How many items a field returns where it is not asked for a number.
fn default_page(field: &FieldDefinition) -> u64 {
    let sizes = field.arguments.iter().filter(|a| ["first", "last"].contains(&a.node.name.node.as_str()));
    let declared = sizes.filter_map(|a| match &a.node.default_value.as_ref()?.node {
        Value::Number(number) => number.as_u64(),
        _ => None,
    });
    declared.max().unwrap_or(DEFAULT_PAGE)
}

fn weights(input: &InputObjectType) -> HashMap<String, u64> {
    let weight = |field: &InputValueDefinition| {
        Some((field.name.node.to_string(), directive_number(&field.directives, "cost", "weight")?))
    };
    input.fields.iter().filter_map(|field| weight(&field.node)).collect()
}

/// An object's weight. The parts of a connection are no objects of their own.
fn default_weight(target: &str) -> u64 {
    u64::from(!(target == "PageInfo" || target.ends_with("Edge")))
}

fn base_name(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => base_name(inner),
    }
}

fn directive_number(directives: &[Positioned<ConstDirective>], name: &str, argument: &str) -> Option<u64> {
    let directive = directives.iter().find(|directive| directive.node.name.node == name)?;
    match &directive.node.get_argument(argument)?.node {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

struct Till<'a> {
    model: &'a CostModel,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    fragments: HashMap<&'a str, Sum>,
}

/// What a selection costs.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// The fields `nodes` and `edges`: of a connection, they cost so much for each item of the page.
    items: u64,
    /// All other fields: of a connection, they cost so much once a page.
    page: u64,
}

impl Sum {
    fn of(field: &Field, cost: u64) -> Self {
        match field.name.node.as_str() {
            "nodes" | "edges" => Self { items: cost, page: 0 },
            _ => Self { items: 0, page: cost },
        }
    }

    fn plus(self, other: Self) -> Self {
        Self { items: self.items.saturating_add(other.items), page: self.page.saturating_add(other.page) }
    }

    fn total(self) -> u64 {
        self.items.saturating_add(self.page)
    }
}

impl<'a> Till<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: &'a str) -> Sum {
        set.items.iter().fold(Sum::default(), |sum, selection| {
            sum.plus(match &selection.node {
                Selection::Field(field) => Sum::of(&field.node, self.field(&field.node, parent)),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(parent, |c| c.node.on.node.as_str());
                    self.selection_set(&inline.node.selection_set.node, on)
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            })
        })
    }

    fn fragment(&mut self, name: &Name) -> Sum {
        if let Some(known) = self.fragments.get(name.as_str()) {
            return *known;
        }
        let Some((name, definition)) = self.document.fragments.get_key_value(name) else {
            return Sum::default();
        };
        let fragment = &definition.node;
        let cost = self.selection_set(&fragment.selection_set.node, &fragment.type_condition.node.on.node);
        self.fragments.insert(name, cost);
        cost
    }

    fn field(&mut self, field: &'a Field, parent: &str) -> u64 {
        let model = self.model;
        let Some(price) = model.types.get(parent).and_then(|t| t.get(field.name.node.as_str())) else {
            return 0; // `__typename`, introspection, or a field that validation refuses
        };
        if !model.types.contains_key(&price.target) {
            return price.weight.unwrap_or(0); // a scalar
        }
        let items = match price.size {
            ListSize::Fixed(size) => size,
            ListSize::Page(page) | ListSize::Objects(page) => self.page(field).unwrap_or(page),
            ListSize::Ids => self.ids(field),
        };
        let inner = self.selection_set(&field.selection_set.node, &price.target);
        let weight = price.weight.unwrap_or_else(|| default_weight(&price.target));
        let asked = price.arguments.iter().filter_map(|(argument, input)| {
            Some(self.input_weight(field, argument, self.model.inputs.get(input)?))
        });
        let text = price.text.map_or(0, |bytes| self.text(field).checked_div(bytes).unwrap_or(0));
        let once = asked.fold(text, u64::saturating_add);
        let selected = match price.size {
            ListSize::Objects(_) => {
                return items.saturating_mul(weight.saturating_add(inner.total())).saturating_add(once);
            }
            ListSize::Page(_) => inner.page.saturating_add(items.saturating_mul(inner.items)),
            ListSize::Fixed(_) | ListSize::Ids => items.saturating_mul(inner.total()),
        };
        weight.saturating_add(once).saturating_add(selected)
    }

    /// Bytes of text in a field's arguments, as often as rules may have to read them.
    fn text(&self, field: &Field) -> u64 {
        let read = field.arguments.iter().map(|(_, value)| {
            let mut names = Vec::new();
            let literal = value.node.clone().into_const_with(|name| {
                names.push(name);
                Ok::<_, ()>(Value::Null)
            });
            match (literal, names.as_slice()) {
                // All of the value: not copied.
                (Ok(Value::Null), [name]) => self.variables.get(name).map_or(0, bytes_to_weigh),
                (Ok(literal), []) => bytes_to_weigh(&literal),
                _ => {
                    let known =
                        |name: Name| Ok::<_, ()>(self.variables.get(&name).cloned().unwrap_or(Value::Null));
                    value.node.clone().into_const_with(known).map_or(0, |value| bytes_to_weigh(&value))
                }
            }
        });
        read.fold(0, u64::saturating_add)
    }

    fn page(&self, field: &Field) -> Option<u64> {
        let given = ["first", "last"].iter().filter_map(|name| match self.argument(field, name)? {
            Given::Number(number) => Some(number),
            Given::List(_) => None,
        });
        given.max()
    }

    fn ids(&self, field: &Field) -> u64 {
        match self.argument(field, "ids") {
            Some(Given::List(length)) => u64::try_from(length).unwrap_or(u64::MAX),
            _ => 1,
        }
    }

    /// What prices ask of an argument's value; `None` for null and for what validation refuses. Variables are not
    /// copied: a thousand fields may share one of the size of the body.
    fn argument(&self, field: &Field, name: &str) -> Option<Given> {
        let mut variable = None;
        let literal = field.get_argument(name)?.node.clone().into_const_with(|name| {
            variable = Some(name);
            Ok::<_, ()>(Value::Null)
        });
        match (literal.ok()?, variable) {
            // Not a literal null: the variable was all of the value.
            (Value::Null, Some(name)) => self.variable(&name),
            (literal, _) => Given::of(&literal),
        }
    }

    /// What the fields cost that an argument gives of its input object.
    fn input_weight(&self, field: &Field, argument: &str, weights: &HashMap<String, u64>) -> u64 {
        let Some(given) = field.get_argument(argument) else { return 0 };
        let mut variable = None;
        let literal = given.node.clone().into_const_with(|name| {
            // Whether there is a value: what it is costs nothing.
            let is_set = self.value_of(&name).is_some_and(|value| *value != Value::Null);
            variable = Some(name);
            Ok::<_, ()>(if is_set { Value::Boolean(true) } else { Value::Null })
        });
        let of = |value: &Value| {
            let Value::Object(fields) = value else { return 0 };
            let given = fields.iter().filter(|(_, value)| **value != Value::Null);
            given.filter_map(|(name, _)| weights.get(name.as_str()).copied()).fold(0, u64::saturating_add)
        };
        match (literal, variable) {
            (Ok(literal @ Value::Object(_)), _) => of(&literal),
            // The variable was all of the value.
            (Ok(_), Some(name)) => self.value_of(&name).map_or(0, of),
            _ => 0,
        }
    }

    fn variable(&self, name: &Name) -> Option<Given> {
        self.value_of(name).and_then(Given::of)
    }

    fn value_of(&self, name: &Name) -> Option<&Value> {
        if let Some(value) = self.variables.get(name) {
            return Some(value);
        }
        let definition = self.operation.variable_definitions.iter().find(|d| d.node.name.node == *name);
        definition.and_then(|d| d.node.default_value())
    }
}

/// An argument's value, as far as prices depend on it.
enum Given {
    Number(u64),
    /// The number of its items.
    List(usize),
}

impl Given {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64().map(Self::Number),
            Value::List(items) => Some(Self::List(items.len())),
            _ => None,
        }
    }
}
