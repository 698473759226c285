//! The service principals that accounts have as their system-assigned managed identities.

use access::principal::PrincipalId;
use access::scope::Scope;
use serde::{Deserialize, Serialize};

use super::directory::{leave_groups, put_principal};
use crate::config::{PrincipalDetails, World};

/// What is kept of an account's identity.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IdentityRecord {
    /// Object id of its service principal.
    pub(crate) principal: String,
    pub(crate) client_id: String,
}

/// Has an account's identity be this one or none. What another one was assigned stays, as on Azure.
pub(super) fn put(world: &mut World, account: &Scope, record: Option<&IdentityRecord>) {
    let wanted = record.map(|record| PrincipalId::new(&record.principal));
    let former = world.principals.iter().find(|known| {
        matches!(&known.details, PrincipalDetails::AccountIdentity { account: of, .. } if of == account)
    });
    let former = former.map(|known| known.id.clone());
    if let Some(gone) = former.filter(|former| Some(former) != wanted.as_ref()) {
        world.principals.retain(|known| known.id != gone);
        leave_groups(world, &gone);
    }
    if let (Some(record), Some(id)) = (record, wanted) {
        let details = PrincipalDetails::AccountIdentity {
            client_id: record.client_id.clone(),
            account: account.clone(),
        };
        put_principal(world, account.name(), &id, details);
    }
}
