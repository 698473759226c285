use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The client id belongs to no application of the tenant that was asked: a typo, an application of another tenant, a deleted one, or a managed identity's principal id in place of its client id.
///
/// ## How to recognise it
///
/// - `AADSTS700016`, or `AADSTS7000229` (no service principal).
///
/// ## Fix
///
/// Compare `AZURE_CLIENT_ID` and `AZURE_TENANT_ID` with the app registration's overview page.
///
/// ## Example
///
/// ```text
/// AADSTS700016: Application with identifier '…' was not found in the directory '…'.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    "CRE003" "credential-app-not-found": "The directory does not know the application",
    fires: "client: azure-identity ClientSecretCredential
AADSTS700016: Application with identifier 'x' was not found in the directory 'Default Directory'.
",
    silent: "client: azure-identity ClientSecretCredential
AADSTS90002: Tenant 'x' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let own = case.sign_in(&["700016", "7000229"]);
    if w.add(5.6, own) {
        w.prove(own.filter(|_| case.sovereign().is_none()));
        return;
    }
    w.add(2.4, case.sign_in(&["50105", "500011"]));
    w.situations(case, &[(SignInRefused, 0.3), (NoCredential, 0.3)]);
    w.add(2.6, case.clue(&credential::APP_NOT_FOUND));
}

fn cause(_case: &Case<'_>) -> String {
    "The tenant that was asked for a token has no such application.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "See whether the tenant knows the application",
            "az login --tenant <tenant-id>\naz ad sp show --id <client-id> --query '{name:displayName,appId:appId,owner:appOwnerOrganizationId}'",
        ),
        fix::portal(
            "Entra ID > App registrations > Overview: Application (client) ID and Directory (tenant) ID",
        ),
    ]
}
