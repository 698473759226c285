use access::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp(1_795_400_000);

fn sample_with(more: &str) -> Result<World, ConfigError> {
    read(&format!("{SAMPLE}\n{more}"), NOW)
}

#[test]
fn the_sample_is_a_configuration() {
    let world = read(SAMPLE, NOW).unwrap();
    assert_eq!(world.accounts.len(), 2);
    let contoso = world.account("CONTOSO").unwrap();
    assert_eq!(
        contoso.scope.as_str(),
        "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/ai/providers/\
         Microsoft.CognitiveServices/accounts/contoso"
    );
    assert!(contoso.deployment("GPT-4o").is_some());
    for name in [
        "developer",
        "openai-only",
        "owner",
        "contributor",
        "nobody",
        "group-member",
        "other-resource",
        "new-hire",
    ] {
        assert!(world.principal(name).is_some(), "{name}");
    }
    let new_hire = world.principal("new-hire").unwrap();
    let granted = world
        .policy
        .assignments
        .iter()
        .find(|assignment| assignment.principal == new_hire.id)
        .unwrap();
    assert_eq!(granted.created, Some(NOW));
}

#[test]
fn scopes_have_short_forms() {
    let world = read(SAMPLE, NOW).unwrap();
    let check = |text: &str, end: Option<&str>| match (world.scope(text), end) {
        (Some(scope), Some(end)) => assert!(scope.as_str().ends_with(end), "{text}: {scope}"),
        (None, None) => {}
        (found, _) => panic!("{text}: {found:?}"),
    };
    check("contoso", Some("/accounts/contoso"));
    check(
        "contoso/projects/chat",
        Some("/accounts/contoso/projects/chat"),
    );
    check("resource-group:LAB", Some("/resourceGroups/lab"));
    check(
        "subscription:contoso production",
        Some("/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001"),
    );
    check("/", Some("/"));
    check("contoso/files/x", None);
    check("contoso/projects/", None);
    check("fabrikam", None);
}

#[test]
fn mistakes_are_named_with_their_place() {
    let check = |more: &str, expected: &str| {
        let error = sample_with(more).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(
        "[[assignment]]\nprincipal = \"nobdy\"\nrole = \"Owner\"\nscope = \"contoso\"",
        "nothing is called `nobdy`",
    );
    check(
        "[[assignment]]\nprincipal = \"nobody\"\nrole = \"Ownr\"\nscope = \"contoso\"",
        "nothing is called `Ownr`",
    );
    check(
        "[[assignment]]\nprincipal = \"nobody\"\nrole = \"Owner\"\nscope = \"fabrikam\"",
        "nothing is called `fabrikam`",
    );
    check("[[group]]\nname = \"owner\"\nid = \"x\"", "used twice");
    check(
        "[[account]]\nname = \"openai\"\nsubscription = \"Contoso Production\"\nresource_group = \"x\"",
        "first segment of a route",
    );
    check(
        "[[account]]\nname = \"a_b\"\nsubscription = \"Contoso Production\"\nresource_group = \"x\"",
        "2 to 64 letters",
    );
    check(
        "[[account]]\nname = \"CONTOSO\"\nsubscription = \"Contoso Production\"\nresource_group = \"x\"",
        "used twice",
    );
    check("[surprise]\nx = 1", "unknown field `surprise`");
}

#[test]
fn secrets_do_not_show_in_debug() {
    let world = format!("{:?}", read(SAMPLE, NOW).unwrap());
    for secret in [
        "contoso-developer-secret",
        "contoso-local-key-1",
        "contoso-alice-password",
    ] {
        assert!(!world.contains(secret), "{secret}");
    }
}

#[test]
fn former_role_names_are_understood() {
    let world = sample_with(
        "[[assignment]]\nprincipal = \"nobody\"\nrole = \"Azure AI User\"\nscope = \"contoso\"",
    )
    .unwrap();
    let role = &world.policy.assignments.last().unwrap().role;
    assert_eq!(world.policy.role(role).unwrap().name, "Foundry User");
}

#[test]
fn the_documentations_examples_are_configurations() {
    let page = include_str!("../../../../docs/configuration.md");
    let examples: Vec<&str> = page
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(examples.len(), 7);
    for example in examples {
        let account = "[[account]]\nname = \"example\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n";
        let before = if example.starts_with("[[account]]") {
            ""
        } else {
            account
        };
        sample_with(&format!("{before}{example}"))
            .unwrap_or_else(|error| panic!("{error}\n{example}"));
    }
}
