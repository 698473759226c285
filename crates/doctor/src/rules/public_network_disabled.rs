use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The account answers through private endpoints only (`publicNetworkAccess` is Disabled), and the caller has none: a developer's machine, a hosted runner, a browser, a service that is not in the network.
///
/// ## How to recognise it
///
/// - `Public access is disabled. Please configure private endpoint.`;
/// - no private endpoint or virtual network is on the caller's side.
///
/// ## Fix
///
/// Call from inside the network, make a private endpoint (with its DNS zone) where the caller is, or allow public access for chosen addresses.
///
/// ## Example
///
/// ```text
/// 403 Public access is disabled. Please configure private endpoint.
/// - called from a laptop
/// ```
///
/// ## Sources
///
/// - TabularEditor/TabularEditor3#1557; Microsoft Learn, "Configure virtual networks for Azure AI services".
    "NET001" "public-network-disabled": "Public access is off and the caller is outside",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"403","message": "Public access is disabled. Please configure private endpoint."}}
- called from a developer laptop
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"403","message": "Access denied due to Virtual Network/Firewall rules."}}
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (PublicAccessOff, 2.8),
            (NetworkDenied, 1.2),
            (Bare403, 0.5),
            (ConnectionFailed, 0.5),
            (NameUnresolved, 0.1),
        ],
    );
    let said = case.refused(Shape::PublicAccessDisabled).is_some();
    w.add(
        if said { 0.3 } else { 2.2 },
        case.clue(&network::PUBLIC_OFF),
    );
    w.add(0.8, case.clue(&network::CALLER_OUTSIDE));
    w.add(-2.4, case.clue(&network::RESOLVES_PUBLIC));
    w.add(-0.8, case.clue(&network::LEAVES_THROUGH_PROXY));
    w.add(-3.0, case.clue(&network::OUTBOUND_RESTRICTED));
    w.about(case, &topic::PRIVATE, [0.0, 0.5, 0.0, 0.3]);
    w.prove(case.refused(Shape::PublicAccessDisabled).filter(|_| {
        case.clue(&network::CALLER_OUTSIDE).is_some() && case.clue(&network::PRIVATE_PATH).is_none()
    }));
    w.lean(-2.0, case.in_any(&[IdentityEndpoint]));
}

fn cause(_case: &Case<'_>) -> String {
    "The resource answers through private endpoints only, and this call came over the public network.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "See how the resource is reachable",
            format!(
                "az cognitiveservices account show -n {account} -g <resource-group> \\\n  --query 'properties.{{public:publicNetworkAccess,rules:networkAcls,private:privateEndpointConnections[].properties.privateLinkServiceConnectionState.status}}'"
            ),
        ),
        fix::run(
            "Make a private endpoint in the caller's network",
            format!(
                "az network private-endpoint create -n {account}-pe -g <resource-group> --vnet-name <vnet> --subnet <subnet> \\\n  --private-connection-resource-id {} \\\n  --group-id account --connection-name {account}",
                case.account_scope()
            ),
        ),
        fix::portal(
            "The resource > Networking > Firewalls and virtual networks > Selected networks: add the caller's address",
        ),
    ]
}
