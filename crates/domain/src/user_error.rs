//! What a person did wrong, in a form a program can act on.

text_enum! {
    /// Why an input was refused. The first part of a value names the area.
    UserErrorCode {
        /// A value is missing or empty.
        Required = "required",
        /// A value is not of the form that is asked for.
        Invalid = "invalid",
        /// A text or a file name has too many characters.
        TooLong = "too_long",
        /// A list has too many items.
        TooMany = "too_many",
        /// The object does not exist, or is not in this workspace.
        NotFound = "not_found",
        /// The object has changed since the caller read it: its revision is not the `expectedRevision`.
        Conflict = "conflict",
        /// The same `clientMutationKey` was used with another input.
        IdempotencyConflict = "idempotency_conflict",
        /// The server takes no registration, or only one that comes with an invitation.
        RegistrationClosed = "registration_closed",
        /// Someone has registered with this address.
        AuthEmailTaken = "auth_email_taken",
        /// The password is too short, or one of the most used.
        AuthPasswordWeak = "auth_password_weak",
        /// The address and the password do not fit.
        AuthCredentialsInvalid = "auth_credentials_invalid",
        /// The session was opened a while ago: give the password as well.
        AuthPasswordRequired = "auth_password_required",
        /// The password was right; now a code of the person's app, or a recovery code, is needed.
        SecondFactorRequired = "second_factor_required",
        /// The code is wrong, was used, or is too old.
        SecondFactorInvalid = "second_factor_invalid",
        /// Too many wrong codes in a row: codes of the app are refused for a while, a recovery code is accepted.
        SecondFactorLocked = "second_factor_locked",
        /// Codes are on already.
        SecondFactorOn = "second_factor_on",
        /// Codes are off, or their set-up has not begun.
        SecondFactorOff = "second_factor_off",
        /// The refresh token is unknown, used or expired: sign in again.
        AuthRefreshTokenInvalid = "auth_refresh_token_invalid",
        /// The API key has expired or was revoked.
        ApiKeyEnded = "api_key_ended",
        /// The last owner cannot leave or step down.
        MemberLastOwner = "member_last_owner",
        /// Only an owner may make or remove owners.
        MemberOwnersOnly = "member_owners_only",
        /// The person is a member already.
        MemberExists = "member_exists",
        /// A member becomes owner only by accepting an invitation.
        MemberConsentRequired = "member_consent_required",
        /// The invitation is unknown, was accepted or revoked, or has expired.
        InvitationInvalid = "invitation_invalid",
        /// The invitation is bound to another e-mail address.
        InvitationForAnother = "invitation_for_another",
        /// A limit of the server is reached: the message names it.
        QuotaExceeded = "quota_exceeded",
        /// This server has no client for the network.
        AccountPlatformUnavailable = "account_platform_unavailable",
        /// The OAuth state is unknown, used or older than ten minutes.
        AccountStateInvalid = "account_state_invalid",
        /// The person declined on the network's consent page.
        AccountConsentRefused = "account_consent_refused",
        /// The consent came from another browser: the signed-in user must confirm.
        AccountConfirmationRequired = "account_confirmation_required",
        /// The network refused the code, or could not be reached.
        AccountNetworkError = "account_network_error",
        /// The consent was given for another account than the one to reconnect.
        AccountMismatch = "account_mismatch",
        /// The account is connected already.
        AccountAlreadyLinked = "account_already_linked",
        /// The account is disconnected or must be reconnected.
        AccountNotActive = "account_not_active",
        /// The file has more bytes than the server takes.
        MediaTooLarge = "media_too_large",
        /// The bytes are no file of an accepted type.
        MediaTypeNotAllowed = "media_type_not_allowed",
        /// A post uses the medium.
        MediaInUse = "media_in_use",
        /// The file of an import has more bytes than the server takes.
        ImportFileTooLarge = "import_file_too_large",
        /// The file of an import is no CSV in UTF-8.
        ImportFileUnreadable = "import_file_unreadable",
        /// A heading of an import's file is none that is known, or is there twice.
        ImportColumnInvalid = "import_column_invalid",
        /// A line of an import has more or fewer cells than the heading.
        ImportCellsMiscounted = "import_cells_miscounted",
        /// The import has ended.
        ImportEnded = "import_ended",
        /// The post has no text.
        PostContentEmpty = "post_content_empty",
        /// The time is not at least a second ahead.
        PostScheduleInPast = "post_schedule_in_past",
        /// A post that is to be published needs an account.
        PostNoTargets = "post_no_targets",
        /// The post's state forbids it.
        PostStateForbids = "post_state_forbids",
        /// The campaign ends before it begins.
        CampaignEndsBeforeStart = "campaign_ends_before_start",
        /// A brace in a template begins no placeholder.
        TemplatePlaceholderInvalid = "template_placeholder_invalid",
        /// A network would refuse the post; `path` names the target's account.
        PostRejectedByRules = "post_rejected_by_rules",
        /// The network would refuse the reply.
        InboxReplyRejectedByRules = "inbox_reply_rejected_by_rules",
        /// The reply's state forbids it.
        InboxReplyStateForbids = "inbox_reply_state_forbids",
    }
}

/// A validation error: what to fix in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError {
    pub code: UserErrorCode,
    /// What is wrong and what to do, in words a person can act on.
    pub message: String,
    /// The way to the input's field: `["input", "accountIds", "0"]`.
    pub path: Vec<String>,
}

impl UserError {
    /// `field` is the way below the input, with dots: `accountIds.0`; empty for the whole input.
    pub fn new(code: UserErrorCode, field: &str, message: impl Into<String>) -> Self {
        let path = std::iter::once("input").chain(field.split('.').filter(|part| !part.is_empty()));
        Self { code, message: message.into(), path: path.map(str::to_owned).collect() }
    }

    pub fn not_found(field: &str, noun: &str) -> Self {
        Self::new(UserErrorCode::NotFound, field, format!("There is no such {noun} in this workspace."))
    }
}
