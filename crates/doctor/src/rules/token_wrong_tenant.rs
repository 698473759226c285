use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The caller signed in to another directory than the one that owns the resource: the home tenant of a guest, the default tenant of a developer with several, the tenant of an app registration elsewhere. The data plane mostly answers `400 Token tenant … does not match resource tenant`, sometimes `401 PermissionDenied`; the management plane says `InvalidAuthenticationTokenTenant`.
///
/// ## How to recognise it
///
/// - the text compares tenants or issuers;
/// - several tenants or a guest account are involved, or the tool's default subscription lies in another tenant;
/// - `tid` of the token is not the tenant of the resource's subscription.
///
/// ## Fix
///
/// Name the tenant when getting the token: `az login --tenant`, `AZURE_TENANT_ID`, `tenant_id` of the credential; in editors sign in to the right directory.
///
/// ## Example
///
/// ```text
/// 400 Token tenant 1111… does not match resource tenant.
/// ```
///
/// ## Sources
///
/// - arbs-io/vscode-openai#321; microsoft/microsoft-foundry-for-vscode#333.
    "TOK006" "token-wrong-tenant": "The token was issued by another tenant than the resource's",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 400
{"error":{"code":"Tenant provided in token does not match resource token","message":"Token tenant 11111111-1111-1111-1111-111111111111 does not match resource tenant."}}
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 400
{"error":{"code":"BadRequest","message":"Please provide a custom subdomain for token authentication, otherwise API key is required."}}
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let said = case.refused_any(&[Shape::TenantMismatch, Shape::TokenOfOtherTenant]);
    w.add(4.0, said);
    w.prove(said);
    let codes = [
        "50020", "90072", "16000", "50034", "500021", "50178", "700054", "53000",
    ];
    w.add(2.4, case.sign_in(&codes));
    let stopped = w.situations(
        case,
        &[
            (TenantMismatch, 3.2),
            (Denied, 0.9),
            (TokenRejected, 1.0),
            (SignInRefused, 0.2),
            (NoCredential, 0.4),
            (ManagementRefused, 0.4),
            (Bare401, 0.8),
            (Bare403, 0.6),
            (Bare400, 0.5),
            (ServerError, 0.5),
            (ResourceUnknown, 0.2),
            (RouteNotFound, 0.1),
        ],
    );
    w.add(
        if stopped { 1.4 } else { 0.6 },
        case.clue(&identity::SEVERAL_TENANTS),
    );
    let from_home = w.add(2.4, case.clue(&identity::CALLER_OF_HOME_TENANT));
    w.about(case, &topic::TENANT, [1.4, 1.4, 1.8, 1.6]);
    w.add(0.8, case.clue(&identity::TENANT_NOT_SET));
    w.add(0.6, case.clue(&identity::CONTEXT_OTHER_SUBSCRIPTION));
    // The tenant is checked before the data action is.
    w.add(
        -1.6,
        case.value_fact(Name::DataAction)
            .filter(|_| said.is_none() && !from_home),
    );
    w.add(-1.0, case.holds(Reach::OpenAiOnly));
    w.add(-2.5, case.sign_in(&["700016", "90002", "700213", "70021"]));
    w.lean(
        -3.0,
        case.sent().is_some_and(|(sent, _)| sent != Sent::Token),
    );
}

fn cause(case: &Case<'_>) -> String {
    match case.value(Name::TokenTenant) {
        Some(tenant) => {
            format!("The token is of tenant `{tenant}`, and the resource belongs to another.")
        }
        None => {
            "The token comes from another tenant than the one that owns the resource.".to_owned()
        }
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let tenant = case.or(Name::ResourceTenant, "tenant-of-the-resource");
    let mut fixes = vec![fix::run(
        "Sign in to the resource's tenant and select its subscription",
        format!(
            "az login --tenant {tenant}\naz account set --subscription <subscription-of-the-resource>\naz account get-access-token --tenant {tenant} --scope https://cognitiveservices.azure.com/.default"
        ),
    )];
    fixes.extend(fix::code(
        case,
        "Or name the tenant in the credential",
        &[
            (Language::Python, "DefaultAzureCredential(additionally_allowed_tenants=[\"<tenant>\"])  # and AZURE_TENANT_ID=<tenant>"),
            (Language::JavaScript, "new DefaultAzureCredential({ tenantId: \"<tenant>\" })"),
            (Language::DotNet, "new DefaultAzureCredential(new DefaultAzureCredentialOptions { TenantId = \"<tenant>\" })"),
        ],
    ));
    fixes
}
