use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The host exists and maps to no resource: the name is mistyped, the resource was deleted or made anew under another name, its custom subdomain is another, or it is not live yet.
///
/// ## How to recognise it
///
/// - `Subdomain does not map to a resource`;
/// - the resource is not among the subscription's.
///
/// ## Fix
///
/// Take the endpoint from the resource's own page.
///
/// ## Example
///
/// ```text
/// 404 Subdomain does not map to a resource
/// ```
///
/// ## Sources
///
/// - Azure-Samples/azure-search-openai-demo#294.
    "END003" "endpoint-resource-not-found": "No resource stands behind the name",
    fires: "endpoint: https://contoso.openai.azure.com
status: 404
Subdomain does not map to a resource
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 404
The API deployment for this resource does not exist.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (ResourceUnknown, 3.4),
            (RouteNotFound, 0.6),
            (NameUnresolved, 0.9),
        ],
    );
    w.add(1.6, case.clue(&endpoint::RESOURCE_GONE));
    w.add(-1.5, case.clue(&token::EXPIRED));
    w.add(
        -2.2,
        case.configured(|one| one.host == Host::MachineLearning),
    );
    w.add(
        -1.0,
        case.about(&topic::LIFETIME, Says::Mentioned)
            .filter(|_| case.any_sign_in().is_some()),
    );
    w.lean(-1.5, case.in_any(&[DeploymentMissing, Denied]));
    w.add(-1.2, case.clue(&network::PRIVATE_PATH));
    w.add(-0.6, case.endpoint(|one| one.host == Host::Regional));
}

fn cause(case: &Case<'_>) -> String {
    format!(
        "There is no resource behind the name `{}`.",
        case.or(Name::Account, "resource")
    )
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "List the resources and their endpoints",
            "az cognitiveservices account list --query '[].{name:name,group:resourceGroup,endpoint:properties.endpoint}' -o table",
        ),
        fix::run(
            "See whether it was deleted",
            "az cognitiveservices account list-deleted -o table",
        ),
    ]
}
