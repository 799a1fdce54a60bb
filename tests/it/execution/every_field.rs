//! Queries that together select every field of every type that a query can reach: one for each field of `Query`. The
//! relations of what stands at its root are followed always; of what stands deeper, each relation once in all of them,
//! three relations deep at most.

use apollo_compiler::Schema;
use apollo_compiler::ast::{FieldDefinition, InputValueDefinition, Type};
use std::collections::BTreeSet;

/// The arguments that fields need or are asked with: the field, the argument, the variable that has the value.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("account", "id", "account"),
    ("calendar", "startDate", "start"),
    ("calendar", "endDate", "end"),
    ("campaign", "id", "campaign"),
    ("export", "id", "export"),
    ("import", "id", "import"),
    ("inboxMessage", "id", "message"),
    ("inboxThread", "messageId", "message"),
    ("invitationPreview", "token", "token"),
    ("media", "id", "media"),
    ("node", "id", "target"),
    ("nodes", "ids", "all"),
    ("optimalTimes", "accountId", "account"),
    ("post", "id", "post"),
    ("previewTemplate", "templateId", "template"),
    ("previewTemplate", "values", "values"),
    ("template", "id", "template"),
    ("validatePost", "input", "input"),
    ("workspace", "id", "workspace"),
];

/// What two answers to one question may differ in, and why. Such a field is asked under a key that begins with
/// [`VOLATILE`].
const VOLATILE_FIELDS: &[(&str, &str, &str)] = &[
    ("ApiKey", "lastUsedAt", "asking with a key uses it"),
    ("Export", "url", "signed, for a time that is counted from the answer"),
    ("Media", "url", "signed, for a window of time that may end between two answers"),
    ("OptimalTimeSlot", "nextAt", "the next one from now on"),
    ("UserSession", "lastUsedAt", "asking in a session uses it"),
];
pub const VOLATILE: &str = "volatile_";

/// Fields that no question selects, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("PublicationEventMetrics", "post", "four relations deep, and no entry of the audit has it"),
    ("PublicationEventMetrics", "target", "four relations deep, and no entry of the audit has it"),
];

/// How many relations lead to what is selected last.
const RELATIONS: u32 = 3;

/// One query.
pub struct Question {
    /// The field of `Query` that it asks for.
    pub root: String,
    pub text: String,
    /// The names of its variables.
    pub variables: Vec<String>,
}

/// All of them.
pub fn questions(schema: &Schema) -> Vec<Question> {
    let mut suite = Suite { schema, selected: BTreeSet::new(), variables: Vec::new(), path: Vec::new() };
    let roots = &schema.get_object("Query").expect("there is a query root").fields;
    // What is asked for most goes deepest.
    let mut roots: Vec<_> = roots.iter().collect();
    roots.sort_by_key(|(name, _)| !["inboxMessages", "posts", "viewer"].contains(&name.as_str()));
    roots.into_iter().map(|(name, definition)| suite.question(name, definition)).collect()
}

struct Suite<'a> {
    schema: &'a Schema,
    /// Types and fields.
    selected: BTreeSet<(&'a str, &'a str)>,
    /// Names and types, of the question that is being written.
    variables: Vec<(&'static str, String)>,
    /// The types that the selection stands in.
    path: Vec<&'a str>,
}

impl<'a> Suite<'a> {
    fn question(&mut self, name: &'a str, definition: &'a FieldDefinition) -> Question {
        self.variables.clear();
        self.selected.insert(("Query", name));
        let arguments = self.arguments(definition);
        let body = self.body(&definition.ty, 0);
        let declared: Vec<_> = self.variables.iter().map(|(name, kind)| format!("${name}: {kind}")).collect();
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        let text = format!("query{declared} {{ {name}{arguments}{} }}", body.unwrap_or_default());
        let variables = self.variables.iter().map(|(name, _)| (*name).to_owned()).collect();
        Question { root: name.to_owned(), text, variables }
    }

