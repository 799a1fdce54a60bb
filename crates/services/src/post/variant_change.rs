//! Changes of single variants of a stored post, which leave the others as they are.

use super::draft::{PostDraft, VariantDraft};
use fanfare_domain::id::{AccountId, MediaId};
use fanfare_domain::patch::Patch;
use fanfare_domain::post::TargetVariant;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The input's list of changes.
const CHANGES: &str = "variantChanges";

/// What changes of one account's variant. `Set(None)`: the account uses the post's value again.
#[derive(Clone, Debug, Default)]
pub struct VariantChange {
    /// `None`: the id could not be read, which is reported already.
    pub account_id: Option<AccountId>,
    pub content: Patch<Option<String>>,
    pub title: Patch<Option<String>>,
    pub hashtags: Patch<Option<Vec<String>>>,
    pub link_url: Patch<Option<String>>,
    pub media_ids: Patch<Option<Vec<MediaId>>>,
}

impl VariantChange {
    fn apply(self, variant: &mut TargetVariant) {
        self.content.apply(&mut variant.content);
        self.title.apply(&mut variant.title);
        self.hashtags.apply(&mut variant.hashtags);
        self.link_url.apply(&mut variant.link_url);
        self.media_ids.apply(&mut variant.media_ids);
    }
}

/// The refusal of an input that replaces all variants and changes single ones as well.
pub(super) fn two_ways() -> UserError {
    UserError::new(UserErrorCode::Invalid, CHANGES, "Give variants or variantChanges, not both.")
}

/// The accounts whose variants an input changes, each with its place in the input.
pub(super) struct ChangedVariants(BTreeMap<AccountId, usize>);

impl ChangedVariants {
    /// Applies the changes to a draft. An account that has no variant yet gets one.
    pub(super) fn apply(
        changes: Vec<VariantChange>,
        draft: &mut PostDraft,
        errors: &mut Vec<UserError>,
    ) -> Self {
        let mut places = BTreeMap::new();
        for (at, change) in changes.into_iter().enumerate() {
            let Some(account) = change.account_id else { continue };
            match places.entry(account) {
                Entry::Vacant(place) => {
                    place.insert(at);
                }
                Entry::Occupied(_) => {
                    let field = format!("{CHANGES}.{at}.accountId");
                    let words = "The account is named twice; give all of its changes together.";
                    errors.push(UserError::new(UserErrorCode::Invalid, &field, words));
                    continue;
                }
            }
            let stored = draft.variants.iter_mut().find(|it| it.account_id == Some(account));
            if let Some(stored) = stored {
                change.apply(&mut stored.variant);
            } else {
                let mut variant = TargetVariant::default();
                change.apply(&mut variant);
                draft.variants.push(VariantDraft { account_id: Some(account), variant });
            }
        }
        Self(places)
    }

    /// The errors of a changed draft. Those of its variants name the change in the input, as the caller gave no list of
    /// variants.
    pub(super) fn named_by_change(&self, draft: &PostDraft, mut errors: Vec<UserError>) -> Vec<UserError> {
        if self.0.is_empty() {
            return errors;
        }
        for error in &mut errors {
            let [_, list, rest @ ..] = error.path.as_mut_slice() else { continue };
            if list.as_str() != "variants" {
                continue;
            }
            CHANGES.clone_into(list);
            let Some(index) = rest.first_mut() else { continue };
            let variant = index.parse::<usize>().ok().and_then(|at| draft.variants.get(at));
            let place = variant.and_then(|it| self.0.get(&it.account_id?));
            if let Some(place) = place {
                *index = place.to_string();
            }
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::super::validation;
    use super::*;
    use fanfare_domain::post::PostBody;

    fn draft() -> PostDraft {
        let own = |account, content: Option<&str>| VariantDraft {
            account_id: Some(AccountId(account)),
            variant: TargetVariant { content: content.map(str::to_owned), ..TargetVariant::default() },
        };
        PostDraft {
            body: PostBody { content: "of the post".to_owned(), ..PostBody::default() },
            account_ids: vec![AccountId(1), AccountId(2), AccountId(3)],
            variants: vec![own(1, Some("of one")), own(2, Some("of two"))],
            ..PostDraft::default()
        }
    }

    fn content(account: i64, content: Option<&str>) -> VariantChange {
        let content = Patch::Set(content.map(str::to_owned));
        VariantChange { account_id: Some(AccountId(account)), content, ..VariantChange::default() }
    }

    #[test]
    fn a_change_leaves_the_other_variants_and_the_other_fields() {
        let (mut draft, mut errors) = (draft(), Vec::new());
        let title = VariantChange {
            account_id: Some(AccountId(1)),
            title: Patch::Set(Some("titled".to_owned())),
            ..VariantChange::default()
        };
        ChangedVariants::apply(
            vec![title, content(2, None), content(3, Some("of three"))],
            &mut draft,
            &mut errors,
        );
        assert_eq!(errors, []);
        let of = |account| draft.variant_of(AccountId(account));
        assert_eq!((of(1).content.as_deref(), of(1).title.as_deref()), (Some("of one"), Some("titled")));
        assert_eq!(of(2), TargetVariant::default(), "the post's again");
        assert_eq!(of(3).content.as_deref(), Some("of three"));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_change() {
        let (mut draft, mut errors) = (draft(), Vec::new());
        let changes =
            vec![content(9, Some("x")), content(2, Some("")), content(2, None), content(1, Some("fine"))];
        let changed = ChangedVariants::apply(changes, &mut draft, &mut errors);
        let found = validation::check(&draft);
        errors.extend(changed.named_by_change(&draft, found));
        let paths: Vec<String> = errors.iter().map(|error| error.path.join(".")).collect();
        assert_eq!(
            paths,
            [
                "input.variantChanges.2.accountId",
                "input.variantChanges.1.content",
                "input.variantChanges.0.accountId"
            ]
        );
    }
}
