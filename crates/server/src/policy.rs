//! Changing the policy: first durable, then effective, then acknowledged.

use std::convert::Infallible;
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

    /// Changes the policy by what `plan` makes of its present state, and returns the plan's answer. Nobody
    /// else changes anything meanwhile, so what the plan has checked still holds when it is carried out.
    ///
    /// # Errors
    /// The store could not keep it; nothing was changed. A plan that fails changes nothing either.
    pub(crate) async fn change<T, E>(
        &self,
        plan: impl FnOnce(&Snapshot) -> Result<Plan<T>, E>,
    ) -> Result<Result<T, E>, StoreError> {
        let _one_at_a_time = self.writing.lock().await;
        let snapshot = self.snapshot.load_full();
        let Plan { change, answer } = match plan(&snapshot) {
            Ok(plan) => plan,
            Err(error) => return Ok(Err(error)),
        };
        let Some(change) = change else {
            return Ok(Ok(answer));
        };
        match &change {
            Change::Grant(assignment) => self.store.grant(assignment).await?,
            Change::Revoke(ids) => self.store.revoke(ids).await?,
        }
        let mut policy = Policy::clone(&snapshot.world.policy);
        change.apply_to(&mut policy);
        self.snapshot.store(Arc::new(snapshot.with_policy(policy)));
        Ok(Ok(answer))
    }

    /// Makes an assignment; false when the same principal has the same role at the same scope already.
    ///
    /// # Errors
    /// The store could not keep it; nothing was changed.
    pub(crate) async fn grant(&self, assignment: RoleAssignment) -> Result<bool, StoreError> {
        let granted = self.change(|snapshot| {
            let mut known = snapshot.world.policy.assignments.iter();
            let (principal, role) = (&assignment.principal, &assignment.role);
            let is_new = !known.any(|known| {
                known.eligible == assignment.eligible
                    && is_triple(known, principal, role, &assignment.scope)
            });
            Ok::<_, Infallible>(Plan {
                change: is_new.then_some(Change::Grant(assignment)),
                answer: is_new,
            })
        });
        let Ok(granted) = granted.await?;
        Ok(granted)
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
        let revoked = self.change(|snapshot| {
            let known = snapshot.world.policy.assignments.iter();
            let matching = known.filter(|known| is_triple(known, principal, role, scope));
            let ids: Vec<String> = matching.map(|known| known.id.to_string()).collect();
            Ok::<_, Infallible>(Plan {
                change: (!ids.is_empty()).then(|| Change::Revoke(ids.clone())),
                answer: ids,
            })
        });
        let Ok(revoked) = revoked.await?;
        Ok(revoked)
    }
}

/// What is to be changed, and what is answered when it is.
pub(crate) struct Plan<T> {
    /// Nothing, if everything is as it should be.
    pub(crate) change: Option<Change>,
    pub(crate) answer: T,
}

/// A change of policy.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Makes a role assignment, or replaces the one with the same id.
    Grant(RoleAssignment),
    /// Removes the assignments with these ids.
    Revoke(Vec<String>),
}

impl Change {
    fn apply_to(&self, policy: &mut Policy) {
        let assignments = &mut policy.assignments;
        match self {
            Self::Grant(assignment) => {
                assignments.retain(|known| !known.id.eq_ignore_ascii_case(&assignment.id));
                assignments.push(assignment.clone());
            }
            Self::Revoke(ids) => {
                assignments
                    .retain(|known| !ids.iter().any(|id| id.eq_ignore_ascii_case(&known.id)));
            }
        }
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