    fn arguments(&mut self, definition: &FieldDefinition) -> String {
        let mut given = Vec::new();
        for argument in &definition.arguments {
            let known =
                ARGUMENTS.iter().find(|(field, name, _)| definition.name == *field && argument.name == *name);
            if let Some((_, name, variable)) = known {
                self.declare(variable, argument);
                given.push(format!("{name}: ${variable}"));
            } else if argument.name == "workspaceId" {
                // Not everybody's default workspace is the one that the scenario is about.
                self.declare("workspace", argument);
                given.push("workspaceId: $workspace".to_owned());
            } else if argument.name == "first" {
                given.push("first: 5".to_owned());
            } else {
                let (field, name) = (&definition.name, &argument.name);
                assert!(!argument.is_required(), "{field} needs {name}: give it a row in ARGUMENTS");
            }
        }
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    /// Some fields stand in a question more than once.
    fn declare(&mut self, variable: &'static str, argument: &InputValueDefinition) {
        if !self.variables.iter().any(|(name, _)| *name == variable) {
            self.variables.push((variable, argument.ty.to_string()));
        }
    }

    /// The selection set behind a field, empty for a leaf; `None` where the field is one relation too far.
    fn body(&mut self, kind: &'a Type, relations: u32) -> Option<String> {
        let named = kind.inner_named_type().as_str();
        if self.schema.types[named].is_leaf() {
            return Some(String::new());
        }
        let relations = relations + u32::from(self.is_relation(kind));
        if relations > RELATIONS || self.path.iter().filter(|on_path| **on_path == named).count() > 1 {
            return None;
        }
        self.path.push(named);
        let parts = if self.schema.get_object(named).is_some() {
            self.parts(named, relations, "")
        } else {
            self.parts_of_abstract(named, relations)
        };
        self.path.pop();
        Some(format!(" {{ {} }}", parts.join(" ")))
    }

    /// Whether a field leads to other objects. What only holds a part of its object, and a page of a list, does not.
    fn is_relation(&self, kind: &Type) -> bool {
        let named = kind.inner_named_type();
        let is_node = self.schema.is_subtype("Node", named);
        let is_abstract = self.schema.get_object(named).is_none();
        let is_edge = named.ends_with("Edge");
        (kind.is_list() && !is_edge) || is_node || is_abstract
    }

    /// Everything of an object; `prefix` keeps its keys apart from those of other types.
    fn parts(&mut self, object: &'a str, relations: u32, prefix: &str) -> Vec<String> {
        let schema = self.schema;
        let mut parts = Vec::new();
        for (name, definition) in &schema.get_object(object).expect("an object").fields {
            let name = name.as_str();
            if LEFT_OUT.iter().any(|(kind, field, _)| (*kind, *field) == (object, name)) {
                continue;
            }
            let is_leaf = schema.types[definition.ty.inner_named_type()].is_leaf();
            let is_new = !self.selected.contains(&(object, name));
            // A list or a report has arguments: those of a workspace would fill every question.
            let leads_on = self.is_relation(&definition.ty) || !definition.arguments.is_empty();
            if !is_leaf && relations > 1 && !is_new && leads_on {
                continue;
            }
            let is_edges_node = object.ends_with("Edge") && name == "node";
            let body = if is_edges_node {
                Some(" { __typename }".to_owned())
            } else {
                self.body(&definition.ty, relations)
            };
            let Some(body) = body else { continue };
            self.selected.insert((object, name));
            let volatile = VOLATILE_FIELDS.iter().any(|(kind, field, _)| (*kind, *field) == (object, name));
            let key = format!("{}{prefix}{name}", if volatile { VOLATILE } else { "" });
            let alias = if key == name { String::new() } else { format!("{key}: ") };
            parts.push(format!("{alias}{name}{}{body}", self.arguments(definition)));
        }
        if parts.is_empty() {
            parts.push("__typename".to_owned());
        }
        parts
    }

    /// Of relations only those that no other question has: an interface stands for many types.
    fn parts_of_abstract(&mut self, named: &'a str, relations: u32) -> Vec<String> {
        let schema = self.schema;
        let mut parts = vec!["__typename".to_owned()];
        if let Some(interface) = schema.get_interface(named) {
            for name in interface.fields.keys() {
                self.selected.insert((named, name.as_str()));
                parts.push(name.to_string());
            }
        }
        for object in schema.types.keys().filter(|object| schema.is_subtype(named, object)) {
            let inner = self.parts(object, relations.max(2), &format!("{object}_")).join(" ");
            parts.push(format!("... on {object} {{ {inner} }}"));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::answer_check::{schema, wrong_in};
    use apollo_compiler::Name;

    /// Every field of the types that a query can reach.
    fn reachable(schema: &Schema) -> BTreeSet<(&str, &str)> {
        let (mut found, mut open, mut seen) = (BTreeSet::new(), vec!["Query"], BTreeSet::new());
        while let Some(named) = open.pop() {
            if !seen.insert(named) {
                continue;
            }
            let object = schema.get_object(named).map(|object| &object.fields);
            let interface = schema.get_interface(named).map(|interface| &interface.fields);
            for (name, definition) in object.or(interface).into_iter().flatten() {
                found.insert((named, name.as_str()));
                open.push(definition.ty.inner_named_type().as_str());
            }
            let objects = schema.types.keys().filter(|object| schema.is_subtype(named, object));
            open.extend(objects.map(Name::as_str));
        }
        found
    }

    #[test]
    fn the_questions_select_every_field_that_a_query_can_reach() {
        let schema = schema();
        let mut suite = Suite { schema, selected: BTreeSet::new(), variables: Vec::new(), path: Vec::new() };
        for (name, definition) in &schema.get_object("Query").unwrap().fields {
            suite.question(name, definition);
        }
        let mut selected = suite.selected;
        selected.extend(LEFT_OUT.iter().map(|(object, field, _)| (*object, *field)));
        let missing: Vec<_> = reachable(schema).difference(&selected).copied().collect();
        assert!(missing.is_empty(), "no question selects {missing:?}");
        assert!(selected.len() > 300, "{} fields", selected.len());
    }

    #[test]
    fn the_questions_are_valid_and_what_they_treat_apart_exists() {
        let schema = schema();
        for question in questions(schema) {
            assert_eq!(wrong_in(&question.text), None, "{}", question.text);
        }
        for (object, field, why) in VOLATILE_FIELDS.iter().chain(LEFT_OUT) {
            assert!(schema.type_field(object, field).is_ok() && !why.is_empty(), "{object}.{field}");
        }
        for (field, argument, _) in ARGUMENTS {
            let definition = schema.type_field("Query", field).expect("the field exists");
            assert!(definition.argument_by_name(argument).is_some(), "{field}({argument})");
        }
    }
}
