//! SQL types that both databases know, and the way of the domain's types in and out of them.

use crate::clock::Timestamp;
use crate::{
    account, actor, campaign, event, export, id, import, inbox, kept_count, media, platform, post, template,
    user_error,
};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as st;
use diesel::sqlite::Sqlite;
use std::io::Write as _;

/// `timestamptz` on PostgreSQL; whole microseconds since 1970 on SQLite, where it sorts and indexes as it is.
#[derive(st::SqlType, diesel::query_builder::QueryId, Clone, Copy, Debug)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Ts;

/// `jsonb` on PostgreSQL, JSON text on SQLite.
#[derive(st::SqlType, diesel::query_builder::QueryId, Clone, Copy, Debug)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct JsonT;

impl st::SqlOrd for Ts {}

#[derive(AsExpression, FromSqlRow)]
#[diesel(foreign_derive, sql_type = Ts)]
#[expect(dead_code, reason = "the derive reads the type from here")]
struct TimestampProxy(Timestamp);

impl ToSql<Ts, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<st::Timestamptz, Pg>::to_sql(&self.0, out)
    }
}
impl FromSql<Ts, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<st::Timestamptz, Pg>::from_sql(value).map(Self)
    }
}
impl ToSql<Ts, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}
impl FromSql<Ts, Sqlite> for Timestamp {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<st::BigInt, Sqlite>>::from_sql(value)?;
        Self::from_micros(micros).ok_or_else(|| "timestamp out of range".into())
    }
}

/// A JSON column.
#[derive(Clone, PartialEq, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = JsonT)]
pub struct Json(pub serde_json::Value);

impl ToSql<JsonT, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        // The first byte is the version of the binary form of jsonb.
        out.write_all(&[1])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl FromSql<JsonT, Pg> for Json {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<st::Jsonb, Pg>::from_sql(value).map(Self)
    }
}
impl ToSql<JsonT, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl FromSql<JsonT, Sqlite> for Json {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&<String as FromSql<st::Text, Sqlite>>::from_sql(value)?)?))
    }
}

/// A JSON column that holds a list of strings.
#[derive(
    Clone, PartialEq, Eq, Debug, Default, AsExpression, FromSqlRow, serde::Serialize, serde::Deserialize,
)]
#[diesel(sql_type = JsonT)]
pub struct Strings(pub Vec<String>);

impl<DB: Backend> FromSql<JsonT, DB> for Strings
where
    Json: FromSql<JsonT, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_value(Json::from_sql(value)?.0)?))
    }
}
impl ToSql<JsonT, Pg> for Strings {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl ToSql<JsonT, Sqlite> for Strings {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

macro_rules! id_columns {
    ($($id:ident),+ $(,)?) => {$(
        const _: () = {
            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive, sql_type = st::BigInt)]
            #[expect(dead_code, reason = "the derive reads the type from here")]
            struct Proxy(id::$id);
        };
        impl<DB: Backend> ToSql<st::BigInt, DB> for id::$id
        where
            i64: ToSql<st::BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }
        impl<DB: Backend> FromSql<st::BigInt, DB> for id::$id
        where
            i64: FromSql<st::BigInt, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(value).map(Self)
            }
        }
    )+};
}
id_columns!(
    UserId,
    WorkspaceId,
    SessionId,
    AccountId,
    MediaId,
    MediaFetchId,
    UnownedFileId,
    PostId,
    TargetId,
    StepId,
    JobId,
    SagaId,
    ApiKeyId,
    InvitationId,
    InboxMessageId,
    InboxReplyId,
    ExportId,
    ImportId,
    ImportProblemId,
    CampaignId,
    TemplateId
);

macro_rules! text_column {
    ($ty:path, $read:expr) => {
        const _: () = {
            #[derive(AsExpression, FromSqlRow)]
            #[diesel(foreign_derive, sql_type = st::Text)]
            #[expect(dead_code, reason = "the derive reads the type from here")]
            struct Proxy($ty);
        };
        impl<DB: Backend> ToSql<st::Text, DB> for $ty
        where
            str: ToSql<st::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.as_str().to_sql(out)
            }
        }
        impl<DB: Backend> FromSql<st::Text, DB> for $ty
        where
            String: FromSql<st::Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let text = String::from_sql(value)?;
                let read: fn(&str) -> Option<Self> = $read;
                read(&text).ok_or_else(|| format!("unknown {}: {text}", stringify!($ty)).into())
            }
        }
    };
}

macro_rules! text_columns {
    ($($ty:path),+ $(,)?) => {$(text_column!($ty, <$ty>::parse);)+};
}
// Nodes of two versions may share a log: a kind of the newer one is read, too.
text_column!(event::ActivityKind, |text| Some(event::ActivityKind::of_stored(text)));
text_columns!(
    platform::Platform,
    account::AccountStatus,
    campaign::CampaignStatus,
    template::TemplateCategory,
    actor::Role,
    media::MediaKind,
    media::FetchStatus,
    media::MediaState,
    post::PostStatus,
    post::TargetStatus,
    post::PublishMode,
    post::StepState,
    post::StepPhase,
    post::SagaState,
    post::TargetErrorCode,
    post::TemplateType,
    post::JobKind,
    post::JobState,
    inbox::InboxMessageType,
    inbox::InboxStatus,
    inbox::ReplyState,
    export::ExportKind,
    export::ExportStatus,
    import::ImportStatus,
    import::ImportColumn,
    kept_count::KeptCount,
    user_error::UserErrorCode,
);
