//! Azure Resource Manager's shapes of roles, assignments and groups.
//!
//! ARM nests what matters in `properties`; the Azure CLI flattens it; PowerShell and role files
//! capitalise it. All of them are read: a field counts wherever it stands, in any case, and what is
//! not known is skipped. What *is* known and makes no sense is an error that names the entry.
//!
//! ```
//! let policy = wire::arm::read_policy(br#"{
//!   "roleAssignments": [{
//!     "id": "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/1",
//!     "properties": {
//!       "principalId": "alice",
//!       "roleDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/a97b65f3-24c7-4388-baec-2e87135dc908",
//!       "scope": "/subscriptions/s"
//!     }
//!   }]
//! }"#).unwrap();
//! assert_eq!(policy.assignments.len(), 1);
//! ```

mod cognitive_services;
mod entries;
mod estate;
mod export;
mod import;
mod path;
mod policy;
mod request;
mod resource;
mod schedule_request;
#[cfg(test)]
mod tests;
mod time;
pub mod view;

pub use cognitive_services::{
    AccountProperties, AccountRequest, DeploymentProperties, DeploymentRequest, GroupRequest,
    IdentityRequest, ModelRequest, NetworkRules, RegenerateKeyRequest, SkuRequest,
};
pub use entries::EntryError;
pub use estate::{Estate, KnownDeployment, KnownPrincipal, KnownSubscription};
pub use export::EstateView;
pub use import::{ImportError, Imported, Importer};
pub use path::{ArmPath, PathError};
pub use policy::{
    PolicyError, PolicyFile, RequestError, read_deny_assignment, read_estate, read_policy,
    read_role_definition,
};
pub use request::{
    CheckAccessRequest, CheckAction, CheckAttributes, CheckResource, CheckSubject,
    RoleAssignmentRequest,
};
pub use schedule_request::{Expiration, ScheduleRequest};
pub(crate) use time::Time;
