//! `fanfare demo`: the product's main job in a terminal, by the public API alone.

mod accounts;
mod api;
mod board;
mod live;
mod media;
mod post;
mod server;

use crate::cli::out::say;
use accounts::Account;
use anyhow::{Context as _, bail};
use api::Api;
use board::Board;
use fanfare_config::Config;
use fanfare_net::HttpClient;
use live::Subscription;
use post::Published;
use server::OwnServer;
use std::time::Duration;
use url::Url;

/// The longest that the whole demo may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Publishes a post on three simulated networks and shows it happen. Uses the server at `url`, else the one at the
/// bound address, else one of its own that leaves nothing behind.
pub async fn run(config: &Config, url: Option<Url>) -> anyhow::Result<()> {
    let http = HttpClient::new()?;
    let running = match url {
        Some(url) => Some(server::named(&http, url).await?),
        None => server::running(&http, config).await,
    };
    let (base, own) = if let Some(base) = running {
        (base, None)
    } else {
        let own = OwnServer::start().await?;
        (own.base.clone(), Some(own))
    };
    let whose = if own.is_some() { "a server of its own" } else { "the server" };
    say!("Fanfare demo on {whose} at {base}");
    let outcome = tokio::select! {
        outcome = tokio::time::timeout(LIMIT, tell(http, base)) => outcome
            .unwrap_or_else(|_| bail!("the demo did not come to an end within {} s", LIMIT.as_secs())),
        _ = tokio::signal::ctrl_c() => bail_interrupted(),
    };
    if let Some(own) = own {
        own.stop().await;
    }
    outcome
}

fn bail_interrupted() -> anyhow::Result<()> {
    bail!("interrupted")
}

/// The whole story, from nobody to three links.
async fn tell(http: HttpClient, base: Url) -> anyhow::Result<()> {
    let mut api = Api::new(http, base);
    let who = api.register().await.context("registration")?;
    // Of this run alone, so that no network takes the post for a repetition of an earlier run's.
    let name = who.split('@').next().unwrap_or(&who);
    say!("registered {who}\n\nconnecting accounts through their networks' consent");
    let accounts = accounts::connect_all(&api, name).await?;
    let samples = accounts.first().context("no account")?.simulator.clone();
    say!("\nuploading");
    let picture = media::upload_sample(&api, &samples, "sample.jpg", "image/jpeg").await?;
    let video = media::upload_sample(&api, &samples, "sample.mp4", "video/mp4").await?;

    // Open before the post is due, so that no status can come too early.
    let mut subscription = Subscription::open(&api).await.context("the WebSocket")?;
    let input = post::input(&accounts, &picture, &video);
    say!("\nvalidating");
    post::validate(&api, &input).await?;
    let post = post::create(&api, input).await?;
    say!("\nscheduled for {}; live:", post.scheduled_at);
    follow(&mut subscription, &post.id, &accounts).await?;

    let published = post::published(&api, &post.id).await?;
    report(&api, &published).await
}

/// Shows every status until all targets have a final one.
async fn follow(subscription: &mut Subscription, post: &str, accounts: &[Account]) -> anyhow::Result<()> {
    subscription.follow_post(post).await?;
    let mut board = Board::new(accounts.iter().map(Account::label));
    while !board.is_final() {
        let update = subscription.next().await?;
        board.show(&update);
    }
    Ok(())
}

async fn report(api: &Api, targets: &[Published]) -> anyhow::Result<()> {
    say!("\npublished");
    for target in targets {
        let label = target.label();
        let url = target.url.clone().with_context(|| format!("{label} is published and has no link"))?;
        let status = api.status_of(url.clone()).await?;
        anyhow::ensure!(status == 200, "{label}: {url} answers {status}");
        say!("  {label:<12} {url}  ({} steps in the ledger)", target.steps.len());
    }
    Ok(())
}
