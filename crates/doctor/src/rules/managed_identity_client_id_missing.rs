use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A user-assigned identity must be named by its client id. Without it the platform takes the system-assigned identity, and if there is none, or several user-assigned ones, it refuses.
///
/// ## How to recognise it
///
/// - `Multiple user assigned identities exist, please specify the clientId`, or `400` from the identity endpoint;
/// - only user-assigned identities exist and no client id is configured.
///
/// ## Fix
///
/// Set `AZURE_CLIENT_ID` (or `managed_identity_client_id`) to the identity's *client id*, not its object id.
///
/// ## Example
///
/// ```text
/// ManagedIdentityCredential: … 400 …
/// - the app has one user-assigned identity; DefaultAzureCredential() is built without a client id
/// ```
///
/// ## Sources
///
/// - Azure/azure-functions-host#8037; Azure Identity libraries, "Specify a user-assigned managed identity".
    "CRE010" "managed-identity-client-id-missing": "No managed identity, or the wrong one, was selected",
    fires: "client: azure-identity DefaultAzureCredential
endpoint: https://contoso.openai.azure.com
ManagedIdentityCredential authentication unavailable. The requested identity has not been assigned to this resource.
- the app has one user-assigned identity and AZURE_CLIENT_ID is not set
",
    silent: "client: azure-identity DefaultAzureCredential
endpoint: https://contoso.openai.azure.com
ManagedIdentityCredential authentication unavailable, no managed identity endpoint found.
- the app has no identity
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (IdentityEndpoint, 1.4),
            (NoCredential, 1.0),
            (Bare400, 0.6),
            (Bare401, 0.1),
            (Bare403, 0.1),
            (Denied, 0.2),
        ],
    );
    w.add(1.8, case.clue(&credential::ONLY_USER_ASSIGNED));
    w.add(2.0, case.clue(&credential::CLIENT_ID_NOT_SET));
    w.about(case, &topic::CLIENT_ID, [0.6, 1.0, 1.0, 1.2]);
    w.lean(-1.0, case.in_any(&[Denied, KeyRejected]));
}

fn cause(_case: &Case<'_>) -> String {
    "The identity that should be used was not named by its client id.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = vec![fix::run(
        "Name the identity by its client id",
        "az identity show -n <identity> -g <resource-group> --query clientId -o tsv\nexport AZURE_CLIENT_ID=<client-id>",
    )];
    fixes.extend(fix::code(
        case,
        "Or in code",
        &[
            (Language::Python, "DefaultAzureCredential(managed_identity_client_id=\"<client-id>\")"),
            (Language::JavaScript, "new DefaultAzureCredential({ managedIdentityClientId: \"<client-id>\" })"),
            (Language::DotNet, "new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = \"<client-id>\" })"),
        ],
    ));
    fixes
}
