//! Deny assignments that users make: without data actions, reads and groups, and never for everybody
//! without exception.

use access::assignment::DenyAssignment;
use access::principal::{PrincipalId, PrincipalKind};
use http::StatusCode;
use store::{Change, Kind, Record};
use wire::arm::read_deny_assignment;
use wire::arm::view::name_of;
use wire::refusals::Refusal;

use super::super::permit::Permit;
use super::super::{Call, Fault, Reply, Unanswered, inventory};
use super::deny_assignments::view;
use super::{guid, kind_of};
use crate::policy::Plan;
use crate::snapshot::Snapshot;

/// Deny assignments of a tenant that users made.
const LIMIT: usize = 2000;

/// Actions, and principals, of one of them.
const MEMBERS: usize = 500;

/// `PUT {scope}/…/denyAssignments/{name}`: durable before it is acknowledged.
pub(super) async fn write(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let wanted = wanted(call)?;
    let actor = call.actor();
    let written = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        let known = named(snapshot, &wanted.id);
        if let Some(known) = known {
            refuse_protected(known)?;
            if known.scope != wanted.scope {
                let problem = "a deny assignment of this name is at another scope";
                return Err(Fault::DenyInvalid(problem).into());
            }
        } else if snapshot.world.policy.denies.len() >= LIMIT {
            return Err(Fault::DenyInvalid("no more deny assignments can be created").into());
        }
        let change = Change::Put(Record::DenyAssignment(wanted.clone()));
        let is_same = known == Some(&wanted);
        Ok::<_, Unanswered>(Plan {
            changes: if is_same { Vec::new() } else { vec![change] },
            answer: match known {
                Some(_) => StatusCode::OK,
                None => StatusCode::CREATED,
            },
        })
    });
    let status = written.await.map_err(Fault::from)??;
    Ok(Reply::json(status, &view(call, &wanted))?)
}

/// `DELETE {scope}/…/denyAssignments/{name}`: what is gone already is no error.
pub(super) async fn delete(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let actor = call.actor();
    let removed = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        let known = named(snapshot, call.name());
        let known = known.filter(|known| known.scope == call.found.scope);
        let Some(known) = known else {
            return Ok::<_, Unanswered>(Plan {
                changes: Vec::new(),
                answer: None,
            });
        };
        refuse_protected(known)?;
        Ok(Plan {
            changes: vec![Change::Remove(Kind::DenyAssignment, known.id.to_string())],
            answer: Some(known.clone()),
        })
    });
    match removed.await.map_err(Fault::from)?? {
        Some(removed) => Ok(Reply::ok(&view(call, &removed))?),
        None => Ok(Reply::nothing()),
    }
}

fn wanted(call: &Call<'_>) -> Result<DenyAssignment, Fault> {
    let name = guid(call, "DenyAssignment")?;
    let scope = &call.found.scope;
    let deny = read_deny_assignment(&name, scope, &call.body);
    let deny = deny.map_err(|error| Fault::BodyMalformed(error.to_string()))?;
    inventory::exists(&call.snapshot.world, scope)?;
    let blocks = || deny.permissions.iter();
    let actions = || blocks().flat_map(|block| block.actions.iter().chain(&block.not_actions));
    let problem = if deny.name.trim().is_empty() {
        Some("a deny assignment has a name")
    } else if blocks()
        .any(|block| !block.data_actions.is_empty() || !block.not_data_actions.is_empty())
    {
        Some("a deny assignment that a user makes has no data actions")
    } else if blocks().all(|block| block.actions.is_empty()) {
        Some("a deny assignment has actions")
    } else if actions().count() > MEMBERS {
        Some("a deny assignment has at most 500 actions")
    } else if blocks().any(|block| block.actions.iter().any(|one| is_read(one.as_str()))) {
        Some("a deny assignment that a user makes denies no read actions")
    } else if deny.not_to_children {
        Some("a deny assignment that a user makes applies to child scopes")
    } else if deny.condition.is_some() || blocks().any(|block| block.condition.is_some()) {
        Some("a deny assignment that a user makes has no condition")
    } else {
        None
    };
    if let Some(problem) = problem {
        return Err(Fault::DenyInvalid(problem));
    }
    let deny = DenyAssignment {
        principals: principals(call, &deny.principals, true)?,
        exclude_principals: principals(call, &deny.exclude_principals, false)?,
        system_protected: false,
        ..deny
    };
    let everyone = deny.principals.iter().any(PrincipalId::is_everyone);
    if everyone && deny.exclude_principals.is_empty() {
        let problem = "a deny assignment for everyone excludes somebody";
        return Err(Fault::DenyInvalid(problem));
    }
    Ok(deny)
}

/// The principals, each of which is somebody that there is, and no group.
fn principals(
    call: &Call<'_>,
    ids: &[PrincipalId],
    denied: bool,
) -> Result<Vec<PrincipalId>, Fault> {
    if ids.len() > MEMBERS || (denied && ids.is_empty()) {
        let problem = "a deny assignment names at least one and at most 500 principals";
        return Err(Fault::DenyInvalid(problem));
    }
    let world = &call.snapshot.world;
    let mut known = Vec::with_capacity(ids.len());
    for id in ids {
        let is_somebody = match (kind_of(world, id), &world.entra) {
            (PrincipalKind::Group, _) => {
                let problem = "a deny assignment that a user makes names no group";
                return Err(Fault::DenyInvalid(problem));
            }
            (PrincipalKind::Unknown, Some(entra)) => entra.undeclared(&id.to_string()).is_some(),
            (kind, _) => kind != PrincipalKind::Unknown,
        };
        let is_everyone = denied && id.is_everyone();
        if !is_somebody && !is_everyone {
            return Err(Refusal::PrincipalNotFound {
                principal: id.to_string(),
                tenant: world.tenant.id.clone(),
            }
            .into());
        }
        known.push(id.clone());
    }
    Ok(known)
}

fn is_read(action: &str) -> bool {
    action.to_ascii_lowercase().ends_with("/read")
}

fn named<'snapshot>(
    snapshot: &'snapshot Snapshot,
    name: &str,
) -> Option<&'snapshot DenyAssignment> {
    let mut denies = snapshot.world.policy.denies.iter();
    denies.find(|known| name_of(&known.id).eq_ignore_ascii_case(name))
}

fn refuse_protected(deny: &DenyAssignment) -> Result<(), Fault> {
    match deny.system_protected {
        true => Err(Fault::DenyIsProtected(deny.name.clone())),
        false => Ok(()),
    }
}
