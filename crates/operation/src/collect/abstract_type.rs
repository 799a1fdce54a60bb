//! What is selected of an interface or a union.

use super::form::{Built, Former, type_name};
use super::groups::{Groups, Scope};
use crate::refused::Refused;
use crate::shape::{Field as ShapeField, Inner, Object, Typed};
use crate::types::Types;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, InlineFragment, Selection, SelectionSet, TypeCondition};
use async_graphql::{Name, Pos, Positioned};
use std::collections::HashMap;
use std::sync::Arc;

/// What every object shows in the same way, by its key.
type Common<'a> = IndexMap<&'a str, Arc<ShapeField>>;

impl<'a> Former<'a> {
    /// What is the same for every object that may be there is selected of the type itself; what is not, once for each of
    /// them.
    pub(super) fn abstracted(
        &mut self,
        sets: &[&'a SelectionSet],
        ty: &str,
        at: Pos,
    ) -> Result<Built<Inner>, Refused> {
        let types = self.grouper.types;
        let every = self.grouper.group(sets, Scope::Every(ty));
        let possible = types.possible(ty).iter();
        let each: Vec<(&'a Name, Groups<'a>)> =
            possible.map(|object| (object, self.grouper.group(sets, Scope::Object(object)))).collect();
        let is_same = |key: &str| {
            every.get(key).is_some_and(|nodes| {
                let is_leaf = nodes.iter().all(|node| node.node.selection_set.node.items.is_empty());
                let mut found = each.iter().map(|(_, groups)| groups.get(key).map(Vec::len));
                (is_leaf || found.all(|length| length == Some(nodes.len()))) && is_shared(types, ty, nodes)
            })
        };
        let (mut items, mut common) = (Vec::new(), Common::new());
        for (key, nodes) in every.iter().filter(|(key, _)| is_same(key)) {
            let (item, field) = self.field(ty, nodes)?;
            items.push(item);
            common.insert(*key, Arc::new(field));
        }
        let mut by_type = HashMap::new();
        for (object, groups) in &each {
            if groups.keys().eq(common.keys()) {
                continue;
            }
            let (own, shown) = self.own(object, groups, &common)?;
            if !own.is_empty() {
                items.push(only_on(object, own, at));
            }
            by_type.insert((*object).clone(), shown);
        }
        let other = Object { fields: common.into_values().collect() };
        if by_type.is_empty() {
            return Ok((items, Inner::Object(other)));
        }
        items.insert(0, type_name(at));
        Ok((items, Inner::Typed(Typed { by_type, other })))
    }

    /// What is selected of one object besides what is common.
    fn own(
        &mut self,
        object: &Name,
        groups: &Groups<'a>,
        common: &Common<'a>,
    ) -> Result<Built<Object>, Refused> {
        let (mut items, mut fields) = (Vec::new(), Vec::with_capacity(groups.len()));
        for (key, nodes) in groups {
            if let Some(field) = common.get(key) {
                fields.push(Arc::clone(field));
                continue;
            }
            let (item, field) = self.field(object, nodes)?;
            items.push(item);
            fields.push(Arc::new(field));
        }
        Ok((items, Object { fields }))
    }
}

/// Whether the type itself has the field, and each object that may be there has it of the same type: a union has no
/// fields, and an object may promise a value where its interface does not.
fn is_shared(types: &Types, ty: &str, nodes: &[&Positioned<Field>]) -> bool {
    let Some(first) = nodes.first() else { return false };
    let name = first.node.name.node.as_str();
    types.field(ty, name).is_some_and(|declared| {
        let mut own = types.possible(ty).iter().map(|object| types.field(object, name));
        own.all(|own| own.is_some_and(|own| own.ty == declared.ty))
    })
}

fn only_on(object: &Name, items: Vec<Positioned<Selection>>, at: Pos) -> Positioned<Selection> {
    let condition = TypeCondition { on: Positioned::new(object.clone(), at) };
    let fragment = InlineFragment {
        type_condition: Some(Positioned::new(condition, at)),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, at),
    };
    Positioned::new(Selection::InlineFragment(Positioned::new(fragment, at)), at)
}
