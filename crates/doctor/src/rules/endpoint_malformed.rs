use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The URL itself is broken: a path that stands twice because the client appends what the URL already holds, an operation's URL where a base is wanted, a missing `/openai` before `/v1`, a doubled or missing slash, a wrong scheme, quotes, a placeholder that was never filled in.
///
/// ## How to recognise it
///
/// - the URL that was called shows a doubled path or slash;
/// - the endpoint was copied in full ("target URI") into a field that wants the base;
/// - the client says that the URL is invalid.
///
/// ## Fix
///
/// Enter the base only, once, without quotes. Print the URL that is called and compare.
///
/// ## Example
///
/// ```text
/// 404 for https://contoso.openai.azure.com/openai/deployments/gpt-4o/chat/completions/openai/deployments/gpt-4o/chat/completions
/// ```
///
/// ## Sources
///
/// - dataelement/Clawith#502; chatboxai/chatbox#952.
    "END002" "endpoint-malformed": "The endpoint's text is wrong",
    fires: "client: Chatbox desktop
endpoint: https://contoso.openai.azure.com/openai/deployments/gpt-4o/openai/deployments/gpt-4o/chat/completions
status: 404
Resource not found
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com/
status: 404
Resource not found
- api_version is 2024-07-18
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (RouteNotFound, 1.6),
            (Bare400, 0.5),
            (Bare405, 0.8),
            (Bare401, 0.1),
            (NameUnresolved, 0.5),
            (ConnectionFailed, 0.5),
            (ClientArgument, 0.5),
            (KeyRejected, 0.2),
        ],
    );
    let text = case
        .flaw(Flaw::Doubled)
        .or_else(|| case.flaw(Flaw::DoubleSlash))
        .or_else(|| case.flaw(Flaw::Scheme))
        .or_else(|| case.flaw(Flaw::NoScheme))
        .or_else(|| case.flaw(Flaw::Quotes))
        .or_else(|| case.flaw(Flaw::PathAfterQuery))
        .or_else(|| case.flaw(Flaw::HostTypo));
    w.add(2.4, text);
    // What was called shows it: nothing else needs to be guessed.
    w.add(
        0.8,
        text.and(case.endpoint(|one| one.usage == Use::Called && one.has(Flaw::Doubled))),
    );
    // The clients of the other services append their service and its version.
    let service = case.configured(|one| {
        one.path == Path::OtherService && (one.is_account() || one.host == Host::Regional)
    });
    w.add(
        2.6,
        service.filter(|_| case.protocol() != Some(Protocol::Rest)),
    );
    // With a scheme for its host another machine was called.
    w.add(
        3.3,
        case.flaw(Flaw::Scheme)
            .filter(|_| case.in_any(&[TlsFailed, NameUnresolved])),
    );
    w.add(
        3.6,
        case.flaw(Flaw::Placeholder)
            .filter(|_| case.in_any(&[NameUnresolved])),
    );
    let short = case.endpoint(|one| {
        one.is_account() && matches!(one.path, Path::V1 | Path::BareDeployments | Path::Model)
    });
    w.add(2.4, short);
    let operation = case.configured(|one| {
        one.is_account() && one.operation.is_some_and(|operation| operation != "models")
    });
    let azure = case
        .protocol()
        .is_none_or(|p| matches!(p, Protocol::AzureOpenAi | Protocol::Inference));
    w.add(
        if azure { 1.5 } else { 0.8 },
        // With a version on the inference route it is the request that is shown.
        operation.filter(|_| {
            let shown = case.endpoint(|one| one.path == Path::Models && one.version.is_some());
            case.protocol() != Some(Protocol::Rest) && shown.is_none()
        }),
    );
    w.add(1.4, case.clue(&endpoint::BASE_INCLUDES_PATH));
    w.add(
        2.2,
        case.clue(&endpoint::DOUBLED_PATH)
            .filter(|_| text.is_none()),
    );
    let compatible = case.protocol() == Some(Protocol::OpenAi);
    w.add(
        if compatible { 0.4 } else { 1.2 },
        case.clue(&endpoint::FULL_URL_GIVEN),
    );
    w.add(0.4, case.clue(&endpoint::CLIENT_APPENDS));
    w.add(2.0, case.clue(&endpoint::TRAILING_SLASH));
    w.add(1.0, case.clue(&endpoint::URL_BROKEN));
    w.about(case, &topic::URL, [0.0, 0.2, 0.5, 0.5]);
    w.add(-1.4, case.other_version_works());
    w.add(
        -1.0,
        case.version_kind(&[
            VersionKind::ModelVersion,
            VersionKind::Placeholder,
            VersionKind::Retired,
        ]),
    );
    w.add(-0.8, case.clue(&endpoint::VERSION_PARAMETER_ABSENT));
    w.lean(
        -2.0,
        case.in_any(&[Denied, DeploymentMissing, TokenRejected]),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "The URL that comes out is not one: part of it is doubled, missing or misplaced.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    let base = case
        .protocol()
        .and_then(crate::endpoints::base)
        .unwrap_or("https://<resource>.openai.azure.com/openai/v1/");
    vec![
        fix::run(
            "Enter the base URL, once, and nothing the client appends itself",
            base.replace("<resource>", &account),
        ),
        fix::run(
            "Print the URL that is called",
            "export OPENAI_LOG=debug    # openai for Python and Node print the request",
        ),
    ]
}
