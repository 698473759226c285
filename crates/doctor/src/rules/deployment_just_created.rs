use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A deployment takes some minutes until every node of the service knows it. Its state may say Succeeded already.
///
/// ## How to recognise it
///
/// - `DeploymentNotFound` within minutes of creating the deployment, and the same call works later.
///
/// ## Fix
///
/// Wait five minutes; in automation retry on `DeploymentNotFound` for that long.
///
/// ## Example
///
/// ```text
/// 404 DeploymentNotFound
/// - the deployment was created a minute ago
/// ```
///
/// ## Sources
///
/// - The service's own text: "If you created the deployment within the last 5 minutes, please wait a moment and try again."
    "DEP003" "deployment-just-created": "The deployment is new and not reachable yet",
    fires: "endpoint: https://contoso.openai.azure.com
status: 404
The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.
- the deployment was created two minutes ago
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 404
The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.
- the deployment is months old
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (DeploymentMissing, 1.2),
            (ModelUnknown, 0.6),
            (RouteNotFound, 0.3),
            (Bare401, 0.1),
        ],
    );
    let new = w.add(2.6, case.clue(&deployment::JUST_CREATED));
    w.add(
        if new { 0.8 } else { 1.8 },
        case.clue(&role::STARTED_WORKING_LATER),
    );
    w.about(case, &topic::TIME_SINCE_GRANT, [0.3, 0.2, 0.2, 1.4]);
    w.add(-2.5, case.clue(&deployment::LONG_AGO));
}

fn cause(_case: &Case<'_>) -> String {
    "The deployment exists, and not every node of the service knows it yet.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run("Wait five minutes and call again", "sleep 300"),
        fix::run(
            "See its state",
            format!(
                "az cognitiveservices account deployment show -n {account} -g <resource-group> \\\n  --deployment-name {} --query properties.provisioningState",
                case.or(Name::Deployment, "deployment")
            ),
        ),
    ]
}
