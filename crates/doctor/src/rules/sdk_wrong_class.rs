use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// `AzureOpenAI` builds `/openai/deployments/{name}/…?api-version=…` and sends `api-key`; `OpenAI` builds `{base}/…` and sends `Authorization: Bearer`. On the v1 surface `AzureOpenAI` is the wrong class, on the classic routes `OpenAI` is; for models that are not OpenAI's on `/models` it is the Azure AI Inference SDK, on `/anthropic` Anthropic's.
///
/// ## How to recognise it
///
/// - an `AzureOpenAI` class with a `/openai/v1` base URL: `API version not supported`, `api-version query parameter is not allowed`;
/// - a plain `OpenAI` class whose call went to api.openai.com;
/// - the other class works.
///
/// ## Fix
///
/// Use the class that speaks the protocol of the endpoint.
///
/// ## Example
///
/// ```text
/// 400 api-version query parameter is not allowed when using /v1 path
/// - AsyncAzureOpenAI(base_url="https://contoso.openai.azure.com/openai/v1/")
/// ```
///
/// ## Sources
///
/// - Azure/azure-sdk-for-net#44488; Microsoft Learn, "Azure OpenAI v1 API".
    "SDK002" "sdk-wrong-class": "The class builds another protocol's requests",
    fires: "client: openai-python AsyncAzureOpenAI
endpoint: https://contoso.services.ai.azure.com/openai/v1/
status: 400
API version not supported
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com/
status: 400
API version not supported
- api_version is 2023-03-15-preview
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (RouteNotFound, 0.9),
            (PlatformAnswered, 1.8),
            (VersionRefused, 0.8),
            (CredentialMissing, 0.8),
            (TokenRejected, 0.8),
            (KeyRejected, 0.5),
            (ApiNotSupported, 0.6),
            (OperationRefused, 0.4),
            (ClientArgument, 0.8),
            (Bare400, 0.8),
            (Bare401, 0.8),
            (Bare405, 0.4),
            (ModelUnknown, 0.3),
            (DeploymentMissing, 0.2),
            (Bare403, 0.2),
        ],
    );
    let azure = case
        .speaks(Protocol::AzureOpenAi)
        .or_else(|| case.clue(&client::AZURE_CLASS));
    let plain = case
        .speaks(Protocol::OpenAi)
        .or_else(|| case.clue(&client::PLAIN_CLASS));
    let v1 = case.endpoint(|one| matches!(one.path, Path::OpenAiV1 | Path::ProjectOpenAi));
    let foreign = case.endpoint(|one| {
        matches!(
            one.host,
            Host::Serverless | Host::GitHubModels | Host::MachineLearning
        ) || matches!(one.path, Path::Models | Path::Anthropic)
    });
    let on_v1 = w.add(2.2, azure.filter(|_| v1.is_some()));
    w.add(-1.2, case.application().filter(|_| on_v1));
    // A class in the user's own code on a base that another class takes.
    let in_code = case.client(|one| !one.application && one.protocol.is_some());
    let others = case.configured(|one| {
        one.is_account()
            && match case.protocol() {
                Some(Protocol::OpenAi) => one.path == Path::Deployments,
                Some(Protocol::AzureOpenAi) => matches!(one.path, Path::Project | Path::OpenAi),
                Some(Protocol::Inference) => matches!(one.path, Path::OpenAiV1 | Path::Deployments),
                _ => false,
            }
    });
    w.add(1.2, others.filter(|_| in_code.is_some() && !on_v1));
    let on_foreign = !on_v1 && w.add(1.8, azure.filter(|_| foreign.is_some()));
    w.add(
        1.0,
        case.clue(&client::WENT_TO_PLATFORM)
            .filter(|_| plain.is_some()),
    );
    w.add(
        0.9,
        case.endpoint(Endpoint::is_account)
            .filter(|_| case.in_any(&[PlatformAnswered])),
    );
    // Nobody chooses the class of an application.
    w.add(
        -1.6,
        case.application()
            .filter(|_| case.in_any(&[PlatformAnswered])),
    );
    // In an application it says that the application errs.
    w.add(
        if case.application().is_some() {
            0.6
        } else {
            2.0
        },
        case.clue(&client::OTHER_CLASS_WORKS),
    );
    w.add(4.0, case.clue(&client::CREDENTIAL_OF_OTHER_GENERATION));
    w.add(-1.5, case.audio_on_v1());
    w.about(case, &topic::CLASS, [0.6, 0.5, 1.2, 1.4]);
    w.add(0.8, case.situation(VersionRefused).filter(|_| on_v1));
    w.add(-1.2, case.other_version_works());
    w.add(
        -0.6,
        case.clue(&client::CLIENT_IGNORES)
            .filter(|_| !on_v1 && !on_foreign),
    );
    w.lean(-1.5, case.in_any(&[Denied, KeysDisabled, TenantMismatch]));
}

fn cause(_case: &Case<'_>) -> String {
    "The client's class builds the requests of another protocol than this endpoint speaks."
        .to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = fix::code(
        case,
        "On the v1 surface use the plain class, on the classic routes the Azure class",
        &[
            (
                Language::Python,
                "OpenAI(base_url=\"https://<resource>.openai.azure.com/openai/v1/\", api_key=token_provider)      # v1\nAzureOpenAI(azure_endpoint=\"https://<resource>.openai.azure.com\", api_version=\"2024-10-21\", …)  # classic",
            ),
            (
                Language::JavaScript,
                "new OpenAI({ baseURL: \"https://<resource>.openai.azure.com/openai/v1/\", apiKey: tokenProvider })  // v1\nnew AzureOpenAI({ endpoint: \"https://<resource>.openai.azure.com\", apiVersion: \"2024-10-21\", … })     // classic",
            ),
            (
                Language::DotNet,
                "new ChatClient(model, credential, new OpenAIClientOptions { Endpoint = new Uri(\"https://<resource>.openai.azure.com/openai/v1/\") })  // v1\nnew AzureOpenAIClient(new Uri(\"https://<resource>.openai.azure.com\"), credential)                                           // classic",
            ),
        ],
    );
    fixes.push(fix::run(
        "Models that are not OpenAI's",
        "ChatCompletionsClient(\"https://<resource>.services.ai.azure.com/models\", credential, credential_scopes=[…])\nAnthropicFoundry(resource=\"<resource>\", azure_ad_token_provider=…)                 # Claude",
    ));
    fixes
}
