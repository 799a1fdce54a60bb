//! The parameters of a GraphQL request, whatever carried them.

use super::problem::Problem;
use super::repeated::repeated;
use async_graphql::UploadValue;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What a query string can carry.
const NAMES: [&str; 4] = ["query", "operationName", "variables", "extensions"];

/// One request: the body's JSON, the query string's values, or a `subscribe` message's payload.
#[derive(Default)]
pub struct Parameters {
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Map<String, Value>,
    /// `extensions.persistedQuery.sha256Hash`.
    pub hash: Option<String>,
    /// Files and the variables they stand for (`variables.input.file`).
    pub uploads: Vec<(String, UploadValue)>,
}

/// One request, or the list of a batch.
pub enum Batch {
    Single(Box<Parameters>),
    Many(Vec<Parameters>),
}

/// As it stands in JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<WireExtensions>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireExtensions {
    persisted_query: Option<WirePersistedQuery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePersistedQuery {
    version: u32,
    sha256_hash: String,
}

impl Parameters {
    /// Reads the object of one request.
    pub fn from_json(value: Value) -> Result<Self, Problem> {
        // A struct is also read from a list, which is no request.
        if !value.is_object() {
            return Err(Problem::bad_request("A GraphQL request is a JSON object"));
        }
        let wire = Wire::deserialize(value)
            .map_err(|error| Problem::bad_request(format!("The request's parameters are wrong: {error}")))?;
        wire.try_into()
    }

    /// Reads the query string of a GET.
    pub fn from_query_string(text: &str) -> Result<Self, Problem> {
        let mut wire = Wire { query: None, operation_name: None, variables: None, extensions: None };
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        if let Some(name) = repeated(&pairs).find(|name| NAMES.contains(name)) {
            return Err(Problem::bad_request(format!("The parameter {name} is given more than once")));
        }
        for (name, value) in pairs {
            match &*name {
                "query" => wire.query = Some(value),
                "operationName" => wire.operation_name = Some(value),
                "variables" => wire.variables = json_parameter("variables", &value)?,
                "extensions" => wire.extensions = json_parameter("extensions", &value)?,
                _ => {}
            }
        }
        wire.try_into()
    }
}

fn json_parameter<T: for<'a> Deserialize<'a>>(name: &str, text: &str) -> Result<Option<T>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text)
        .map_err(|error| Problem::bad_request(format!("The parameter {name} is wrong: {error}")))
}

impl TryFrom<Wire> for Parameters {
    type Error = Problem;

    fn try_from(wire: Wire) -> Result<Self, Problem> {
        let persisted = wire.extensions.unwrap_or_default().persisted_query;
        if persisted.as_ref().is_some_and(|persisted| persisted.version != 1) {
            return Err(Problem::bad_request("Only version 1 of persisted queries is known"));
        }
        Ok(Self {
            query: wire.query.filter(|query| !query.is_empty()),
            operation_name: wire.operation_name.filter(|name| !name.is_empty()),
            variables: wire.variables.unwrap_or_default(),
            hash: persisted.map(|persisted| persisted.sha256_hash),
            uploads: Vec::new(),
        })
    }
}

impl Batch {
    /// Reads a body or the `operations` of a multipart request; at most `limit` requests.
    pub fn from_json(bytes: &[u8], limit: usize) -> Result<Self, Problem> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Problem::bad_request(format!("The body is not JSON: {error}")))?;
        match value {
            Value::Array(list) if list.is_empty() => Err(Problem::bad_request("The batch is empty")),
            Value::Array(list) if list.len() > limit => {
                Err(Problem::bad_request(format!("A batch has at most {limit} requests")))
            }
            Value::Array(list) => {
                list.into_iter().map(Parameters::from_json).collect::<Result<_, _>>().map(Self::Many)
            }
            value => Parameters::from_json(value).map(Box::new).map(Self::Single),
        }
    }
}
