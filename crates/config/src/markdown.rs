//! `docs/settings.md`.

use super::Config;
use super::setting::{GROUPS, PLATFORM, Preset, Setting};
use fanfare_domain::platform::Platform;

const INTRODUCTION: &str = "\
# Settings

This file is generated from the code (`make generate`).

Settings come from the environment and, for what is not set there, from a file `.env` in the folder where the server is
started. A setting that is empty counts as not set. A wrong value, or a `FANFARE_` name that is not listed here, stops
the start with one line that names it. The values of secret settings are never shown.
";

impl Config {
    /// Every setting with its meaning, values and default, as Markdown: the text of `docs/settings.md`.
    pub fn settings_markdown() -> String {
        let mut text = INTRODUCTION.to_owned();
        for (title, rows) in GROUPS {
            text += &section(title, rows);
        }
        text += &section("Networks", PLATFORM);
        let names: Vec<String> =
            Platform::ALL.iter().map(|platform| format!("`{}`", platform.setting_name())).collect();
        text + "\n`<PLATFORM>` stands for one of " + &names.join(", ") + ".\n"
    }
}

fn section(title: &str, rows: &[Setting]) -> String {
    let head = format!("\n## {title}\n\n| Setting | What it does | Values | Default |\n|---|---|---|---|\n");
    rows.iter().fold(head, |text, row| text + &line(row))
}

fn line(row: &Setting) -> String {
    let default = match row.default {
        Preset::Value(value) => format!("`{value}`"),
        Preset::ByEnvironment { development, production } => {
            format!("`{development}` in development, `{production}` in production")
        }
        Preset::Unset(words) => words.to_owned(),
    };
    let secret = if row.secret { " Secret." } else { "" };
    let cells = [
        format!("`{}`", row.name),
        format!("{}{secret}", row.meaning),
        // A name in angle brackets would be taken for an HTML tag.
        row.expected().replace('<', "\\<"),
        default,
    ];
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}
