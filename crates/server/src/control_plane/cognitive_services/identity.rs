//! Managed identities of accounts: which one a request asks for, and how it is shown.

use serde_json::{Value, json};
use wire::arm::IdentityRequest;

use super::super::provisioning::{ProvisioningFault, shown};
use crate::config::Tenant;
use crate::provisioned::IdentityRecord;
use crate::token_service::random;

/// The identity that is wanted: the one that there is, a new one, or none.
pub(super) fn wanted(
    asked: &IdentityRequest,
    now: Option<IdentityRecord>,
) -> Result<Option<IdentityRecord>, ProvisioningFault> {
    match asked.kind.as_deref().unwrap_or_default() {
        kind if kind.eq_ignore_ascii_case("None") => Ok(None),
        kind if kind.eq_ignore_ascii_case("SystemAssigned") => {
            Ok(Some(now.unwrap_or_else(|| IdentityRecord {
                principal: random::guid(),
                client_id: random::guid(),
            })))
        }
        kind => Err(ProvisioningFault::Invalid(format!(
            "here the identity of an account is `SystemAssigned` or `None`, not `{}`",
            shown(kind)
        ))),
    }
}

/// An account's `identity`; Azure leaves the member out if there is none.
pub(super) fn view(identity: &IdentityRecord, tenant: &Tenant) -> Value {
    json!({
        "type": "SystemAssigned",
        "principalId": identity.principal,
        "tenantId": tenant.id,
    })
}
