//! What a server announces on the standard output once it listens.

use super::demo_workspace::SignIn;
use fanfare_config::LogFormat;
use serde_json::json;
use std::fmt::Write as _;
use std::net::SocketAddr;
use url::Url;

pub struct Banner {
    pub address: SocketAddr,
    /// Where the pages are; `None`: it serves none.
    pub base: Option<Url>,
    pub demo: Option<SignIn>,
}

impl Banner {
    /// Lines for a person, or one of JSON next to a log of JSON: whoever collects both reads one language.
    pub fn text(&self, format: LogFormat) -> String {
        match format {
            LogFormat::Pretty => self.lines(),
            LogFormat::Json => self.json(),
        }
    }

    fn lines(&self) -> String {
        let mut text = format!("listening on http://{}\n", self.address);
        if let Some(base) = &self.base {
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "  web app    {base}\n  GraphiQL   {base}graphiql\n  GraphQL    {base}graphql\n"
            );
        }
        if let Some(demo) = &self.demo {
            let _ = writeln!(text, "  demo       {} / {}", demo.email, demo.password);
        }
        text
    }

    fn json(&self) -> String {
        let address = format!("http://{}", self.address);
        let mut said = json!({ "message": format!("listening on {address}"), "address": address });
        if let (Some(fields), Some(base)) = (said.as_object_mut(), &self.base) {
            fields.insert("web_app".to_owned(), json!(base));
            fields.insert("graphiql".to_owned(), json!(format!("{base}graphiql")));
            fields.insert("graphql".to_owned(), json!(format!("{base}graphql")));
        }
        if let (Some(fields), Some(demo)) = (said.as_object_mut(), &self.demo) {
            fields.insert("demo".to_owned(), json!({ "email": demo.email, "password": demo.password }));
        }
        format!("{said}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_to_a_log_of_json_it_is_one_line_of_json() {
        let banner = Banner {
            address: "127.0.0.1:8000".parse().unwrap(),
            base: Some("http://127.0.0.1:8000/".parse().unwrap()),
            demo: Some(SignIn { email: "demo@example.com", password: "planted".to_owned() }),
        };
        let lines = banner.text(LogFormat::Json);
        assert_eq!(lines.lines().count(), 1);
        let said: serde_json::Value = serde_json::from_str(&lines).unwrap();
        assert_eq!(said["message"], "listening on http://127.0.0.1:8000");
        assert_eq!(
            (&said["graphql"], &said["demo"]["password"]),
            (&json!("http://127.0.0.1:8000/graphql"), &json!("planted"))
        );
        let pretty = banner.text(LogFormat::Pretty);
        assert!(pretty.starts_with("listening on http://127.0.0.1:8000\n  web app"), "{pretty}");
    }
}
