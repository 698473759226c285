use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Nothing in the request is wrong: an outage, a regression of the service, a deployment in a bad state. It ends when Microsoft mends it, or when the deployment is made anew.
///
/// ## How to recognise it
///
/// - 5xx answers, or an error that contradicts what is deployed;
/// - it worked before, nothing was changed, and others report the same.
///
/// ## Fix
///
/// Retry with backoff, look at the service's health, fail over to another region, make the deployment anew. Open a support request with the `apim-request-id`.
///
/// ## Example
///
/// ```text
/// 500 Internal server error
/// - nothing was changed; all requests of the region fail
/// ```
///
/// ## Sources
///
/// - run-llama/llama_index#16503.
    "SVC003" "service-outage-or-bug": "The service itself fails",
    fires: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 500
Error code: 500 - {'error': {'code': 'InternalServerError', 'message': 'The server had an error processing your request.'}}
- nothing was changed, the outage was confirmed by Microsoft
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 401
Principal does not have access to API/Operation.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (ServerError, 2.2),
            (RouteNotFound, 0.5),
            (OperationRefused, 0.6),
            (TokenRejected, 0.2),
            (Bare400, 0.4),
            (Bare401, 0.4),
            (Bare403, 0.3),
            (DeploymentMissing, 0.3),
            (ConnectionFailed, 0.5),
            (ApiNotSupported, 0.3),
            (KeyRejected, 0.2),
            (Denied, 0.1),
        ],
    );
    w.add(1.6, case.clue(&service::OUTAGE));
    w.add(
        2.0,
        case.clue(&service::MADE_ANEW_HELPS)
            .filter(|_| case.in_any(&[DeploymentMissing, ServerError, OperationRefused])),
    );
    w.add(
        2.6,
        case.clue(&deployment::MODEL_SUPPORTS_IT)
            .filter(|_| case.refused(Shape::OperationNotSupported).is_some()),
    );
    w.add(0.6, case.clue(&role::STARTED_WORKING_LATER));
    w.add(-1.2, case.other_version_works());
    w.add(-1.2, case.clue(&identity::SEVERAL_TENANTS));
    w.add(-0.8, case.clue(&identity::CONTEXT_OTHER_SUBSCRIPTION));
    w.lean(-1.0, case.in_any(&[NoCredential, SignInRefused, Limited]));
}

fn cause(_case: &Case<'_>) -> String {
    "The request is right, and the service fails.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::portal("Service Health > Service issues, and https://azure.status.microsoft"),
        fix::run(
            "Make the deployment anew",
            format!(
                "az cognitiveservices account deployment delete -n {account} -g <resource-group> --deployment-name {0}\naz cognitiveservices account deployment create -n {account} -g <resource-group> --deployment-name {0} …",
                case.or(Name::Deployment, "deployment")
            ),
        ),
    ]
}
