//! Lists of which only it matters what is in them.

/// The values that a filter names, each once, in the order in which they are named first. A client may name one of a few
/// values thousands of times, and each would be a part of a statement, or a statement of its own.
pub fn each_once<T: PartialEq>(named: Option<Vec<T>>) -> Option<Vec<T>> {
    let mut once = Vec::new();
    for value in named? {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    Some(once)
}

#[cfg(test)]
mod tests {
    use super::each_once;

    #[test]
    fn a_value_is_left_where_it_is_named_first() {
        assert_eq!(each_once(Some(vec![2, 1, 2, 2, 3, 1])), Some(vec![2, 1, 3]));
        assert_eq!(each_once(Some(Vec::<i32>::new())), Some(Vec::new()), "none of them, not all of them");
        assert_eq!(each_once(None::<Vec<i32>>), None);
    }
}
