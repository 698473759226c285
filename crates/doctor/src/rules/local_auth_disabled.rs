use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// `disableLocalAuth` is true, by a setting, by the template that made the resource, or by an Azure Policy that puts it back. Only Entra tokens are taken. It can take hours until the gateway follows a change; the answer is `403 AuthenticationTypeDisabled`, in other places the invalid-key 401.
///
/// ## How to recognise it
///
/// - `Key based authentication is disabled for this resource`;
/// - the tool can only use keys, or a policy turned keys off.
///
/// ## Fix
///
/// Use Entra ID: a token provider in code, the Entra option in the tool. Turn keys on again only if policy allows.
///
/// ## Example
///
/// ```text
/// 403 AuthenticationTypeDisabled: Key based authentication is disabled for this resource.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Disable local authentication"; Azure-Samples/azure-search-openai-demo#1617.
    "KEY003" "local-auth-disabled": "Keys are switched off for this resource",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"AuthenticationTypeDisabled","message": "Key based authentication is disabled for this resource."}}
"#,
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (KeysDisabled, 2.8),
            (KeyRejected, 0.8),
            (Bare403, 0.5),
            (Bare401, 0.1),
        ],
    );
    let said = case.keys_disabled().is_some();
    w.add(if said { 0.5 } else { 2.6 }, case.clue(&token::KEYS_OFF));
    w.add(0.6, case.clue(&token::KEYS_ONLY_TOOL));
    w.add(-2.0, case.clue(&token::KEY_LEFT_OVER));
    w.add(
        0.5,
        case.clue(&token::KEY_CONFIGURED)
            .filter(|_| said && case.entra_meant().is_none()),
    );
    w.prove(
        case.keys_disabled()
            .filter(|_| case.clue(&token::KEYS_ONLY_TOOL).is_some()),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "A key was sent, and this resource takes Entra tokens only (`disableLocalAuth`).".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    let mut fixes = fix::code(
        case,
        "Use Entra ID instead of the key",
        &[
            (
                Language::Python,
                "AzureOpenAI(azure_endpoint=…, api_version=\"2024-10-21\",\n    azure_ad_token_provider=get_bearer_token_provider(DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\"))",
            ),
            (
                Language::JavaScript,
                "new AzureOpenAI({ endpoint, apiVersion: \"2024-10-21\",\n  azureADTokenProvider: getBearerTokenProvider(new DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\") })",
            ),
            (
                Language::DotNet,
                "new AzureOpenAIClient(new Uri(endpoint), new DefaultAzureCredential())",
            ),
        ],
    );
    fixes.push(fix::run(
        "Or turn keys on again, where policy allows (takes minutes to hours)",
        format!("az resource update --ids $(az cognitiveservices account show -n {account} -g <resource-group> --query id -o tsv) \\\n  --set properties.disableLocalAuth=false"),
    ));
    fixes
}
