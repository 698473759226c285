use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Device code, browser and password sign-in are for public clients. The app registration does not allow them, so Entra asks for a secret that this flow does not have.
///
/// ## How to recognise it
///
/// - `AADSTS7000218`.
///
/// ## Fix
///
/// Allow public client flows in the app registration (Authentication > Advanced settings), or use a flow with a secret or certificate.
///
/// ## Example
///
/// ```text
/// AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    "CRE004" "credential-app-not-public-client": "The application is not a public client",
    fires: "client: azure-identity DeviceCodeCredential
AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.
",
    silent: "client: azure-identity ClientSecretCredential
AADSTS7000215: Invalid client secret provided.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let code = case.sign_in(&["7000218", "700025", "9002326", "9002327"]);
    if w.add(6.0, code) {
        w.prove(code);
        return;
    }
    w.situations(case, &[(SignInRefused, 0.2), (NoCredential, 0.2)]);
    w.add(2.8, case.clue(&credential::NOT_PUBLIC_CLIENT));
}

fn cause(_case: &Case<'_>) -> String {
    "The app registration does not allow public client flows, and the sign-in used one.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Allow public client flows",
            "az ad app update --id <client-id> --is-fallback-public-client true",
        ),
        fix::portal(
            "Entra ID > App registrations > Authentication > Allow public client flows: Yes",
        ),
    ]
}
