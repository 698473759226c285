use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The deployment exists, and its model has not this capability: completions on a chat model, chat on an embedding model, chat completions on a model of the Responses API only, or the reverse; a parameter that reasoning models do not take; an API family that the model does not speak.
///
/// ## How to recognise it
///
/// - `OperationNotSupported`: the … operation does not work with the specified model;
/// - `This model is not supported by the Responses API`, `Requested API is currently not supported`.
///
/// ## Fix
///
/// Call the operation that the model has, or deploy a model that has the operation.
///
/// ## Example
///
/// ```text
/// 400 The chatCompletion operation does not work with the specified model, o3-pro.
/// ```
///
/// ## Sources
///
/// - langchain-ai/langchainjs#2633 (recorded answer); anomalyco/opencode#12949.
    "DEP005" "operation-not-supported-by-model": "The model does not do this operation",
    fires: "endpoint: https://contoso.openai.azure.com
status: 400
{'error': {'code': 'OperationNotSupported', 'message': 'The completion operation does not work with the specified model, gpt-35-turbo. Please choose different model and try again.'}}
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 404
{'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist.'}}
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (OperationRefused, 3.2),
            (ApiNotSupported, 1.8),
            (Bare400, 0.9),
            (RouteNotFound, 0.5),
            (ModelUnknown, 0.3),
            (ServerError, 0.1),
        ],
    );
    let said = case.refused_any(&[
        Shape::OperationNotSupported,
        Shape::ResponsesModelUnsupported,
    ]);
    w.add(1.8, said);
    w.about(case, &topic::OPERATION, [0.3, 0.5, 0.3, 0.5]);
    w.add(
        -1.8,
        case.clue(&deployment::MODEL_SUPPORTS_IT)
            .filter(|_| said.is_some()),
    );
    w.lean(
        -2.0,
        case.in_any(&[Denied, DeploymentMissing, TokenRejected]),
    );
    w.lean(-1.0, case.in_any(&[VersionRefused]));
    w.add(
        -1.2,
        case.clue(&endpoint::PARAMETER_UNKNOWN)
            .filter(|_| case.version(|version| version.date().is_some()).is_some()),
    );
    w.prove(said.filter(|_| case.clue(&deployment::MODEL_SUPPORTS_IT).is_none()));
    w.add(-3.0, case.clue(&endpoint::BODY_OF_OTHER_API));
    w.add(-2.4, case.clue(&deployment::SKU_REFUSED));
}

fn cause(case: &Case<'_>) -> String {
    format!(
        "The deployment's model, {}, does not do this operation.",
        case.or(Name::Model, "model")
    )
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "See what the model can do",
            format!(
                "az cognitiveservices account list-models -n {account} -g <resource-group> \\\n  --query \"[].{{name:name,version:version,capabilities:capabilities}}\" -o json"
            ),
        ),
        fix::run(
            "Call what it has: Responses for o-series pro and codex models, chat for chat models",
            "client.responses.create(model=\"<deployment>\", input=…)          # instead of client.chat.completions.create",
        ),
    ]
}
