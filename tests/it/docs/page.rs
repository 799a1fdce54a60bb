//! A page as the requests that it shows, each with the parts of the answer that it shows.
//!
//! | block | what it is |
//! |---|---|
//! | `graphql` | an operation, sent to `/graphql` with `<accessToken>` where that is known; a subscription to `/graphql/stream` |
//! | `json variables` | its variables; after its answer: the operation is sent again, with these |
//! | `sh` | a script |
//! | `csv <name>` | a file that scripts send |
//! | `text websocket` | the frames that a client sends (`>`) and receives (`<`) at `/graphql/ws` |
//! | `json answer`, `http answer`, `text answer` | what the request before it is answered: JSON, the output of `curl -i`, or lines |

use super::fence::blocks;
use serde_json::Value;

/// A request, and what the page shows of its answer.
pub struct Step {
    /// Where it stands, such as `docs/api/paging.md:12`.
    pub place: String,
    pub request: Request,
    pub answer: Option<Answer>,
}

/// What is sent.
pub enum Request {
    /// The variables are a JSON text, in which names have no values yet.
    Operation {
        document: String,
        variables: String,
    },
    Shell(String),
    Frames(String),
    File {
        name: String,
        content: String,
    },
}

/// What a page shows of an answer.
pub enum Answer {
    Json(Value),
    Response(String),
    Lines(String),
}

/// The variables of an operation that has none.
const NONE: &str = "{}";

/// The requests of a page, in their order.
///
/// # Panics
/// If a block is none that can be run, or an answer has no request.
pub fn steps(name: &str, page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for block in blocks(page) {
        let place = format!("{name}:{}", block.line);
        let text = block.text;
        match block.kind.as_str() {
            "graphql" => {
                let request = Request::Operation { document: text, variables: NONE.to_owned() };
                steps.push(Step { place, request, answer: None });
            }
            "json variables" => give_variables(&mut steps, place, text),
            "sh" => steps.push(Step { place, request: Request::Shell(text), answer: None }),
            "text websocket" => steps.push(Step { place, request: Request::Frames(text), answer: None }),
            "json answer" => {
                let shown = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{place}: {error}"));
                give_answer(&mut steps, &place, Answer::Json(shown));
            }
            "http answer" => give_answer(&mut steps, &place, Answer::Response(text)),
            "text answer" => give_answer(&mut steps, &place, Answer::Lines(text)),
            kind => {
                let name = kind.strip_prefix("csv ");
                let name =
                    name.unwrap_or_else(|| panic!("{place}: `{kind}` is no kind of block that can be run"));
                let request = Request::File { name: name.to_owned(), content: text };
                steps.push(Step { place, request, answer: None });
            }
        }
    }
    steps
}

fn give_variables(steps: &mut Vec<Step>, place: String, text: String) {
    if let Some(Step { request: Request::Operation { variables, .. }, answer: None, .. }) = steps.last_mut()
        && variables == NONE
    {
        *variables = text;
        return;
    }
    let document = steps.iter().rev().find_map(|step| match &step.request {
        Request::Operation { document, .. } => Some(document.clone()),
        Request::Shell(_) | Request::Frames(_) | Request::File { .. } => None,
    });
    let document = document.unwrap_or_else(|| panic!("{place}: variables of no operation"));
    steps.push(Step { place, request: Request::Operation { document, variables: text }, answer: None });
}

fn give_answer(steps: &mut [Step], place: &str, answer: Answer) {
    let step = steps.last_mut().filter(|step| step.answer.is_none());
    step.unwrap_or_else(|| panic!("{place}: an answer to no request")).answer = Some(answer);
}

#[test]
fn an_operation_is_sent_again_with_other_variables() {
    let page = "```graphql\n{ a }\n```\n```json variables\n{\"n\": 1}\n```\n```json answer\n{\"a\": 1}\n```\n\
                ```json variables\n{\"n\": 2}\n```\n```json answer\n{\"a\": 2}\n```\n```sh\nls\n```\n";
    let told: Vec<String> = steps("p", page)
        .into_iter()
        .map(|step| match (step.request, step.answer) {
            (Request::Operation { document, variables }, Some(Answer::Json(answer))) => {
                format!("{} {} {} {answer}", step.place, document.trim(), variables.trim())
            }
            (Request::Shell(script), None) => format!("{} {}", step.place, script.trim()),
            _ => "something else".to_owned(),
        })
        .collect();
    assert_eq!(told, ["p:1 { a } {\"n\": 1} {\"a\":1}", "p:10 { a } {\"n\": 2} {\"a\":2}", "p:16 ls"]);
}
