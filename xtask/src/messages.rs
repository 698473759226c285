//! `docs/rules/by-message.md`: from what a service or a client says to what may be behind it.
//!
//! Nobody keeps this by hand: each message of the wire catalogue, and each of those that clients print
//! before any call, is shown to the doctor alone, and what it holds possible is the row.

use std::fmt::Write as _;

use doctor::{RuleId, evidence, scores};
use wire::refusals::{Service, Shape};

use crate::generate::File;

/// How far a cause may lie behind the likeliest to be named, in natural logarithms of odds.
const REACH: f64 = 6.0;
/// How many causes a row names.
const CAUSES: usize = 8;

/// What clients print when no answer came, or none was asked for.
const CLIENTS: [&str; 22] = [
    "getaddrinfo ENOTFOUND contoso.openai.azure.com",
    "httpx.ConnectError: [Errno -2] Name or service not known (contoso.openai.azure.com)",
    "java.net.UnknownHostException: contoso.openai.azure.com",
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain (contoso.openai.azure.com)",
    "tls: failed to verify certificate: x509: certificate signed by unknown authority (contoso.openai.azure.com)",
    "unable to get local issuer certificate (contoso.openai.azure.com)",
    "407 Proxy Authentication Required (contoso.openai.azure.com)",
    "openai.APIConnectionError: Connection error. (contoso.openai.azure.com)",
    "DefaultAzureCredential failed to retrieve a token from the included credentials.",
    "azure.identity CredentialUnavailableError: EnvironmentCredential authentication unavailable. Environment variables are not fully configured.",
    "azure.identity: Please run 'az login' to set up an account",
    "ManagedIdentityCredential authentication unavailable, no response from the IMDS endpoint.",
    "ManagedIdentityCredential: Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
    "ClientAuthenticationError: (AADSTS7000215) Invalid client secret provided.",
    "openai.OpenAIError (AzureOpenAI): Must provide either the `api_version` argument or the `OPENAI_API_VERSION` environment variable",
    "openai.OpenAIError (AzureOpenAI): Missing credentials. Please pass one of `api_key`, `azure_ad_token`, `azure_ad_token_provider`",
    "AzureOpenAI: TypeError: Client.__init__() got an unexpected keyword argument 'proxies'",
    "azure.core.exceptions.ServiceRequestError: Bearer token authentication is not permitted for non-TLS protected (non-https) URLs.",
    "azure.ai.inference: 'AzureKeyCredential' object has no attribute 'get_token'",
    "AzureOpenAI: Error code: 401 - Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.",
    "AzureOpenAI: Error code: 404 - {'error': {'code': '404', 'message': 'Resource not found'}}",
    "AzureOpenAI: Error code: 400 - content_filter: ResponsibleAIPolicyViolation",
];

/// The page.
pub(crate) fn file() -> File {
    let mut text = "<!-- Generated from the wire catalogue and the rules by `cargo xtask generate`. -->\n\n\
         # From a message to its cause\n\n\
         What a service or a client says, and the causes that the doctor holds possible when it sees nothing else, the\n\
         likeliest first. One message has many causes: with the endpoint, the client and what is known of roles,\n\
         `entrada explain` says which. Words in angle brackets differ from call to call.\n\n\
         [The codes with which Entra refuses a sign-in (`AADSTS…`)](../sign-in-codes.md) have a page of their own.\n"
        .to_owned();
    for (service, title) in SERVICES {
        let _ = write!(
            text,
            "\n## {title}\n\n| status | code | message | may be |\n|---:|---|---|---|\n"
        );
        for shape in Shape::ALL
            .iter()
            .filter(|shape| services_of(**shape) == service)
        {
            row(&mut text, *shape);
        }
    }
    text.push_str("\n## Clients\n\n| message | may be |\n|---|---|\n");
    for message in CLIENTS {
        let _ = writeln!(text, "| {} | {} |", cell(message), links(&causes(message)));
    }
    File {
        path: "docs/rules/by-message.md".to_owned(),
        content: text,
    }
}

