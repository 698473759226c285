//! Which `aud` of a token each part of the surface accepts.

use access::token::Audiences;

use super::entra::{Entra, refuse_microsoft};
use super::error::ConfigError;
use super::file::AudiencesEntry;

/// Accepted audiences; inferred where documentation and reports disagree, and therefore configurable.
#[derive(Clone, Debug)]
pub struct RouteAudiences {
    /// `/openai`, except `/openai/v1`; and what is no route at all.
    pub classic: Audiences,
    /// `/openai/v1`.
    pub v1: Audiences,
    /// `/models`.
    pub models: Audiences,
    /// `/anthropic`.
    pub anthropic: Audiences,
    /// `/api/projects`.
    pub project: Audiences,
    /// Azure Resource Manager. With real tenants none is accepted unless it is configured: who may call a
    /// model with a token shall not hand out roles with the same one.
    pub management: Audiences,
    /// Microsoft Graph, likewise.
    pub graph: Audiences,
}

/// Resolves `[endpoint.audiences]`.
pub(super) fn resolve(
    entry: AudiencesEntry,
    entra: Option<&Entra>,
) -> Result<RouteAudiences, ConfigError> {
    let (account, project) = match entra {
        None => (Audiences::account(), Audiences::project()),
        Some(entra) => (
            entra.account_audiences.clone(),
            entra.project_audiences.clone(),
        ),
    };
    let none = || Audiences::new::<String>([]);
    let (management, graph) = match entra {
        None => (Audiences::management(), Audiences::graph()),
        Some(_) => (none(), none()),
    };
    let read = |name: &str, configured: Option<Vec<String>>, default: &Audiences| {
        let place = format!("[endpoint.audiences] {name}");
        let Some(configured) = configured else {
            return Ok(default.clone());
        };
        if configured.is_empty() || configured.iter().any(String::is_empty) {
            let problem = "without an audience no token is accepted".to_owned();
            return Err(ConfigError::Value { place, problem });
        }
        if entra.is_some_and(|entra| !entra.microsoft_audiences) {
            refuse_microsoft(&place, &configured)?;
        }
        Ok(Audiences::new(configured))
    };
    Ok(RouteAudiences {
        classic: read("classic", entry.classic, &account)?,
        v1: read("v1", entry.v1, &account)?,
        models: read("models", entry.models, &account)?,
        anthropic: read("anthropic", entry.anthropic, &account)?,
        project: read("project", entry.project, &project)?,
        management: read("management", entry.management, &management)?,
        graph: read("graph", entry.graph, &graph)?,
    })
}
