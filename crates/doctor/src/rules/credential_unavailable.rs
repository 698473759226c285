use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Before any call to the service a library looks for a credential: environment variables, workload identity, managed identity, the sign-ins of developer tools. None of them worked here, so nothing was sent.
///
/// ## How to recognise it
///
/// - `DefaultAzureCredential failed to retrieve a token`, `CredentialUnavailableError`, `Please run 'az login'`;
/// - the program runs where nobody is signed in: a container, a pipeline, another user's session.
///
/// ## Fix
///
/// On a developer machine: `az login`. In a container: pass a service principal's variables or use workload identity, since the host's sign-in is not visible. In Azure: enable a managed identity.
///
/// ## Example
///
/// ```text
/// DefaultAzureCredential failed to retrieve a token from the included credentials.
/// ```
///
/// ## Sources
///
/// - Azure Identity libraries, troubleshooting guides.
    "CRE001" "credential-unavailable": "No credential could produce a token",
    fires: "client: azure-identity DefaultAzureCredential
DefaultAzureCredential failed to retrieve a token from the included credentials.
- runs in a docker container without az login
",
    silent: "client: azure-identity ManagedIdentityCredential
ManagedIdentityCredential authentication unavailable, no response from the IMDS endpoint.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (NoCredential, 3.0),
            (IdentityEndpoint, 0.8),
            (SignInRefused, 0.3),
            (ClientArgument, 0.4),
        ],
    );
    // Where no other credential was tried, the identity is what is missing.
    w.add(
        -1.6,
        case.clue(&credential::IMDS_UNAVAILABLE)
            .filter(|_| case.clue(&credential::SEVERAL_CREDENTIALS).is_none()),
    );
    w.add(0.9, case.clue(&credential::CLI_ABSENT));
    w.add(1.6, case.clue(&credential::BROKER_LACKS_AUDIENCE));
    w.add(-2.4, case.any_sign_in());
    w.add(-1.4, case.clue(&credential::CLIENT_ID_NOT_SET));
    w.add(-1.2, case.clue(&credential::NO_IDENTITY_ASSIGNED));
    w.add(-1.0, case.clue(&credential::FEDERATION_MISMATCH));
    w.add(-1.4, case.other_version_works());
    w.add(-1.4, case.clue(&symptom::AUTH_TYPE_INVALID));
    w.lean(
        -1.5,
        case.in_any(&[Denied, TokenRejected, KeyRejected, KeysDisabled]),
    );
    w.add(-0.8, case.clue(&identity::SEVERAL_TENANTS));
    w.lean(-0.6, case.in_any(&[TlsFailed, NameUnresolved]));
}

fn cause(_case: &Case<'_>) -> String {
    "Every credential that was tried was unavailable, so no token was obtained and nothing was sent.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "On a developer machine, sign in",
            "az login --tenant <tenant-id>",
        ),
        fix::run(
            "In a container or pipeline, give the program an identity of its own",
            "export AZURE_TENANT_ID=<tenant-id>\nexport AZURE_CLIENT_ID=<client-id>\nexport AZURE_CLIENT_SECRET=<client-secret>   # or a federated token file",
        ),
        fix::run(
            "See why each credential failed (Python)",
            "python -c \"import logging; logging.basicConfig(level=logging.DEBUG); from azure.identity import DefaultAzureCredential as C; C(logging_enable=True).get_token('https://cognitiveservices.azure.com/.default')\"",
        ),
    ]
}
