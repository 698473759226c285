use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Nothing of this model is deployed in the resource, or the service does not know a model of this name: it was never deployed, was retired, or is offered on another kind of resource.
///
/// ## How to recognise it
///
/// - `unknown_model`, or `DeploymentNotFound` while other models of the same resource work;
/// - the list of deployments does not have the model.
///
/// ## Fix
///
/// Deploy the model, or send the name of one that is deployed.
///
/// ## Example
///
/// ```text
/// 404 unknown_model: Unknown model: phi-4
/// ```
///
/// ## Sources
///
/// - microsoft/Generative-AI-for-beginners-dotnet#302.
    "DEP004" "model-not-deployed-or-unknown": "The model is not deployed here, or not known",
    fires: r#"endpoint: https://contoso.services.ai.azure.com/models
status: 404
{"error":{"code":"unknown_model","message":"Unknown model: Phi-4","details":"Unknown model: Phi-4"}}
"#,
    silent: r#"endpoint: https://contoso.services.ai.azure.com/models
status: 400
{"error":{"code":"no_model_name","message":"No model specified in request. Please provide a model name in the request body or as a x-ms-model-mesh-model-name header."}}
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (ModelUnknown, 3.0),
            (DeploymentMissing, 1.7),
            (RouteNotFound, 0.8),
            (OperationRefused, 0.4),
            (Bare400, 0.4),
        ],
    );
    w.add(1.7, case.clue(&deployment::NOT_DEPLOYED));
    let one_kind = case
        .clue(&deployment::ONE_KIND_FAILS)
        .filter(|_| case.deployment_missing().is_some());
    w.add(1.7, one_kind);
    // What exists is the deployment of the other calls.
    let of_others = |clue| case.clue(clue).filter(|_| one_kind.is_none());
    w.add(-0.8, of_others(&deployment::EXISTS_UNDER_OTHER_NAME));
    w.add(
        -0.4,
        case.clue(&deployment::MODEL_NAME_SENT)
            .filter(|_| case.deployment_missing().is_some()),
    );
    w.add(-0.6, case.clue(&deployment::NAME_NOT_GIVEN));
    w.add(-1.4, case.clue(&deployment::NO_PLACE_FOR_NAME));
    w.add(-0.8, case.clue(&deployment::JUST_CREATED));
    w.add(-0.6, of_others(&deployment::DEPLOYMENT_RIGHT));
    w.add(-0.6, case.clue(&deployment::REGION_LACKS));
    w.add(-1.2, case.clue(&deployment::REGION_REFUSED_SAID));
    w.add(-1.4, case.clue(&deployment::SKU_REFUSED));
    w.add(-1.6, case.anthropic_model_elsewhere());
    if let Some((likeness, fact)) = case.likeness() {
        let points = match likeness {
            Likeness::OtherSpelling => -1.2,
            Likeness::Foreign => -0.3,
            Likeness::OtherModel => 1.0,
            Likeness::Dated => -0.8,
            Likeness::ModelOfDeployment => -0.8,
        };
        w.add(points, Some(fact));
    }
    if let Some((asked, fact)) = case.asked_for() {
        let points = match asked {
            Asked::Exists => -2.0,
            Asked::IsModel => -1.5,
            Asked::Unknown => 1.2,
        };
        w.add(points, Some(fact));
    }
}

fn cause(case: &Case<'_>) -> String {
    match case.value(Name::Model) {
        Some(model) => format!("No model `{model}` is deployed in this resource."),
        None => "The model is not deployed in this resource, or the service does not know it."
            .to_owned(),
    }
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    let model = case.or(Name::Model, "model");
    vec![
        fix::run(
            "See what is deployed and what could be",
            format!(
                "az cognitiveservices account deployment list -n {account} -g <resource-group> -o table\naz cognitiveservices account list-models -n {account} -g <resource-group> --query \"[?contains(name, '{model}')].{{name:name,version:version,format:format}}\" -o table"
            ),
        ),
        fix::run(
            "Deploy it",
            format!(
                "az cognitiveservices account deployment create -n {account} -g <resource-group> \\\n  --deployment-name {model} --model-name {model} --model-version <version> --model-format <format> --sku-name GlobalStandard --sku-capacity 1"
            ),
        ),
    ]
}
