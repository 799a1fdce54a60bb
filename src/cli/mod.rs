//! The commands of the command line.

mod banner;
mod demo;
mod demo_workspace;
mod keys;
mod migrate;
pub mod out;
mod serve;
mod simulator;

use clap::{Parser, Subcommand};
use fanfare_config::Config;
use fanfare_edge::rest::{ROUTES, Table, openapi};
use url::Url;

/// Publishes a post to social networks from one place, and brings back what happens there.
///
/// Settings come from the environment and from `.env`; `fanfare settings` lists them.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = false)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve and publish (the default)
    Serve,
    /// Publish only; needs PostgreSQL
    Worker,
    /// Publish a post to three simulated networks and watch it happen
    Demo {
        /// Use the server at this address; by default the one at FANFARE_BIND, or one that lasts as long as the demo
        #[arg(long)]
        url: Option<Url>,
    },
    /// Run the simulated networks alone
    Simulator,
    /// Bring the database to the newest migration, or take the newest one back
    Migrate {
        #[arg(value_enum, default_value_t = migrate::Direction::Up)]
        direction: migrate::Direction,
        /// Take it back, with `down`, although what only it holds is deleted
        #[arg(long)]
        yes_delete_data: bool,
    },
    /// Change the key that seals secrets
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    /// Print the GraphQL schema
    Schema,
    /// Print the OpenAPI document of the REST routes
    Openapi,
    /// Print every setting, as Markdown
    Settings,
}

/// Runs a command to its end.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(settings()?).await,
        Command::Worker => serve::work(settings()?).await,
        Command::Demo { url } => demo::run(&settings()?, url).await,
        Command::Simulator => simulator::run(settings()?).await,
        Command::Migrate { direction, yes_delete_data } => {
            migrate::run(&settings()?, direction, yes_delete_data).await
        }
        Command::Keys { command } => keys::run(settings()?, command).await,
        Command::Schema => {
            out::print(format_args!("{}", fanfare_graphql::schema::sdl()));
            Ok(())
        }
        Command::Openapi => {
            let table = Table::load(ROUTES, &fanfare_graphql::schema::sdl())?;
            out::say!("{:#}", openapi::document(&table));
            Ok(())
        }
        Command::Settings => {
            out::print(format_args!("{}", Config::settings_markdown()));
            Ok(())
        }
    }
}

fn settings() -> anyhow::Result<Config> {
    Ok(Config::from_process()?)
}
