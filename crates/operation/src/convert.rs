//! The parser's tree as the library's, node for node.

use super::places::Places;
use super::refused::Fault;
use apollo_compiler::ast;
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name as ParsedName, Node};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
    InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
    VariableDefinition,
};
use async_graphql::{Name, Number, Pos, Positioned};
use async_graphql_value::Value;
use std::collections::HashMap;

/// Converts a document. What the library's tree has no place for (a second definition of one name, an operation without
/// a name beside others) stands there under names that no document can use: it is measured like the rest, and
/// validation refuses it.
pub fn convert(document: &ast::Document, places: &Places<'_>) -> Result<ExecutableDocument, Vec<Fault>> {
    let mut converter = Converter { places, faults: Vec::new() };
    let mut operations = Vec::new();
    let mut fragments = HashMap::new();
    for definition in &document.definitions {
        match definition {
            ast::Definition::OperationDefinition(operation) => {
                let name = operation.name.as_ref().map(named);
                operations.push((name, converter.operation(operation)));
            }
            ast::Definition::FragmentDefinition(fragment) => {
                let definition = converter.fragment(fragment);
                insert(&mut fragments, named(&fragment.name), definition);
            }
            // A definition of a type: validation refuses it.
            _ => {}
        }
    }
    if !converter.faults.is_empty() {
        return Err(converter.faults);
    }
    let mut operations = operations.into_iter();
    let operations = match (operations.next(), operations.len()) {
        (Some((None, only)), 0) => DocumentOperations::Single(only),
        (first, _) => {
            let mut all = HashMap::new();
            for (name, operation) in first.into_iter().chain(operations) {
                insert(&mut all, name.unwrap_or_else(|| Name::new("")), operation);
            }
            DocumentOperations::Multiple(all)
        }
    };
    Ok(ExecutableDocument { operations, fragments })
}

/// Inserts under a name that is free: the name itself for the first that has it.
fn insert<T>(all: &mut HashMap<Name, T>, name: Name, item: T) {
    let is_taken = all.contains_key(&name);
    let name = if is_taken { Name::new(format!("{name}.{}", all.len())) } else { name };
    all.insert(name, item);
}

fn named(name: &ParsedName) -> Name {
    Name::new(name.as_str())
}

struct Converter<'a> {
    places: &'a Places<'a>,
    faults: Vec<Fault>,
}

