//! The configuration: one TOML file that says who exists, what can be called and who may do what.
//!
//! [`mod@file`] is the file's shape, [`mod@resolve`] turns names into ids and scopes and refuses what does
//! not fit together, [`World`] is the result that the rest of the server works with.

mod assignment;
mod audiences;
mod entra;
mod error;
pub mod file;
mod limits;
mod reserved;
mod resolve;
mod resource;
mod sample;
mod short_scope;
#[cfg(test)]
mod tests;
mod world;

use std::path::Path;

pub(crate) use assignment::assignment_id;
pub use audiences::RouteAudiences;
pub use entra::Entra;
pub use error::ConfigError;
pub use file::Check;
pub use reserved::is_reserved_segment;
pub(crate) use resolve::check_account_name;
pub use resource::{
    Account, AccountDetails, Backend, Deployment, DeploymentSku, Model, ModelKind, Project,
    ResourceGroup,
};
pub use world::{
    ApiVersionRules, EndpointSettings, LimitsEntry, MissingRoleText, Principal, PrincipalDetails,
    Subscription, Tenant, TlsFiles, TokenServiceSettings, World,
};

use crate::secret::Secret;

/// The sample tenant "Contoso": what `serve` uses without a file and what `init` writes.
pub const SAMPLE: &str = include_str!("contoso.toml");

/// A gateway in front of model servers, to be edited: what `init --gateway` writes.
pub const GATEWAY: &str = include_str!("../../../../docs/guides/gateway.toml");

/// The JSON Schema of the configuration file.
pub const SCHEMA: &str = include_str!("../../../../docs/configuration.schema.json");

/// Reads a configuration.
///
/// Relative paths in it start at `folder`, the file's own. `now` is the moment that an assignment's
/// `granted = "now"` means.
///
/// # Errors
/// A [`ConfigError`] names the place in the file and what is wrong there.
pub fn read(text: &str, folder: &Path, now: access::Timestamp) -> Result<World, ConfigError> {
    let file: file::ConfigFile =
        toml::from_str(text).map_err(|error| ConfigError::Syntax(error.to_string()))?;
    resolve::resolve(file, folder, now)
}
