use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// One resource has several front doors, and each client builds its requests under one of them: `AzureOpenAI` wants the bare host, the plain `OpenAI` class wants `…/openai/v1/`, the Azure AI Inference SDK wants `…/models`, Anthropic's wants `…/anthropic`, agents and projects want `…/api/projects/<project>`. A valid URL of another door gives `404 Resource not found`, because the path that comes out does not exist.
///
/// ## How to recognise it
///
/// - 404 with a URL that is right for another client;
/// - the request's URL shows the client's own path under a foreign base, such as `/anthropic/models/chat/completions`.
///
/// ## Fix
///
/// Give the client the base URL it wants (see the table in `docs/endpoints.md` of the service, or the fix below).
///
/// ## Example
///
/// ```text
/// 404 Resource not found
/// - OpenAI(base_url="https://contoso.openai.azure.com/")
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Endpoints for Microsoft Foundry Models"; cline/cline#444; BerriAI/litellm#17765.
    "END001" "endpoint-wrong-for-sdk": "The endpoint is another API's than this client speaks",
    fires: r#"client: OpenAI-compatible client
endpoint: https://contoso.openai.azure.com/
status: 404
{"error":{"code":"404","message": "Resource not found"}}
"#,
    silent: r#"client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com/
status: 404
{"error":{"code":"404","message": "Resource not found"}}
- api_version is 2024-07-18
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (RouteNotFound, 2.2),
            (ApiNotSupported, 2.2),
            (ClientArgument, 0.8),
            (Bare400, 0.8),
            (Bare405, 1.2),
            (Bare401, 0.6),
            (Bare403, 0.4),
            (TokenRejected, 0.4),
            (KeyRejected, 0.5),
            (ServerError, 0.4),
            (ResourceUnknown, 0.6),
            (ModelUnknown, 0.3),
            (CredentialMissing, 0.2),
            (VersionRefused, 0.2),
        ],
    );
    // Where another check answered, the URL reached a route.
    let elsewhere = case.in_any(&[TokenRejected, KeyRejected, CredentialMissing]);
    let mismatch = w.add(
        if elsewhere { 0.6 } else { 2.2 },
        case.mismatched_endpoint(),
    );
    let root = case.configured(|one| one.is_account() && one.path == Path::Root);
    w.add(
        0.4,
        root.filter(|_| {
            !mismatch && case.protocol().is_none() && case.client(|_| true).is_some() && !elsewhere
        }),
    );
    w.add(if mismatch { 0.5 } else { 1.6 }, case.mismatched_call());
    w.add(
        if mismatch { 0.5 } else { 1.4 },
        case.clue(&endpoint::BARE_ROOT),
    );
    w.add(3.6, case.anthropic_model_elsewhere());
    w.add(0.7, case.clue(&endpoint::WRONG_SURFACE));
    w.add(3.4, case.clue(&endpoint::BODY_OF_OTHER_API));
    w.add(4.0, case.clue(&endpoint::TIER_LACKS_API));
    w.add(2.4, case.clue(&endpoint::REALTIME_OF_OTHER_GENERATION));
    // Agents answer on a route of their own, and no deployment has their name.
    w.add(
        6.4,
        case.clue(&endpoint::AGENT_AS_MODEL)
            .filter(|_| case.in_any(&[DeploymentMissing])),
    );
    w.add(5.0, case.audio_on_v1());
    // A project's own routes want a version; the ones of OpenAI's clients lie below `/openai/v1`.
    let project_base = case.configured(|one| one.path == Path::Project);
    w.add(
        2.6,
        case.clue(&endpoint::VERSION_PARAMETER_ABSENT)
            .and(project_base)
            .filter(|_| case.clue(&feature::RESPONSES).is_some() && case.in_any(&[Bare400])),
    );
    w.add(
        1.8,
        case.mismatched_endpoint()
            .filter(|_| case.in_any(&[VersionRefused]) && case.version_text().is_none()),
    );
    w.add(
        -1.0,
        case.configured(|one| one.path == Path::OtherService && one.host != Host::OpenAi),
    );
    // Claude is served under `/anthropic` alone.
    let claude = case.value_fact(Name::Model).filter(|_| {
        case.value(Name::Model)
            .is_some_and(|model| model.starts_with("claude"))
    });
    w.add(
        3.6,
        claude.filter(|_| {
            case.in_any(&[ModelUnknown]) && case.protocol() != Some(Protocol::Anthropic)
        }),
    );
    w.add(
        -1.2,
        case.flaw(Flaw::Doubled).or_else(|| case.version_in_base()),
    );
    w.add(2.0, case.clue(&endpoint::ROUTE_UNKNOWN_SAID));
    // Projects live behind the Foundry host alone.
    w.add(
        2.6,
        case.endpoint(|one| {
            one.is_project() && matches!(one.host, Host::CognitiveServices | Host::OpenAi)
        }),
    );
    // The method exists on another surface of the same resource.
    let project = case.endpoint(|one| matches!(one.path, Path::Project | Path::ProjectOther));
    w.add(1.0, project.filter(|_| case.in_any(&[Bare405])));
    w.add(0.9, case.clue(&endpoint::PROJECT_WANTED));
    w.add(0.5, case.clue(&endpoint::CLIENT_APPENDS));
    w.add(
        1.2,
        case.configured(|one| one.host == Host::MachineLearning),
    );
    w.add(
        0.6,
        case.clue(&endpoint::FULL_URL_GIVEN)
            .filter(|_| case.protocol() == Some(Protocol::OpenAi)),
    );
    w.about(case, &topic::URL, [0.2, 0.5, 0.5, 0.6]);
    w.add(0.3, case.clue(&endpoint::OTHER_ROUTE_WORKS));
    w.add(0.3, case.clue(&endpoint::VERSION_CONFIGURED));
    let suspect = case.version_kind(&[
        VersionKind::ModelVersion,
        VersionKind::Placeholder,
        VersionKind::Retired,
    ]);
    w.add(-1.2, suspect.filter(|_| !mismatch));
    w.add(-1.8, case.other_version_works());
    w.add(-1.2, case.clue(&endpoint::VERSION_PARAMETER_ABSENT));
    w.add(-1.0, case.clue(&client::OTHER_CLASS_WORKS));
    w.lean(
        -2.0,
        case.in_any(&[Denied, DeploymentMissing, TenantMismatch, OperationRefused]),
    );
}

fn cause(case: &Case<'_>) -> String {
    match case.protocol().and_then(crate::endpoints::base) {
        Some(base) => format!(
            "This client builds its requests under `{base}`; the URL it was given belongs to another API."
        ),
        None => "The URL belongs to another API than the one that this client speaks.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    let table = format!(
        "AzureOpenAI class          https://{account}.openai.azure.com/            + api-version\nOpenAI class, compatible   https://{account}.openai.azure.com/openai/v1/\nAzure AI Inference SDK     https://{account}.services.ai.azure.com/models\nAnthropic SDK              https://{account}.services.ai.azure.com/anthropic\nProjects, agents           https://{account}.services.ai.azure.com/api/projects/<project>"
    );
    let mut fixes = Vec::new();
    if let Some(base) = case.protocol().and_then(crate::endpoints::base) {
        fixes.push(fix::run(
            "Give this client its base URL",
            base.replace("<resource>", &account),
        ));
    }
    fixes.push(fix::run("Which client takes which base URL", table));
    fixes
}
