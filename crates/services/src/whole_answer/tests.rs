//! For whom, and for how long, a whole answer is kept; on a database in a file.

use super::{Alike, Grounds, Known, Question, WholeAnswers, Witness, changes_without_event};
use crate::context::tests::Scene;
use crate::context::witness::holds_until;
use crate::context::{Freshness, ServiceError};
use bytes::Bytes;
use fanfare_auth::Action;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::api_key::{ApiKeyScope, KeyGrant};
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{ApiKeyId, SessionId, UserId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_domain::patch::Patch;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::settings::SettingsPatch;
use std::sync::Arc;
use std::time::Duration;

/// An answer that was given to the owner, and where it is kept.
struct Answered {
    scene: Scene,
    answers: WholeAnswers,
    question: Question,
}

fn actor(scene: &Scene, user: UserId, credential: Credential) -> Actor {
    let default_workspace = scene.workspace;
    Actor { user_id: user, credential, default_workspace, expires_at: None, ip_address: None }
}

fn owner(scene: &Scene) -> Actor {
    actor(scene, scene.user, Credential::Session(SessionId(1)))
}

impl Answered {
    /// After an operation that was allowed to do this and reads the settings.
    async fn by(action: Action, also: impl FnOnce()) -> Self {
        let scene = Scene::open().await;
        let answers = WholeAnswers::new(&scene.context);
        let question = Question::new(&["{ settings { timeZone } }"], "{}", Arc::from([Noun::Settings]));
        let witness = Witness::new(Arc::clone(question.about()));
        let read = async {
            scene.context.authorize(&owner(&scene), scene.workspace, action).await.unwrap();
            also();
        };
        witness.follow(read).await;
        let known = Known::new(Bytes::from_static(b"{}"));
        answers.keep(&owner(&scene), &question, &known, witness.grounds().unwrap()).await;
        Self { scene, answers, question }
    }

    async fn is_found_by(&self, actor: &Actor) -> bool {
        self.answers.find(actor, &self.question, Freshness::default()).await.is_some()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_kept_until_what_it_shows_changes() {
    let answered = Answered::by(Action::ReadWorkspace, || {}).await;
    let (scene, owner) = (&answered.scene, owner(&answered.scene));
    assert!(answered.is_found_by(&owner).await);
    let seq = scene.context.hub.position(scene.workspace).await.unwrap().unwrap();
    let ahead = Freshness::at_least(Some(seq + 1));
    assert!(answered.answers.find(&owner, &answered.question, ahead).await.is_none());
    let patch =
        SettingsPatch { banned_keywords: Patch::Set(vec!["word".to_owned()]), ..SettingsPatch::default() };
    let by = EventActor::from(scene.user);
    let settings = scene.context.db.settings();
    let any = ExpectedRevision::ANY;
    let (_, seq) = settings.update(scene.workspace, any, patch, by, SystemClock.now()).await.unwrap();
    scene.context.hub.committed(scene.workspace, seq);
    assert!(!answered.is_found_by(&owner).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_for_whoever_may_do_what_the_first_asker_did() {
    let answered = Answered::by(Action::ManageSettings, || {}).await;
    let scene = &answered.scene;
    let with_key = |workspace_id: WorkspaceId| {
        let grant = KeyGrant {
            id: ApiKeyId(1),
            workspace_id,
            prefix: "unknown".to_owned(),
            scopes: vec![ApiKeyScope::Read],
        };
        actor(scene, scene.user, Credential::ApiKey(Arc::new(grant)))
    };
    let stranger = actor(scene, UserId(scene.user.0 + 1), Credential::Session(SessionId(2)));
    let other_default = Actor { default_workspace: WorkspaceId(scene.workspace.0 + 1), ..owner(scene) };
    assert!(answered.is_found_by(&owner(scene)).await);
    for refused in [stranger, with_key(scene.workspace), with_key(WorkspaceId(9)), other_default] {
        assert!(!answered.is_found_by(&refused).await, "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_its_workspace_is_for_whoever_has_another_default_one_too() {
    let answered = Answered::by(Action::ReadWorkspace, || {}).await;
    let scene = &answered.scene;
    let guest = |default: i64| Actor { default_workspace: WorkspaceId(default), ..owner(scene) };
    assert!(!answered.is_found_by(&guest(8)).await, "the owner's default one was read");
    let witness = Witness::new(Arc::clone(answered.question.about()));
    let asker = owner(scene);
    let read = scene.context.authorize(&asker, scene.workspace, Action::ReadWorkspace);
    witness.follow(read).await.unwrap();
    let known = Known::new(Bytes::from_static(b"{}"));
    answered.answers.keep(&guest(8), &answered.question, &known, witness.grounds().unwrap()).await;
    assert!(answered.is_found_by(&guest(9)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_depends_on_the_clock_ends_with_its_time() {
    let passed = Answered::by(Action::ReadWorkspace, || holds_until(SystemClock.now())).await;
    assert!(!passed.is_found_by(&owner(&passed.scene)).await);
    let later = SystemClock.now().plus(Duration::from_hours(1));
    let present = Answered::by(Action::ReadWorkspace, || holds_until(later)).await;
    assert!(present.is_found_by(&owner(&present.scene)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_anything_was_refused_or_not_found_nothing_is_kept() {
    let scene = Scene::open().await;
    let witness = Witness::new(Arc::from([Noun::Settings]));
    let elsewhere = WorkspaceId(scene.workspace.0 + 1);
    let read = async {
        let refused = scene.context.authorize(&owner(&scene), elsewhere, Action::ReadWorkspace).await;
        assert!(matches!(refused, Err(ServiceError::NotFound)));
        scene.context.authorize(&owner(&scene), scene.workspace, Action::ReadWorkspace).await.unwrap();
    };
    witness.follow(read).await;
    assert!(witness.grounds().is_none());
}

/// What an answer to an event that shows settings relies on, as it was given to the owner.
async fn grounds_of_answer_to_event(scene: &Scene, alike: &Alike) -> Grounds {
    let witness = Witness::new(Arc::clone(&alike.about));
    let (answers, owner) = (WholeAnswers::new(&scene.context), owner(scene));
    witness.follow(answers.begin_answer_to_event(&owner, scene.workspace, alike)).await.unwrap();
    witness.grounds().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_event_is_for_those_who_may_read_the_workspace_until_what_it_shows_changes() {
    let scene = Scene::open().await;
    let alike = Alike { about: Arc::from([Noun::Settings]), is_versioned: true };
    let grounds = grounds_of_answer_to_event(&scene, &alike).await;
    assert!(grounds.until.is_none());
    let answers = WholeAnswers::new(&scene.context);
    let stranger = actor(&scene, UserId(scene.user.0 + 1), Credential::Session(SessionId(2)));
    let other_default = Actor { default_workspace: WorkspaceId(scene.workspace.0 + 1), ..owner(&scene) };
    assert!(
        answers.may_see(&owner(&scene), &grounds).await && answers.may_see(&other_default, &grounds).await
    );
    assert!(!answers.may_see(&stranger, &grounds).await);
    assert!(answers.is_present(&grounds, &alike.about, Freshness::default()).await);
    let patch =
        SettingsPatch { banned_keywords: Patch::Set(vec!["word".to_owned()]), ..SettingsPatch::default() };
    let settings = scene.context.db.settings();
    let by = EventActor::from(scene.user);
    let any = ExpectedRevision::ANY;
    let (_, seq) = settings.update(scene.workspace, any, patch, by, SystemClock.now()).await.unwrap();
    scene.context.hub.committed(scene.workspace, seq);
    assert!(!answers.is_present(&grounds, &alike.about, Freshness::default()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_event_that_may_change_without_one_is_for_a_moment() {
    let scene = Scene::open().await;
    let alike = Alike { about: Arc::from([Noun::Settings]), is_versioned: false };
    let grounds = grounds_of_answer_to_event(&scene, &alike).await;
    assert!(grounds.until.is_some());
    let passed = Grounds { until: Some(SystemClock.now()), ..grounds };
    let answers = WholeAnswers::new(&scene.context);
    assert!(!answers.is_present(&passed, &alike.about, Freshness::default()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_event_of_a_workspace_that_may_not_be_read_is_shared_with_nobody() {
    let scene = Scene::open().await;
    let alike = Alike { about: Arc::from([Noun::Settings]), is_versioned: true };
    let witness = Witness::new(Arc::clone(&alike.about));
    let answers = WholeAnswers::new(&scene.context);
    let elsewhere = WorkspaceId(scene.workspace.0 + 1);
    let owner = owner(&scene);
    let begun = witness.follow(answers.begin_answer_to_event(&owner, elsewhere, &alike)).await;
    assert!(matches!(begun, Err(ServiceError::NotFound)));
    assert!(witness.grounds().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_without_an_event_is_not_kept_and_shared_for_a_moment_in_an_answer_to_an_event() {
    let scene = Scene::open().await;
    let alike = Alike { about: Arc::from([Noun::Settings]), is_versioned: true };
    let (answers, owner) = (WholeAnswers::new(&scene.context), owner(&scene));
    let to_event = Witness::new(Arc::clone(&alike.about));
    let read = async {
        answers.begin_answer_to_event(&owner, scene.workspace, &alike).await.unwrap();
        changes_without_event();
    };
    to_event.follow(read).await;
    assert!(to_event.grounds().unwrap().until.is_some());
    let to_query = Witness::new(Arc::clone(&alike.about));
    let read = async {
        scene.context.authorize(&owner, scene.workspace, Action::ReadWorkspace).await.unwrap();
        changes_without_event();
    };
    to_query.follow(read).await;
    assert!(to_query.grounds().is_none());
}
