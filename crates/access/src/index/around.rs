//! What stands around a principal or a scope: its groups, and what is above it.

use super::Index;
use crate::decide::Source;
use crate::hierarchy::Ancestors;
use crate::membership::Closure;
use crate::principal::PrincipalId;
use crate::scope::Scope;

impl Index {
    /// The principal itself and every group it belongs to, directly or through others, nearest first.
    /// `groups` are those that its token names.
    pub fn memberships(&self, principal: &PrincipalId, groups: &[PrincipalId]) -> Vec<PrincipalId> {
        let source = &self;
        let closure = Closure::new(principal, groups, |id| source.parents(id));
        closure.principals().cloned().collect()
    }

    /// What is at or above a scope, management groups included; to ask often.
    pub fn ancestors<'s>(&self, scope: &'s Scope) -> Ancestors<'s> {
        Ancestors::new(&self.hierarchy, scope)
    }

    /// Whether what is assigned at `outer` holds at `inner`.
    pub fn is_within(&self, inner: &Scope, outer: &Scope) -> bool {
        inner.is_at_or_below(outer) || self.ancestors(inner).covered_by(outer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::operation::OperationTable;
    use crate::policy::{Group, ManagementGroup, Policy};

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn groups_and_management_groups_are_followed_upwards() {
        let id = PrincipalId::new;
        let group = |name: &str, member: &str| Group {
            id: id(name),
            name: name.to_owned(),
            members: vec![id(member)],
        };
        let policy = Policy {
            groups: vec![group("squad", "ana"), group("tribe", "squad")],
            management_groups: vec![ManagementGroup {
                id: "corp".to_owned(),
                children: vec!["/subscriptions/s".to_owned()],
            }],
            ..Policy::default()
        };
        let index = Index::new(Arc::new(policy), OperationTable::standard());
        assert_eq!(
            index.memberships(&id("ana"), &[id("named by the token")]),
            [
                id("ana"),
                id("squad"),
                id("tribe"),
                id("named by the token")
            ]
        );
        let (corp, account) = (
            Scope::management_group("corp"),
            scope("/subscriptions/S/resourceGroups/r"),
        );
        assert!(index.is_within(&account, &corp));
        assert!(index.is_within(&account, &Scope::root()));
        assert!(!index.is_within(&corp, &account));
        assert!(!index.is_within(&scope("/subscriptions/s2"), &corp));
    }
}
