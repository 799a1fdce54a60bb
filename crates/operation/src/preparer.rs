//! Prepares documents: each once, as long as it is kept.

use super::absent::drop_absent;
use super::coerce::{Coerced, coerce};
use super::collect::{Form, Switches};
use super::convert::convert;
use super::document::Document;
use super::parse::{Bounds, parse};
use super::places::Places;
use super::refused::Refused;
use super::select::select;
use super::showing::Showing;
use super::types::{ScalarChecks, SchemaFault, Types};
use super::validate::validate;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Value, Variables};
use fanfare_query_limits::{Limits, Refusal, measure, scan};
use moka::sync::Cache;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::Arc;

/// What the kept documents may take, in bytes.
const KEPT_BYTES: u64 = 64 << 20;

/// Prepares the documents of one schema.
pub struct Preparer {
    types: Types,
    limits: Limits,
    suggestions: bool,
    kept: Cache<Arc<str>, Arc<Document>>,
    own: HashMap<String, Arc<Document>>,
}

/// An operation with its variables, ready to run.
#[derive(Debug)]
pub struct Prepared {
    form: Arc<Form>,
    variables: Variables,
    /// Without the arguments that have no value; `None`: all have one, and the form's document runs as it is.
    shortened: Option<ExecutableDocument>,
}

impl Prepared {
    pub fn form(&self) -> &Arc<Form> {
        &self.form
    }

    pub fn kind(&self) -> OperationType {
        self.form.kind()
    }

    /// As the operation declares them; files are not among them yet.
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// The operation as it is to run: arguments whose variables have no value are not there.
    pub fn document(&self) -> &ExecutableDocument {
        self.shortened.as_ref().unwrap_or_else(|| self.form.document())
    }

    /// How the events of a subscription are shown.
    pub fn showing(&self) -> Showing {
        Showing::new(&self.form, self.document(), &self.variables)
    }

    /// What the library runs: the document and the variables.
    pub fn into_parts(self) -> (Arc<Form>, ExecutableDocument, Variables) {
        let runs = self.shortened.unwrap_or_else(|| self.form.document().clone());
        (self.form, runs, self.variables)
    }
}

impl Preparer {
    /// Reads the schema. `suggestions`: whether an unknown name is answered with a known one that is near.
    pub fn new(sdl: &str, limits: Limits, suggestions: bool) -> Result<Self, SchemaFault> {
        let weight = |source: &Arc<str>, _: &Arc<Document>| {
            u32::try_from(Document::most_bytes(source)).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().max_capacity(KEPT_BYTES).weigher(weight).build();
        Ok(Self { types: Types::from_sdl(sdl)?, limits, suggestions, kept, own: HashMap::new() })
    }

    /// Checks the values of custom scalars in variables before anything runs.
    #[must_use]
    pub fn with_scalars(self, scalars: ScalarChecks) -> Self {
        Self { types: self.types.with_scalars(scalars), ..self }
    }

    /// Adds documents of the server's own, which are kept for good and are not held against the limits.
    pub fn with_own<'a>(mut self, sources: impl IntoIterator<Item = &'a str>) -> Result<Self, Refused> {
        for source in sources {
            let document = self.prepare(source, None)?;
            self.own.insert(source.to_owned(), Arc::new(document));
        }
        Ok(self)
    }

    /// A document of the server's own.
    pub fn own(&self, source: &str) -> Option<&Arc<Document>> {
        self.own.get(source)
    }

    /// A document of a client. What is refused is not kept.
    pub fn document(&self, source: &str) -> Result<Arc<Document>, Refused> {
        if let Some(known) = self.kept.get(source) {
            return Ok(known);
        }
        let document = Arc::new(self.prepare(source, Some(&self.limits))?);
        self.kept.insert(Arc::clone(document.source()), Arc::clone(&document));
        Ok(document)
    }

