//! What is worked out for many at once, and once for those that are alike.

/// A value for each key, in the order of the keys. `make` runs once for all keys that are equal.
pub(super) fn once_each<K: PartialEq, V: Clone>(
    keys: impl IntoIterator<Item = K>,
    mut make: impl FnMut(&K) -> V,
) -> Vec<V> {
    let mut made: Vec<(K, V)> = Vec::new();
    let mut values = Vec::new();
    for key in keys {
        if let Some((_, value)) = made.iter().find(|(known, _)| *known == key) {
            values.push(value.clone());
            continue;
        }
        let value = make(&key);
        values.push(value.clone());
        made.push((key, value));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_share_one_value_and_the_order_is_kept() {
        let mut made = 0;
        let values = once_each(["x", "y", "x", "x", "z", "y"], |key| {
            made += 1;
            format!("{key}{made}")
        });
        assert_eq!(values, ["x1", "y2", "x1", "x1", "z3", "y2"]);
        assert_eq!(made, 3);
    }
}
