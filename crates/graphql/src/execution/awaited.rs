//! Leaf fields that may wait for storage. All others only read what their object holds.

/// Those of the object type with this name, as the schema names them. Tests fail in the debug build at a field that
/// waits and is not named here.
pub(super) fn of(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "Account" | "Campaign" => &["postCount"],
        "AuditEntry" => &["summary"],
        "Post" => &["errorMessage", "platforms", "retryCount"],
        "PostTarget" => &["content", "hashtags", "platform", "title"],
        "User" => &["totpEnabled"],
        "Workspace" => &["cursor", "role"],
        connection if connection.ends_with("Connection") => &["totalCount"],
        _ => &[],
    }
}
