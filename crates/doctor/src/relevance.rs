//! Whether a text is about calling a model on Azure at all.
//!
//! Every service has 401s. A report may only speak where something ties the failure to Azure's model
//! endpoints, to Entra, or to the libraries that call them; else the honest answer is nothing.

use wire::refusals::Shape;

use crate::case::Case;
use crate::clues::{role, service};
use crate::evidence::audience::Resource;
use crate::evidence::client::Protocol;
use crate::evidence::endpoint::{Flaw, Host, Path};
use crate::fact::{Facts, Kind, Name};

/// Whether anything ties the facts to what the doctor knows.
pub(crate) fn concerns(facts: &Facts) -> bool {
    concerns_us(&Case::new(facts))
}

/// Whether anything ties the case to what the doctor knows.
pub(crate) fn concerns_us(case: &Case<'_>) -> bool {
    manages_models(case) || ties(case)
}

/// The Resource Manager is everybody's; models are made there too.
fn manages_models(case: &Case<'_>) -> bool {
    case.audience(|one| one.resource == Resource::Management)
        .is_some()
        && case.clue(&service::ABOUT_MODELS).is_some()
}

fn ties(case: &Case<'_>) -> bool {
    case.facts().iter().any(|fact| match &fact.kind {
        Kind::Refused { shape, .. } => telling(*shape),
        Kind::Endpoint(endpoint) => {
            endpoint.is_account()
                || endpoint.path == Path::Deployments
                || endpoint.has(Flaw::HostTypo)
                || matches!(
                    endpoint.host,
                    Host::Regional
                        | Host::Serverless
                        | Host::MachineLearning
                        | Host::GitHubModels
                        | Host::ApiManagement
                        | Host::Authority
                        | Host::Management
                )
        }
        Kind::Audience(audience) => {
            audience.resource.serves_accounts() || audience.resource == Resource::Foreign
        }
        Kind::Client(client) => {
            matches!(
                client.protocol,
                Some(Protocol::AzureOpenAi | Protocol::Inference | Protocol::Project)
            ) || client.name.to_ascii_lowercase().contains("azure")
        }
        Kind::Clue(clue) => {
            clue == &&service::ABOUT_AZURE_AI
                || clue == &&role::ROLE_ASSIGNMENT_WRITE
                || clue == &&role::TEMPLATE_ASSIGNS_ROLES
        }
        Kind::Value(Name::DataAction | Name::Action | Name::AccountId, _)
        | Kind::Claims(_)
        | Kind::Advisory { .. } => true,
        _ => false,
    })
}

/// Shapes whose text no other service uses.
fn telling(shape: Shape) -> bool {
    !matches!(
        shape,
        Shape::RouteNotFound
            | Shape::RequestRateLimit
            | Shape::TooManyHeaders
            | Shape::UnknownModel
            | Shape::ManagementTokenMissing
            | Shape::ManagementTokenInvalid
            | Shape::KeyMissing
    )
}
