//! Random queries, of those who may see all, some and none: each answer is one that the specification knows, which the
//! client looks at, and many hold fields that failed.

use super::random::Writer;
use super::values::Ids;
use crate::authorization::scene::Scene;
use crate::support::answer_check::{schema, wrong_in};
use crate::support::database::on_both_databases;
use serde_json::Value;

const QUERIES: usize = 250;
/// The seed of the queries, where `FANFARE_TEST_SEED` sets no other.
const SEED: u64 = 20_260_801;

/// What the answers were like.
#[derive(Debug, Default)]
struct Tally {
    /// All that was asked for.
    whole: usize,
    /// Fields that failed beside fields that did not.
    partial: usize,
    /// A field that failed took what stands above it along.
    taken_along: usize,
}

impl Tally {
    fn count(&mut self, answer: &Value) {
        let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        self.whole += usize::from(errors.is_empty());
        self.partial += usize::from(!errors.is_empty() && answer["data"].is_object());
        let data = answer.get("data");
        self.taken_along += usize::from(errors.iter().any(|error| {
            let path = error["path"].as_array().map(Vec::as_slice).unwrap_or_default();
            data.is_some_and(|data| steps_to_null(data, path) < path.len())
        }));
    }
}

/// How many steps of a path lead to a `null`; all of them where there is none on the way.
fn steps_to_null(data: &Value, path: &[Value]) -> usize {
    let mut value = data;
    for (taken, step) in path.iter().enumerate() {
        if value.is_null() {
            return taken;
        }
        value = match step {
            Value::String(key) => &value[key.as_str()],
            step => &value[usize::try_from(step.as_u64().unwrap_or_default()).unwrap()],
        };
    }
    path.len()
}

fn seed() -> u64 {
    std::env::var("FANFARE_TEST_SEED").map_or(SEED, |seed| seed.parse().expect("a seed is a number"))
}

on_both_databases! {
    async fn random_queries_are_answered_by_the_specification(db: Database) {
        // Queries are refused for what they cost elsewhere.
        let wide = [("COMPLEXITY", "1000000"), ("ALIASES", "1000"), ("DIRECTIVES", "100")];
        let scene = Scene::set_with(&db, |settings| {
            wide.iter().fold(settings, |settings, (name, value)| settings.set(&format!("FANFARE_GRAPHQL_{name}"), value))
        })
        .await;
        let ids = Ids::new([
            ("account", scene.account.clone()),
            ("campaign", scene.campaign.clone()),
            ("export", scene.export.clone()),
            ("import", scene.import.clone()),
            ("media", scene.media.clone()),
            ("message", scene.message.clone()),
            ("post", scene.post.clone()),
            ("target", scene.target.clone()),
            ("template", scene.template.clone()),
            ("user", scene.owner_user.clone()),
            ("workspace", scene.workspace.clone()),
        ]);
        let callers = [&scene.owner, &scene.owner, &scene.owner, &scene.viewer, &scene.reading_key, &scene.nobody];
        let seed = seed();
        println!("queries of the seed {seed}");
        let mut writer = Writer::new(schema(), &ids, seed);
        let mut tally = Tally::default();
        for _ in 0..QUERIES {
            let query = writer.query();
            assert_eq!(wrong_in(&query.text), None, "{}", query.text);
            let caller = callers[writer.below(callers.len())];
            let answer = caller.post(&query.text, query.variables).await;
            let refused = answer.body.to_string().contains("\"GRAPHQL_");
            assert!(!refused, "a valid query is refused: {:#}\n{}", answer.body, query.text);
            tally.count(&answer.body);
        }
        println!("{tally:?}");
        assert!(tally.whole >= 20 && tally.partial >= 10 && tally.taken_along >= 10, "{tally:?}");
    }
}
