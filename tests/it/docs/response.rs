//! An HTTP response as `curl -i` prints it, and as pages show it.

use super::names::Names;

struct Response {
    status: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Response {
    fn read(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let (mut head, mut body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
        while head.starts_with("HTTP/1.1 100 ") {
            (head, body) = body.split_once("\n\n").unwrap_or((body, ""));
        }
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default().to_owned();
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        Self { status, headers, body: body.to_owned() }
    }
}

/// Finds the status line, the headers and the parts of the body that a page shows.
///
/// # Errors
/// Says what is missing or different.
pub fn find_response(names: &mut Names, shown: &str, answered: &str) -> Result<(), String> {
    let (shown, answered) = (Response::read(shown), Response::read(answered));
    if shown.status != answered.status {
        return Err(format!("the status is `{}`; the page shows `{}`", answered.status, shown.status));
    }
    for (name, value) in &shown.headers {
        let mut headers = answered.headers.iter();
        if !headers.any(|(found, text)| found.eq_ignore_ascii_case(name) && names.meets(value, text)) {
            return Err(format!("there is no header `{name}: {value}`"));
        }
    }
    if shown.body.trim().is_empty() { Ok(()) } else { find_body(names, &shown.body, &answered.body) }
}

/// Finds the parts of a body that a page shows: of JSON its values, else its lines.
///
/// # Errors
/// Says what is missing or different.
pub fn find_body(names: &mut Names, shown: &str, answered: &str) -> Result<(), String> {
    let Ok(shown) = serde_json::from_str(shown) else { return names.find_lines(shown, answered) };
    let answered =
        serde_json::from_str(answered).map_err(|error| format!("the body is not JSON: {error}"))?;
    names.find(&shown, &answered)
}

#[test]
fn a_response_has_the_status_and_the_headers_that_are_shown() {
    let answered =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nETag: W/\"a\"\r\nvary: x\r\n\r\n{\"a\":1,\"b\":2}";
    let mut names = Names::default();
    let found = |shown: &str, names: &mut Names| find_response(names, shown, answered);
    assert_eq!(found("HTTP/1.1 200 OK\netag: <tag>\n\n{\"b\": 2}\n", &mut names), Ok(()));
    assert_eq!(names.value("tag"), Some("W/\"a\""));
    assert_eq!(found("HTTP/1.1 200 OK\n", &mut names), Ok(()));
    for (shown, words) in [
        ("HTTP/1.1 201 Created", "the status is `HTTP/1.1 200 OK`; the page shows `HTTP/1.1 201 Created`"),
        ("HTTP/1.1 200 OK\nvary: y", "there is no header `vary: y`"),
        ("HTTP/1.1 200 OK\n\n{\"a\": 2}", "the answer.a is 1; the page shows 2"),
    ] {
        assert_eq!(found(shown, &mut names), Err(words.to_owned()));
    }
}