impl Converter<'_> {
    fn at(&self, span: Option<SourceSpan>) -> Pos {
        self.places.at(span.map_or(0, |span| span.offset()))
    }

    fn name(&self, name: &ParsedName) -> Positioned<Name> {
        Positioned::new(named(name), self.at(name.location()))
    }

    fn operation(&mut self, node: &Node<ast::OperationDefinition>) -> Positioned<OperationDefinition> {
        let at = self.at(node.location());
        let variables = node.variables.iter().map(|variable| self.variable(variable)).collect();
        let definition = OperationDefinition {
            ty: match node.operation_type {
                ast::OperationType::Query => OperationType::Query,
                ast::OperationType::Mutation => OperationType::Mutation,
                ast::OperationType::Subscription => OperationType::Subscription,
            },
            variable_definitions: variables,
            directives: self.directives(&node.directives),
            selection_set: Positioned::new(self.selections(&node.selection_set), at),
        };
        Positioned::new(definition, at)
    }

    fn fragment(&mut self, node: &Node<ast::FragmentDefinition>) -> Positioned<FragmentDefinition> {
        let at = self.at(node.location());
        let definition = FragmentDefinition {
            type_condition: self.condition(&node.type_condition),
            directives: self.directives(&node.directives),
            selection_set: Positioned::new(self.selections(&node.selection_set), at),
        };
        Positioned::new(definition, at)
    }

    fn condition(&self, on: &ParsedName) -> Positioned<TypeCondition> {
        let on = self.name(on);
        Positioned::new(TypeCondition { on: on.clone() }, on.pos)
    }

    fn variable(&mut self, node: &Node<ast::VariableDefinition>) -> Positioned<VariableDefinition> {
        let default = node.default_value.as_ref().map(|value| self.value(value));
        let definition = VariableDefinition {
            name: self.name(&node.name),
            var_type: Positioned::new(of_type(&node.ty), self.at(node.ty.location())),
            directives: self.directives(&node.directives),
            // A variable in it is a fault that the parser has told.
            default_value: default.map(|value| value.map(|value| value.into_const().unwrap_or_default())),
        };
        Positioned::new(definition, self.at(node.location()))
    }

    fn selections(&mut self, selections: &[ast::Selection]) -> SelectionSet {
        SelectionSet { items: selections.iter().map(|selection| self.selection(selection)).collect() }
    }

    fn selection(&mut self, selection: &ast::Selection) -> Positioned<Selection> {
        match selection {
            ast::Selection::Field(field) => {
                let at = self.at(field.alias.as_ref().unwrap_or(&field.name).location());
                let field = Field {
                    alias: field.alias.as_ref().map(|alias| self.name(alias)),
                    name: self.name(&field.name),
                    arguments: self.arguments(&field.arguments),
                    directives: self.directives(&field.directives),
                    selection_set: Positioned::new(self.selections(&field.selection_set), at),
                };
                Positioned::new(Selection::Field(Positioned::new(field, at)), at)
            }
            ast::Selection::FragmentSpread(spread) => {
                let at = self.at(spread.location());
                let spread = FragmentSpread {
                    fragment_name: self.name(&spread.fragment_name),
                    directives: self.directives(&spread.directives),
                };
                Positioned::new(Selection::FragmentSpread(Positioned::new(spread, at)), at)
            }
            ast::Selection::InlineFragment(fragment) => {
                let at = self.at(fragment.location());
                let fragment = InlineFragment {
                    type_condition: fragment.type_condition.as_ref().map(|on| self.condition(on)),
                    directives: self.directives(&fragment.directives),
                    selection_set: Positioned::new(self.selections(&fragment.selection_set), at),
                };
                Positioned::new(Selection::InlineFragment(Positioned::new(fragment, at)), at)
            }
        }
    }

    fn directives(&mut self, directives: &ast::DirectiveList) -> Vec<Positioned<Directive>> {
        let convert = |directive: &Node<ast::Directive>| {
            let at = self.at(directive.location());
            let arguments = self.arguments(&directive.arguments);
            Positioned::new(Directive { name: self.name(&directive.name), arguments }, at)
        };
        directives.0.iter().map(convert).collect()
    }

    fn arguments(&mut self, arguments: &[Node<ast::Argument>]) -> Vec<(Positioned<Name>, Positioned<Value>)> {
        let convert = |it: &Node<ast::Argument>| (self.name(&it.name), self.value(&it.value));
        arguments.iter().map(convert).collect()
    }

    fn value(&mut self, node: &Node<ast::Value>) -> Positioned<Value> {
        let at = self.at(node.location());
        Positioned::new(self.plain(node, at), at)
    }

    fn plain(&mut self, value: &ast::Value, at: Pos) -> Value {
        match value {
            ast::Value::Null => Value::Null,
            ast::Value::Enum(name) => Value::Enum(named(name)),
            ast::Value::Variable(name) => Value::Variable(named(name)),
            ast::Value::String(text) => Value::String(text.clone()),
            ast::Value::Int(number) => self.number(number.as_str(), at),
            ast::Value::Float(number) => self.number(number.as_str(), at),
            ast::Value::Boolean(value) => Value::Boolean(*value),
            ast::Value::List(items) => Value::List(items.iter().map(|item| self.plain(item, at)).collect()),
            ast::Value::Object(fields) => {
                let mut object = IndexMap::with_capacity(fields.len());
                for (name, value) in fields {
                    object.insert(named(name), self.plain(value, at));
                }
                Value::Object(object)
            }
        }
    }

    fn number(&mut self, text: &str, at: Pos) -> Value {
        if let Ok(whole) = text.parse::<i64>() {
            return Value::Number(whole.into());
        }
        if let Ok(number) = serde_json::from_str::<Number>(text) {
            return Value::Number(number);
        }
        self.faults.push(Fault::new("The number is out of range: give one of at most 64 bits", at));
        Value::Null
    }
}

