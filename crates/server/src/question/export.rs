//! A running server's policy as a policy file, so that it can be asked elsewhere.

use access::policy::Policy;
use wire::arm::{Estate, KnownDeployment, KnownPrincipal, KnownSubscription};

use super::Names;
use crate::config::{PrincipalDetails, World};

/// Everything that questions depend on.
pub(crate) fn estate(world: &World) -> Estate {
    let mut not_read = world.not_known();
    let table = world.endpoint.operations.rows();
    if table
        .iter()
        .any(|row| row.confidence == access::operation::Confidence::Configured)
    {
        not_read.push(
            "the server's own table of operations ([[endpoint.operation]]) is not in this file"
                .to_owned(),
        );
    }
    let deployments = world
        .accounts
        .iter()
        .flat_map(|account| &account.deployments);
    Estate {
        policy: Policy::clone(&world.policy),
        principals: world.principals.iter().filter_map(known).collect(),
        subscriptions: world
            .subscriptions
            .iter()
            .map(|known| KnownSubscription {
                id: known.id.clone(),
                name: known.name.clone(),
            })
            .collect(),
        accounts: world.accounts(),
        deployments: deployments
            .map(|deployment| KnownDeployment {
                scope: deployment.scope.clone(),
                format: deployment.model.format.clone(),
                model: deployment.model.name.clone(),
                version: deployment.model.version.clone(),
            })
            .collect(),
        unread_groups: Vec::new(),
        not_read,
    }
}

/// A user or an application; groups are in the policy.
fn known(principal: &crate::config::Principal) -> Option<KnownPrincipal> {
    let alias = match &principal.details {
        PrincipalDetails::User { upn, .. } => upn,
        PrincipalDetails::Application { client_id, .. }
        | PrincipalDetails::ManagedIdentity { client_id, .. }
        | PrincipalDetails::AccountIdentity { client_id, .. } => client_id,
        PrincipalDetails::Group | PrincipalDetails::Undeclared => return None,
    };
    Some(KnownPrincipal {
        id: principal.id.clone(),
        name: principal.name.clone(),
        alias: alias.clone(),
        kind: principal.kind(),
    })
}
