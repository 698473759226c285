use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Regional endpoints (`https://eastus.api.cognitive.microsoft.com`) and resources without a custom subdomain take keys only. Entra tokens need `https://<name>.openai.azure.com` or its siblings.
///
/// ## How to recognise it
///
/// - `Please provide a custom subdomain for token authentication`;
/// - the endpoint's host is a region.
///
/// ## Fix
///
/// Give the resource a custom subdomain (once; it cannot be changed) and use its own endpoint.
///
/// ## Example
///
/// ```text
/// 400 Please provide a custom subdomain for token authentication, otherwise API key is required.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Custom subdomain names for Azure AI services".
    "END004" "custom-subdomain-missing": "Tokens need the resource's own host name",
    fires: r#"endpoint: https://eastus.api.cognitive.microsoft.com
status: 400
{"error":{"code":"BadRequest","message":"Please provide a custom subdomain for token authentication, otherwise API key is required."}}
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 400
{"error":{"code":"BadRequest","message":"API version not supported"}}
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let said = case.refused(Shape::CustomSubdomainRequired);
    w.add(3.0, said);
    w.prove(said);
    // A key needs no subdomain.
    w.add(
        -1.6,
        case.clue(&token::KEY_KNOWN_GOOD)
            .filter(|_| case.in_any(&[Bare401, KeyRejected])),
    );
    w.situations(
        case,
        &[
            (SubdomainRequired, 3.0),
            (NetworkDenied, 0.4),
            (TokenRejected, 0.3),
            (NameUnresolved, 0.4),
            (ResourceUnknown, 0.3),
            (Bare400, 0.2),
            (Bare401, 0.2),
            (Bare403, 0.1),
            (RouteNotFound, 0.1),
        ],
    );
    w.add(1.8, case.refused(Shape::VirtualNetworkEndpoint));
    // With a key a regional host is as good as another.
    let key = case.about(&topic::KEY, Says::Mentioned).is_some() && case.entra_meant().is_none();
    w.add(
        if key { 1.0 } else { 2.4 },
        case.endpoint(|one| one.host == Host::Regional),
    );
    // A regional host never maps to one resource.
    w.add(
        1.6,
        case.endpoint(|one| one.host == Host::Regional)
            .filter(|_| case.in_any(&[ResourceUnknown])),
    );
    w.add(
        if said.is_some() { 0.2 } else { 1.6 },
        case.clue(&endpoint::REGIONAL),
    );
    w.add(-1.2, case.key_rejected());
    w.add(-1.2, case.configured(|one| one.path == Path::OtherService));
}

fn cause(_case: &Case<'_>) -> String {
    "The endpoint has no custom subdomain, and without one the service takes no tokens.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Give the resource its subdomain",
            format!(
                "az cognitiveservices account update -n {account} -g <resource-group> --custom-domain {account}"
            ),
        ),
        fix::run(
            "Use its own endpoint",
            format!(
                "https://{account}.openai.azure.com/    or    https://{account}.cognitiveservices.azure.com/"
            ),
        ),
    ]
}
