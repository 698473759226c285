use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Issuer, subject and audience of the presented token must equal the federated credential's letter for letter: an environment in place of a branch, a trailing slash, another service account, a missing `id-token: write`.
///
/// ## How to recognise it
///
/// - `AADSTS70021`, `AADSTS700213`, `AADSTS700211`, `AADSTS700212`;
/// - the error prints issuer, subject and audience of the assertion.
///
/// ## Fix
///
/// Copy issuer and subject from the error into the federated credential.
///
/// ## Example
///
/// ```text
/// AADSTS70021: No matching federated identity record found for presented assertion.
/// ```
///
/// ## Sources
///
/// - Azure/login#175; Microsoft Learn, "Workload identity federation".
    "CRE007" "credential-federation-mismatch": "The federated credential does not match the presented assertion",
    fires: "client: azure/login GitHub action
AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:contoso/app:environment:production'.
",
    silent: "client: azure/login GitHub action
AADSTS7000215: Invalid client secret provided.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let code = case.sign_in(&[
        "70021", "700213", "700211", "700212", "700238", "700223", "700222", "700226", "5002738",
    ]);
    if w.add(6.0, code) {
        w.prove(case.sign_in(&["70021", "700213", "700211", "700212"]));
        return;
    }
    w.situations(
        case,
        &[
            (SignInRefused, 0.5),
            (NoCredential, 0.5),
            (Bare401, 0.2),
            (Bare403, 0.1),
        ],
    );
    let federated = w.add(1.2, case.clue(&credential::FEDERATION));
    w.add(
        2.0,
        case.clue(&credential::FEDERATION_MISMATCH)
            .filter(|_| federated),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "Issuer, subject or audience of the presented token differ from the federated credential."
        .to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "See what the application expects",
            "az ad app federated-credential list --id <client-id> --query '[].{issuer:issuer,subject:subject,audiences:audiences}'",
        ),
        fix::run(
            "Make it equal to what is presented (copy issuer and subject from the error)",
            "az ad app federated-credential create --id <client-id> --parameters '{\"name\":\"<name>\",\"issuer\":\"<issuer>\",\"subject\":\"<subject>\",\"audiences\":[\"api://AzureADTokenExchange\"]}'",
        ),
    ]
}
