use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A token was obtained, and it belongs to somebody else than the role was given to: `DefaultAzureCredential` took the environment's service principal instead of the developer, the system-assigned identity instead of the user-assigned one, the account of another tool's sign-in, the cluster's identity instead of the pod's.
///
/// ## How to recognise it
///
/// - the object id in the error is not the one with the role;
/// - several credentials are possible where the program runs;
/// - the role is said to be right, and it works for somebody else or with another credential.
///
/// ## Fix
///
/// Compare the principal in the error (or `oid` of the token) with the role assignment. Then pin the credential: `AZURE_CLIENT_ID` for a user-assigned identity, `AZURE_TOKEN_CREDENTIALS` for one kind of credential, or the credential's own class. Or give the role to the principal that really calls.
///
/// ## Example
///
/// ```text
/// 401 PermissionDenied
/// - the role is assigned to the user-assigned identity; the oid in the error is the system-assigned one
/// ```
///
/// ## Sources
///
/// - Azure Identity libraries, "DefaultAzureCredential overview" and credential chains.
    "CRE011" "wrong-identity": "Another principal made the call than the one that has the role",
    fires: "status: 401
The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.
- the container has both a system-assigned and a user-assigned identity
- the role is assigned to the user-assigned identity and the oid in the error is the system-assigned one
",
    silent: "status: 401
Principal does not have access to API/Operation.
- endpoint https://contoso.openai.azure.com
- the identity has no role
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (Denied, 1.3),
            (TokenRejected, 0.5),
            (TenantMismatch, 0.5),
            (Bare401, 0.6),
            (Bare403, 0.5),
            (ManagementRefused, 0.3),
        ],
    );
    w.add(2.6, case.clue(&identity::CHAIN_PICKED_OTHER));
    w.add(2.0, case.clue(&identity::TWO_SIGN_INS));
    w.about(case, &topic::IDENTITY_CHOICE, [0.7, 0.8, 1.3, 1.2]);
    w.add(0.4, case.clue(&role::OTHER_USER_WORKS));
    w.add(0.4, case.clue(&role::ROLE_SUFFICIENT_SAID));
    w.add(0.6, case.holds_enough());
    w.add(0.4, case.other_holds_enough());
    w.add(-0.8, case.clue(&identity::SEVERAL_TENANTS));
    w.add(
        -3.0,
        case.refused_any(&[Shape::TenantMismatch, Shape::TokenOfOtherTenant]),
    );
    w.add(-1.2, case.holds(Reach::OpenAiOnly));
    w.add(-0.6, case.clue(&identity::ON_BEHALF_OF));
    w.add(-1.2, case.group());
    w.lean(-2.0, case.in_any(&[KeysDisabled, KeyRejected]));
}

fn cause(_case: &Case<'_>) -> String {
    "The token that was sent belongs to another principal than the one that has the role."
        .to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = vec![
        fix::decode_token("https://cognitiveservices.azure.com"),
        fix::run(
            "Pin the credential instead of letting the chain choose",
            "export AZURE_TOKEN_CREDENTIALS=<ManagedIdentityCredential|AzureCliCredential|WorkloadIdentityCredential>\nexport AZURE_CLIENT_ID=<client-id-of-the-user-assigned-identity>",
        ),
    ];
    fixes.push(fix::assign_role(case, fix::role_for(case)));
    fixes
}
