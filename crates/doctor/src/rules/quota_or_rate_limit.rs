use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Tokens or requests per minute of the deployment are used up, or the subscription's quota does not allow a deployment of this size.
///
/// ## How to recognise it
///
/// - status 429, or a text about rate, quota or capacity.
///
/// ## Fix
///
/// Wait as long as `Retry-After` says, retry with backoff, raise the deployment's capacity, spread over deployments.
///
/// ## Example
///
/// ```text
/// 429 Requests to the ChatCompletions_Create Operation … have exceeded token rate limit of your current OpenAI S0 pricing tier.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Quotas and limits".
    "SVC001" "quota-or-rate-limit": "A quota or rate limit was reached",
    fires: "endpoint: https://contoso.openai.azure.com
status: 429
Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier.
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Principal does not have access to API/Operation.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Limited, 3.8)]);
    let said = case.refused_any(&[Shape::TokenRateLimit, Shape::RequestRateLimit]);
    w.add(1.6, said);
    w.prove(case.refused(Shape::TokenRateLimit));
    w.lean(
        -1.4,
        said.is_none()
            && case.status(429).is_none()
            && matches!(case.main_status(), Some(401 | 404)),
    );
    // A limit was met on the way, and another check is what answered.
    w.lean(
        -2.0,
        said.is_none() && case.status(429).is_some() && case.main_status() == Some(401),
    );
    w.lean(
        -1.5,
        said.is_none() && case.in_any(&[Denied, DeploymentMissing]),
    );
}

fn cause(case: &Case<'_>) -> String {
    match case.value(Name::RetryAfter) {
        Some(seconds) => format!(
            "The deployment's rate limit is used up; the service asks to wait {seconds} seconds."
        ),
        None => "A rate limit or quota is used up.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Wait, then retry with backoff",
            format!(
                "sleep {}",
                case.value(Name::RetryAfter)
                    .filter(|s| s.bytes().all(|b| b.is_ascii_digit()))
                    .unwrap_or("60")
            ),
        ),
        fix::run(
            "Raise the deployment's capacity (thousands of tokens per minute)",
            format!(
                "az cognitiveservices account deployment create -n {account} -g <resource-group> \\\n  --deployment-name {} --model-name <model> --model-version <version> --model-format OpenAI --sku-name GlobalStandard --sku-capacity <more>",
                case.or(Name::Deployment, "deployment")
            ),
        ),
        fix::run(
            "See the quota of the region",
            "az cognitiveservices usage list -l <region> -o table",
        ),
    ]
}
