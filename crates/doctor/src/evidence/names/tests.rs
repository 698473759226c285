use super::*;

fn check(line: &str, expected: &[(&str, Part)]) {
    let found: Vec<_> = find(line);
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.name.as_str(), one.part))
        .collect();
    assert_eq!(found, expected, "{line}");
}

#[test]
fn what_a_call_asks_for() {
    check(
        "the code passes gpt-3.5-turbo as deployment_id",
        &[("gpt-3.5-turbo", Part::Asked)],
    );
    check(
        "the log shows deployId gpt-4o-mini",
        &[("gpt-4o-mini", Part::Asked)],
    );
    check(
        "model is claude-fable-5",
        &[("claude-fable-5", Part::Asked)],
    );
    check(
        "config.toml: model = \"gpt-4.1\"",
        &[("gpt-4.1", Part::Asked)],
    );
    check(
        "aider was started with --model azure/gpt-4o",
        &[("gpt-4o", Part::Asked)],
    );
    check("AZURE_OPENAI_DEPLOYMENT=gpt-4o", &[("gpt-4o", Part::Asked)]);
    check("model name is flux-2-pro", &[("flux-2-pro", Part::Asked)]);
    check("judge.model is gpt-5.5", &[("gpt-5.5", Part::Asked)]);
}

#[test]
fn what_is_there() {
    check(
        "the deployment is called chat-prod",
        &[("chat-prod", Part::Deployment)],
    );
    check(
        "The resource has a gpt-4o deployment only",
        &[("gpt-4o", Part::Deployment)],
    );
    check(
        "the portal shows the deployment gpt-4.1-mini",
        &[("gpt-4.1-mini", Part::Deployment)],
    );
    check(
        "AZURE_OPENAI_GPT_DEPLOYMENT=gpt-5 is the deployment of the resource",
        &[("gpt-5", Part::Deployment)],
    );
    check(
        "FLUX.2-pro is deployed in the resource",
        &[("FLUX.2-pro", Part::Model)],
    );
    check(
        "the deployment is called memgpt-azure, its model is gpt-4",
        &[("memgpt-azure", Part::Deployment), ("gpt-4", Part::Model)],
    );
}

#[test]
fn what_is_denied_or_only_named_says_nothing() {
    check("gpt-4o is not deployed", &[]);
    check("a question about gpt-4o", &[]);
    check("api-version 2024-10-21", &[]);
}

#[test]
fn forms_of_names() {
    assert!(is_dated("gpt-4o-mini-2024-07-18"));
    assert!(is_dated("claude-sonnet-4-5-20250929"));
    assert!(!is_dated("gpt-4o-mini"));
    assert!(!is_dated("contoso-2024-07-18"));
    assert!(is_foreign("llama3.1:8b") && is_foreign("gemini-2.5-pro") && !is_foreign("gpt-4o"));
    assert!(
        names_model("o3") && names_model("gpt4") && names_model("o3-mini") && !names_model("gpt")
    );
}
