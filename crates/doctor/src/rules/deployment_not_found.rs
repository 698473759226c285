use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The resource answers and has no deployment of the name that was sent: a typo, a sample's name, a name that is not configured at all, or a deployment of another resource. Azure addresses deployments, not models.
///
/// ## How to recognise it
///
/// - `DeploymentNotFound`: The API deployment for this resource does not exist;
/// - nothing shows that the model's name was sent in place of the deployment's.
///
/// ## Fix
///
/// List the deployments and use one of their names, or deploy the model.
///
/// ## Example
///
/// ```text
/// 404 DeploymentNotFound
/// ```
///
/// ## Sources
///
/// - microsoft/chat-copilot#111 (recorded answer).
    "DEP001" "deployment-not-found": "The deployment does not exist in this resource",
    fires: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 404
{'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.'}}
- the deployment name variable is not set
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 404
{'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.'}}
- the deployment has another name; the model name gpt-4o is sent
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (DeploymentMissing, 2.7),
            (RouteNotFound, 0.8),
            (ModelUnknown, 0.8),
            (Bare400, 0.1),
        ],
    );
    w.add(1.3, case.clue(&deployment::NAME_NOT_GIVEN));
    w.add(1.1, case.clue(&deployment::NAME_TYPO));
    w.add(1.4, case.clue(&deployment::ELSEWHERE));
    w.add(
        1.8,
        case.clue(&deployment::FOREIGN_NAME)
            .filter(|_| case.clue(&deployment::ONE_KIND_FAILS).is_none()),
    );
    w.about(case, &topic::DEPLOYMENT_NAME, [0.2, 0.9, 0.3, 0.3]);
    w.add(-0.8, case.clue(&deployment::NO_PLACE_FOR_NAME));
    w.add(0.4, case.clue(&client::SAMPLE_CODE));
    w.add(-0.7, case.clue(&deployment::JUST_CREATED));
    w.add(-0.7, case.clue(&deployment::DEPLOYMENT_RIGHT));
    w.add(-0.4, case.other_version_works());
    if let Some((likeness, fact)) = case.likeness() {
        let points = match likeness {
            Likeness::OtherSpelling => 2.4,
            Likeness::Foreign => 1.6,
            Likeness::OtherModel => -0.1,
            Likeness::Dated => -0.4,
            Likeness::ModelOfDeployment => -0.8,
        };
        w.add(points, Some(fact));
    }
    if let Some((asked, fact)) = case.asked_for() {
        let points = match asked {
            Asked::Exists => -2.0,
            Asked::IsModel => -1.0,
            Asked::Unknown => 1.5,
        };
        w.add(points, Some(fact));
    }
}

fn cause(case: &Case<'_>) -> String {
    match case.value(Name::Deployment) {
        Some(name) => format!("The resource has no deployment named `{name}`."),
        None => "The resource has no deployment of the name that was sent.".to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    let existing = case.value(Name::ExistingDeployment);
    let mut fixes = Vec::new();
    if let Some(existing) = existing {
        fixes.push(fix::run(
            "Use a deployment that exists",
            format!("AZURE_OPENAI_DEPLOYMENT={existing}"),
        ));
    }
    fixes.push(fix::run("List the deployments and send one of their names", format!("az cognitiveservices account deployment list -n {account} -g <resource-group> \\\n  --query '[].{{deployment:name,model:properties.model.name,version:properties.model.version}}' -o table")));
    fixes.push(fix::run("Or deploy the model", format!("az cognitiveservices account deployment create -n {account} -g <resource-group> \\\n  --deployment-name <deployment> --model-name <model> --model-version <version> --model-format OpenAI --sku-name GlobalStandard --sku-capacity 10")));
    fixes
}
