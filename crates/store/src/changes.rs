//! What was changed at run time, as a value.

use std::collections::HashSet;

use access::assignment::RoleAssignment;

/// What to apply on top of the configuration. No id is in both lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Role assignments made at run time, in the order in which they were made.
    pub granted: Vec<RoleAssignment>,
    /// Ids of assignments that hold no longer, in the order in which they were revoked.
    pub revoked: Vec<String>,
}

impl Changes {
    /// Adds a role assignment. One with the same id is replaced; a revocation of it is lifted.
    pub fn grant(&mut self, assignment: RoleAssignment) {
        self.forget(&assignment.id);
        self.granted.push(assignment);
    }

    /// Adds a revocation. A grant with the same id is dropped.
    pub fn revoke(&mut self, id: &str) {
        self.forget(id);
        self.revoked.push(id.to_owned());
    }

    /// Changes the assignments of a configuration: those revoked or granted anew are taken out,
    /// then those granted are put at the end.
    pub fn apply_to(&self, assignments: &mut Vec<RoleAssignment>) {
        let granted = self.granted.iter().map(|assignment| &*assignment.id);
        let changed: HashSet<String> = granted
            .chain(self.revoked.iter().map(String::as_str))
            .map(str::to_ascii_lowercase)
            .collect();
        assignments.retain(|assignment| !changed.contains(&assignment.id.to_ascii_lowercase()));
        assignments.extend_from_slice(&self.granted);
    }

    fn forget(&mut self, id: &str) {
        self.granted
            .retain(|assignment| !assignment.id.eq_ignore_ascii_case(id));
        self.revoked
            .retain(|revoked| !revoked.eq_ignore_ascii_case(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access::{principal::PrincipalId, role::RoleId, scope::Scope};

    fn assignment(id: &str, principal: &str) -> RoleAssignment {
        let (principal, role) = (PrincipalId::new(principal), RoleId::parse("reader"));
        RoleAssignment::new(id, principal, role, Scope::root())
    }

    #[test]
    fn changes_win_over_the_configuration() {
        let mut changes = Changes::default();
        changes.revoke("/A/One");
        changes.revoke("unheard-of");
        changes.grant(assignment("TWO", "ben"));
        let mut assignments = vec![
            assignment("/a/one", "ana"),
            assignment("two", "ana"),
            assignment("three", "ana"),
        ];
        changes.apply_to(&mut assignments);
        assert_eq!(
            assignments,
            [assignment("three", "ana"), assignment("TWO", "ben")]
        );
    }

    #[test]
    fn no_change_leaves_the_configuration_alone() {
        let mut assignments = vec![assignment("one", "ana"), assignment("one", "ben")];
        let configured = assignments.clone();
        Changes::default().apply_to(&mut assignments);
        assert_eq!(assignments, configured);
    }
}
