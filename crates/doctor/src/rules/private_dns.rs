use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A private endpoint works through DNS: inside the network `contoso.openai.azure.com` must resolve to the private address, by the zone `privatelink.openai.azure.com` (and its siblings), linked to the network that asks. If it resolves to the public address, the account sees a call from outside; if the privatelink name is used directly, the certificate does not fit.
///
/// ## How to recognise it
///
/// - a private endpoint is configured, and `nslookup` shows a public address or nothing;
/// - `Public access is disabled` from inside the network.
///
/// ## Fix
///
/// Create the zone and its record, link it to the caller's network, and let custom DNS servers forward to 168.63.129.16. Foundry resources need three zones: `privatelink.cognitiveservices.azure.com`, `privatelink.openai.azure.com`, `privatelink.services.ai.azure.com`.
///
/// ## Example
///
/// ```text
/// 403 Public access is disabled. Please configure private endpoint.
/// - called from the virtual network; nslookup shows the public address
/// ```
///
/// ## Sources
///
/// - microsoft/AICentral#113; Microsoft Learn, "Azure private endpoint DNS zones".
    "NET003" "private-dns": "The private endpoint exists and the name does not lead to it",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"403","message": "Public access is disabled. Please configure private endpoint."}}
- the caller runs in the VNet with the private endpoint and nslookup returns a public IP
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"403","message": "Public access is disabled. Please configure private endpoint."}}
- called from a laptop at home
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (PublicAccessOff, 1.6),
            (NetworkDenied, 1.1),
            (NameUnresolved, 1.0),
            (ConnectionFailed, 0.9),
            (TlsFailed, 0.8),
            (Bare403, 0.7),
        ],
    );
    let private_name = case.endpoint(|one| one.url.to_ascii_lowercase().contains(".privatelink."));
    w.add(2.0, private_name);
    w.add(2.8, case.clue(&network::RESOLVES_PUBLIC));
    w.about(case, &topic::NAMES_DNS, [0.9, 0.9, 0.9, 0.9]);
    w.about(case, &topic::PRIVATE, [1.0, 0.4, 1.0, 1.0]);
    w.add(
        -1.2,
        case.clue(&network::RESOLVES_PRIVATE)
            .filter(|_| case.clue(&network::RESOLVES_PUBLIC).is_none()),
    );
    w.add(-1.0, case.clue(&network::INTERMITTENT));
    w.add(
        -0.8,
        case.clue(&network::CALLER_OUTSIDE)
            .filter(|_| case.about(&topic::NAMES_DNS, Says::Mentioned).is_none()),
    );
    w.lean(
        -1.2,
        case.clue(&network::PRIVATE_ENDPOINT).is_none() && private_name.is_none(),
    );
    w.lean(
        -0.8,
        case.about(&topic::NAMES_DNS, Says::Mentioned).is_none()
            && case.about(&topic::PRIVATE, Says::Mentioned).is_none(),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "Inside the network the resource's name does not resolve to its private endpoint.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Ask where the name leads from where the call is made",
            format!(
                "nslookup {account}.openai.azure.com\nnslookup {account}.services.ai.azure.com"
            ),
        ),
        fix::run(
            "Make the zone, link it, and let the endpoint keep its record there",
            format!(
                "az network private-dns zone create -g <resource-group> -n privatelink.openai.azure.com\naz network private-dns link vnet create -g <resource-group> -z privatelink.openai.azure.com -n link -v <vnet> -e false\naz network private-endpoint dns-zone-group create -g <resource-group> --endpoint-name {account}-pe -n default \\\n  --private-dns-zone privatelink.openai.azure.com --zone-name openai"
            ),
        ),
    ]
}