/// Who says it, in the order of a call's way.
const SERVICES: [(&str, &str); 3] = [
    ("entra", "Entra"),
    ("inference", "The model endpoints"),
    ("manager", "Azure Resource Manager"),
];

fn services_of(shape: Shape) -> &'static str {
    match shape.describe().service {
        Service::SignIn => "entra",
        Service::ResourceManager => "manager",
        _ => "inference",
    }
}

fn row(text: &mut String, shape: Shape) {
    let row = shape.describe();
    let message = row.message.split("\r\n").next().unwrap_or_default();
    let said = filled(message);
    let code = filled(row.code);
    let causes = causes(&format!(
        "Error code: {} - {{'error': {{'code': '{code}', 'message': '{said}'}}}}",
        row.status
    ));
    let _ = writeln!(
        text,
        "| {} | {} | {} | {} |",
        row.status,
        cell(row.code),
        cell(message),
        links(&causes)
    );
}

/// A message with values as a service fills them in.
fn filled(message: &str) -> String {
    const VALUES: [(&str, &str); 20] = [
        ("{principal}", "11111111-2222-3333-4444-555555555555"),
        ("{object_id}", "11111111-2222-3333-4444-555555555555"),
        ("{client}", "11111111-2222-3333-4444-555555555555"),
        (
            "{data_action}",
            "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
        ),
        ("{method}", "POST"),
        (
            "{template}",
            "/openai/deployments/{deployment-id}/chat/completions",
        ),
        ("{audience}", "https://cognitiveservices.azure.com"),
        ("{token_tenant}", "99999999-0000-0000-0000-000000000000"),
        ("{tenant}", "99999999-0000-0000-0000-000000000000"),
        ("{model}", "chat"),
        ("{operation}", "chatCompletion"),
        ("{version}", "2025-03-01-preview"),
        ("{api_version}", "2024-10-21"),
        ("{seconds}", "20"),
        ("{action}", "Microsoft.CognitiveServices/accounts/read"),
        (
            "{scope}",
            "/subscriptions/11111111-2222-3333-4444-555555555555",
        ),
        ("{error}", "invalid_client"),
        ("{code}", "7000215"),
        ("{detail}", "Invalid client secret provided."),
        ("{assignment}", "1"),
    ];
    VALUES
        .iter()
        .fold(message.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
}

/// What the doctor holds possible with nothing but this text.
fn causes(said: &str) -> Vec<RuleId> {
    let ranked = scores(&evidence::read(said));
    let best = ranked.first().map_or(0.0, |(_, score)| *score);
    let near = ranked
        .into_iter()
        .take_while(|(_, score)| *score >= best - REACH);
    near.take(CAUSES).map(|(cause, _)| cause).collect()
}

fn links(causes: &[RuleId]) -> String {
    if causes.is_empty() {
        return "nothing that the doctor explains".to_owned();
    }
    let links = causes
        .iter()
        .map(|cause| format!("[`{cause}`]({cause}.md)"));
    links.collect::<Vec<_>>().join(", ")
}

/// Text for a cell of a table: values in angle brackets, nothing that ends the cell.
fn cell(text: &str) -> String {
    let text = text
        .replace('|', "\\|")
        .replace('`', "")
        .replace('{', "<")
        .replace('}', ">");
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_of_a_client_has_a_cause() {
        for message in CLIENTS
            .iter()
            .filter(|message| !message.contains("content_filter"))
        {
            assert!(!causes(message).is_empty(), "{message}");
        }
    }

    #[test]
    fn every_shape_of_the_catalogue_has_a_row() {
        let page = file().content;
        for shape in Shape::ALL {
            let start: String = shape.describe().message.chars().take(24).collect();
            let start = start.replace('`', "").replace('{', "<").replace('}', ">");
            assert!(
                page.contains(start.split("\r\n").next().unwrap()),
                "{start}"
            );
        }
    }
}