    /// The limits come before the rules: fragments that spread each other twice would keep a validator busy for seconds.
    fn prepare(&self, source: &str, limits: Option<&Limits>) -> Result<Document, Refused> {
        let places = Places::new(source);
        let measured = |refusal: Refusal| Refused::measured(&refusal, &places);
        if let Some(limits) = limits {
            scan(source, limits).map_err(measured)?;
        }
        let parsed = parse(source, &places, limits.map_or(Bounds::OWN, Bounds::of))?;
        let document = convert(&parsed, &places).map_err(Refused::invalid)?;
        if let Some(limits) = limits {
            measure(&document, limits).map_err(measured)?;
        }
        validate(&self.types, &parsed, &places, self.suggestions).map_err(Refused::invalid)?;
        Ok(Document::new(source, document))
    }

    /// Selects an operation of a document and reads its variables.
    pub fn select(
        &self,
        document: &Document,
        name: Option<&str>,
        variables: Map<String, Json>,
    ) -> Result<Prepared, Refused> {
        let (name, operation) = select(&document.parsed, name)?;
        let Coerced { variables, absent } = coerce(&self.types, &operation.node, variables)?;
        let mut switches = Switches::new();
        for definition in &operation.node.variable_definitions {
            let name = &definition.node.name.node;
            if let Some(Value::Boolean(value)) = variables.get(name)
                && document.switches.binary_search(name).is_ok()
            {
                switches.push((name.clone(), *value));
            }
        }
        let form = document.form(&self.types, name, operation, switches)?;
        // Copied where it must be, or where it runs: an operation whose answer is known does not.
        let shortened = (!absent.is_empty()).then(|| {
            let mut runs = form.document().clone();
            drop_absent(&mut runs, &absent);
            runs
        });
        Ok(Prepared { form, variables, shortened })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;
    use async_graphql::Pos;
    use serde_json::json;
    use std::fmt::Write as _;

    #[test]
    fn a_document_is_prepared_once_and_a_form_made_once() {
        let preparer = trial::preparer();
        let source = "query($x: Boolean!) {a user @include(if: $x) {id}}";
        let (first, second) = (preparer.document(source).unwrap(), preparer.document(source).unwrap());
        assert!(Arc::ptr_eq(&first, &second));
        let form = |x: bool| {
            let variables = json!({ "x": x }).as_object().cloned().unwrap();
            Arc::clone(preparer.select(&first, None, variables).unwrap().form())
        };
        assert!(Arc::ptr_eq(&form(true), &form(true)));
        assert_ne!(form(true).id(), form(false).id());
        assert_eq!(form(true).selected().len(), 3);
        assert_eq!(form(false).selected().len(), 1);
    }

    #[test]
    fn what_fragments_expand_to_is_not_kept_beyond_what_the_text_may_take() {
        let preparer = trial::preparer();
        let chain = |levels: usize| {
            let mut source = "{user {...f0}}".to_owned();
            for level in 0..levels {
                let next = level + 1;
                let both = format!("a: owner {{...f{next}}} b: owner {{...f{next}}}");
                write!(source, " fragment f{level} on User {{{both}}}").unwrap();
            }
            write!(source, " fragment f{levels} on User {{id name nick age}}").unwrap();
            source
        };
        for (levels, is_kept) in [(2, true), (9, false)] {
            let source = chain(levels);
            let document = preparer.document(&source).unwrap();
            let form = || Arc::clone(preparer.select(&document, None, Map::new()).unwrap().form());
            let (first, second) = (form(), form());
            assert_eq!(Arc::ptr_eq(&first, &second), is_kept, "{levels}: {}", first.bytes());
            assert_eq!(first.id(), second.id());
        }
    }

    #[test]
    fn limits_come_before_the_rules_and_not_for_the_servers_own() {
        let limits = Limits { depth: 1, ..Limits::default() };
        let preparer = Preparer::new(trial::SDL, limits, false).unwrap();
        assert_eq!(preparer.document("{user {absent}}").err().unwrap().code, "QUERY_TOO_COMPLEX");
        let preparer = preparer.with_own(["{user {id}}"]).unwrap();
        assert!(preparer.own("{user {id}}").is_some());
        assert!(preparer.with_own(["{absent}"]).is_err());
    }

    #[test]
    fn what_must_be_known_before_the_rules_is_refused_with_its_place() {
        let preparer = trial::preparer();
        for (source, code, line, column) in [
            ("{\n  ...A\n}\nfragment A on Query {\n  ...A\n}", "GRAPHQL_VALIDATION_FAILED", 5, 3),
            (
                "{...A} fragment A on Query {...B} fragment B on Query {a ...A}",
                "GRAPHQL_VALIDATION_FAILED",
                1,
                58,
            ),
            // Nothing spreads it.
            ("{a} fragment A on Query {...A}", "GRAPHQL_VALIDATION_FAILED", 1, 26),
            ("{\n  a(b: \"\"\"é)\n}", "GRAPHQL_PARSE_FAILED", 2, 8),
            (
                "{a\n  x: __type(name: \"A\") {fields {type {inputFields {type {fields {name}}}}}}}",
                "GRAPHQL_VALIDATION_FAILED",
                2,
                3,
            ),
        ] {
            let refused = preparer.document(source).err().unwrap();
            assert_eq!(refused.code, code, "{source}");
            assert_eq!(refused.faults.len(), 1, "{source}");
            assert_eq!(refused.faults[0].locations, [Pos { line, column }], "{source}");
        }
    }

    #[test]
    fn the_introspection_query_of_tools_is_valid() {
        let of_type = format!("{}{}", " ofType {kind name".repeat(9), "}".repeat(9));
        let source = format!(
            "query IntrospectionQuery {{
                __schema {{
                    description
                    queryType {{name kind}} mutationType {{name kind}} subscriptionType {{name kind}}
                    types {{...FullType}}
                    directives {{
                        name description isRepeatable locations args(includeDeprecated: true) {{...InputValue}}
                    }}
                }}
            }}
            fragment FullType on __Type {{
                kind name description specifiedByURL isOneOf
                fields(includeDeprecated: true) {{
                    name description args(includeDeprecated: true) {{...InputValue}} type {{...TypeRef}}
                    isDeprecated deprecationReason
                }}
                inputFields(includeDeprecated: true) {{...InputValue}}
                interfaces {{...TypeRef}}
                enumValues(includeDeprecated: true) {{name description isDeprecated deprecationReason}}
                possibleTypes {{...TypeRef}}
            }}
            fragment InputValue on __InputValue {{
                name description type {{...TypeRef}} defaultValue isDeprecated deprecationReason
            }}
            fragment TypeRef on __Type {{kind name{of_type}}}"
        );
        let prepared = trial::prepared(&source, &json!({}));
        assert!(prepared.is_ok(), "{:?}", prepared.err());
    }

    #[test]
    fn a_condition_without_a_value_is_refused() {
        let source = "query($x: Boolean = true) {a @skip(if: $x)}";
        let refused = trial::prepared(source, &json!({ "x": null })).unwrap_err();
        assert_eq!(refused.code, "BAD_USER_INPUT");
        assert!(trial::prepared(source, &json!({})).is_ok());
        // Of another operation, it decides nothing.
        let preparer = trial::preparer();
        let source = "query A($x: Boolean) {a(flag: $x)} query B($x: Boolean!) {a @skip(if: $x)}";
        let document = preparer.document(source).unwrap();
        assert!(preparer.select(&document, Some("A"), Map::new()).is_ok());
    }

    #[test]
    fn an_operation_is_selected_by_its_name() {
        let preparer = trial::preparer();
        let document = preparer.document("query A {a} mutation B {other}").unwrap();
        let kind = |name| preparer.select(&document, name, Map::new()).map(|it| it.kind());
        assert_eq!(kind(Some("A")), Ok(OperationType::Query));
        assert_eq!(kind(Some("B")), Ok(OperationType::Mutation));
        assert!(kind(Some("C")).is_err() && kind(None).is_err());
    }
}
