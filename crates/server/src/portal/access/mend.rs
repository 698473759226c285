//! What would permit something: the least role, and everything else.

use access::action::Plane;
use access::decision::{Decision, Denial, Verdict};
use access::role::RoleId;
use access::scope::Scope;
use wire::entrada::WhyNotQuestion;

use super::super::page;
use super::super::trouble::Trouble;
use super::super::visit::Visit;
use super::may_grant;
use crate::config::Principal;

/// The role that would do.
pub(in super::super) struct Fix {
    pub(in super::super) role: String,
    pub(in super::super) role_name: String,
    pub(in super::super) principal: String,
    pub(in super::super) principal_name: String,
    pub(in super::super) scope: String,
    /// Whether the person who is signed in may assign it.
    pub(in super::super) may_assign: bool,
    /// What somebody else can run who may.
    pub(in super::super) command: String,
}

/// A change, or several together, that would permit it.
pub(super) struct Way {
    pub(super) changes: Vec<(String, Vec<String>)>,
    /// What else would come of it.
    pub(super) notes: Vec<String>,
}

/// The role that would mend a denial, and whether the person may assign it.
pub(in super::super) fn fix(
    visit: &Visit<'_>,
    who: &Principal,
    decision: &Decision,
) -> Option<Fix> {
    let hopeless = [
        Verdict::Allowed,
        Verdict::Denied(Denial::DenyAssignment),
        Verdict::Denied(Denial::NotYetEffective),
    ];
    if hopeless.contains(&decision.verdict) {
        return None;
    }
    let role = decision.suggested_role.as_ref()?;
    Some(fix_by(visit, who, &role.id, &role.name, &decision.scope))
}

/// This role, as what would mend it.
pub(super) fn fix_by(
    visit: &Visit<'_>,
    who: &Principal,
    role: &RoleId,
    name: &str,
    scope: &Scope,
) -> Fix {
    Fix {
        role: role.to_string(),
        role_name: name.to_owned(),
        principal: who.id.to_string(),
        principal_name: who.name.clone(),
        scope: scope.to_string(),
        may_assign: may_grant(visit, role, &who.id, who.kind(), scope),
        command: format!(
            "az role assignment create --assignee-object-id {} --role \"{name}\" --scope {scope}",
            who.id
        ),
    }
}

/// What would permit it, the least of all changes first.
pub(super) async fn ways(visit: &Visit<'_>, decision: &Decision) -> Result<Vec<Way>, Trouble> {
    let plane = match decision.plane {
        Plane::Data => "data:",
        Plane::Control => "control:",
    };
    let question = WhyNotQuestion {
        principal: decision.principal.to_string(),
        operation: format!("{plane}{}", decision.action),
        resource: decision.scope.to_string(),
    };
    // Every change is tried.
    let answer = visit.ask(move |asker| asker.why_not(&question)).await?;
    let remedies = answer.map(|answer| answer.remedies).unwrap_or_default();
    let ways = remedies.into_iter().map(|remedy| {
        let changes = remedy.changes.into_iter();
        let mut notes = Vec::new();
        notes.extend(
            remedy
                .not_before
                .map(|when| format!("not before {}", page::clock(&when))),
        );
        if remedy.gains > 0 {
            notes.push(format!("permits {} further actions", remedy.gains));
        }
        if remedy.manages {
            notes.push("permits to manage the resource or to hand out roles".to_owned());
        }
        if remedy.affects_others {
            notes.push("others gain as well".to_owned());
        }
        Way {
            changes: changes
                .map(|change| (change.summary, change.commands))
                .collect(),
            notes,
        }
    });
    Ok(ways.collect())
}
