//! Names as GraphQL writes them and as REST does.

use super::compiled::TypedInput;

/// `workspaceName` is `workspace_name` to REST.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// The noun of the id that a field holds: `account` for `accountId` and `accountIds`; `media` for `mediaIds`.
pub fn noun_of(field: &str) -> Option<String> {
    let stem = field.strip_suffix("Ids").or_else(|| field.strip_suffix("Id"))?;
    Some(snake_case(stem))
}

/// A message of the schema with the names that the request used: `scheduledLocal` becomes `scheduled_at` where a route
/// takes it under that name. Names that the route does not know stay: they may be a user's own words.
pub fn in_rest_names(message: &str, inputs: &[TypedInput]) -> String {
    let mut written = String::with_capacity(message.len());
    for word in message.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let name = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_graphql = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.contains(|c: char| c.is_ascii_uppercase());
        match rest_name(name, inputs).filter(|_| is_graphql) {
            Some(rest) => {
                written.push_str(rest);
                written.push_str(word.get(name.len()..).unwrap_or_default());
            }
            None => written.push_str(word),
        }
    }
    written
}

/// The request's name of the variable, or of the field of a variable, that is called this.
fn rest_name(name: &str, inputs: &[TypedInput]) -> Option<&'static str> {
    inputs.iter().find_map(|typed| {
        let is_named = typed.variables().any(|to| to.split('.').any(|part| part == name));
        if is_named { Some(typed.input.name) } else { rest_name(name, &typed.items) }
    })
}