fn of_type(ty: &ast::Type) -> Type {
    let (base, nullable) = match ty {
        ast::Type::Named(name) => (BaseType::Named(named(name)), true),
        ast::Type::NonNullNamed(name) => (BaseType::Named(named(name)), false),
        ast::Type::List(item) => (BaseType::List(Box::new(of_type(item))), true),
        ast::Type::NonNullList(item) => (BaseType::List(Box::new(of_type(item))), false),
    };
    Type { base, nullable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Bounds, parse};
    use async_graphql::parser::parse_query;
    use std::path::Path;

    fn converted(source: &str) -> ExecutableDocument {
        let places = Places::new(source);
        convert(&parse(source, &places, Bounds::OWN).unwrap(), &places).unwrap()
    }

    /// All but places, which the library's parser tells of other tokens.
    fn comparable(document: &ExecutableDocument) -> String {
        let mut parts: Vec<String> =
            document.fragments.iter().map(|(name, it)| format!("{name} {:?}", it.node)).collect();
        parts.extend(document.operations.iter().map(|(name, it)| format!("{name:?} {:?}", it.node)));
        parts.sort();
        let text = parts.join("\n");
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("pos: Pos(") {
            plain.push_str(before);
            rest = after.split_once(')').unwrap().1;
        }
        plain + rest
    }

    fn graphql_files(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                graphql_files(&path, found);
            } else if path.extension().is_some_and(|it| it == "graphql") {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn the_products_own_documents_become_what_the_library_reads() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut sources = Vec::new();
        graphql_files(&root.join("crates/edge/src/rest/operations"), &mut sources);
        graphql_files(&root.join("web/src"), &mut sources);
        assert!(sources.len() > 20, "{}", sources.len());
        // The library reads no document without an operation.
        for source in sources.iter().map(|it| {
            if it.trim_start().starts_with("fragment") { format!("{it}\n{{ a }}") } else { it.clone() }
        }) {
            let expected = parse_query(&source).unwrap();
            assert_eq!(comparable(&converted(&source)), comparable(&expected), "{source}");
        }
    }

    #[test]
    fn values_of_every_kind_become_what_the_library_reads() {
        let source = r#"query Q($a: [Int!]! = [1, 2], $b: I = {c: {d: "e"}}) @f(g: true) {
            h: i(j: null, k: L, m: -1, n: 1.5e3, o: "p\n", q: """r
              s""", t: [$a, {u: $b}], v: 9223372036854775807) @skip(if: false) { ...W ... on X { y } ... { z } }
        } fragment W on X { y }"#;
        assert_eq!(comparable(&converted(source)), comparable(&parse_query(source).unwrap()));
    }

    #[test]
    fn escapes_beyond_the_basic_plane_are_read() {
        for source in [r#"{a(b: "\uD83D\uDE00")}"#, r#"{a(b: "\u{1F600}")}"#] {
            let document = converted(source);
            assert!(format!("{document:?}").contains('😀'), "{document:?}");
        }
    }

    #[test]
    fn a_number_that_no_number_holds_is_refused() {
        let source = "{a(b: 1e999)}";
        let places = Places::new(source);
        assert_eq!(convert(&parse(source, &places, Bounds::OWN).unwrap(), &places).unwrap_err().len(), 1);
    }

    #[test]
    fn what_has_a_name_twice_is_still_measured() {
        let document = converted("{a} {b} query C {c} query C {d} fragment F on A {e} fragment F on A {f}");
        assert_eq!((document.operations.iter().len(), document.fragments.len()), (4, 2));
    }
}
