//! What was changed at run time, as a value.

use access::policy::Policy;

use crate::record::{Change, Kind, Record, Resource};

/// What to apply on top of the configuration: at most one change of each thing, in the order in which
/// they were last changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<Change>);

impl Changes {
    /// Adds a change. An earlier one of the same thing counts no longer.
    pub fn add(&mut self, change: Change) {
        self.0.retain(|known| !known.is_about_the_same(&change));
        self.0.push(change);
    }

    /// The changes, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.0.iter()
    }

    /// Changes the policy of a configuration: what was removed or put anew is taken out, then what was put
    /// goes to the end. Resources are not policy; see [`Changes::resources`].
    pub fn apply_to(&self, policy: &mut Policy) {
        self.0.iter().for_each(|change| change.apply_to(policy));
    }

    /// The resources that were put or, as `None`, removed, by ARM id.
    pub fn resources(&self) -> impl Iterator<Item = (&str, Option<&Resource>)> {
        self.0.iter().filter_map(|change| match change {
            Change::Put(Record::Resource(resource)) => Some((&*resource.id, Some(resource))),
            Change::Remove(Kind::Resource, id) => Some((&**id, None)),
            Change::Put(_) | Change::Remove(..) => None,
        })
    }
}

impl FromIterator<Change> for Changes {
    fn from_iter<T: IntoIterator<Item = Change>>(changes: T) -> Self {
        let mut all = Self::default();
        changes.into_iter().for_each(|change| all.add(change));
        all
    }
}

impl Change {
    /// Changes a policy, if it is about policy.
    pub fn apply_to(&self, policy: &mut Policy) {
        let (kind, id) = self.subject();
        let is_other = |known: &str| !known.eq_ignore_ascii_case(&id);
        match kind {
            Kind::RoleAssignment => policy.assignments.retain(|known| is_other(&known.id)),
            Kind::RoleDefinition => policy.roles.retain(|known| is_other(&known.id.to_string())),
            Kind::DenyAssignment => policy.denies.retain(|known| is_other(&known.id)),
            Kind::Resource => {}
        }
        match self {
            Self::Put(Record::RoleAssignment(one)) => policy.assignments.push(one.clone()),
            Self::Put(Record::RoleDefinition(one)) => policy.roles.push(one.clone()),
            Self::Put(Record::DenyAssignment(one)) => policy.denies.push(one.clone()),
            Self::Put(Record::Resource(_)) | Self::Remove(..) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access::assignment::RoleAssignment;
    use access::{principal::PrincipalId, role::RoleDefinition, role::RoleId, scope::Scope};

    fn assignment(id: &str, principal: &str) -> RoleAssignment {
        let (principal, role) = (PrincipalId::new(principal), RoleId::parse("reader"));
        RoleAssignment::new(id, principal, role, Scope::root())
    }

    fn revoke(id: &str) -> Change {
        Change::Remove(Kind::RoleAssignment, id.to_owned())
    }

    #[test]
    fn changes_win_over_the_configuration() {
        let role = |name: &str| RoleDefinition::new(RoleId::parse("one"), name);
        let changes: Changes = [
            revoke("/A/One"),
            revoke("unheard-of"),
            Change::Put(Record::RoleAssignment(assignment("TWO", "ben"))),
            Change::Put(Record::RoleDefinition(role("new"))),
        ]
        .into_iter()
        .collect();
        let mut policy = Policy {
            assignments: vec![
                assignment("/a/one", "ana"),
                assignment("two", "ana"),
                assignment("three", "ana"),
            ],
            roles: vec![role("old")],
            ..Policy::default()
        };
        changes.apply_to(&mut policy);
        // One id may name an assignment and a role: they are different things.
        assert_eq!(policy.roles, [role("new")]);
        assert_eq!(
            policy.assignments,
            [assignment("three", "ana"), assignment("TWO", "ben")]
        );
    }

    #[test]
    fn no_change_leaves_the_configuration_alone() {
        let configured = Policy {
            assignments: vec![assignment("one", "ana"), assignment("one", "ben")],
            ..Policy::default()
        };
        let mut policy = configured.clone();
        Changes::default().apply_to(&mut policy);
        assert_eq!(policy, configured);
    }
}
