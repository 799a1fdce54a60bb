//! Bounds the variables of a request, before anything copies them.

use super::{Limits, Refusal};
use serde_json::{Map, Value};

/// Refuses variables that nest deeper or hold more values than `limits` allow.
///
/// The recursion is bounded by the limit, and what it walks by the size of the body.
pub fn weigh(variables: &Map<String, Value>, limits: &Limits) -> Result<(), Refusal> {
    let mut scales = Scales { limits, values: 0 };
    variables.iter().try_for_each(|(name, value)| {
        scales.value(value, 1).map_err(|fault| match fault {
            Fault::Deep => {
                Refusal::over(format!("The variable {name} nests too deep"), limits.variable_depth)
            }
            Fault::Many => Refusal::over("The variables hold too many values", limits.variable_values),
        })
    })
}

enum Fault {
    Deep,
    Many,
}

struct Scales<'a> {
    limits: &'a Limits,
    values: usize,
}

impl Scales<'_> {
    fn value(&mut self, value: &Value, level: usize) -> Result<(), Fault> {
        if level > self.limits.variable_depth {
            return Err(Fault::Deep);
        }
        self.values += 1;
        if self.values > self.limits.variable_values {
            return Err(Fault::Many);
        }
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.value(item, level + 1)),
            Value::Object(fields) => fields.values().try_for_each(|field| self.value(field, level + 1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(variables: &Value) -> Option<(&'static str, String)> {
        let refused = weigh(variables.as_object().unwrap(), &Limits::default()).err();
        refused.map(|refusal| (refusal.code(), refusal.to_string()))
    }

    /// A value at level `levels` of a variable.
    fn nested(levels: usize) -> Value {
        (1..levels).fold(json!(1), |inner, _| json!([inner]))
    }

    #[test]
    fn twenty_levels_of_a_variable_pass_and_twenty_one_do_not() {
        assert_eq!(refusal(&json!({ "a": nested(20) })), None);
        let (code, message) = refusal(&json!({ "fine": 1, "deep": nested(21) })).unwrap();
        assert_eq!(code, "QUERY_TOO_COMPLEX");
        assert_eq!(message, "The variable deep nests too deep: the limit is 20");
    }

    #[test]
    fn the_values_of_all_variables_count_together() {
        let half = vec![0; 24_999];
        assert_eq!(refusal(&json!({ "a": half, "b": half })), None);
        let (code, message) = refusal(&json!({ "a": half, "b": half, "c": 0 })).unwrap();
        assert_eq!(code, "QUERY_TOO_COMPLEX");
        assert_eq!(message, "The variables hold too many values: the limit is 50000");
    }
}
