use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The model is deployed under a name of its own, and the client sends the model's: a default (`gpt-4o-mini`), OpenAI's spelling (`gpt-3.5-turbo` for `gpt-35-turbo`), or what was picked in a list. In `model=` and in the path Azure wants the deployment's name.
///
/// ## How to recognise it
///
/// - `DeploymentNotFound`, while a deployment of that model exists under another name;
/// - a default or sample name was left in place.
///
/// ## Fix
///
/// Send the deployment's name, or name the deployment like the model.
///
/// ## Example
///
/// ```text
/// 404 DeploymentNotFound
/// - model="gpt-4o"; the deployment is called contoso-chat
/// ```
///
/// ## Sources
///
/// - mckaywrigley/chatbot-ui#498; MicrosoftDocs/azure-docs#115196.
    "DEP002" "deployment-name-vs-model-name": "The model's name was sent where the deployment's belongs",
    fires: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 404
{'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.'}}
- model is deployed under another name, the call passes model gpt-4o
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 404
{'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.'}}
- the deployment was created two minutes ago
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (DeploymentMissing, 2.3),
            (ModelUnknown, 1.3),
            (RouteNotFound, 0.8),
            (Bare400, 0.1),
        ],
    );
    // Where calls of one kind fail, what exists is the deployment of the others.
    let one_kind = case.clue(&deployment::ONE_KIND_FAILS);
    w.add(
        1.5,
        case.clue(&deployment::EXISTS_UNDER_OTHER_NAME)
            .filter(|_| one_kind.is_none()),
    );
    w.add(1.1, case.clue(&deployment::MODEL_NAME_SENT));
    w.add(1.4, case.clue(&deployment::NO_PLACE_FOR_NAME));
    w.about(case, &topic::MODEL_NAME, [0.5, 0.2, 0.9, 0.6]);
    w.about(case, &topic::DEPLOYMENT_NAME, [0.1, 0.1, 0.5, 0.7]);
    w.add(0.3, case.clue(&deployment::LONG_AGO));
    w.add(-0.8, case.clue(&deployment::NOT_DEPLOYED));
    w.add(-0.5, one_kind);
    w.add(-0.8, case.clue(&deployment::FOREIGN_NAME));
    w.add(-0.8, case.clue(&deployment::ELSEWHERE));
    w.add(-1.0, case.clue(&deployment::NAME_NOT_GIVEN));
    w.add(
        -1.0,
        case.clue(&deployment::JUST_CREATED)
            .filter(|_| case.clue(&deployment::LONG_AGO).is_none()),
    );
    w.add(-0.8, case.clue(&deployment::DEPLOYMENT_RIGHT));
    w.lean(
        -0.8,
        case.in_any(&[RouteNotFound]) && case.deployment_missing().is_none(),
    );
    if let Some((likeness, fact)) = case.likeness() {
        let points = match likeness {
            Likeness::OtherSpelling => -1.0,
            Likeness::Foreign => -1.4,
            Likeness::OtherModel => -0.3,
            Likeness::Dated => 2.2,
            Likeness::ModelOfDeployment => 1.3,
        };
        w.add(points, Some(fact));
    }
    if let Some((asked, fact)) = case.asked_for() {
        let points = match asked {
            Asked::Exists => -2.0,
            Asked::IsModel => 4.0,
            Asked::Unknown => -1.0,
        };
        w.add(points, Some(fact));
    }
}

fn cause(_case: &Case<'_>) -> String {
    "The model's name was sent; the deployment has another name, and Azure wants that.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![fix::run(
        "See what the deployments are called",
        format!(
            "az cognitiveservices account deployment list -n {account} -g <resource-group> \\\n  --query '[].{{deployment:name,model:properties.model.name}}' -o table"
        ),
    )]
}
