//! Management groups: which of them stand above a scope.

use std::collections::HashMap;

use crate::policy::ManagementGroup;
use crate::scope::Scope;
use crate::text::fold;

/// Direct parents of subscriptions and of management groups, by folded name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hierarchy {
    of_subscription: HashMap<String, Vec<String>>,
    of_group: HashMap<String, Vec<String>>,
}

impl Hierarchy {
    pub(crate) fn new(groups: &[ManagementGroup]) -> Self {
        let mut hierarchy = Self::default();
        let defined: std::collections::HashSet<String> =
            groups.iter().map(|group| bare_name(&group.id)).collect();
        for group in groups {
            let parent = bare_name(&group.id);
            for child in &group.children {
                let folded = fold(child);
                let name = bare_name(child);
                let whole = folded.contains('/');
                let subscription = folded.contains("subscriptions/");
                let above = |of: &mut HashMap<String, Vec<String>>| {
                    of.entry(name.clone()).or_default().push(parent.clone());
                };
                if subscription || (!whole && !defined.contains(&name)) {
                    above(&mut hierarchy.of_subscription);
                }
                if !subscription {
                    above(&mut hierarchy.of_group);
                }
            }
        }
        hierarchy
    }

    /// The management groups above a scope (not itself), nearest first, by folded name. Each is
    /// named once, so a cycle ends.
    pub(crate) fn above<'a>(&'a self, scope: &'a Scope) -> Vec<&'a str> {
        let own = scope.management_group_name();
        let first = match (scope.subscription_id(), own) {
            (Some(id), _) => self.of_subscription.get(id),
            (None, Some(name)) => self.of_group.get(name),
            (None, None) => None,
        };
        self.climb(first)
    }

    /// For every subscription that a management group names: the management groups above it.
    pub(crate) fn all_above_subscriptions(&self) -> Vec<(String, Vec<String>)> {
        self.all_above(&self.of_subscription)
    }

    /// For every management group that another one names: the management groups above it.
    pub(crate) fn all_above_groups(&self) -> Vec<(String, Vec<String>)> {
        self.all_above(&self.of_group)
    }

    fn all_above(&self, of: &HashMap<String, Vec<String>>) -> Vec<(String, Vec<String>)> {
        let owned = |above: Vec<&str>| above.into_iter().map(str::to_owned).collect();
        of.iter()
            .map(|(name, parents)| (name.clone(), owned(self.climb(Some(parents)))))
            .collect()
    }

    fn climb<'a>(&'a self, first: Option<&'a Vec<String>>) -> Vec<&'a str> {
        let mut above: Vec<&str> = first.into_iter().flatten().map(String::as_str).collect();
        let mut next = 0;
        while let Some(name) = above.get(next) {
            for parent in self.of_group.get(*name).into_iter().flatten() {
                if !above.contains(&parent.as_str()) {
                    above.push(parent);
                }
            }
            next += 1;
        }
        above
    }
}

/// Everything above one scope: its own text's prefixes, and management groups.
#[derive(Debug)]
pub struct Ancestors<'a> {
    scope: &'a Scope,
    management_groups: Vec<Scope>,
}

impl<'a> Ancestors<'a> {
    pub(crate) fn new(hierarchy: &Hierarchy, scope: &'a Scope) -> Self {
        let above = hierarchy.above(scope);
        Self {
            scope,
            management_groups: above.into_iter().map(Scope::management_group).collect(),
        }
    }

    pub(crate) fn scope(&self) -> &Scope {
        self.scope
    }

    /// Whether what is assigned at `other` holds at the scope.
    pub fn covered_by(&self, other: &Scope) -> bool {
        self.scope.is_at_or_below(other) || self.management_groups.contains(other)
    }
}

/// The folded last segment.
fn bare_name(id: &str) -> String {
    let id = id.strip_suffix('/').unwrap_or(id);
    fold(id.rsplit('/').next().unwrap_or(id)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hierarchy(groups: &[(&str, &[&str])]) -> Hierarchy {
        let groups: Vec<ManagementGroup> = groups
            .iter()
            .map(|(id, children)| ManagementGroup {
                id: (*id).to_owned(),
                children: children.iter().map(|child| (*child).to_owned()).collect(),
            })
            .collect();
        Hierarchy::new(&groups)
    }

    fn above(hierarchy: &Hierarchy, scope: &str) -> Vec<String> {
        let scope = Scope::parse(scope).unwrap();
        let above = hierarchy.above(&scope);
        above.into_iter().map(str::to_owned).collect()
    }

    const MG: &str = "/providers/Microsoft.Management/managementGroups";

    #[test]
    fn subscriptions_lie_below_all_management_groups_on_the_way_up() {
        let corp = format!("{MG}/Corp");
        let tree = hierarchy(&[
            ("Root", &[&corp, "s9"]),
            (&corp, &["/subscriptions/S1", "s2"]),
        ]);
        assert_eq!(
            above(&tree, "/subscriptions/s1/resourceGroups/r"),
            ["corp", "root"]
        );
        assert_eq!(above(&tree, "/subscriptions/S2"), ["corp", "root"]);
        assert_eq!(above(&tree, "/subscriptions/s9"), ["root"]);
        assert_eq!(above(&tree, &format!("{MG}/CORP")), ["root"]);
        assert_eq!(above(&tree, &format!("{MG}/root")), [""; 0]);
        assert_eq!(above(&tree, "/subscriptions/s3"), [""; 0]);
    }

    #[test]
    fn a_defined_management_group_is_not_taken_for_a_subscription() {
        let tree = hierarchy(&[("root", &["a"]), ("a", &["b"])]);
        assert_eq!(above(&tree, "/subscriptions/a"), [""; 0]);
        assert_eq!(above(&tree, "/subscriptions/b"), ["a", "root"]);
        assert_eq!(above(&tree, &format!("{MG}/b")), ["a", "root"]);
    }

    #[test]
    fn cycles_of_management_groups_end() {
        let tree = hierarchy(&[("a", &["b", "/subscriptions/s"]), ("b", &["a"])]);
        assert_eq!(above(&tree, "/subscriptions/s"), ["a", "b"]);
    }
}
