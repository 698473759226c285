mod schema;

use access::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp(1_795_400_000);

fn sample_with(more: &str) -> Result<World, ConfigError> {
    read(&format!("{SAMPLE}\n{more}"), Path::new("."), NOW)
}

#[test]
fn the_sample_is_a_configuration() {
    let world = read(SAMPLE, Path::new("."), NOW).unwrap();
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
    let world = read(SAMPLE, Path::new("."), NOW).unwrap();
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
    check(
        "[[assignment]]\nprincipal = \"nobody\"\nrole = \"Owner\"\nscope = \"contoso\"\ndescription = \"two\\nlines\"",
        "description: it is too long, or has control characters",
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
    let world = format!("{:?}", read(SAMPLE, Path::new("."), NOW).unwrap());
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
    let examples = documented();
    assert_eq!(examples.len(), 11);
    for example in examples {
        read(&example, &guides(), NOW).unwrap_or_else(|error| panic!("{error}\n{example}"));
    }
}

/// The examples of `docs/configuration.md`, each made whole with what it leaves out, and the guide's.
fn documented() -> Vec<String> {
    let page = include_str!("../../../../docs/configuration.md");
    let examples = page
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let whole = |example: &str| {
        let account = "[[account]]\nname = \"example\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n";
        if example.contains("[entra]") {
            example.to_owned()
        } else if example.starts_with("[[account]]") {
            format!("{SAMPLE}\n{example}")
        } else if example.starts_with("[endpoint.") {
            format!("{example}\n{SAMPLE}")
        } else {
            format!("{SAMPLE}\n{account}{example}")
        }
    };
    let mut all: Vec<String> = examples.map(whole).collect();
    all.push(GATEWAY.to_owned());
    all
}

fn guides() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides")
}

#[test]
fn files_are_found_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reply.txt"), "hello from the file").unwrap();
    let config = format!(
        "{SAMPLE}\n[[account]]\nname = \"example\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n\
         [[account.deployment]]\nname = \"a\"\nmodel = {{ format = \"OpenAI\", name = \"a\" }}\n\
         [[account.deployment.reply]]\nfile = \"reply.txt\"\n"
    );
    read(&config, folder.path(), NOW).unwrap();
    let elsewhere = read(&config, Path::new("/nowhere"), NOW).unwrap_err();
    assert!(elsewhere.to_string().contains("reply.txt"), "{elsewhere}");
}

#[test]
fn a_server_that_keeps_responses_has_one_kind_of_callers() {
    let account = |name: &str, url: &str, stored: bool| {
        format!(
            "[[account]]\nname = \"{name}\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n\
             [[account.deployment]]\nname = \"m\"\nmodel = {{ format = \"OpenAI\", name = \"m\" }}\n\
             upstream = {{ url = \"{url}\", apis = [\"responses\"], stored_responses = {stored} }}\n"
        )
    };
    let check = |one: (&str, bool), other: (&str, bool), fine: bool| {
        let more = account("one", one.0, one.1) + &account("two", other.0, other.1);
        let read = sample_with(&more);
        assert_eq!(read.is_ok(), fine, "{one:?} {other:?} {read:?}");
    };
    let (vllm, other) = ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8001/v1");
    check((vllm, false), (vllm, false), true);
    check((vllm, true), (other, true), true);
    check((vllm, true), (vllm, false), false);
    check((vllm, false), ("http://127.0.0.1:8000/other", true), false);
    check(
        ("http://HOST/v1", true),
        ("http://host:80/v1", false),
        false,
    );
    let second = "[[account.deployment]]\nname = \"n\"\nmodel = { format = \"OpenAI\", name = \"n\" }\n\
                  upstream = { url = \"http://127.0.0.1:8000/v1\" }\n";
    let one_account = account("one", vllm, true) + second;
    assert!(sample_with(&one_account).is_ok());
    let deployments = format!("{SAMPLE}\n{one_account}").replace(
        "authorization_scope = \"account\"",
        "authorization_scope = \"deployment\"",
    );
    let refused = read(&deployments, Path::new("."), NOW).unwrap_err();
    assert!(
        refused.to_string().contains("stored_responses"),
        "{refused}"
    );
}
