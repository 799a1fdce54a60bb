use super::*;

/// The highest number of a template that comes with the server; a migration starts the table's after it.
const LAST_SYSTEM_ID: i64 = 1_000;

fn details(content: &str, hashtags: Option<&str>) -> TemplateDetails {
    TemplateDetails {
        name: "A name".to_owned(),
        content_template: content.to_owned(),
        hashtag_template: hashtags.map(str::to_owned),
        platform: None,
        category: None,
    }
}

fn values<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn codes(details: &TemplateDetails) -> Vec<(UserErrorCode, String)> {
    details.check().into_iter().map(|error| (error.code, error.path[1..].join("."))).collect()
}

#[test]
fn the_templates_that_come_with_the_server_are_sound() {
    let templates = system_templates();
    assert!(templates.len() >= 12, "{}", templates.len());
    for template in templates {
        let mut trimmed = template.details.clone();
        trimmed.trim();
        assert_eq!(trimmed, template.details, "{:?}", template.id);
        assert_eq!(trimmed.check(), [], "{:?}", template.id);
        assert!(!trimmed.placeholders().is_empty() && trimmed.category.is_some(), "{:?}", template.id);
        assert!((1..=LAST_SYSTEM_ID).contains(&template.id.0), "{:?}", template.id);
    }
    assert!(templates.is_sorted_by(|one, next| one.id < next.id), "in the order of their numbers, each once");
    for category in TemplateCategory::ALL {
        assert!(templates.iter().any(|it| it.details.category == Some(*category)), "none for {category}");
    }
    for platform in Platform::ALL {
        assert!(templates.iter().any(|it| it.details.platform == Some(*platform)), "none for {platform}");
    }
}

#[test]
fn a_preview_fills_in_and_tells_what_is_missing_and_unknown() {
    let template = details("{a} is {b}", Some("#{a} {c}tag #fixed #Fixed"));
    assert_eq!(template.placeholders(), ["a", "b", "c"]);
    let preview = template.preview(&values([("a", "Spring #sale"), ("z", "?")]));
    assert_eq!(preview.content, "Spring #sale is {b}");
    assert_eq!(preview.hashtags, ["Springsale", "fixed"]);
    assert_eq!(preview.missing, ["b", "c"]);
    assert_eq!(preview.unknown, ["z"]);
}

#[test]
fn a_template_is_refused_with_everything_that_is_wrong_with_it() {
    let mut bad = details("{", Some(&"x".repeat(1_001)));
    bad.name = String::new();
    let expected = [
        (UserErrorCode::Required, "name"),
        (UserErrorCode::TemplatePlaceholderInvalid, "contentTemplate"),
        (UserErrorCode::TooLong, "hashtagTemplate"),
    ];
    assert_eq!(codes(&bad), expected.map(|(code, field)| (code, field.to_owned())));
    let many = details(&"{a}".repeat(101), None);
    assert_eq!(codes(&many), [(UserErrorCode::TooMany, "contentTemplate".to_owned())]);
}

#[test]
fn values_are_bounded_and_given_once() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(check_values(&[pair("a", "1"), pair("b", "")]), []);
    let refused = check_values(&[pair("a", "1"), pair("a", &"x".repeat(2_001))]);
    let paths: Vec<String> = refused.iter().map(|error| error.path.join(".")).collect();
    assert_eq!(paths, ["input.values.1.name", "input.values.1.value"]);
    assert_eq!(check_values(&vec![pair("a", ""); 101]).len(), 1);
}
