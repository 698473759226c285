//! Permission to do one thing, once, on the management plane. Only [`issue`] makes it.

use std::sync::Arc;

use access::Timestamp;
use access::action::Plane;
use access::condition::Attributes;
use access::decide::Question;
use access::decision::{Decision, Denial, Verdict};
use access::principal::PrincipalId;
use access::scope::Scope;
use access::token::{GroupsClaim, TokenFault};

use super::{Attempt, Call, Denied, authorization};
use crate::app::App;
use crate::authenticate::{ConnectionMemo, Credential, CredentialFault, Identity};
use crate::route::ManagementMatch;
use crate::route::table::{Guard, ManagementRoute};
use crate::snapshot::Snapshot;

/// The right to do what a row says, where the path says.
#[derive(Debug)]
pub(crate) struct Permit {
    /// What was decided; routes that need no action have nothing.
    asked: Option<Asked>,
}

/// A question of the management plane that was answered with yes.
#[derive(Debug)]
struct Asked {
    principal: PrincipalId,
    groups: Vec<PrincipalId>,
    action: &'static str,
    scope: Scope,
    attributes: Attributes,
}

impl Permit {
    /// Asks once more, of a policy that may have changed.
    ///
    /// # Errors
    /// It does not permit this any more.
    pub(crate) fn still_holds(&self, snapshot: &Snapshot, now: Timestamp) -> Result<(), Denied> {
        match &self.asked {
            None => Ok(()),
            Some(asked) => asked.decide(snapshot, now),
        }
    }
}

