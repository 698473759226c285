use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Tokens travel in `Authorization: Bearer`. Keys travel in `api-key`; the v1 and `/models` routes take them as bearer too, `/anthropic` as `x-api-key`, gateways often as `Ocp-Apim-Subscription-Key`, serverless endpoints as `Authorization: Bearer`. A credential in another header is not seen: `Authentication` (as one page has it), a token in `api-key`, a bearer token at a gateway that wants a subscription key.
///
/// ## How to recognise it
///
/// - the text says that an authorization header or a subscription key is missing, although something was sent;
/// - a token stands in `api-key`, or a key in a header that the route does not read.
///
/// ## Fix
///
/// Send tokens as `Authorization: Bearer <token>`; send keys in the header that this endpoint reads. In client libraries choose the class or option for the kind of credential instead of setting headers by hand.
///
/// ## Example
///
/// ```text
/// 400 No authorization header present
/// - the client sends the key in the api-key header to a serverless endpoint
/// ```
///
/// ## Sources
///
/// - owndev/Open-WebUI-Functions#12, Azure/azure-sdk-for-net#44488; OpenAPI of the v1 surface.
    "TOK002" "token-wrong-header": "The credential travels in a header that this route does not read",
    fires: "endpoint: https://phi.eastus.models.ai.azure.com
status: 400
No authorization header present
- the client sends the key in the api-key header only
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
- the key is from another resource
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (CredentialMissing, 2.0),
            (TokenRejected, 1.3),
            (KeyRejected, 0.7),
            (Bare401, 1.1),
            (Bare400, 0.4),
            (Bare403, 0.3),
        ],
    );
    w.add(2.2, case.clue(&token::HEADER_MISMATCH));
    w.add(-1.5, case.clue(&form::BEARER_TWICE));
    w.add(-1.2, case.clue(&form::NOT_THE_STRING));
    // Anthropic's routes read the key where Anthropic's client puts it.
    let anthropic = case.endpoint(|one| one.path == Path::Anthropic);
    let right_header = case
        .clue(&token::KEY_IN_ANTHROPIC_HEADER)
        .filter(|_| anthropic.is_some());
    w.add(-3.5, right_header);
    let foreign = w.add(1.4, case.clue(&token::FOREIGN_HEADER));
    w.about(case, &topic::HEADER, [1.1, 0.3, 1.4, 1.2]);
    w.add(
        0.8,
        case.endpoint(|one| matches!(one.host, Host::Serverless | Host::GitHubModels)),
    );
    w.add(0.5, case.clue(&token::GATEWAY));
    // A key as bearer where a token is read has a name of its own.
    w.add(
        -1.8,
        case.clue(&token::KEY_AS_BEARER)
            .filter(|_| !foreign && case.refused(Shape::KeyMissing).is_none()),
    );
    w.add(-1.0, case.clue(&client::OTHER_CLASS_WORKS));
    w.lean(-2.5, case.in_any(&[Denied, KeysDisabled]));
    w.carries(case, &[Sent::TokenAsKey, Sent::ForeignHeader]);
}

fn cause(case: &Case<'_>) -> String {
    match case.value(Name::Header) {
        Some(header) => {
            format!("The credential was sent in `{header}`, which this route does not read.")
        }
        None => "The credential was sent in a header that this route does not read.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = fix::code(
        case,
        "Let the library set the header",
        &[
            (
                Language::Python,
                "client = AzureOpenAI(azure_endpoint=\"https://<resource>.openai.azure.com\", api_version=\"2024-10-21\",\n    azure_ad_token_provider=get_bearer_token_provider(DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\"))",
            ),
            (
                Language::JavaScript,
                "const client = new AzureOpenAI({ endpoint, apiVersion: \"2024-10-21\",\n  azureADTokenProvider: getBearerTokenProvider(new DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\") });",
            ),
            (
                Language::DotNet,
                "var client = new AzureOpenAIClient(new Uri(endpoint), new DefaultAzureCredential());",
            ),
        ],
    );
    fixes.push(fix::run(
        "By hand: a token as bearer, a key as api-key",
        "curl -H \"Authorization: Bearer $TOKEN\" \"<url>\"     # Entra token\ncurl -H \"api-key: $AZURE_OPENAI_API_KEY\" \"<url>\"    # key",
    ));
    fixes
}
