//! Makes one route of the table ready: parses its operation and types its values.

use super::compiled::{CompiledRoute, CompiledWork, Operation, TypedInput};
use super::input_type::InputType;
use super::names::snake_case;
use super::route::{Input, Kind, Route, Work};
use super::routes::FRAGMENTS;
use super::schema_types::{SchemaTypes, base_name};
use super::shape::{Object, Reader};
use anyhow::{Context as _, bail};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, ExecutableDocument, OperationDefinition, OperationType, Type};

pub fn route(route: &'static Route, types: &SchemaTypes) -> anyhow::Result<CompiledRoute> {
    let operation = |source| operation(source, types).map(Box::new);
    let work = match route.work {
        Work::Operation(source) => CompiledWork::Operation(operation(source)?),
        Work::Either { given, then, otherwise } => {
            CompiledWork::Either { given, then: operation(then)?, otherwise: operation(otherwise)? }
        }
        Work::Edge { name, fragment } => CompiledWork::Edge(edge(name, fragment, types)?),
    };
    let text = route.text.map(|text| operation(text.operation)).transpose()?;
    if text.as_ref().is_some_and(|text| text.is_mutation) {
        bail!("only what is read has another form");
    }
    let documents: Vec<&ExecutableDocument> = match &work {
        CompiledWork::Operation(only) => vec![&only.document],
        CompiledWork::Either { then, otherwise, .. } => vec![&then.document, &otherwise.document],
        CompiledWork::Edge(_) => Vec::new(),
    };
    let typed = route
        .inputs
        .iter()
        .map(|input| typed(input, &documents, types).with_context(|| format!("the value {}", input.name)));
    let inputs = typed.collect::<anyhow::Result<_>>()?;
    Ok(CompiledRoute { route, work, text, inputs })
}

fn operation(source: &str, types: &SchemaTypes) -> anyhow::Result<Operation> {
    let source = with_fragments(source);
    let document = parse_query(&source)?;
    let definition = definition(&document)?;
    let root = match definition.ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => bail!("a subscription has no answer"),
    };
    let is_mutation = definition.ty == OperationType::Mutation;
    let reader = Reader { types, document: &document, is_mutation };
    let shape = reader.object(&definition.selection_set.node, root, 0)?;
    Ok(Operation { source, document, shape, is_mutation })
}

/// `{ <name>: { ..the fragment.. } }`.
fn edge(name: &str, fragment: &str, types: &SchemaTypes) -> anyhow::Result<Object> {
    let source = with_fragments(&format!("{{ {name} {{ ...{fragment} }} }}"));
    let document = parse_query(&source)?;
    let definition = document.fragments.get(fragment).context("there is no such fragment")?;
    let on = definition.node.type_condition.node.on.node.clone();
    let operation = self::definition(&document)?;
    // The root's field stands for what the handler answers; only what is below it is read.
    let selected = operation.selection_set.node.items.first().context("nothing is selected")?;
    let async_graphql::parser::types::Selection::Field(selected) = &selected.node else {
        bail!("the handler's answer has no name")
    };
    let reader = Reader { types, document: &document, is_mutation: false };
    let object = reader.object(&selected.node.selection_set.node, &on, 2)?;
    Ok(super::shape::named(name, object))
}

fn definition(document: &ExecutableDocument) -> anyhow::Result<&OperationDefinition> {
    let mut operations = document.operations.iter();
    match (operations.next(), operations.next()) {
        (Some((_, only)), None) => Ok(&only.node),
        _ => bail!("a route's file holds one operation"),
    }
}

/// The document with the fragments that it spreads and that those spread; others would be refused as unused.
fn with_fragments(source: &str) -> String {
    let mut whole = source.to_owned();
    let mut added: Vec<&str> = Vec::new();
    while let Some((name, text)) =
        FRAGMENTS.iter().find(|(name, _)| !added.contains(name) && spreads(&whole, name))
    {
        whole.push('\n');
        whole.push_str(text);
        added.push(name);
    }
    whole
}

fn spreads(source: &str, name: &str) -> bool {
    let mut rest = source;
    while let Some(at) = rest.find("...") {
        rest = rest.get(at + 3..).unwrap_or_default();
        let found: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if found == name {
            return true;
        }
    }
    false
}

fn typed(
    input: &'static Input,
    documents: &[&ExecutableDocument],
    types: &SchemaTypes,
) -> anyhow::Result<TypedInput> {
    if let Kind::Word(words) = input.kind {
        let ty = InputType::Word(words.iter().map(|word| word.text).collect());
        let description = "What is to become of it.".to_owned();
        return Ok(TypedInput {
            input,
            ty,
            required: false,
            nullable: false,
            description,
            items: Vec::new(),
        });
    }
    if documents.is_empty() {
        let ty = Type::new(input.to).context("it has no type")?;
        let (required, nullable) = (!ty.nullable, ty.nullable);
        let description = snake_case(input.name).replace('_', " ");
        let ty = InputType::of(types, &ty, input.name);
        return Ok(TypedInput { input, ty, required, nullable, description, items: Vec::new() });
    }
    let mut found = documents.iter().filter_map(|document| member(input.to, document, types));
    let Some((ty, required, description)) = found.next() else {
        bail!("no variable {} takes it", input.to);
    };
    let items = match input.kind {
        Kind::Items { inputs, .. } => {
            let on = format!("query($input: {}!) {{ __typename }}", base_name(&ty));
            let document = parse_query(on)?;
            let read = inputs.iter().map(|input| typed(input, &[&document], types));
            read.collect::<anyhow::Result<_>>()?
        }
        _ => Vec::new(),
    };
    let name = input.to.rsplit('.').next().unwrap_or(input.to);
    let nullable = ty.nullable;
    let ty = match (input.kind, &ty.base) {
        (Kind::Id(noun), _) => InputType::Id(noun.to_owned()),
        (Kind::OneOf, BaseType::List(item)) => InputType::of(types, item, name),
        _ => InputType::of(types, &ty, name),
    };
    let required = required && !matches!(input.kind, Kind::OneOf);
    Ok(TypedInput { input, ty, required, nullable, description, items })
}

/// The type at the end of a way such as `input.accountIds`, whether it is required, and its description.
fn member(to: &str, document: &ExecutableDocument, types: &SchemaTypes) -> Option<(Type, bool, String)> {
    let definition = definition(document).ok()?;
    let mut parts = to.split('.');
    let variable = parts.next()?;
    let variable = definition.variable_definitions.iter().find(|it| it.node.name.node == variable)?;
    let mut ty = variable.node.var_type.node.clone();
    let mut required = !ty.nullable && variable.node.default_value.is_none();
    let mut description = snake_case(to).replace('_', " ");
    for part in parts {
        let member = types.member(base_name(&ty), part)?;
        required = required && !member.ty.nullable && !member.has_default;
        description.clone_from(&member.description);
        ty = member.ty.clone();
    }
    Some((ty, required, description))
}
