//! Writing aids: by a language model over a real connection, and by rules where there is none, or none that answers.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::messages_api::{Behaviour, MessagesApi};
use crate::support::person::Person;
use crate::support::server::{Server, Settings};
use crate::support::simulator::SimulatorProcess;
use crate::support::sql::lines;
use serde_json::{Value, json};

const GENERATE: &str = "mutation($input: GenerateContentInput!) { generateContent(input: $input) {
    generatedContent { content hashtags suggestions tone language platform aiGenerated generatedAt }
    userErrors { message code path } } }";
const HASHTAGS: &str = "mutation($input: SuggestHashtagsInput!) { suggestHashtags(input: $input) {
    hashtagSuggestion { platform count hashtags aiGenerated } userErrors { message code path } } }";
const OPTIMIZE: &str = "mutation($input: OptimizeContentInput!) { optimizeContent(input: $input) {
    optimizedContent { optimizedContent improvements { type suggestion } score { before after } aiGenerated }
    userErrors { message code path } } }";

fn with_model(db: &Database, api: &MessagesApi) -> Settings {
    Server::on(db)
        .set("ANTHROPIC_API_KEY", "a key of the tests")
        .set("ANTHROPIC_BASE_URL", api.url().as_str())
        .set("ANTHROPIC_MODEL", "a-model")
        .set("ANTHROPIC_TIMEOUT_SECONDS", "3")
}

async fn generate(graphql: &Graphql, input: Value) -> Value {
    graphql.payload(GENERATE, json!({ "input": input })).await["generatedContent"].clone()
}

fn topic() -> Value {
    json!({ "topic": "a new coffee shop in Lisbon", "platform": "TWITTER" })
}

fn answers(tokens: u64) -> Behaviour {
    let input = json!({ "content": "By the model.", "hashtags": ["Coffee"], "suggestions": ["Otherwise."] });
    Behaviour::Answers { input, tokens }
}

