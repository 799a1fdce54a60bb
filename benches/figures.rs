//! What was measured: a table for people, and the file that `bench/figures.py` reads.

use anyhow::Context as _;
use serde::Serialize;
use std::path::Path;

/// One measured number.
#[derive(Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// The database under the server; `None` where it makes no difference.
    pub database: Option<&'static str>,
    pub value: f64,
    pub unit: &'static str,
    /// What the project aims at.
    pub aim: Option<Aim>,
}

/// An aim, in the figure's unit; the limit itself reaches it.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    Above(f64),
    Below(f64),
}

/// Everything that was measured in this run.
#[derive(Default, Serialize)]
pub struct Figures {
    figures: Vec<Figure>,
}

impl Aim {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Above(limit) => value >= limit,
            Self::Below(limit) => value <= limit,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Above(limit) => format!(">= {limit}"),
            Self::Below(limit) => format!("<= {limit}"),
        }
    }
}

impl Figures {
    pub fn add(&mut self, database: Option<&'static str>, what: &str, value: f64, unit: &'static str) {
        self.push(Figure { what: what.to_owned(), database, value, unit, aim: None });
    }

    pub fn add_with_aim(
        &mut self,
        database: Option<&'static str>,
        what: &str,
        value: f64,
        unit: &'static str,
        aim: Aim,
    ) {
        self.push(Figure { what: what.to_owned(), database, value, unit, aim: Some(aim) });
    }

    fn push(&mut self, figure: Figure) {
        eprintln!("  {}", line(&figure));
        self.figures.push(figure);
    }

    /// Prints the table to the standard output.
    pub fn print(&self) {
        println!("\n{:<52} {:<10} {:>12} {:<6} aim", "measured", "database", "value", "");
        for figure in &self.figures {
            println!("{}", line(figure));
        }
    }

    /// Writes all figures as JSON.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
    }
}

fn line(figure: &Figure) -> String {
    let aim = figure.aim.map_or_else(String::new, |aim| {
        let verdict = if aim.holds(figure.value) { "held" } else { "MISSED" };
        format!("{} {verdict}", aim.words())
    });
    let value = format!("{:.*}", if figure.value < 10.0 { 3 } else { 1 }, figure.value);
    let database = figure.database.unwrap_or("");
    format!("{:<52} {database:<10} {value:>12} {:<6} {aim}", figure.what, figure.unit).trim_end().to_owned()
}
