use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Some features of a project (agents with their own storage, evaluations, prompt optimisation) need the *standard setup*: a capability host with connections to storage, search and a database. Without it their routes answer 404 or say that a connection is missing.
///
/// ## How to recognise it
///
/// - a project's route answers 404 or names a capability host, while agents of the same project work.
///
/// ## Fix
///
/// Provision the standard agent setup for account and project, or use the features of the basic setup.
///
/// ## Example
///
/// ```text
/// 404 for /api/projects/p/evaluations
/// - the project has no storage, search or Cosmos DB of its own
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Capability hosts"; microsoft-foundry/foundry-samples.
    "DEP007" "capability-host-missing": "The project lacks a capability host",
    fires: "endpoint: https://contoso.services.ai.azure.com/api/projects/p
status: 404
Capability host not found for this project
- the project has no standard agent setup
",
    silent: "endpoint: https://contoso.services.ai.azure.com/api/projects/p
status: 401
The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/AIServices/agents/read` to perform `GET /api/projects/{projectName}/assistants` operation.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (RouteNotFound, 0.3),
            (Bare400, 0.4),
            (Bare403, 0.1),
            (ServerError, 0.2),
            (ResourceUnknown, 0.1),
        ],
    );
    w.add(3.6, case.clue(&deployment::CAPABILITY_HOST));
    w.add(-2.6, case.clue(&deployment::CAPABILITY_HOST_READY));
    w.add(0.6, case.endpoint(Endpoint::is_project));
}

fn cause(_case: &Case<'_>) -> String {
    "The project has no capability host, which this feature needs.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![fix::run(
        "See which capability hosts there are",
        format!(
            "az rest --method get --url \"https://management.azure.com{}/projects/{}/capabilityHosts?api-version=2025-06-01\"",
            case.account_scope(),
            case.or(Name::Project, "project")
        ),
    )]
}
