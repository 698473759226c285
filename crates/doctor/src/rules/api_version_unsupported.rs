use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The version is a model's date (`2024-07-18`), a placeholder, withdrawn, older than the feature or the model, garbled by a configuration file (an unquoted date in YAML), or a word of the v1 surface (`v1`, `preview`) on a dated route. The service answers `404 Resource not found`, or says which version it wants.
///
/// ## How to recognise it
///
/// - `API version not supported`, `… is enabled only for api-version … and later`;
/// - 404 on a URL that is right for the client, with a suspect version.
///
/// ## Fix
///
/// Use a version that exists and is new enough: `2024-10-21` (stable) or `2025-04-01-preview`; the model's date is something else. On `/openai/v1` leave it out.
///
/// ## Example
///
/// ```text
/// 404 Resource not found
/// - api_version="2024-07-18"
/// ```
///
/// ## Sources
///
/// - microsoft/semantic-kernel#10040; Aider-AI/aider#4029; Microsoft Learn, "API version lifecycle".
    "END006" "api-version-unsupported": "The api-version is not one that this route or model takes",
    fires: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 404
{'error': {'code': '404', 'message': 'Resource not found'}}
- api_version is set to 2024-07-18
",
    silent: "client: OpenAI-compatible client
endpoint: https://contoso.openai.azure.com/
status: 404
{'error': {'code': '404', 'message': 'Resource not found'}}
",
}

/// The version that every deployment on `/models` answers to, and the default of its SDKs.
const INFERENCE_VERSION: &str = "2024-05-01-preview";

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let said = case.refused_any(&[Shape::ResponsesApiVersion, Shape::ModelApiVersion]);
    w.add(2.0, said);
    // Where another version was set than went out, the client is the cause.
    let altered = case.clue(&endpoint::VERSION_NOT_SENT_AS_SET);
    w.prove(said.filter(|_| altered.is_none()));
    w.situations(
        case,
        &[
            (VersionRefused, 3.0),
            (RouteNotFound, 1.6),
            (OperationRefused, 0.6),
            (Bare400, 0.7),
            (ServerError, 0.2),
            (Bare405, 0.2),
        ],
    );
    let odd = case.odd_version(&[
        VersionKind::ModelVersion,
        VersionKind::Placeholder,
        VersionKind::Retired,
        VersionKind::UnknownDate,
        VersionKind::Odd,
    ]);
    let odd = w.add(2.4, odd);
    // No version helps where no API has the path.
    w.add(-2.6, case.mismatched_call());
    w.add(-1.4, case.clue(&endpoint::VERSIONS_TRIED));
    let known = case.version_kind(&[VersionKind::Known]);
    let works = case
        .about(&topic::API_VERSION, Says::Works)
        .or_else(|| case.about(&topic::API_VERSION, Says::Wrong));
    w.add(
        -1.0,
        known.filter(|_| {
            said.is_none() && !odd && works.is_none() && case.version_too_old().is_none()
        }),
    );
    w.add(1.2, case.version_kind(&[VersionKind::Word]));
    w.add(1.4, case.version_too_old());
    w.add(1.8, case.version_before_operation());
    w.add(3.4, case.deployment_list_withdrawn());
    // Whose user cannot have chosen the class.
    w.add(
        1.2,
        case.clue(&endpoint::VERSION_NOT_ALLOWED)
            .and(case.application()),
    );
    // The inference surface has versions of its own.
    let inference = case.endpoint(|one| {
        one.path == Path::Models
            && one
                .version
                .as_ref()
                .is_some_and(|version| version.text != INFERENCE_VERSION)
    });
    w.add(2.2, inference.filter(|_| case.route_not_found().is_some()));
    // A parameter is unknown to a version that is older than it.
    w.add(
        1.8,
        case.parameter_of_later_version()
            .filter(|_| case.clue(&client::SENT_IN_BODY).is_none()),
    );
    w.add(
        if said.is_some() { -3.0 } else { -1.8 },
        altered.filter(|_| !odd),
    );
    w.add(
        1.6,
        case.clue(&endpoint::VERSION_UNQUOTED)
            .filter(|_| case.version(|_| true).is_some()),
    );
    w.add(-1.5, case.clue(&endpoint::ROUTE_UNKNOWN_SAID));
    w.add(0.8, case.clue(&endpoint::VERSION_SUSPECT));
    w.about(case, &topic::API_VERSION, [0.7, 0.3, 1.3, 1.3]);
    let azure = case
        .speaks(Protocol::AzureOpenAi)
        .or_else(|| case.clue(&client::AZURE_CLASS));
    let root = case
        .configured(|one| one.is_account() && matches!(one.path, Path::Root | Path::Deployments));
    w.add(
        0.4,
        azure.and(root).filter(|_| case.route_not_found().is_some()),
    );
    w.add(
        -1.4,
        case.mismatched_endpoint()
            .filter(|_| said.is_none() && !odd),
    );
    let v1 = case.endpoint(|one| matches!(one.path, Path::OpenAiV1 | Path::ProjectOpenAi));
    // A dated class on the v1 surface is the wrong class.
    w.add(-1.6, v1.filter(|_| azure.is_some() && said.is_none()));
    w.add(
        -1.4,
        case.other_version_works()
            .filter(|_| said.is_none() && !odd),
    );
    w.add(
        -1.5,
        case.clue(&endpoint::VERSION_PARAMETER_ABSENT)
            .filter(|_| said.is_none()),
    );
    w.lean(
        -2.0,
        case.in_any(&[DeploymentMissing, Denied, TokenRejected, TenantMismatch]),
    );
}

fn cause(case: &Case<'_>) -> String {
    match case
        .value(Name::ApiVersion)
        .map(str::to_owned)
        .or_else(|| case.version_text())
    {
        Some(version) => format!("`{version}` is not an api-version that this route takes."),
        None => "The api-version is not one that this route or model takes.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Use a version that exists and is new enough",
            "OPENAI_API_VERSION=2024-10-21            # stable: chat, embeddings\nOPENAI_API_VERSION=2025-04-01-preview    # Responses API, reasoning models",
        ),
        fix::run(
            "Or the v1 routes with the plain OpenAI class, without a version",
            format!("https://{account}.openai.azure.com/openai/v1/"),
        ),
    ]
}
