//! Whether an answer is what the GraphQL specification (October 2021) lets the server say to a document: sections 6
//! (execution) and 7 (response), held against the committed schema. Every answer that the clients of
//! `tests/it/support` receive goes through it.

mod document;
mod errors;
mod json;
mod leaf;
mod selection;
#[cfg(test)]
mod tests;
mod values;

use document::Found;
pub use document::schema;
use errors::Errors;
pub use json::Json;
use serde_json::Value;

/// What is wrong with a document, by the specification's validation; `None` where it is right.
pub fn wrong_in(document: &str) -> Option<String> {
    match &*document::find(document) {
        Found::Valid(_) => None,
        Found::Invalid(why) => Some(why.clone()),
    }
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub query: String,
    pub operation_name: Option<String>,
    /// An object, or `null` where there are none.
    pub variables: Value,
}

impl Asked {
    pub fn new(query: &str, variables: &Value) -> Self {
        Self { query: query.to_owned(), operation_name: None, variables: variables.clone() }
    }

    /// # Panics
    /// If the answer, a JSON text, is not one that the specification knows; the message names each fault.
    #[track_caller]
    pub fn assert_answered_by(&self, answer: &str) {
        let faults = self.faults(answer);
        assert!(faults.is_empty(), "{}\n--- answer\n{answer}", self.report(&faults));
    }

    /// The same of an answer that has been read.
    ///
    /// # Panics
    /// As [`Asked::assert_answered_by`].
    #[track_caller]
    pub fn assert_answered_with(&self, answer: &Json) {
        let faults = self.faults_of(answer);
        assert!(faults.is_empty(), "{}\n--- answer\n{answer:?}", self.report(&faults));
    }

    fn report(&self, faults: &[String]) -> String {
        format!(
            "not an answer by the specification:\n{}\n--- document\n{}\n--- variables\n{}",
            faults.join("\n"),
            self.query,
            self.variables
        )
    }

    /// What is wrong with the answer, a JSON text; nothing where it is right.
    pub fn faults(&self, answer: &str) -> Vec<String> {
        match Json::parse(answer) {
            Ok(answer) => self.faults_of(&answer),
            Err(error) => vec![format!("the answer is no JSON: {error}")],
        }
    }

    fn faults_of(&self, answer: &Json) -> Vec<String> {
        let Json::Object(members) = answer else {
            return vec![format!("the answer is {} and no object", answer.kind())];
        };
        let mut faults = Vec::new();
        for (at, (key, _)) in members.iter().enumerate() {
            if !["data", "errors", "extensions"].contains(&key.as_str()) {
                faults.push(format!("the answer has a key `{key}`"));
            }
            if members[..at].iter().any(|(earlier, _)| earlier == key) {
                faults.push(format!("the answer has `{key}` twice"));
            }
        }
        if answer.get("extensions").is_some_and(|extensions| !matches!(extensions, Json::Object(_))) {
            faults.push("`extensions` is no object".to_owned());
        }
        let errors = Errors::read(&self.query, answer.get("errors"), &mut faults);
        match answer.get("data") {
            Some(data) => self.judge(data, &errors, &mut faults),
            None if errors.is_empty() => faults.push("the answer has neither `data` nor an error".to_owned()),
            None if self.is_subscription() => {}
            None => errors.have_no_path(&mut faults),
        }
        faults
    }

    fn is_subscription(&self) -> bool {
        let Found::Valid(document) = &*document::find(&self.query) else { return false };
        let operation = document.operations.get(self.operation_name.as_deref());
        operation.is_ok_and(|operation| operation.is_subscription())
    }

    /// An answer with `data`: something was executed.
    fn judge(&self, data: &Json, errors: &Errors, faults: &mut Vec<String>) {
        match &*document::find(&self.query) {
            Found::Invalid(why) => faults.push(format!("an invalid document has `data`: {why}")),
            Found::Valid(document) => {
                match document::execution(document, self.operation_name.as_deref(), &self.variables) {
                    Ok(execution) => {
                        execution.judge_data(data, faults);
                        errors.fit(&execution, data, faults);
                    }
                    Err(why) => faults.push(why),
                }
            }
        }
    }
}
