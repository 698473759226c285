use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Entra demands something interactive: a second factor, a compliant device, a known location. Cached sign-ins, password flows and unattended programs cannot give it.
///
/// ## How to recognise it
///
/// - `AADSTS50076`, `AADSTS50079`, `AADSTS53003`, `AADSTS53000`, `AADSTS50158`;
/// - `interaction_required`, or an `insufficient_claims` challenge.
///
/// ## Fix
///
/// Sign in interactively with the scope that is needed. For unattended programs use a managed identity or service principal.
///
/// ## Example
///
/// ```text
/// AADSTS50076: … you must use multi-factor authentication to access '7d312290-28c8-473c-a0ed-8e53749b6d6d'.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    "CRE008" "credential-mfa-or-conditional-access": "A Conditional Access policy or multi-factor sign-in stands in the way",
    fires: "client: azure-identity AzureCliCredential
AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication to access '7d312290-28c8-473c-a0ed-8e53749b6d6d'.
",
    silent: "client: azure-identity AzureCliCredential
AADSTS65001: The user or administrator has not consented to use the application.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let code = case.sign_in(&[
        "50076", "50079", "53003", "53001", "53002", "53004", "50074", "50158", "50072", "530003",
        "530004", "530002", "50131", "530034", "50097", "7000014",
    ]);
    if w.add(5.8, code) {
        w.prove(case.sign_in(&["50076", "50079", "53003"]));
        return;
    }
    w.situations(
        case,
        &[
            (SignInRefused, 0.4),
            (NoCredential, 0.5),
            (Bare401, 0.2),
            (Bare403, 0.2),
            (ResourceUnknown, 0.1),
        ],
    );
    w.add(2.2, case.clue(&credential::MFA_REQUIRED));
}

fn cause(_case: &Case<'_>) -> String {
    "Entra demands an interactive step that this sign-in could not give.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Sign in interactively for this resource",
            "az login --tenant <tenant-id> --scope https://cognitiveservices.azure.com/.default",
        ),
        fix::portal(
            "Entra ID > Sign-in logs > the failed sign-in > Conditional Access: which policy, and why",
        ),
    ]
}
