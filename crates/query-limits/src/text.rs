//! How much text an argument brings that rules have to weigh.

use async_graphql::Value;

/// The networks there are: so many rules weigh one text at most.
const MOST_RULES: u64 = 9;

/// Bytes of text in an argument, each counted as often as a rule may have to read it. The texts of an input object are
/// read once for each item of its longest list of values (accounts, networks), at most once for each network, and once
/// for each input object below it (variants, which leave out what they do not change).
pub(crate) fn bytes_to_weigh(value: &Value) -> u64 {
    let mut bytes = 0_u64;
    let (mut values, mut parts, mut below) = (1, 0, 0_u64);
    match value {
        Value::String(text) => return size(text.len()),
        Value::List(items) => return sum(items),
        Value::Object(fields) => {
            for field in fields.values() {
                match field {
                    Value::String(text) => bytes = bytes.saturating_add(size(text.len())),
                    Value::List(items) => {
                        let objects = items.iter().filter(|item| matches!(item, Value::Object(_)));
                        let objects = size(objects.count());
                        values = size(items.len()).saturating_sub(objects).max(values);
                        parts += objects;
                        if objects > 0 {
                            below = below.saturating_add(sum(items));
                        }
                    }
                    other => below = below.saturating_add(bytes_to_weigh(other)),
                }
            }
        }
        _ => return 0,
    }
    bytes.saturating_mul(values.min(MOST_RULES) + parts).saturating_add(below)
}

fn sum(items: &[Value]) -> u64 {
    items.iter().map(bytes_to_weigh).fold(0, u64::saturating_add)
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::value;

    #[test]
    fn a_text_counts_once_for_each_rule_that_may_read_it() {
        let text = "x".repeat(100);
        let load = |accounts: usize, variants: usize| {
            let accounts = vec!["1"; accounts];
            let variants: Vec<Value> = (0..variants).map(|_| value!({ "accountId": "12345" })).collect();
            bytes_to_weigh(&value!({ "content": (&text), "accountIds": (accounts), "variants": (variants) }))
        };
        assert_eq!(load(0, 0), 100);
        assert_eq!(load(3, 0), 300);
        assert_eq!(load(200, 0), 900, "no text is weighed for each account");
        assert_eq!(load(200, 2), 1_100 + 2 * 5);
    }

    #[test]
    fn the_texts_of_a_list_add_up() {
        let post = |length: usize| value!({ "content": ("x".repeat(length)), "accountIds": ["1", "2"] });
        let posts = vec![post(100), post(50)];
        assert_eq!(bytes_to_weigh(&value!({ "posts": (posts) })), 300);
        assert_eq!(bytes_to_weigh(&value!(7)), 0);
    }
}
