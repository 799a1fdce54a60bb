//! What is worked out for many at once, and once for those that are alike.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// A value for each key, in the order of the keys. `make` runs once for all keys that are equal, with what comes along
/// with the first of them.
pub(super) fn once_each<K: Hash + Eq, X, V: Clone>(
    keys: impl IntoIterator<Item = (K, X)>,
    mut make: impl FnMut(&K, X) -> V,
) -> Vec<V> {
    let mut made: HashMap<K, V> = HashMap::new();
    let mut values = Vec::new();
    for (key, with) in keys {
        values.push(match made.entry(key) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let value = make(new.key(), with);
                new.insert(value).clone()
            }
        });
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_share_the_value_of_the_first_and_the_order_is_kept() {
        let mut made = 0;
        let values = once_each(["x", "y", "x", "x", "z", "y"].into_iter().zip('a'..), |key, with| {
            made += 1;
            format!("{key}{with}")
        });
        assert_eq!(values, ["xa", "yb", "xa", "xa", "ze", "yb"]);
        assert_eq!(made, 3);
    }
}
