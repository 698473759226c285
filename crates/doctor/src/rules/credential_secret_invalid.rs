use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Entra knows the application and does not accept its proof: the secret expired, was mistyped, or the secret's *id* was pasted instead of its value; the certificate is not the registered one.
///
/// ## How to recognise it
///
/// - `AADSTS7000215`, `AADSTS7000222`, `AADSTS700027`.
///
/// ## Fix
///
/// Make a new secret and use its *value*, or better a federated credential or managed identity, which do not expire.
///
/// ## Example
///
/// ```text
/// AADSTS7000215: Invalid client secret provided.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    "CRE002" "credential-secret-invalid": "The client secret or certificate is not valid",
    fires: "client: azure-identity ClientSecretCredential
Authentication failed: AADSTS7000215: Invalid client secret provided.
",
    silent: "client: azure-identity ClientSecretCredential
Authentication failed: AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let codes = case.sign_in(&["7000215", "7000222", "700027", "7000216", "70002"]);
    if w.add(6.0, codes) {
        w.prove(codes);
        return;
    }
    w.situations(
        case,
        &[(SignInRefused, 0.3), (NoCredential, 0.5), (Bare401, 0.1)],
    );
    w.add(2.4, case.clue(&credential::SECRET_INVALID));
}

fn cause(_case: &Case<'_>) -> String {
    "Entra does not accept the application's secret or certificate.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Make a new secret and use its value, not its id",
            "az ad app credential reset --id <client-id> --append --years 1",
        ),
        fix::portal("Entra ID > App registrations > the application > Certificates & secrets"),
    ]
}
