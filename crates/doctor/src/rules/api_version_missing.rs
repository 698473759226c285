use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The classic routes (`/openai/deployments/…`) and `/models` need `?api-version=…`. Without it the service answers `404 Resource not found`, as if the path were wrong; projects and clients say that the parameter is missing.
///
/// ## How to recognise it
///
/// - 404 on a URL that is otherwise right for this client, and the request has no query;
/// - `Missing required query parameter: api-version`, or a client that wants `OPENAI_API_VERSION`.
///
/// ## Fix
///
/// Set the api-version in the client, or use the v1 routes, which need none.
///
/// ## Example
///
/// ```text
/// 404 Resource not found
/// - POST …/openai/deployments/gpt-4o/chat/completions without a query
/// ```
///
/// ## Sources
///
/// - MicrosoftDocs/azure-docs#114602; ThinkInAIXYZ/deepchat#262.
    "END005" "api-version-missing": "The request has no api-version",
    fires: r#"client: deepchat azure provider
endpoint: https://contoso.openai.azure.com/openai/deployments/gpt-4o
status: 404
{ "error": { "code": "404", "message": "Resource not found" } }
- the request has no api-version query parameter
"#,
    silent: r#"client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com/
status: 404
{ "error": { "code": "404", "message": "Resource not found" } }
- api_version is 2024-07-18
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (RouteNotFound, 1.2),
            (Bare400, 0.4),
            (ClientArgument, 0.3),
            (VersionRefused, 0.1),
        ],
    );
    w.add(2.6, case.clue(&symptom::MISSING_VERSION_ARGUMENT));
    w.add(2.6, case.clue(&endpoint::VERSION_PARAMETER_ABSENT));
    w.about(case, &topic::API_VERSION, [0.4, 1.0, 0.2, 1.0]);
    let rest = case.configured(|one| {
        one.is_account()
            && one.path == Path::Deployments
            && one.operation.is_some()
            && one.version.is_none()
    });
    w.add(1.4, rest);
    // The whole URL is shown as it was called, and no version is in it.
    let called = case.endpoint(|one| {
        one.usage == Use::Called
            && one.is_account()
            && one.path == Path::Deployments
            && one.operation.is_some()
            && one.version.is_none()
    });
    w.add(
        2.4,
        called.filter(|_| rest.is_none() && case.version(|_| true).is_none()),
    );
    // A client that joins base and path loses the query of the base.
    w.add(
        2.8,
        case.version_in_base()
            .filter(|_| case.protocol() != Some(Protocol::Rest)),
    );
    let called_bare = rest.or(called).filter(|_| case.in_any(&[RouteNotFound]));
    w.add(
        1.4,
        case.clue(&endpoint::KEY_AND_ENDPOINT_ONLY).and(called_bare),
    );
    w.add(-2.5, case.clue(&endpoint::VERSION_NOT_ALLOWED));
    w.add(
        -1.2,
        case.configured(|one| one.path == Path::Project)
            .filter(|_| case.clue(&feature::RESPONSES).is_some() && case.in_any(&[Bare400])),
    );
    w.add(-1.2, case.mismatched_endpoint());
    w.add(
        -0.6,
        case.version_kind(&[VersionKind::Known])
            .filter(|_| rest.is_none()),
    );
    w.add(
        -1.2,
        case.version_kind(&[
            VersionKind::ModelVersion,
            VersionKind::Placeholder,
            VersionKind::Retired,
        ]),
    );
    w.lean(
        -2.5,
        case.in_any(&[DeploymentMissing, TokenRejected, Denied]),
    );
    w.add(-1.4, case.clue(&endpoint::VERSION_NOT_SENT_AS_SET));
    w.add(-1.0, case.other_version_works());
    let misplaced = case
        .clue(&client::SETTINGS_CONFLICT)
        .or_else(|| case.clue(&client::VARIABLE_NAME));
    w.add(
        -1.6,
        misplaced.filter(|_| case.clue(&symptom::MISSING_VERSION_ARGUMENT).is_some()),
    );
    w.add(-2.4, case.set_under_other_name(Purpose::ApiVersion));
    w.add(-2.6, case.clue(&client::SENT_IN_BODY));
}

fn cause(_case: &Case<'_>) -> String {
    "The route needs an `api-version` in the query, and the request has none.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    let mut fixes = fix::code(
        case,
        "Set the version in the client",
        &[
            (
                Language::Python,
                "AzureOpenAI(azure_endpoint=…, api_version=\"2024-10-21\", …)   # or OPENAI_API_VERSION=2024-10-21",
            ),
            (
                Language::JavaScript,
                "new AzureOpenAI({ endpoint, apiVersion: \"2024-10-21\", … })",
            ),
            (
                Language::Shell,
                "curl \"https://<resource>.openai.azure.com/openai/deployments/<deployment>/chat/completions?api-version=2024-10-21\" …",
            ),
        ],
    );
    fixes.push(fix::run(
        "Or use the v1 routes, which need none",
        format!("https://{account}.openai.azure.com/openai/v1/"),
    ));
    fixes
}
