//! From a request's values to the values of GraphQL variables.

use super::error::Field;
use super::input_type::{InputField, InputType};
use fanfare_domain::{global_id, scalar};
use serde_json::{Map, Value};

/// Collects what is wrong with the values of one request.
#[derive(Default)]
pub struct Reader {
    pub faults: Vec<Field>,
}

impl Reader {
    pub fn fault(&mut self, name: &str, words: impl Into<String>) {
        self.faults.push(Field { name: name.to_owned(), words: words.into() });
    }

    /// The variable's value; `None` where the value is not of its type, which is noted under `name`.
    pub fn read(&mut self, ty: &InputType, value: &Value, name: &str) -> Option<Value> {
        match (ty, value) {
            (InputType::List(item), Value::Array(list)) => {
                let read =
                    list.iter().enumerate().map(|(at, one)| self.read(item, one, &format!("{name}.{at}")));
                read.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>().map(Value::Array)
            }
            (InputType::Object(fields), Value::Object(given)) => self.object(fields, given, name),
            _ => match leaf(ty, value) {
                Ok(value) => Some(value),
                Err(words) => {
                    self.fault(name, words);
                    None
                }
            },
        }
    }

    fn object(&mut self, fields: &[InputField], given: &Map<String, Value>, name: &str) -> Option<Value> {
        let before = self.faults.len();
        let mut read = Map::new();
        for field in fields {
            let place = format!("{name}.{}", field.name);
            match given.get(&field.name) {
                None if field.required => self.fault(&place, REQUIRED),
                Some(Value::Null) if field.required => self.fault(&place, REQUIRED),
                Some(Value::Null) if field.nullable => {
                    read.insert(field.key.clone(), Value::Null);
                }
                None | Some(Value::Null) => {}
                Some(value) => {
                    if let Some(value) = self.read(&field.ty, value, &place) {
                        read.insert(field.key.clone(), value);
                    }
                }
            }
        }
        for key in given.keys().filter(|key| !fields.iter().any(|field| field.name == **key)) {
            self.fault(&format!("{name}.{key}"), UNKNOWN);
        }
        (self.faults.len() == before).then_some(Value::Object(read))
    }
}

/// What is said of a value that is missing.
pub const REQUIRED: &str = "Give a value.";
/// What is said of a name that means nothing here.
pub const UNKNOWN: &str = "There is no such field.";

/// `an account`, `a post`.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn leaf(ty: &InputType, value: &Value) -> Result<Value, String> {
    // Many programs write ids and numbers as texts.
    let number = value.as_i64().or_else(|| whole(value.as_str()?));
    match ty {
        InputType::Int => number
            .filter(|number| i32::try_from(*number).is_ok())
            .map(Value::from)
            .ok_or_else(|| "Give a whole number.".to_owned()),
        InputType::BigInt => number.map(Value::from).ok_or_else(|| "Give a whole number.".to_owned()),
        InputType::Float => value
            .as_f64()
            .or_else(|| decimal(value.as_str()?))
            .map(Value::from)
            .ok_or_else(|| "Give a number.".to_owned()),
        InputType::Boolean => {
            value.as_bool().map(Value::from).ok_or_else(|| "Give true or false.".to_owned())
        }
        InputType::Id(noun) => number
            .filter(|row| *row > 0)
            .map(|row| Value::from(global_id::encode(noun, row)))
            .ok_or_else(|| format!("Give the id of {} {noun}, a whole number.", article(noun))),
        InputType::Enum { values, .. } => {
            let given = value.as_str().map(str::to_ascii_uppercase);
            given
                .filter(|given| values.contains(given))
                .map(Value::from)
                .ok_or_else(|| format!("Give one of {}.", values.join(", ").to_ascii_lowercase()))
        }
        InputType::Word(words) => value
            .as_str()
            .filter(|given| words.contains(given))
            .map(Value::from)
            .ok_or_else(|| format!("Give one of {}.", words.join(", "))),
        InputType::Scalar(name) => match scalar::fault(name, value) {
            None => Ok(value.clone()),
            Some(words) => Err(words),
        },
        InputType::List(_) => Err("Give a list.".to_owned()),
        InputType::Object(_) => Err("Give an object.".to_owned()),
    }
}

/// The JSON that a text of the path or of the query string stands for; a list's items stand between commas.
pub fn from_text(ty: &InputType, text: &str) -> Value {
    let parsed = match ty {
        InputType::Int | InputType::BigInt | InputType::Id(_) => whole(text).map(Value::from),
        InputType::Float => decimal(text).map(Value::from),
        InputType::Boolean => text.parse::<bool>().ok().map(Value::from),
        InputType::List(item) => Some(text.split(',').map(|one| from_text(item, one.trim())).collect()),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}

/// The whole number that a text is: digits, and a minus in front of a negative one.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The number that a text is; `inf` and `nan` are none.
fn decimal(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_may_stand_in_a_text_where_its_meaning_is_plain() {
        let read = |ty: &InputType, value: Value| leaf(ty, &value).ok();
        assert_eq!(read(&InputType::Int, json!("14")), Some(json!(14)));
        assert_eq!(read(&InputType::BigInt, json!("-9000000000")), Some(json!(-9_000_000_000_i64)));
        assert_eq!(read(&InputType::Float, json!("1.5")), Some(json!(1.5)));
        let account = InputType::Id("account".to_owned());
        assert_eq!(read(&account, json!("14")), read(&account, json!(14)));
        assert!(read(&account, json!("14")).is_some());
        for unclear in ["", " 14", "+14", "0x0e", "14.0", "1e1", "fourteen", "9000000000"] {
            assert_eq!(read(&InputType::Int, json!(unclear)), None, "{unclear:?}");
        }
        for unclear in ["", "inf", "nan", "one"] {
            assert_eq!(read(&InputType::Float, json!(unclear)), None, "{unclear:?}");
        }
        assert_eq!(from_text(&InputType::Float, "nan"), json!("nan"));
    }
}
