//! The scalar for files.

use async_graphql::{Context, InputValueError, InputValueResult, Scalar, ScalarType, UploadValue, Value};

/// What the library writes into a variable that a part of the request fills, before the part's number.
const MARK: &str = "#__graphql_file__:";

/// A multipart file upload
///
/// The library's own type trusts its mark, which anyone can write into a variable or a document.
#[derive(Clone, Copy, Debug)]
pub struct Upload(usize);

/// A multipart file upload
#[Scalar(name = "Upload", specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::String(text) => text.strip_prefix(MARK).and_then(|number| number.parse().ok()),
            _ => None,
        };
        number
            .map(Self)
            .ok_or_else(|| InputValueError::custom("Send a file by the multipart request specification"))
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

impl Upload {
    /// The file; `None` where the request has no such part.
    pub fn value(self, ctx: &Context<'_>) -> std::io::Result<Option<UploadValue>> {
        ctx.query_env.uploads.get(self.0).map(UploadValue::try_clone).transpose()
    }
}