on_both_databases! {
    async fn without_a_model_rules_write_and_say_so(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let written = generate(&person.graphql, topic()).await;
        assert_eq!((&written["aiGenerated"], &written["language"]), (&json!(false), &json!("EN")));
        assert_eq!((&written["tone"], &written["platform"]), (&json!("FRIENDLY"), &json!("TWITTER")));
        assert!(written["content"].as_str().unwrap().contains("coffee shop in Lisbon"), "{written:#}");
        assert!(written["hashtags"].as_array().unwrap().iter().any(|tag| tag == "coffee"), "{written:#}");
        let korean = json!({ "topic": "새로운 카페", "tone": "PROFESSIONAL", "contentType": "EVENT", "hashtagCount": 1 });
        let written = generate(&person.graphql, korean).await;
        assert_eq!((&written["language"], &written["hashtags"]), (&json!("KO"), &json!(["카페"])));
        let input = json!({ "content": "Our coffee shop roasts coffee in Lisbon", "platform": "THREADS", "count": 9 });
        let found = person.graphql.payload(HASHTAGS, json!({ "input": input })).await["hashtagSuggestion"].clone();
        assert_eq!(found, json!({ "platform": "THREADS", "count": 1, "hashtags": ["coffee"], "aiGenerated": false }));
        let input = json!({ "content": "We open a new coffee shop in Lisbon next Monday morning, at seven", "platform": "TWITTER" });
        let better = person.graphql.payload(OPTIMIZE, json!({ "input": input })).await["optimizedContent"].clone();
        assert_eq!(better["score"], json!({ "before": 65, "after": 100 }), "{better:#}");
        assert_eq!(better["improvements"][0]["type"], "HASHTAGS");
    }

    async fn what_cannot_be_written_about_is_told(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let refused = [
            (GENERATE, json!({ "topic": " " }), "REQUIRED", "topic"),
            (GENERATE, json!({ "topic": "x".repeat(501) }), "TOO_LONG", "topic"),
            (GENERATE, json!({ "topic": "x", "hashtagCount": 31 }), "INVALID", "hashtagCount"),
            (GENERATE, json!({ "topic": "x", "hashtagCount": -1 }), "INVALID", "hashtagCount"),
            (HASHTAGS, json!({ "content": "x", "count": 0 }), "INVALID", "count"),
            (HASHTAGS, json!({ "content": "" }), "REQUIRED", "content"),
            (OPTIMIZE, json!({ "content": "x".repeat(63_207), "platform": "TIKTOK" }), "TOO_LONG", "content"),
        ];
        for (document, input, code, field) in refused {
            let errors = person.graphql.user_errors(document, json!({ "input": input })).await;
            assert_eq!(errors, [(code.to_owned(), json!(["input", field]))], "{document}");
        }
        let answer = server.graphql().post(GENERATE, json!({ "input": topic() })).await;
        assert_eq!(answer.error_codes(), ["UNAUTHENTICATED"]);
    }

    async fn the_model_is_asked_as_its_service_wants_and_its_answer_used(db: Database) {
        let api = MessagesApi::start().await;
        let server = with_model(&db, &api).start().await;
        let person = Person::register(&server).await;
        api.will([answers(100)]);
        let written = generate(&person.graphql, topic()).await;
        assert_eq!((&written["content"], &written["aiGenerated"]), (&json!("By the model."), &json!(true)));
        assert_eq!((&written["hashtags"], &written["suggestions"]), (&json!(["Coffee"]), &json!(["Otherwise."])));
        let (headers, body) = api.requests().remove(0);
        assert_eq!(headers["anthropic-version"], "2023-06-01");
        assert_eq!(headers["x-api-key"], "a key of the tests");
        assert_eq!((&body["model"], &body["messages"][0]["role"]), (&json!("a-model"), &json!("user")));
        let data: Value = serde_json::from_str(body["messages"][0]["content"].as_str().unwrap()).unwrap();
        assert_eq!(data["topic"], topic()["topic"]);
        api.will([Behaviour::Answers { input: json!({ "hashtags": ["#One", "Two", "one"] }), tokens: 1 }]);
        let input = json!({ "input": { "content": "Something", "count": 5 } });
        let found = person.graphql.payload(HASHTAGS, input).await["hashtagSuggestion"].clone();
        assert_eq!((&found["hashtags"], &found["aiGenerated"]), (&json!(["One", "Two"]), &json!(true)));
        let improved = json!({
            "content": "Coffee, new in Lisbon.\n\nWe open on Monday at seven. What will you try first?\n\n#Coffee #Lisbon",
            "improvements": [{ "type": "hook", "suggestion": "Begin with the news." }],
        });
        api.will([Behaviour::Answers { input: improved.clone(), tokens: 1 }]);
        let input = json!({ "input": { "content": "coffee", "platform": "TWITTER" } });
        let better = person.graphql.payload(OPTIMIZE, input).await["optimizedContent"].clone();
        assert_eq!((&better["optimizedContent"], &better["aiGenerated"]), (&improved["content"], &json!(true)));
        assert_eq!(better["score"]["after"], 100);
    }

    async fn whatever_the_service_does_somebody_writes(db: Database) {
        let api = MessagesApi::start().await;
        let server = with_model(&db, &api).start().await;
        let person = Person::register(&server).await;
        let odd = Behaviour::Answers { input: json!({ "content": "No hashtags" }), tokens: 5 };
        let long = json!({ "content": "x".repeat(281), "hashtags": [], "suggestions": [] });
        let long = Behaviour::Answers { input: long, tokens: 5 };
        // What the service does, how often it is asked, and whether the model wrote in the end.
        let cases = [
            (vec![Behaviour::Throttles { retry_after: 1 }, answers(1)], 2, true),
            (vec![Behaviour::Fails, answers(1)], 2, true),
            (vec![Behaviour::Fails, Behaviour::Fails], 2, false),
            (vec![Behaviour::Throttles { retry_after: 60 }], 1, false),
            (vec![Behaviour::Babbles], 1, false),
            (vec![odd], 1, false),
            (vec![long], 1, false),
            (vec![Behaviour::Hangs], 1, false),
        ];
        for (behaviours, attempts, by_model) in cases {
            let case = format!("{behaviours:?}");
            api.will(behaviours);
            let written = generate(&person.graphql, topic()).await;
            assert_eq!(written["aiGenerated"], by_model, "{case}");
            assert!(!written["content"].as_str().unwrap().is_empty(), "{case}");
            assert_eq!(api.requests().len(), attempts, "{case}");
        }
        drop(api);
        let written = generate(&person.graphql, topic()).await;
        assert_eq!(written["aiGenerated"], false);
    }

    async fn a_workspace_that_has_spent_its_day_is_written_for_by_rules(db: Database) {
        let api = MessagesApi::start().await;
        let server = with_model(&db, &api).set("FANFARE_AI_TOKENS_PER_DAY", "1000").start().await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        api.will([answers(600), answers(600), answers(600)]);
        let mut by_model = Vec::new();
        for _ in 0..3 {
            by_model.push(generate(&person.graphql, topic()).await["aiGenerated"].clone());
        }
        assert_eq!(by_model, [true, true, false]);
        assert_eq!(generate(&other.graphql, topic()).await["aiGenerated"], true);
    }

    async fn of_two_workspaces_at_once_one_has_the_servers_last_question(db: Database) {
        let api = MessagesApi::start().await;
        let server = with_model(&db, &api).set("FANFARE_AI_SERVER_REQUESTS_PER_DAY", "1").start().await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        api.will([answers(1), answers(1)]);
        let (one, two) = tokio::join!(generate(&person.graphql, topic()), generate(&other.graphql, topic()));
        let by_model = [one, two].iter().filter(|written| written["aiGenerated"] == true).count();
        assert_eq!((by_model, api.requests().len()), (1, 1));
        // The refusal has taken nothing of the workspace's own budget.
        let taken = lines(&db, "select cast(sum(requests) as text) as line from ai_usage").await;
        assert_eq!(taken, ["1"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_a_workspaces_budget() {
    let (db, simulator, api) =
        (Database::postgres().await, SimulatorProcess::start().await, MessagesApi::start().await);
    let start = async || {
        with_model(&db, &api).set("FANFARE_AI_REQUESTS_PER_DAY", "2").simulator(&simulator).start().await
    };
    let (one, other) = (start().await, start().await);
    let person = Person::register(&one).await;
    api.will([answers(1), answers(1), answers(1)]);
    let there = person.graphql.at(other.url());
    assert_eq!(generate(&person.graphql, topic()).await["aiGenerated"], true);
    assert_eq!(generate(&there, topic()).await["aiGenerated"], true);
    assert_eq!(generate(&person.graphql, topic()).await["aiGenerated"], false);
    assert_eq!(generate(&there, topic()).await["aiGenerated"], false);
}
