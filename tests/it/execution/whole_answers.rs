//! Every field of every type, asked after every step of a long scenario: what a server answers from what it keeps is
//! what the database says, for each caller.

use super::scenario::{SECRET, Scenario};
use super::typed_events::{Named, assert_typed};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use serde_json::Value;

on_both_databases! {
    async fn what_is_kept_is_what_the_database_says_after_every_step(db: Database) {
        let mut scenario = Scenario::begin(&db).await;
        scenario.prepare().await;
        scenario.work().await;
        the_questions_are_answered_in_full(&scenario).await;
        each_caller_gets_their_own(&scenario).await;
        scenario.work_again().await;
        assert_typed(&scenario.stage.person.graphql, Named::All).await;
        scenario.clear().await;
        assert_typed(&scenario.stage.person.graphql, Named::Some).await;
    }
}

/// The comparisons are not those of refusals and empty lists.
async fn the_questions_are_answered_in_full(scenario: &Scenario<'_>) {
    let answers = scenario.twins.answers(&scenario.stage.person.graphql, &scenario.values).await;
    for (question, answer) in scenario.twins.questions.iter().zip(&answers) {
        let given = &answer["data"][&question.root];
        assert!(
            !given.is_null() && answer["errors"] == serde_json::json!([]),
            "{}: {answer:#}",
            question.root
        );
        let is_empty = given["nodes"].as_array().is_some_and(Vec::is_empty);
        assert!(!is_empty, "{} has nothing to show", question.root);
    }
}

/// The owner's answers are kept when others ask the very same.
async fn each_caller_gets_their_own(scenario: &Scenario<'_>) {
    let Scenario { stage, twins, values, viewer, .. } = scenario;
    let owner = twins.answers(&stage.person.graphql, values).await;
    let of = |answers: &[Value], root: &str| {
        let found = twins.questions.iter().position(|question| question.root == root);
        answers[found.expect("it is one of the questions")].clone()
    };
    assert!(of(&owner, "auditLog")["data"].is_object(), "owners see what has happened");
    let read = twins.answers(&viewer.graphql, values).await;
    assert!(of(&read, "auditLog")["data"]["auditLog"].is_null(), "viewers do not");
    assert!(of(&read, "auditLog")["errors"].to_string().contains("FORBIDDEN"));
    let campaigns = of(&read, "campaigns");
    assert!(campaigns.to_string().contains(SECRET), "viewers see the rest: {campaigns:#}");
    assert_ne!(of(&read, "viewer"), of(&owner, "viewer"));
    let stranger = Person::register(&stage.server).await;
    for (name, others) in [("a stranger", stranger.graphql), ("nobody", stage.server.graphql())] {
        let answers = twins.answers(&others, values).await;
        for (question, answer) in twins.questions.iter().zip(&answers) {
            assert!(!answer.to_string().contains(SECRET), "{name} reads in {}: {answer:#}", question.root);
        }
    }
    assert_eq!(
        twins.answers(&stage.person.graphql, values).await,
        owner,
        "and the owner still gets the same"
    );
}
