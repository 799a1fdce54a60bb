//! Global ids: `base64url("<noun>:<row id>")`, opaque to clients: each id of a row in the type that its noun has.

use async_graphql::ID;
use fanfare_domain::global_id;
use fanfare_domain::id::{
    AccountId, ApiKeyId, CampaignId, ExportId, ImportId, ImportProblemId, InboxMessageId, InboxReplyId,
    InvitationId, MediaFetchId, MediaId, PostId, SagaId, SessionId, StepId, TargetId, TemplateId, UserId,
    WorkspaceId,
};
use fanfare_domain::user_error::{UserError, UserErrorCode};

/// A row id that clients see as a global id.
pub trait GlobalId: Sized + Copy {
    const NOUN: &'static str;

    fn from_row(id: i64) -> Self;

    fn row(self) -> i64;

    fn global(self) -> ID {
        of_row(Self::NOUN, self.row())
    }

    /// `None`: no global id, or one of another noun.
    fn from_global(id: &ID) -> Option<Self> {
        let (noun, row) = split(id)?;
        (noun == Self::NOUN).then(|| Self::from_row(row))
    }

    /// For an input's `field`.
    fn parse(id: &ID, field: &str) -> Result<Self, UserError> {
        Self::from_global(id).ok_or_else(|| {
            UserError::new(UserErrorCode::Invalid, field, format!("This is not the id of a {}.", Self::NOUN))
        })
    }
}

/// The noun and the row id of a global id.
pub fn split(id: &ID) -> Option<(String, i64)> {
    global_id::decode(id)
}

/// The global id of a row whose noun is known by its name only.
pub fn of_row(noun: &str, row: i64) -> ID {
    ID(global_id::encode(noun, row))
}

macro_rules! global_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl GlobalId for $id {
            const NOUN: &'static str = $id::KIND;
            fn from_row(id: i64) -> Self { Self(id) }
            fn row(self) -> i64 { self.0 }
        }
    )+};
}
global_ids!(
    UserId,
    WorkspaceId,
    AccountId,
    MediaId,
    MediaFetchId,
    PostId,
    TargetId,
    StepId,
    SagaId,
    SessionId,
    ApiKeyId,
    InvitationId,
    InboxMessageId,
    InboxReplyId,
    CampaignId,
    TemplateId,
    ExportId,
    ImportId,
    ImportProblemId,
);

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    #[test]
    fn a_global_id_is_read_back_only_as_its_own_noun() {
        let id = PostId(12).global();
        assert_eq!(PostId::from_global(&id), Some(PostId(12)));
        assert_eq!(AccountId::from_global(&id), None);
        for bad in ["", "12", "post:12", "cG9zdDo", "cG9zdDotMQ", &"x".repeat(1000)] {
            assert_eq!(PostId::from_global(&ID(bad.to_owned())), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_row_has_an_id_of_its_own(row in 1..=i64::MAX) {
            let id = InboxMessageId(row).global();
            prop_assert_eq!(InboxMessageId::from_global(&id), Some(InboxMessageId(row)));
            prop_assert_eq!(InboxReplyId::from_global(&id), None);
        }

        #[test]
        fn any_text_is_an_id_or_refused(text in prop_oneof![any::<String>(), "(post|media):[0-9+-]{0,21}"]) {
            for text in [URL_SAFE_NO_PAD.encode(&text), text] {
                if let Some((noun, row)) = split(&ID(text)) {
                    prop_assert!(row > 0);
                    prop_assert_eq!(split(&of_row(&noun, row)), Some((noun, row)));
                }
            }
        }
    }
}
