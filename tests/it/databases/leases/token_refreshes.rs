//! Tokens that are refreshed.

use super::scene::{LEASE, Scene, assert_fenced, now, taken_over};
use crate::support::database::on_both_databases;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::work::Lapsed;
use fanfare_storage::command::account_tokens::{ClaimedRefresh, SealedTokens, TokenTurn};
use fanfare_storage::rows::Account;
use serde_json::json;
use std::time::Duration;

const DISCONNECT: &str = "mutation($input: DisconnectAccountInput!) { disconnectAccount(input: $input) {
    userErrors { message code path } } }";
const TWO_HOURS: Duration = Duration::from_hours(2);

fn tokens(access: &str) -> SealedTokens {
    SealedTokens {
        access: access.to_owned(),
        refresh: Some(format!("{access}, to refresh")),
        expires_at: Some(now().plus(TWO_HOURS)),
        refresh_expires_at: None,
    }
}

async fn stored(scene: &Scene<'_>, account: &Account) -> Account {
    scene.db.accounts().by_ids(scene.workspace, &[account.id]).await.unwrap().remove(0)
}

/// What a late refresh of an account may try; none of it is written.
async fn assert_writes_nothing(scene: &Scene<'_>, late: &ClaimedRefresh) {
    let queue = scene.db.token_refreshes();
    let tables = ["accounts", "events"];
    let before = scene.rows(&tables).await;
    assert_fenced(&[
        queue.finish(late.lease, tokens("late"), now()).await.map(drop),
        queue.refuse(scene.workspace, late.lease, "late".to_owned(), now()).await.map(drop),
        queue.extend(late.lease, now(), LEASE).await,
    ]);
    // Whoever gives a turn back that is not held any more has nothing to do about it.
    queue.give_back(late.lease, Some(now()), now()).await.unwrap();
    queue.give_back(late.lease, None, now()).await.unwrap();
    assert_eq!(scene.rows(&tables).await, before);
}

on_both_databases! {
    async fn a_refresh_that_outlives_its_lease_changes_nothing(db: Database) {
        let scene = Scene::set(&db).await;
        let (_, account) = scene.account("ann").await;
        scene.set_time("accounts", "refresh_at", now()).await;
        let queue = scene.db.token_refreshes();
        let claim = async || queue.claim(10, LEASE, now()).await.unwrap().pop();
        let (late, held) = taken_over(claim, queue.retake(Lapsed::All)).await;
        assert_writes_nothing(&scene, &late).await;
        let turn = queue.begin(scene.workspace, account.id, LEASE, now()).await.unwrap();
        assert!(matches!(turn, TokenTurn::Taken), "one at a time: {turn:?}");
        scene.set_time("accounts", "refresh_lease_until", now().minus(TWO_HOURS)).await;
        let turn = queue.begin(scene.workspace, account.id, LEASE, now()).await.unwrap();
        assert!(matches!(turn, TokenTurn::Taken), "the clock may have been set forward: {turn:?}");
        queue.extend(held.lease, now(), LEASE).await.unwrap();
        queue.finish(held.lease, tokens("in time"), now()).await.unwrap();
        let account = stored(&scene, &account).await;
        assert_eq!(account.access_token_sealed.as_deref(), Some("in time"), "who holds it goes on");
        assert_eq!(account.refresh_token_sealed.as_deref(), Some("in time, to refresh"));
        assert_eq!(account.status, AccountStatus::Active);
        assert_writes_nothing(&scene, &held).await;
    }

    async fn a_refresh_that_is_under_way_brings_no_tokens_of_a_disconnected_account_back(db: Database) {
        let scene = Scene::set(&db).await;
        let (id, account) = scene.account("ann").await;
        let queue = scene.db.token_refreshes();
        for claimed in [false, true] {
            let late = if claimed {
                scene.set_time("accounts", "refresh_at", now()).await;
                queue.claim(10, LEASE, now()).await.unwrap().remove(0)
            } else {
                let turn = queue.begin(scene.workspace, account.id, LEASE, now()).await.unwrap();
                let TokenTurn::Mine(turn) = turn else { panic!("{turn:?}") };
                *turn
            };
            let disconnected = json!({ "input": { "accountId": id } });
            scene.stage.person.graphql.payload(DISCONNECT, disconnected).await;
            assert_writes_nothing(&scene, &late).await;
            let account = stored(&scene, &account).await;
            assert_eq!(account.status, AccountStatus::Disconnected);
            assert_eq!((account.access_token_sealed, account.refresh_token_sealed), (None, None));
            // Nor does it replace the tokens of a new consent.
            scene.account("ann").await;
            assert_writes_nothing(&scene, &late).await;
        }
    }
}
