//! Whether data has the shape that was asked for: CompleteValue of the specification (6.4.3).

use super::json::Json;
use super::leaf;
use super::selection::{Collected, Execution};
use apollo_compiler::executable::{SelectionSet, Type};
use apollo_compiler::schema::ExtendedType;

impl<'a> Execution<'a> {
    /// `data` of an answer. It is `null` where a field that must not be was, so errors have to say why.
    pub fn judge_data(&self, data: &Json, faults: &mut Vec<String>) {
        match data {
            Json::Null => {}
            Json::Object(members) => {
                let root = self.operation.object_type().as_str();
                self.judge_object(root, &[&self.operation.selection_set], members, "data", faults);
            }
            _ => faults.push(format!("`data` is {}", data.kind())),
        }
    }

    fn judge_object(
        &self,
        object: &str,
        sets: &[&'a SelectionSet],
        members: &[(String, Json)],
        at: &str,
        faults: &mut Vec<String>,
    ) {
        let selected = self.collect(object, sets);
        let wanted: Vec<&str> = selected.iter().map(|collected| collected.key).collect();
        let given: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
        if given != wanted {
            faults.push(format!("{at}, a {object}, has the keys {given:?} instead of {wanted:?}"));
        }
        for collected in &selected {
            let Some((_, value)) = members.iter().find(|(key, _)| key == collected.key) else { continue };
            let at = format!("{at}.{}", collected.key);
            if collected.name() == "__typename" {
                if value.as_text() != Some(object) {
                    faults.push(format!("{at} of a {object} is {value:?}"));
                }
                continue;
            }
            match self.type_of(object, collected.name()) {
                Some(kind) => self.judge_value(kind, collected, value, &at, faults),
                None => faults.push(format!("{at}: {object} has no field {}", collected.name())),
            }
        }
    }

    fn judge_value(
        &self,
        kind: &Type,
        collected: &Collected<'a>,
        value: &Json,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        if *value == Json::Null {
            if kind.is_non_null() {
                faults.push(format!("{at} is null, and its type is {kind}"));
            }
            return;
        }
        if kind.is_list() {
            let Json::List(items) = value else {
                faults.push(format!("{at} is {}, and its type is {kind}", value.kind()));
                return;
            };
            for (number, item) in items.iter().enumerate() {
                self.judge_value(kind.item_type(), collected, item, &format!("{at}[{number}]"), faults);
            }
            return;
        }
        let named = kind.inner_named_type().as_str();
        let is_leaf = self.schema.types.get(named).is_some_and(ExtendedType::is_leaf);
        match value {
            _ if is_leaf => {
                if let Err(why) = leaf::judge(self.schema, named, value) {
                    faults.push(format!("{at}: {why}"));
                }
            }
            Json::Object(members) => {
                self.judge_composite(named, &collected.selections(), members, at, faults);
            }
            _ => faults.push(format!("{at} is {}, and its type is {kind}", value.kind())),
        }
    }

    /// An object, or one of those that an interface or a union may be: where nothing names its type, any that fits.
    fn judge_composite(
        &self,
        named: &str,
        sets: &[&'a SelectionSet],
        members: &[(String, Json)],
        at: &str,
        faults: &mut Vec<String>,
    ) {
        let objects = self.possible(named);
        if let Some(object) = objects.iter().find(|object| self.is_named(object, sets, members)) {
            return self.judge_object(object, sets, members, at, faults);
        }
        let mut closest: Option<Vec<String>> = None;
        for object in objects {
            let mut found = Vec::new();
            self.judge_object(object, sets, members, at, &mut found);
            if closest.as_ref().is_none_or(|closest| found.len() < closest.len()) {
                closest = Some(found);
            }
        }
        match closest {
            Some(found) => faults.extend(found),
            None => faults.push(format!("{at}: no type can stand for {named}")),
        }
    }
    /// Whether the members say that they are of this type.
    fn is_named(&self, object: &str, sets: &[&'a SelectionSet], members: &[(String, Json)]) -> bool {
        self.collect(object, sets).iter().filter(|it| it.name() == "__typename").any(|collected| {
            members.iter().any(|(key, value)| key == collected.key && value.as_text() == Some(object))
        })
    }
}
