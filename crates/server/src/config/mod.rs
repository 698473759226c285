//! The configuration: one TOML file that says who exists, what can be called and who may do what.
//!
//! [`mod@file`] is the file's shape, [`mod@resolve`] turns names into ids and scopes and refuses what does
//! not fit together, [`World`] is the result that the rest of the server works with.

mod error;
pub mod file;
mod limits;
mod reserved;
mod resolve;
mod short_scope;
#[cfg(test)]
mod tests;
mod world;

pub use error::ConfigError;
pub use reserved::is_reserved_segment;
pub(crate) use resolve::assignment_id;
pub use world::{
    Account, Backend, Deployment, EndpointSettings, LimitsEntry, MissingRoleText, Model, ModelKind,
    Principal, PrincipalDetails, Project, Subscription, Tenant, TokenServiceSettings, World,
};

/// The sample tenant "Contoso": what `serve` uses without a file and what `init` writes.
pub const SAMPLE: &str = include_str!("contoso.toml");

/// Reads a configuration.
///
/// `now` is the moment that an assignment's `granted = "now"` means.
///
/// # Errors
/// A [`ConfigError`] names the place in the file and what is wrong there.
pub fn read(text: &str, now: access::Timestamp) -> Result<World, ConfigError> {
    let file: file::ConfigFile =
        toml::from_str(text).map_err(|error| ConfigError::Syntax(error.to_string()))?;
    resolve::resolve(file, now)
}
