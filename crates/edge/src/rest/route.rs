//! What one route is: data.

/// An HTTP method that routes use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    Get,
    Post,
    Put,
    Delete,
}

impl Verb {
    /// As it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// `HEAD` is a `GET` whose body the server leaves out.
    pub fn parse(method: &str) -> Option<Self> {
        match method {
            "GET" | "HEAD" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "PUT" => Some(Self::Put),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever shows a token or a key.
    Bearer,
    /// Anyone: the request's own secret tells who it is for.
    Open,
}

/// Where a request carries a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Body,
}

/// How a value becomes a variable.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// As the variable's type says: enums in lower case, ids as whole numbers, snake_case keys. The noun of an id is
    /// told by the name of the variable's field (`accountId`, `mediaIds`).
    Typed,
    /// The id of an object of this noun.
    Id(&'static str),
    /// One value for a variable that is a list.
    OneOf,
    /// A time; one without an offset goes to the other variable, which is read in the workspace's time zone.
    Time { local: &'static str },
    /// A list of bodies of another route, each on its own: those that are invalid are told in the
    /// answer's `errors` and leave the others. A body without the list is the only one of it.
    Items { most: usize, inputs: &'static [Input], defaults: &'static [Default] },
    /// A word that sets other variables.
    Word(&'static [Word]),
}

/// A value of a [`Kind::Word`], with what it means.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub text: &'static str,
    /// A variable and its value.
    pub sets: (&'static str, bool),
    /// Variables that it overrules.
    pub drops: &'static [&'static str],
}

/// One value of a request.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its name in REST.
    pub name: &'static str,
    pub place: Place,
    /// The variable, or the way into one: `input.accountIds`.
    pub to: &'static str,
    pub kind: Kind,
}

/// A variable that follows from which values are given.
#[derive(Clone, Copy, Debug)]
pub struct Default {
    /// Where this value is given ..
    pub given: &'static str,
    /// .. and none of these is ..
    pub unless: &'static [&'static str],
    /// .. this variable is true.
    pub sets: &'static str,
}

/// How a list is cut into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// Not a list.
    None,
    /// `limit` and `offset` or `page` in, `total` out.
    Total,
    /// The same, with `pages`, `current_page`, `limit`, `offset` and `retrieved_at` out.
    Pages,
}

/// What is sent as the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// None, or a JSON object.
    Json,
    /// `multipart/form-data` with this file; the other body values are its text fields.
    File(&'static str),
}

/// What answers a route.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// A GraphQL document of one operation.
    Operation(&'static str),
    /// One document where the value is given, another where it is not.
    Either { given: &'static str, then: &'static str, otherwise: &'static str },
    /// A handler of the server's edge, because a browser is answered with a redirect; the fragment says what its JSON
    /// holds besides `message`, under the given name.
    Edge { name: &'static str, fragment: &'static str },
}

/// Another form of a route's answer, for those who ask for it by `Accept`. Refusals stay JSON.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// As `Accept` names it.
    pub media: &'static str,
    /// As `Content-Type` tells it.
    pub content_type: &'static str,
    /// A GraphQL query whose answer has one value, the text. Its variables are those of the route's other document.
    pub operation: &'static str,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Unique: the operation's id in OpenAPI.
    pub id: &'static str,
    pub verb: Verb,
    /// Below `/api/sns`.
    pub path: &'static str,
    /// One line for readers of the OpenAPI document.
    pub summary: &'static str,
    pub access: Access,
    pub work: Work,
    pub inputs: &'static [Input],
    pub defaults: &'static [Default],
    pub body: Body,
    /// Where `Idempotency-Key` goes; `None`: doing it twice is doing it once.
    pub key: Option<&'static str>,
    pub paging: Paging,
    pub text: Option<Text>,
    pub success: u16,
    /// Words that the answer carries as `message`.
    pub message: Option<&'static str>,
}

impl Route {
    /// The plainest route: signed in, no values, 200.
    pub const fn new(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            id,
            verb,
            path,
            summary,
            access: Access::Bearer,
            work: Work::Operation(operation),
            inputs: &[],
            defaults: &[],
            body: Body::Json,
            key: None,
            paging: Paging::None,
            text: None,
            success: 200,
            message: None,
        }
    }
}

/// A value of the query string.
pub const fn query(name: &'static str, to: &'static str) -> Input {
    Input { name, place: Place::Query, to, kind: Kind::Typed }
}

/// A field of the body.
pub const fn field(name: &'static str, to: &'static str) -> Input {
    Input { name, place: Place::Body, to, kind: Kind::Typed }
}

/// The id in the path.
pub const fn path_id(noun: &'static str, to: &'static str) -> Input {
    Input { name: "id", place: Place::Path, to, kind: Kind::Id(noun) }
}

/// The same values and one more.
#[expect(clippy::indexing_slicing, reason = "run by the compiler: an index out of bounds does not build")]
pub const fn with<const N: usize, const M: usize>(inputs: [Input; N], last: Input) -> [Input; M] {
    let mut all = [last; M];
    let mut at = 0;
    while at < N {
        all[at] = inputs[at];
        at += 1;
    }
    all
}

impl Input {
    /// The same value, read in another way.
    pub const fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}
