use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A token is good for one resource, its audience. The account's routes take `https://cognitiveservices.azure.com` and `https://ai.azure.com`; a project's routes take `https://ai.azure.com` only. A token for the management API, for Graph, for Machine Learning (which the Azure AI Inference SDK requests unless told otherwise) or for an application of one's own is refused with the same text as an expired one.
///
/// ## How to recognise it
///
/// - `Access token is missing, invalid, audience is incorrect (…)`: the address in brackets is the audience that was expected;
/// - the client requests another scope, or none and its default is another;
/// - `aud` of the token is not the expected one.
///
/// ## Fix
///
/// Request `https://cognitiveservices.azure.com/.default` (for projects `https://ai.azure.com/.default`).
///
/// ## Example
///
/// ```text
/// 401 Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
/// - ChatCompletionsClient(endpoint, DefaultAzureCredential()) without credential_scopes
/// ```
///
/// ## Sources
///
/// - azure-ai-inference 1.0.0b9 (default scope `https://ml.azure.com/.default`); Azure/azure-sdk-for-net#50872; Azure/azure-sdk-for-python#40260.
    "TOK003" "token-wrong-audience": "The token was issued for another resource",
    fires: "client: azure-ai-inference
endpoint: https://contoso.services.ai.azure.com/models
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- ChatCompletionsClient is built with DefaultAzureCredential and no credential_scopes
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- it works for an hour and then fails; the token is cached at start
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    // The right audience was asked for, and there is no token for it.
    w.add(-2.4, case.clue(&credential::BROKER_LACKS_AUDIENCE));
    w.situations(
        case,
        &[
            (TokenRejected, 1.8),
            (Bare401, 0.7),
            (Bare403, 0.2),
            (CredentialMissing, 0.2),
            (SignInRefused, 0.1),
        ],
    );
    // The token that is exchanged must have been issued for the application that exchanges it.
    w.add(
        6.5,
        case.sign_in(&["50013", "500131"])
            .filter(|_| case.clue(&identity::ON_BEHALF_OF).is_some()),
    );
    // A client's own credentials ask for a whole resource: `/.default`.
    w.add(5.0, case.sign_in(&["1002012"]));
    let rejected = case.token_rejected().is_some();
    // A wrong audience is wrong every time.
    w.add(-1.4, case.clue(&network::INTERMITTENT));
    let said = case.refused(Shape::ManagementTokenAudience);
    w.add(5.0, said);
    w.prove(said.filter(|_| case.sovereign().is_none()));
    let foreign = case.requested(|one| !one.resource.serves_accounts());
    let expects_foundry = case.audience(|one| {
        one.mention == crate::evidence::audience::Mention::Expected
            && one.resource == Resource::Foundry
    });
    let project = case.endpoint(Endpoint::is_project);
    let cognitive = case.requested(|one| one.resource == Resource::CognitiveServices);
    let requested = w.add(2.8, foreign);
    // For such a one there is no token at all: the sign-in fails before any call.
    w.add(2.4, case.requested(|one| one.resource == Resource::Foreign));
    w.add(
        2.2,
        cognitive
            .filter(|_| rejected && !requested && (project.is_some() || expects_foundry.is_some())),
    );
    // Agents take tokens for another resource than the models of the same account do.
    let agents = project
        .or_else(|| case.clue(&endpoint::AGENT_SERVICE))
        .filter(|_| !rejected && !requested && case.in_any(&[Bare401, Bare403, Denied]));
    let other_works = case
        .requested(|one| one.resource == Resource::Foundry)
        .is_some();
    w.add(
        if other_works { 3.4 } else { 1.4 },
        cognitive.filter(|_| agents.is_some()),
    );
    // The Azure AI Inference SDK asks for another resource unless it is told which.
    let keyless = case.about(&topic::KEY, Says::Mentioned).is_none()
        || case.clue(&identity::ENTRA_MEANT).is_some();
    w.add(
        if requested { 0.5 } else { 1.6 },
        case.speaks(Protocol::Inference)
            .filter(|_| rejected && keyless),
    );
    w.add(
        if requested { 0.6 } else { 1.4 },
        case.clue(&token::WRONG_AUDIENCE),
    );
    w.about(case, &topic::AUDIENCE, [0.9, 1.3, 1.4, 1.4]);
    w.add(0.3, case.clue(&identity::ENTRA_MEANT).filter(|_| rejected));
    if let Some((claims, fact)) = case.claims() {
        match claims.resource() {
            Some(audience) if audience.resource.serves_accounts() => {
                w.add(-3.0, Some(fact));
            }
            _ => {
                w.add(4.0, Some(fact));
                w.prove(case.refused(Shape::TokenRejected));
            }
        }
    }
    w.add(-1.2, case.clue(&token::NOT_REFRESHED));
    w.add(-1.2, case.sovereign().filter(|_| !requested));
    w.add(-1.2, case.other_version_works());
    w.add(-1.5, case.clue(&token::KEY_AS_BEARER));
    w.add(-0.6, case.clue(&identity::SEVERAL_TENANTS));
    w.lean(-3.0, case.in_any(&[KeyRejected, KeysDisabled]));
    w.add(
        -2.5,
        case.refused_any(&[Shape::PrincipalLacksDataAction, Shape::PrincipalLacksAccess]),
    );
    w.lean(
        -3.0,
        case.sent().is_some_and(|(sent, _)| sent != Sent::Token),
    );
}

fn cause(case: &Case<'_>) -> String {
    match case.claims() {
        Some((claims, _)) => format!(
            "The token is for `{}`, which this route does not take.",
            claims.audience_name()
        ),
        None => "The token was requested for another resource than this route takes.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let project = case.endpoint(Endpoint::is_project).is_some();
    let government = case.sovereign().is_some();
    let resource = match (project, government) {
        (true, true) => "https://ai.azure.us",
        (true, false) => "https://ai.azure.com",
        (false, true) => "https://cognitiveservices.azure.us",
        (false, false) => "https://cognitiveservices.azure.com",
    };
    // A gateway has an audience of its own, and its server says so.
    let resource = case.value(Name::Audience).unwrap_or(resource);
    let mut fixes = if case.speaks(Protocol::Inference).is_some() {
        fix::code(
            case,
            "Tell the Azure AI Inference SDK the scope; its default is another resource",
            &[
                (
                    Language::Python,
                    "ChatCompletionsClient(endpoint, DefaultAzureCredential(),\n    credential_scopes=[\"https://cognitiveservices.azure.com/.default\"])",
                ),
                (
                    Language::JavaScript,
                    "ModelClient(endpoint, new DefaultAzureCredential(),\n  { credentials: { scopes: [\"https://cognitiveservices.azure.com/.default\"] } })",
                ),
                (
                    Language::DotNet,
                    "options.AddPolicy(new BearerTokenAuthenticationPolicy(credential,\n    [\"https://cognitiveservices.azure.com/.default\"]), HttpPipelinePosition.PerRetry);",
                ),
            ],
        )
    } else {
        Vec::new()
    };
    fixes.push(fix::run(
        "Request the token for the right resource",
        format!(
            "az account get-access-token --scope {resource}/.default --query accessToken -o tsv"
        ),
    ));
    fixes.push(fix::decode_token(resource));
    fixes
}
