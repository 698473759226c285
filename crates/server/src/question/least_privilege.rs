//! The smallest roles for what somebody really does.

use access::action::{ActionPattern, Plane};
use access::assignment::RoleAssignment;
use access::least::{Held, LeastPrivilege, Place, Use, least_privilege};
use access::principal::PrincipalId;
use serde_json::{Value, json};
use wire::entrada::{
    HeldEntry, LeastPrivilegeAnswer, LeastPrivilegeQuestion, PlaceEntry, UseEntry,
};

use super::{Asker, Named, UnknownName, through};

/// The most unused patterns of one assignment that an answer lists.
const MAX_UNUSED: usize = 50;

impl Asker<'_> {
    /// Which roles are enough for what is used, and what of the present ones is idle. Without a list of uses
    /// in the question, these count.
    ///
    /// # Errors
    /// A name means nothing.
    pub fn least_privilege(
        &self,
        asked: &LeastPrivilegeQuestion,
        counted: &[UseEntry],
    ) -> Result<LeastPrivilegeAnswer, UnknownName> {
        let principal = self.principal(&asked.principal)?;
        let entries = asked.uses.as_deref().unwrap_or(counted);
        let uses: Result<Vec<Use>, UnknownName> =
            entries.iter().map(|entry| self.used(entry)).collect();
        let mut uses = uses?;
        uses.sort();
        uses.dedup();
        let found = least_privilege(self.index, &principal.id, &uses, self.now);
        let place = |place| self.place_entry(&principal, place);
        Ok(LeastPrivilegeAnswer {
            uses: uses.len(),
            places: found.places.iter().map(place).collect(),
            custom_role: (!uses.is_empty()).then(|| custom_role(&principal, &found)),
            held: found.held.iter().map(held_entry).collect(),
            uncovered: found.uncovered.iter().map(in_words).collect(),
            denied: found.denied.iter().map(in_words).collect(),
            rights_now: found.rights_now,
            rights_then: found.rights_then,
            not_known: self.names.not_known(),
            id: principal.id.to_string(),
            principal: principal.name,
        })
    }

    /// A use as the policy knows it: the deployment tells whose model it is, the place is where it is decided.
    fn used(&self, entry: &UseEntry) -> Result<Use, UnknownName> {
        let scope = self.scope(&entry.resource)?;
        let account = scope.account().unwrap_or_else(|| scope.clone());
        let asked_at = match &entry.deployment {
            Some(deployment) => account.child("deployments", deployment),
            None => scope.clone(),
        };
        let asked = self.operation(&entry.operation, &asked_at)?;
        Ok(Use {
            action: asked.action,
            plane: asked.plane,
            scope,
        })
    }

    fn place_entry(&self, principal: &Named, place: &Place<'_>) -> PlaceEntry {
        let commands = place.roles.iter().flat_map(|role| {
            let (id, scope) = (principal.id.clone(), place.scope.clone());
            self.grant_commands(&RoleAssignment::new("", id, role.id.clone(), scope))
        });
        PlaceEntry {
            scope: place.scope.to_string(),
            roles: place.roles.iter().map(|role| role.name.clone()).collect(),
            actions: place.uses.iter().map(|one| one.action.clone()).collect(),
            commands: commands.collect(),
        }
    }
}

/// What the server has counted of a principal, as uses.
pub(crate) fn uses_of<'c>(
    counts: impl Iterator<Item = &'c wire::entrada::CallCount>,
    principal: &PrincipalId,
    include_refused: bool,
) -> Vec<UseEntry> {
    let own = counts.filter(|count| {
        let id = count.principal_id.as_deref();
        id.is_some_and(|id| PrincipalId::new(id) == *principal)
            && (count.permitted > 0 || include_refused)
    });
    own.map(|count| UseEntry {
        operation: format!("{}:{}", count.plane, count.action),
        resource: count.resource.clone(),
        deployment: None,
    })
    .collect()
}

/// As `az role definition create --role-definition @FILE` takes it.
fn custom_role(principal: &Named, found: &LeastPrivilege<'_>) -> Value {
    let texts =
        |list: &[ActionPattern]| -> Vec<String> { list.iter().map(ToString::to_string).collect() };
    json!({
        "Name": format!("{} (what it uses)", principal.name),
        "IsCustom": true,
        "Description": "Made to measure of the calls that were made.",
        "Actions": texts(&found.permission.actions),
        "NotActions": [],
        "DataActions": texts(&found.permission.data_actions),
        "NotDataActions": [],
        "AssignableScopes": found.subscriptions,
    })
}

fn held_entry(held: &Held<'_>) -> HeldEntry {
    let holding = &held.holding;
    let name = holding.definition.map(|role| role.name.clone());
    let unused = held.unused.iter().take(MAX_UNUSED);
    HeldEntry {
        id: holding.assignment.to_string(),
        role: name.unwrap_or_else(|| holding.role.to_string()),
        scope: holding.scope.to_string(),
        through: through(&holding.path),
        used: held.used,
        unused: unused
            .map(|(plane, pattern)| plane_words(*plane, pattern.as_str()))
            .collect(),
        unused_total: held.unused.len(),
    }
}

fn in_words(one: &Use) -> String {
    format!("{} at {}", plane_words(one.plane, &one.action), one.scope)
}

/// As [`super::operation::read`] takes it.
fn plane_words(plane: Plane, action: &str) -> String {
    match plane {
        Plane::Control => format!("control:{action}"),
        Plane::Data => format!("data:{action}"),
    }
}
