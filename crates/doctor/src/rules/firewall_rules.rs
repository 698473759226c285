use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The account allows selected networks, and the caller's public address or subnet is not among them. Addresses change: of home connections, of app services behind another outbound address, of hosted runners.
///
/// ## How to recognise it
///
/// - `Access denied due to Virtual Network/Firewall rules.`; header `policy-id: ThrowExceptionDueToTrafficDenied`;
/// - the call works from another network;
/// - `Outbound network access is restricted … not in the allowed FQDN list`: the rules of the resource for its own calls (to a search service or a storage account);
/// - a company's egress firewall has no rule for the host.
///
/// ## Fix
///
/// Add the caller's outbound address or subnet to the network rules, or use a private endpoint. Where the resource may not call out, add the host to its `allowedFqdnList`; where an egress firewall drops it, allow the host over 443 there.
///
/// ## Example
///
/// ```text
/// 403 Access denied due to Virtual Network/Firewall rules.
/// ```
///
/// ## Sources
///
/// - Azure-Samples/azure-sql-db-chatbot#3 (recorded answer).
    "NET002" "firewall-rules": "The network rules do not admit the caller's address",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"403","message": "Access denied due to Virtual Network/Firewall rules."}}
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"403","message": "Public access is disabled. Please configure private endpoint."}}
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (NetworkDenied, 2.8),
            (PublicAccessOff, 1.1),
            (Bare403, 0.6),
            (ConnectionFailed, 0.4),
        ],
    );
    let said = case.refused(Shape::NetworkDenied).is_some();
    w.add(
        if said { 0.4 } else { 1.8 },
        case.clue(&network::FIREWALL_RULES),
    );
    w.about(case, &topic::ADDRESS_RULES, [0.6, 0.8, 0.8, 0.8]);
    w.add(2.0, case.clue(&network::EGRESS_DENIED).filter(|_| !said));
    w.add(2.2, case.clue(&network::OUTBOUND_RESTRICTED));
    w.add(0.3, case.clue(&network::OTHER_PATH_WORKS));
    // How callers reach the resource has no bearing on whom it may call.
    let outbound = case.clue(&network::OUTBOUND_RESTRICTED);
    w.add(
        -1.2,
        case.clue(&network::PUBLIC_OFF)
            .filter(|_| outbound.is_none()),
    );
    w.add(-1.2, case.clue(&network::RESOLVES_PUBLIC));
    w.add(-1.0, case.clue(&network::INTERMITTENT).filter(|_| !said));
    w.prove(case.refused(Shape::NetworkDenied).filter(|_| {
        case.clue(&network::PRIVATE_PATH).is_none() && case.clue(&network::PUBLIC_OFF).is_none()
    }));
}

fn cause(case: &Case<'_>) -> String {
    if case.clue(&network::OUTBOUND_RESTRICTED).is_some() {
        return "The resource may call only the hosts on its own list, and this one is not on it."
            .to_owned();
    }
    match case.value(Name::Address) {
        Some(address) => format!("The network rules do not admit the caller's address {address}."),
        None => "The network rules of the resource do not admit the caller's address.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    if case.clue(&network::OUTBOUND_RESTRICTED).is_some() {
        return vec![fix::run(
            "Put the host on the resource's outbound list",
            format!(
                "az resource update --ids {} --set properties.allowedFqdnList='[\"<host>\"]'",
                case.account_scope()
            ),
        )];
    }
    vec![
        fix::run(
            "Add the caller's address to the rules",
            format!(
                "az cognitiveservices account network-rule add -n {account} -g <resource-group> --ip-address {}",
                case.or(Name::Address, "caller-address")
            ),
        ),
        fix::run(
            "See the rules",
            format!(
                "az cognitiveservices account network-rule list -n {account} -g <resource-group>"
            ),
        ),
        fix::portal("The resource > Networking > Firewalls and virtual networks"),
    ]
}
