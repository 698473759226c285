use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The class is right and its configuration is not: a missing argument, a variable of the wrong name or not passed into the container, a URL in the wrong field, two settings that exclude each other, a key given to an API that takes tokens only.
///
/// ## How to recognise it
///
/// - the client refuses its own arguments before any call, or the request lacks something that was configured;
/// - the settings stand where the client does not look.
///
/// ## Fix
///
/// Set what the client asks for, under the name that it reads.
///
/// ## Example
///
/// ```text
/// The api_key client option must be set either by passing api_key to the client or by setting the OPENAI_API_KEY environment variable
/// ```
///
/// ## Sources
///
/// - microsoft/autogen#755; openai-python, constructor errors.
    "SDK003" "sdk-misconfigured": "An argument, variable or setting of the client is wrong or missing",
    fires: "client: openai-python AzureOpenAI
openai.OpenAIError: Missing credentials. Please pass one of `api_key`, `azure_ad_token`, `azure_ad_token_provider`, or the `AZURE_OPENAI_API_KEY` environment variable.
- the variable has the wrong name
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 404
Resource not found
- api_version is 2024-07-18
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (ClientArgument, 2.4),
            (PlatformAnswered, 1.2),
            (RouteNotFound, 0.8),
            (DeploymentMissing, 0.8),
            (TokenRejected, 0.7),
            (KeyRejected, 0.9),
            (CredentialMissing, 0.8),
            (Bare400, 0.8),
            (Bare401, 0.7),
            (Bare403, 0.3),
            (ModelUnknown, 0.4),
            (KeysDisabled, 0.4),
            (NoCredential, 0.4),
            (ConnectionFailed, 0.3),
            (NameUnresolved, 0.3),
            (VersionRefused, 0.3),
            (Bare405, 0.3),
        ],
    );
    w.add(
        0.9,
        case.application()
            .filter(|_| case.in_any(&[PlatformAnswered])),
    );
    // The class takes a base URL as it is, and appends no `/openai`.
    let bare = case.configured(|one| one.is_account() && one.path == Path::Root);
    w.add(
        2.4,
        case.clue(&client::BASE_URL_OF_AZURE_CLASS)
            .filter(|_| bare.is_some() && case.in_any(&[RouteNotFound])),
    );
    w.add(1.6, case.clue(&symptom::ENGINE_PARAMETER));
    w.add(1.2, case.refused(Shape::NoModelName));
    w.add(1.5, case.clue(&client::VARIABLE_NAME));
    w.add(1.3, case.clue(&client::SETTINGS_CONFLICT));
    w.about(case, &topic::VARIABLE, [0.4, 1.0, 0.9, 0.9]);
    w.add(1.8, case.clue(&client::SETTING_LEFT_OUT));
    w.add(
        1.6,
        case.clue(&client::ENDPOINT_NOT_GIVEN)
            .filter(|_| case.in_any(&[RouteNotFound, NameUnresolved, PlatformAnswered])),
    );
    // A host that the client puts together from what it takes for a region.
    w.add(4.0, case.flaw(Flaw::NoRegion));
    w.add(2.6, case.set_under_other_name(Purpose::ApiVersion));
    w.add(
        1.2,
        case.set_under_other_name(Purpose::Key)
            .or_else(|| case.set_under_other_name(Purpose::Address))
            .or_else(|| case.set_under_other_name(Purpose::Deployment)),
    );
    w.add(
        0.6,
        case.asked_and_unset()
            .filter(|_| case.in_any(&[ClientArgument]) && case.entra_meant().is_none()),
    );
    w.add(2.4, case.clue(&client::KEY_CREDENTIAL_FOR_TOKEN));
    w.add(-0.8, case.clue(&client::MEMBER_OF_OTHER_VERSION));
    w.add(0.8, case.clue(&symptom::CLIENT_REFUSES_HTTP));
    w.add(2.2, case.clue(&token::ENTRA_ONLY_API));
    w.add(-1.0, case.other_version_works());
    w.add(-0.5, case.clue(&client::OTHER_CLASS_WORKS));
    w.add(-0.8, case.clue(&client::CLIENT_IGNORES));
    w.lean(
        -1.4,
        case.in_any(&[
            Denied,
            SignInRefused,
            TenantMismatch,
            NetworkDenied,
            PublicAccessOff,
            OperationRefused,
        ]),
    );
    w.add(-0.8, case.clue(&symptom::AUTH_TYPE_INVALID));
    let misplaced = case
        .clue(&client::SETTINGS_CONFLICT)
        .or_else(|| case.clue(&client::VARIABLE_NAME));
    w.add(
        -1.6,
        case.clue(&symptom::MISSING_VERSION_ARGUMENT)
            .filter(|_| misplaced.is_none()),
    );
    w.add(
        1.4,
        case.flaw(Flaw::NoneSegment)
            .filter(|_| case.in_any(&[NameUnresolved])),
    );
    w.add(-0.6, case.mismatched_endpoint());
}

fn cause(_case: &Case<'_>) -> String {
    "The client's class is right; an argument, a variable or a setting of it is not.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = fix::code(
        case,
        "Give the client all it needs, under the names that it reads",
        &[
            (
                Language::Python,
                "# AzureOpenAI: azure_endpoint (AZURE_OPENAI_ENDPOINT), api_version (OPENAI_API_VERSION),\n# and api_key (AZURE_OPENAI_API_KEY) or azure_ad_token_provider; model= is the deployment\nAzureOpenAI(azure_endpoint=…, api_version=\"2024-10-21\", azure_ad_token_provider=token_provider)",
            ),
            (
                Language::JavaScript,
                "new AzureOpenAI({ endpoint, apiVersion: \"2024-10-21\", azureADTokenProvider, deployment })",
            ),
            (
                Language::DotNet,
                "new AzureOpenAIClient(new Uri(endpoint), new DefaultAzureCredential()).GetChatClient(\"<deployment>\")",
            ),
        ],
    );
    fixes.push(fix::run(
        "See which variables reach the program",
        "env | grep -iE '^(AZURE|OPENAI|ANTHROPIC)_' | sed 's/=.*/=(set)/'",
    ));
    fixes
}
