//! Permission is a value: handlers and backends take a [`Permit`], and only [`issue`] makes one.
//!
//! The checks run in the configured order. Whatever that order is, a permit exists only if
//! every check passed, a caller was authenticated and an operation was authorised.

mod check;

pub(crate) use check::Check;

use std::sync::Arc;

use access::operation::Operation;
use access::scope::Scope;

use crate::authenticate::{Caller, ConnectionMemo};
use crate::config::{Account, Deployment};
use crate::data_plane::attempt::Attempt;
use crate::data_plane::denied::Denied;
use crate::snapshot::Snapshot;

/// The right to do one operation, once. Backends read nothing else about the caller.
#[derive(Debug)]
pub(crate) struct Permit {
    caller: Caller,
    account: Arc<Account>,
    project: Option<Scope>,
    deployment: Option<Arc<Deployment>>,
    operation: Operation,
}

impl Permit {
    /// Who calls.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The account that was addressed.
    pub(crate) fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// The project that was addressed.
    pub(crate) fn project(&self) -> Option<&Scope> {
        self.project.as_ref()
    }

    /// Whose kept responses the caller may see: the account's, or those of the project that was addressed.
    pub(crate) fn owner(&self) -> String {
        match &self.project {
            Some(project) => format!("{}/projects/{}", self.account.name, project.name()),
            None => self.account.name.to_string(),
        }
    }

    /// The deployment, on routes that have one.
    pub(crate) fn deployment(&self) -> Option<&Arc<Deployment>> {
        self.deployment.as_ref()
    }

    /// What may be done.
    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }
}

/// Runs the checks that come before the data action: a stranger's body is never read.
///
/// Which family a body-routed call belongs to is known only from its body, and the data action
/// depends on it. Returns how many checks of `order` are done.
///
/// # Errors
/// The first reason to refuse.
pub(crate) fn before_body(
    attempt: &mut Attempt<'_>,
    snapshot: &Snapshot,
    memo: &ConnectionMemo,
    order: &[Check],
) -> Result<usize, Denied> {
    let before = order
        .iter()
        .position(|check| *check == Check::DataAction)
        .unwrap_or(order.len());
    for check in &order[..before] {
        check.run(attempt, snapshot, memo)?;
    }
    if attempt.caller.is_none() {
        Check::Credential.run(attempt, snapshot, memo)?;
    }
    Ok(before)
}

/// Runs the rest of the checks, and whatever `order` left out.
///
/// # Errors
/// The first reason to refuse. What was learnt on the way stays in the attempt, for the explanation.
pub(crate) fn issue(
    attempt: &mut Attempt<'_>,
    snapshot: &Snapshot,
    memo: &ConnectionMemo,
    order: &[Check],
    done: usize,
) -> Result<Permit, Denied> {
    for check in &order[done..] {
        check.run(attempt, snapshot, memo)?;
    }
    // The order is configuration; that every question was asked is not.
    for check in Check::ALL.iter().filter(|check| !order.contains(check)) {
        check.run(attempt, snapshot, memo)?;
    }
    let (Some(caller), Some(operation), true) =
        (&attempt.caller, attempt.operation(), attempt.authorized)
    else {
        return Err(Denied::RouteUnknown);
    };
    Ok(Permit {
        caller: caller.clone(),
        account: Arc::clone(&attempt.account),
        project: attempt.project.clone(),
        deployment: attempt.deployment.clone(),
        operation,
    })
}