impl Permit {
    /// Whether the same may be done at another scope, too: for things that reach further than the path.
    ///
    /// # Errors
    /// It may not.
    pub(crate) fn holds_at(
        &self,
        scope: &Scope,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<(), Denied> {
        let Some(asked) = &self.asked else {
            return Err(Denied::Credential(CredentialFault::Missing));
        };
        let there = Asked {
            principal: asked.principal.clone(),
            groups: asked.groups.clone(),
            action: asked.action,
            scope: scope.clone(),
            attributes: asked.attributes.clone(),
        };
        there.decide(snapshot, now)
    }
}

impl Asked {
    fn decide(&self, snapshot: &Snapshot, now: Timestamp) -> Result<(), Denied> {
        let question = Question {
            principal: &self.principal,
            groups: &self.groups,
            action: self.action,
            plane: Plane::Control,
            scope: &self.scope,
            now,
        };
        let decision = snapshot.index.decide_with(&question, &self.attributes);
        match decision.verdict {
            Verdict::Allowed => Ok(()),
            _ => Err(Denied::Action(Box::new(decision))),
        }
    }
}

/// Finds out who calls.
///
/// # Errors
/// No credential, or a token that is not accepted.
pub(crate) async fn authenticate(
    app: &App,
    attempt: &mut Attempt<'_>,
    memo: &ConnectionMemo,
) -> Result<Arc<Identity>, Denied> {
    let token = match attempt.presented.credential {
        Credential::Token(token) => token,
        Credential::Key(..) | Credential::None => {
            let fault = attempt.presented.fault;
            return Err(Denied::Credential(
                fault.unwrap_or(CredentialFault::Missing),
            ));
        }
    };
    let seen = app.authority.generation();
    let mut known = memo.authenticate(token, attempt.family, attempt.now);
    if let Err(TokenFault::UnknownKey { .. }) = known
        && app.authority.newer_keys(seen, attempt.now).await
    {
        known = memo.authenticate(token, attempt.family, attempt.now);
    }
    let known = known.map_err(Denied::Token)?;
    let identity = Arc::clone(&known.identity);
    attempt.token = Some(known);
    Ok(identity)
}

/// The decision as far as the path tells: whom no condition could help is not listened to.
///
/// # Errors
/// The action is not permitted, whatever the body says.
pub(super) fn before_body(
    snapshot: &Snapshot,
    caller: &Identity,
    found: &ManagementMatch,
    now: Timestamp,
) -> Result<(), Denied> {
    let Guard::Action(_, action) = found.row.guard else {
        return Ok(());
    };
    refuse_unknown_groups(snapshot, caller)?;
    match asked(caller, found, action, Attributes::default()).decide(snapshot, now) {
        Err(Denied::Action(decision)) if hangs_on_a_condition(&decision) => Ok(()),
        other => other,
    }
}

/// The decision, with everything that is known of the request.
///
/// # Errors
/// The action is not permitted.
pub(super) fn issue(call: &Call<'_>, attributes: Attributes) -> Result<Permit, Denied> {
    let action = match call.found.row.guard {
        Guard::SignedIn(..) => return Ok(Permit { asked: None }),
        Guard::OwnOrAction(ManagementRoute::Authorization(route), _)
            if authorization::is_about_caller(route, call) =>
        {
            return Ok(Permit { asked: None });
        }
        Guard::Action(_, action) | Guard::OwnOrAction(_, action) => action,
        Guard::DataAction(_)
        | Guard::Directory(_)
        | Guard::DirectoryChange(_)
        | Guard::Operator(_)
        | Guard::Portal(_)
        | Guard::Public(..) => {
            return Err(Denied::Credential(CredentialFault::Missing));
        }
    };
    refuse_unknown_groups(&call.snapshot, call.caller)?;
    let asked = asked(call.caller, call.found, action, attributes);
    asked.decide(&call.snapshot, call.now)?;
    Ok(Permit { asked: Some(asked) })
}

/// Whether the caller may do something further, for lists that show what may be seen.
pub(super) fn may(call: &Call<'_>, action: &'static str, scope: &Scope) -> bool {
    may_in(&call.snapshot, call, action, scope)
}

/// Whether the caller may do something further, by a policy that may have changed since it called.
pub(super) fn may_in(
    snapshot: &Snapshot,
    call: &Call<'_>,
    action: &'static str,
    scope: &Scope,
) -> bool {
    let asked = Asked {
        principal: call.caller.principal.clone(),
        groups: call.caller.groups.clone(),
        action,
        scope: scope.clone(),
        attributes: Attributes::default(),
    };
    asked.decide(snapshot, call.now).is_ok()
}

/// Whether somebody may do something now, as far as these attributes tell: for what is shown and offered.
/// What is done needs a [`Permit`].
///
/// # Errors
/// Not allowed, or nobody can say without more attributes.
pub(crate) fn allows(
    snapshot: &Snapshot,
    caller: &Identity,
    action: &'static str,
    scope: &Scope,
    attributes: Attributes,
    now: Timestamp,
) -> Result<(), Denied> {
    refuse_unknown_groups(snapshot, caller)?;
    let asked = Asked {
        principal: caller.principal.clone(),
        groups: caller.groups.clone(),
        action,
        scope: scope.clone(),
        attributes,
    };
    asked.decide(snapshot, now)
}

fn asked(
    caller: &Identity,
    found: &ManagementMatch,
    action: &'static str,
    attributes: Attributes,
) -> Asked {
    Asked {
        principal: caller.principal.clone(),
        groups: caller.groups.clone(),
        action,
        scope: found.scope.clone(),
        attributes,
    }
}

/// A deny assignment may be for a group that the token was too short to name.
fn refuse_unknown_groups(snapshot: &Snapshot, caller: &Identity) -> Result<(), Denied> {
    if caller.claims.groups == GroupsClaim::Overage && snapshot.world.denies_groups() {
        return Err(Denied::Token(TokenFault::GroupsUnknown));
    }
    Ok(())
}

fn hangs_on_a_condition(decision: &Decision) -> bool {
    matches!(decision.verdict, Verdict::Conditional)
}

/// Whether a refusal had to do with a condition, which ARM says in its own words.
pub(crate) fn is_about_a_condition(decision: &Decision) -> bool {
    matches!(
        decision.verdict,
        Verdict::Conditional
            | Verdict::Denied(Denial::ConditionNotMet | Denial::ConditionUnreadable)
    )
}
