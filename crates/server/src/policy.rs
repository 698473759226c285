//! Changing the policy: first durable, then effective, then acknowledged.

use std::convert::Infallible;
use std::sync::Arc;

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use arc_swap::ArcSwap;
use store::{Change, JournalRow, Kind, Record, Store, StoreError};
use tokio::sync::Mutex;

use crate::audit::{Actor, Audit, Event};
use crate::clock;
use crate::config::World;
use crate::propagation::Propagation;
use crate::provisioned::{self, AccountKeys, ProvisionedError};
use crate::snapshot::Snapshot;

/// The one writer of policy. Readers see whole snapshots and never wait.
pub(crate) struct PolicyKeeper {
    store: Arc<dyn Store>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    /// Where changes are written down; nowhere on an ephemeral server.
    audit: Option<Arc<Audit>>,
    /// What keys of accounts are derived from.
    account_keys: AccountKeys,
    /// Held by whoever writes: which changes are not effective yet.
    writing: Mutex<Propagation>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// The store could not keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It makes no sense.
    #[error(transparent)]
    Provisioned(#[from] ProvisionedError),
}

impl PolicyKeeper {
    /// Keeps the policy of `snapshot` in `store`.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        snapshot: Arc<ArcSwap<Snapshot>>,
        audit: Option<Arc<Audit>>,
        account_keys: AccountKeys,
    ) -> Self {
        let world = &snapshot.load().world;
        // On a gateway a right that is taken away is gone.
        let delay = match world.entra {
            None => world.policy.propagation_delay,
            Some(_) => 0,
        };
        let propagation = Propagation::new(delay, Arc::clone(&world.policy));
        Self {
            store,
            snapshot,
            audit,
            account_keys,
            writing: Mutex::new(propagation),
        }
    }

    /// Changes the policy by what `plan` makes of its present state, and returns the plan's answer. Nobody
    /// else changes anything meanwhile, so what the plan has checked still holds when it is carried out.
    ///
    /// # Errors
    /// It could not be kept; nothing was changed. A plan that fails changes nothing either.
    pub(crate) async fn change<T, E>(
        &self,
        by: &Actor,
        plan: impl FnOnce(&Snapshot) -> Result<Plan<T>, E>,
    ) -> Result<Result<T, E>, ChangeError> {
        let mut propagation = self.writing.lock().await;
        let snapshot = self.snapshot.load_full();
        let Plan { changes, answer } = match plan(&snapshot) {
            Ok(plan) => plan,
            Err(error) => return Ok(Err(error)),
        };
        if changes.is_empty() {
            return Ok(Ok(answer));
        }
        let mut world = snapshot.world.clone();
        let policy = Arc::make_mut(&mut world.policy);
        changes.iter().for_each(|change| change.apply_to(policy));
        provisioned::apply_changes(&mut world, &changes, &self.account_keys)?;
        self.keep(&changes, by, &snapshot.world).await?;
        let now = clock::now();
        propagation.settle(now);
        propagation.change(Arc::clone(&world.policy), now);
        let next = snapshot.followed_by(world, propagation.held_back());
        self.snapshot.store(Arc::new(next));
        Ok(Ok(answer))
    }

    /// Makes changes effective whose time has come.
    pub(crate) async fn settle(&self) {
        let mut propagation = self.writing.lock().await;
        if propagation.settle(clock::now()) {
            let snapshot = self.snapshot.load_full();
            let world = snapshot.world.clone();
            let next = snapshot.followed_by(world, propagation.held_back());
            self.snapshot.store(Arc::new(next));
        }
    }

    /// Makes an assignment; false when the same principal has the same role at the same scope already.
    ///
    /// # Errors
    /// The store could not keep it; nothing was changed.
    pub(crate) async fn grant(
        &self,
        assignment: RoleAssignment,
        by: &Actor,
    ) -> Result<bool, ChangeError> {
        let granted = self.change(by, |snapshot| {
            let mut known = snapshot.world.policy.assignments.iter();
            let (principal, role) = (&assignment.principal, &assignment.role);
            // One that is over is no reason not to make another.
            let now = assignment.created.unwrap_or(Timestamp(i64::MIN));
            let is_new = !known.any(|known| {
                known.eligible == assignment.eligible
                    && known.ends.is_none_or(|ends| now < ends)
                    && is_triple(known, principal, role, &assignment.scope)
            });
            Ok::<_, Infallible>(Plan {
                changes: is_new.then(|| put(assignment)).into_iter().collect(),
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
        by: &Actor,
    ) -> Result<Vec<String>, ChangeError> {
        let revoked = self.change(by, |snapshot| {
            let known = snapshot.world.policy.assignments.iter();
            let matching = known.filter(|known| is_triple(known, principal, role, scope));
            let ids: Vec<String> = matching.map(|known| known.id.to_string()).collect();
            let gone = |id: &String| Change::Remove(Kind::RoleAssignment, id.clone());
            Ok::<_, Infallible>(Plan {
                changes: ids.iter().map(gone).collect(),
                answer: ids,
            })
        });
        let Ok(revoked) = revoked.await?;
        Ok(revoked)
    }

    /// Makes changes durable, and the rows of the journal that tell of them.
    async fn keep(&self, changes: &[Change], by: &Actor, world: &World) -> Result<(), StoreError> {
        let store = &*self.store;
        let write = async |rows: Vec<JournalRow>| store.keep(changes, &rows).await;
        let Some(audit) = &self.audit else {
            return write(Vec::new()).await;
        };
        let events: Vec<Event<'_>> = changes
            .iter()
            .map(|change| Event::Changed(change, world))
            .collect();
        audit.together(&events, by, clock::now(), write).await
    }
}

/// What is to be changed, and what is answered when it is.
pub(crate) struct Plan<T> {
    /// All of them or none; nothing, if everything is as it should be.
    pub(crate) changes: Vec<Change>,
    pub(crate) answer: T,
}

/// The change that makes an assignment.
pub(crate) fn put(assignment: RoleAssignment) -> Change {
    Change::Put(Record::RoleAssignment(assignment))
}

fn is_triple(
    known: &RoleAssignment,
    principal: &PrincipalId,
    role: &RoleId,
    scope: &Scope,
) -> bool {
    known.principal == *principal && known.role == *role && known.scope == *scope
}
