use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The identity endpoint did not answer, or answered that no identity is assigned: the program does not run in Azure, the resource's identity is off, or the platform's endpoint is blocked (network policy, proxy, missing environment variables in a container). A service that calls another on your behalf needs an identity of its own, too.
///
/// ## How to recognise it
///
/// - `no response from the IMDS endpoint`, `No managed identity endpoint found`, `Identity not found`;
/// - the system-assigned identity of the app, or of the Azure OpenAI account in a chain of services, is off.
///
/// ## Fix
///
/// Enable the identity on the resource that makes the call, give it the role, and restart it. Locally use the Azure CLI's sign-in.
///
/// ## Example
///
/// ```text
/// ManagedIdentityCredential authentication unavailable, no response from the IMDS endpoint.
/// ```
///
/// ## Sources
///
/// - Azure Identity libraries, troubleshooting guides.
    "CRE009" "managed-identity-unavailable": "There is no managed identity where the program runs",
    fires: "client: azure-identity ManagedIdentityCredential
endpoint: https://contoso.openai.azure.com
ManagedIdentityCredential authentication unavailable, no managed identity endpoint found.
- the web app has no system-assigned identity
",
    silent: "client: azure-identity ManagedIdentityCredential
endpoint: https://contoso.openai.azure.com
ManagedIdentityCredential authentication unavailable, multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (IdentityEndpoint, 2.6),
            (NoCredential, 1.0),
            (Bare400, 0.2),
            (Bare401, 0.1),
            (Bare403, 0.1),
        ],
    );
    w.add(1.6, case.clue(&credential::RESOURCE_ID_FORMED_BADLY));
    w.add(1.8, case.clue(&credential::NO_IDENTITY_ASSIGNED));
    w.add(-1.6, case.clue(&credential::ONLY_USER_ASSIGNED));
    w.add(-1.6, case.clue(&credential::CLIENT_ID_NOT_SET));
    w.add(-1.0, case.clue(&credential::CLI_ABSENT));
    w.lean(-1.8, case.in_any(&[Denied, SignInRefused]));
}

fn cause(_case: &Case<'_>) -> String {
    "No managed identity answered where the program runs, or none is assigned.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Enable the identity of what makes the call",
            "az webapp identity assign -n <app> -g <resource-group>          # App Service\naz containerapp identity assign -n <app> -g <resource-group> --system-assigned\naz vm identity assign -n <vm> -g <resource-group>",
        ),
        fix::assign_role(case, fix::role_for(case)),
        fix::run("On a developer machine, use the CLI's sign-in", "az login"),
    ]
}
