//! Names as GraphQL writes them and as REST does.

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
