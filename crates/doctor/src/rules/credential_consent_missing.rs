use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A user's token for a resource needs consent: the user's own, or an administrator's where the tenant demands that. The application asked for Cognitive Services (`user_impersonation`) and nobody consented, or the resource is not among its permissions.
///
/// ## How to recognise it
///
/// - `AADSTS65001`, `AADSTS90094`, `AADSTS650052`, or a page that asks for an administrator's approval.
///
/// ## Fix
///
/// Add the delegated permission to the app registration and have it consented. Applications that act as themselves need no consent, only a role.
///
/// ## Example
///
/// ```text
/// AADSTS65001: The user or administrator has not consented to use the application with ID '…'.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    "CRE006" "credential-consent-missing": "Consent for the application is missing",
    fires: "client: azure-identity InteractiveBrowserCredential
AADSTS65001: The user or administrator has not consented to use the application with ID 'x'.
",
    silent: "client: azure-identity InteractiveBrowserCredential
AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let code = case.sign_in(&[
        "65001", "65004", "65005", "650052", "650056", "90093", "90094", "90095", "900941",
        "650057",
    ]);
    if w.add(5.6, code) {
        w.prove(case.sign_in(&["65001"]));
        return;
    }
    w.situations(
        case,
        &[
            (SignInRefused, 0.2),
            (NoCredential, 0.2),
            (Bare401, 0.1),
            (Bare403, 0.1),
        ],
    );
    w.add(2.8, case.clue(&credential::CONSENT_MISSING));
}

fn cause(_case: &Case<'_>) -> String {
    "Nobody has consented to this application's access to the resource.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Ask for the permission and consent to it (as an administrator)",
            "az ad app permission add --id <client-id> --api 7d312290-28c8-473c-a0ed-8e53749b6d6d \\\n  --api-permissions 5f1e8914-a52b-429f-9324-91b92b81adaf=Scope\naz ad app permission admin-consent --id <client-id>",
        ),
        fix::portal("Entra ID > App registrations > API permissions > Grant admin consent"),
    ]
}
