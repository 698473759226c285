//! Changing the policy: first durable, then effective, then acknowledged.

use std::sync::Arc;

use access::assignment::RoleAssignment;
use access::policy::Policy;
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use arc_swap::ArcSwap;
use store::{Store, StoreError};
use tokio::sync::Mutex;

use crate::snapshot::Snapshot;

/// The one writer of policy. Readers see whole snapshots and never wait.
pub(crate) struct PolicyKeeper {
    store: Arc<dyn Store>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    writing: Mutex<()>,
}

impl PolicyKeeper {
    /// Keeps the policy of `snapshot` in `store`.
    pub(crate) fn new(store: Arc<dyn Store>, snapshot: Arc<ArcSwap<Snapshot>>) -> Self {
        Self {
            store,
            snapshot,
            writing: Mutex::new(()),
        }
    }

    /// Makes an assignment; false when the same principal has the same role at the same scope already.
    ///
    /// # Errors
    /// The store could not keep it; nothing was changed.
    pub(crate) async fn grant(&self, assignment: RoleAssignment) -> Result<bool, StoreError> {
        let _one_at_a_time = self.writing.lock().await;
        let snapshot = self.snapshot.load_full();
        let policy = &snapshot.world.policy;
        if policy.assignments.iter().any(|known| {
            is_triple(
                known,
                &assignment.principal,
                &assignment.role,
                &assignment.scope,
            )
        }) {
            return Ok(false);
        }
        self.store.grant(&assignment).await?;
        let mut policy = Policy::clone(policy);
        policy.assignments.push(assignment);
        self.snapshot.store(Arc::new(snapshot.with_policy(policy)));
        Ok(true)
    }

    /// Removes every assignment of `role` to `principal` at `scope` and returns their ids.
    ///
    /// # Errors
    /// The store could not keep it; nothing was changed.
    pub(crate) async fn revoke(
        &self,
        principal: &PrincipalId,
        role: &RoleId,
        scope: &Scope,
    ) -> Result<Vec<String>, StoreError> {
        let _one_at_a_time = self.writing.lock().await;
        let snapshot = self.snapshot.load_full();
        let policy = &snapshot.world.policy;
        let matching = policy
            .assignments
            .iter()
            .filter(|known| is_triple(known, principal, role, scope));
        let ids: Vec<String> = matching.map(|known| known.id.to_string()).collect();
        if ids.is_empty() {
            return Ok(ids);
        }
        self.store.revoke(&ids).await?;
        let mut policy = Policy::clone(policy);
        policy
            .assignments
            .retain(|known| !ids.iter().any(|id| **id == *known.id));
        self.snapshot.store(Arc::new(snapshot.with_policy(policy)));
        Ok(ids)
    }
}

fn is_triple(
    known: &RoleAssignment,
    principal: &PrincipalId,
    role: &RoleId,
    scope: &Scope,
) -> bool {
    known.principal == *principal && known.role == *role && known.scope == *scope
}
