use super::*;

fn one(text: &str) -> Endpoint {
    match find(text, Use::Configured).remove(0) {
        Found::Endpoint(endpoint) => *endpoint,
        Found::Audience(audience) => panic!("{audience:?}"),
    }
}

#[test]
fn hosts_and_paths_are_told_apart() {
    for (text, host, path) in [
        (
            "https://<resource>.openai.azure.com/",
            Host::OpenAi,
            Path::Root,
        ),
        (
            "`https://r.openai.azure.com/openai/v1/`",
            Host::OpenAi,
            Path::OpenAiV1,
        ),
        (
            "https://{resource}.services.ai.azure.com/models",
            Host::Foundry,
            Path::Models,
        ),
        (
            "at https://r.services.ai.azure.com/api/projects/<project>.",
            Host::Foundry,
            Path::Project,
        ),
        (
            "https://eastus.api.cognitive.microsoft.com/",
            Host::Regional,
            Path::Root,
        ),
        (
            "<deployment>.<region>.models.ai.azure.com",
            Host::Serverless,
            Path::Root,
        ),
        (
            "https://r.openai.azure.us/openai/deployments/d/chat/completions?api-version=2024-10-21",
            Host::OpenAi,
            Path::Deployments,
        ),
        (
            "https://eastus.api.azureml.ms",
            Host::MachineLearning,
            Path::Root,
        ),
        (
            "api_base=https://x.azure-api.net/deployments/d",
            Host::ApiManagement,
            Path::BareDeployments,
        ),
    ] {
        let endpoint = one(text);
        assert_eq!((endpoint.host, endpoint.path), (host, path), "{text}");
    }
    let endpoint = one(
        "https://r.openai.azure.us/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
    );
    assert_eq!(endpoint.cloud, Cloud::Government);
    assert_eq!(endpoint.deployment.as_deref(), Some("gpt-4o"));
    assert_eq!(endpoint.operation, Some("chat/completions"));
    assert_eq!(endpoint.version.unwrap().text, "2024-10-21");
}

#[test]
fn audiences_are_no_endpoints() {
    for text in [
        "https://cognitiveservices.azure.com/.default",
        "(https://ai.azure.com)",
        "scope=https://ml.azure.com/.default",
    ] {
        assert!(
            matches!(find(text, Use::Configured)[0], Found::Audience(_)),
            "{text}"
        );
    }
}

#[test]
fn flaws_are_seen() {
    for (text, flaw) in [
        (
            "https://r.openai.azure.com/openai/openai/deployments/d",
            Flaw::Doubled,
        ),
        (
            "https://r.openai.azure.com//openai/deployments/d",
            Flaw::DoubleSlash,
        ),
        ("https://https://r.openai.azure.com", Flaw::Scheme),
        ("http://r.openai.azure.com", Flaw::Scheme),
        ("https:/r.openai.azure.com/", Flaw::NoScheme),
        (
            "https://r.openai.azure.com/openai/deployments/None/embeddings",
            Flaw::NoneSegment,
        ),
        (
            "https://r.openai.azure.com/openai/deployments/d/chat/completions/chat/completions",
            Flaw::Doubled,
        ),
    ] {
        assert!(one(text).has(flaw), "{text}");
    }
    assert_eq!(one("https://r.openai.azure.com/openai/v1/").flaws, []);
}

#[test]
fn a_data_action_is_no_url() {
    let text = "lacks `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` at https://contoso.openai.azure.com/";
    assert_eq!(find(text, Use::Configured).len(), 1);
    assert_eq!(one(text).resource.as_deref(), Some("contoso"));
}

#[test]
fn what_only_looks_like_a_url_is_none() {
    for text in [
        "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
        "`POST /openai/deployments/{deployment-id}/chat/completions` operation",
        "the host is on services.ai.azure.com",
    ] {
        assert!(find(text, Use::Configured).is_empty(), "{text}");
    }
}
