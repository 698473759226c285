use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// No address was found for the host: a typo in the resource's name, a resource that has no custom subdomain or is deleted, a placeholder in the URL, or a resolver that cannot reach the internet.
///
/// ## How to recognise it
///
/// - `getaddrinfo`, `ENOTFOUND`, `Name or service not known`, `No such host is known`;
/// - no private endpoint is spoken of.
///
/// ## Fix
///
/// Compare the host with the endpoint that the portal shows. Then look the name up where the program runs.
///
/// ## Example
///
/// ```text
/// getaddrinfo ENOTFOUND contoso.openai.azure.com
/// ```
///
/// ## Sources
///
/// - Error texts of the resolvers of glibc, Windows and Node.
    "NET004" "dns-not-resolving": "The host name does not resolve",
    fires: "endpoint: https://contoso.openai.azure.com
Error: getaddrinfo ENOTFOUND contoso.openai.azure.com
",
    silent: "endpoint: https://contoso.openai.azure.com
Error: self signed certificate in certificate chain
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(NameUnresolved, 3.6)]);
    w.add(0.8, case.flaw(Flaw::HostTypo));
    w.add(-2.0, case.clue(&network::PRIVATE_ENDPOINT));
    w.add(-0.4, case.clue(&network::PRIVATE_PATH));
    w.add(-0.4, case.clue(&network::RESOLVES_PUBLIC));
    w.add(-2.2, case.endpoint(|one| one.host == Host::Regional));
    w.add(-1.4, case.clue(&endpoint::REGIONAL));
    w.add(-0.8, case.clue(&endpoint::SUBDOMAIN_UNKNOWN));
    w.add(-1.0, case.flaw(Flaw::Scheme));
    w.add(-2.4, case.flaw(Flaw::NoneSegment));
    w.lean(-1.5, case.in_any(&[Denied]));
    w.lean(-2.0, case.in_any(&[IdentityEndpoint]));
}

fn cause(case: &Case<'_>) -> String {
    let host = case.or(Name::Account, "the host");
    format!("No address was found for {host}: the name is wrong, or the resolver cannot answer.")
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Look the name up where the program runs",
            format!("nslookup {account}.openai.azure.com"),
        ),
        fix::run(
            "Compare with the endpoint of the resource",
            format!(
                "az cognitiveservices account show -n {account} -g <resource-group> --query 'properties.{{endpoint:endpoint,subdomain:customSubDomainName}}'"
            ),
        ),
    ]
}
