use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The tenant id or domain is mistyped, a placeholder, deleted, or of another cloud.
///
/// ## How to recognise it
///
/// - `AADSTS90002`, `AADSTS900023`, `AADSTS900021`, or the authority's configuration cannot be fetched.
///
/// ## Fix
///
/// Take the tenant id from the portal's Entra ID overview, or from `az account show`.
///
/// ## Example
///
/// ```text
/// AADSTS90002: Tenant '…' not found.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    "CRE005" "credential-tenant-not-found": "The tenant does not exist",
    fires: "client: azure-identity ClientSecretCredential
AADSTS90002: Tenant 'contoso.example' not found. Check to make sure you have the correct tenant ID.
",
    silent: "client: azure-identity ClientSecretCredential
AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let code = case.sign_in(&["90002", "900023", "900021", "90013", "90019"]);
    if w.add(5.6, code) {
        w.prove(code.filter(|_| case.sovereign().is_none()));
        return;
    }
    w.situations(case, &[(SignInRefused, 0.2), (NoCredential, 0.3)]);
    w.add(2.6, case.clue(&credential::TENANT_NOT_FOUND));
}

fn cause(_case: &Case<'_>) -> String {
    "No tenant of that id or name exists in the cloud that was asked.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Find the tenant of the subscription",
            "az account show --subscription <subscription-id> --query tenantId -o tsv",
        ),
        fix::run("Use it", "export AZURE_TENANT_ID=<tenant-id>"),
    ]
}
