use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Models and features come to regions at different times. The resource stands in a region (or the deployment has a type) that has not this one.
///
/// ## How to recognise it
///
/// - the text says that the region or location is not supported, or that the model is not available there;
/// - the same thing works in another region.
///
/// ## Fix
///
/// Use a resource in a region that has it, or a Global Standard deployment.
///
/// ## Example
///
/// ```text
/// 400 The model is not available in region westeurope
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Models by region".
    "DEP006" "region-not-supported": "The region does not offer this model or feature",
    fires: "endpoint: https://contoso.openai.azure.com
status: 400
The requested feature is not available in this region.
- it works in another region, East US
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 400
{'error': {'code': 'OperationNotSupported', 'message': 'The completion operation does not work with the specified model, gpt-35-turbo.'}}
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (Bare400, 0.5),
            (RouteNotFound, 0.6),
            (DeploymentMissing, 0.3),
            (OperationRefused, 0.6),
            (ModelUnknown, 0.4),
            (Bare403, 0.2),
            (Bare401, 0.1),
            (ServerError, 0.3),
            (Limited, 0.2),
        ],
    );
    w.add(1.6, case.clue(&deployment::REGION_LACKS));
    w.add(1.6, case.clue(&deployment::REGION_REFUSED_SAID));
    // The Resource Manager checks a model against what the account's region offers.
    w.add(2.2, case.clue(&deployment::SKU_REFUSED));
    w.about(case, &topic::REGION, [1.4, 1.6, 1.6, 2.6]);
    w.add(0.4, case.clue(&deployment::NOT_DEPLOYED));
    w.lean(-1.0, case.in_any(&[ServerError]));
    w.lean(
        -1.4,
        case.in_any(&[
            KeyRejected,
            Denied,
            NetworkDenied,
            PublicAccessOff,
            TokenRejected,
        ]),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "The region of the resource does not offer this model or feature.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "See what the region offers",
            "az cognitiveservices model list -l <region> --query \"[?model.name=='<model>'].{name:model.name,version:model.version,skus:model.skus[].name}\" -o json",
        ),
        fix::run(
            "Deploy globally",
            format!(
                "az cognitiveservices account deployment create -n {account} -g <resource-group> \\\n  --deployment-name <deployment> --model-name <model> --model-version <version> --model-format OpenAI --sku-name GlobalStandard --sku-capacity 10"
            ),
        ),
    ]
}
