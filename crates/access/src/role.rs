//! Role definitions: what a role permits.
//!
//! A definition is a list of permission blocks. A block permits an action of one plane if one of
//! its patterns names the action and none of the same block's exclusions (`notActions`,
//! `notDataActions`) does. An exclusion is not a prohibition: another block, or another role, may
//! still permit what this block leaves out.

use std::fmt;

use crate::action::{ActionPattern, Plane};
use crate::condition::{Attributes, Condition, Truth};
use crate::id::Id;
use crate::text::fold;

/// The id of a role definition. Only its last segment counts: Azure returns one definition under
/// tenant-level, subscription-level and bare ids.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(Id);

impl RoleId {
    /// The role of a GUID, or of any ARM id that ends in it
    /// (`/subscriptions/…/providers/Microsoft.Authorization/roleDefinitions/{guid}`). Other words
    /// are ids too.
    pub fn parse(id: &str) -> Self {
        let id = id.strip_suffix('/').unwrap_or(id);
        Self(Id::new(id.rsplit('/').next().unwrap_or(id)))
    }

    /// Whether the id is the empty text, which names nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDefinition {
    /// What assignments refer to.
    pub id: RoleId,
    /// The name shown to people. Names change; ids do not.
    pub name: String,
    /// Names this role had before.
    pub aliases: Vec<String>,
    /// What it is for, in a sentence.
    pub description: String,
    /// Azure's own, or the tenant's.
    pub kind: RoleKind,
    /// Where it may be assigned. Azure enforces this when an assignment is made, not when it is
    /// evaluated; neither does this crate.
    pub assignable_scopes: Vec<String>,
    /// What it permits: the union of its blocks.
    pub permissions: Vec<Permission>,
}

/// Who wrote a role definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RoleKind {
    /// Azure.
    BuiltIn,
    /// The tenant.
    #[default]
    Custom,
}

/// One block of a role definition (or of a deny assignment).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permission {
    /// Control-plane actions.
    pub actions: Vec<ActionPattern>,
    /// Control-plane actions that this block leaves out.
    pub not_actions: Vec<ActionPattern>,
    /// Data-plane actions.
    pub data_actions: Vec<ActionPattern>,
    /// Data-plane actions that this block leaves out.
    pub not_data_actions: Vec<ActionPattern>,
    /// When the block permits at all.
    pub condition: Option<Condition>,
}

impl RoleDefinition {
    /// A custom role without permissions, to be filled in.
    pub fn new(id: RoleId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            aliases: Vec::new(),
            description: String::new(),
            kind: RoleKind::Custom,
            assignable_scopes: Vec::new(),
            permissions: Vec::new(),
        }
    }

    /// Whether the role permits an action, as far as the attributes tell.
    pub fn permits(&self, action: &str, plane: Plane, attributes: &Attributes) -> Truth {
        self.permits_folded(&fold(action), plane, attributes)
    }

    pub(crate) fn permits_folded(
        &self,
        action: &str,
        plane: Plane,
        attributes: &Attributes,
    ) -> Truth {
        self.permissions
            .iter()
            .map(|block| block.permits_folded(action, plane, attributes))
            .fold(Truth::False, Truth::or)
    }

    /// Whether some block permits anything in this plane.
    pub fn has_any(&self, plane: Plane) -> bool {
        self.permissions
            .iter()
            .any(|block| !block.patterns(plane).0.is_empty())
    }

    /// Whether `name` is this role's name, now or before. Names are compared ignoring case.
    pub fn is_named(&self, name: &str) -> bool {
        let name = fold(name);
        fold(&self.name) == name || self.aliases.iter().any(|alias| fold(alias) == name)
    }
}

impl Permission {
    /// The patterns of a plane and the exclusions from them.
    pub fn patterns(&self, plane: Plane) -> (&[ActionPattern], &[ActionPattern]) {
        match plane {
            Plane::Control => (&self.actions, &self.not_actions),
            Plane::Data => (&self.data_actions, &self.not_data_actions),
        }
    }

    /// Whether the block names a (folded) action and does not leave it out. The condition is not
    /// looked at.
    pub(crate) fn covers_folded(&self, action: &str, plane: Plane) -> bool {
        let (patterns, exclusions) = self.patterns(plane);
        patterns
            .iter()
            .any(|pattern| pattern.matches_folded(action))
            && !exclusions
                .iter()
                .any(|pattern| pattern.matches_folded(action))
    }

    /// Whether the block's patterns name the action and its exclusions take it out again.
    pub(crate) fn excludes_folded(&self, action: &str, plane: Plane) -> bool {
        let (patterns, exclusions) = self.patterns(plane);
        patterns
            .iter()
            .any(|pattern| pattern.matches_folded(action))
            && exclusions
                .iter()
                .any(|pattern| pattern.matches_folded(action))
    }

    /// As a block that grants: a condition that cannot be read grants nothing.
    fn permits_folded(&self, action: &str, plane: Plane, attributes: &Attributes) -> Truth {
        if !self.covers_folded(action, plane) {
            return Truth::False;
        }
        granting(self.condition.as_ref(), action, attributes)
    }
}

/// The value of an optional condition on something that grants.
pub(crate) fn granting(
    condition: Option<&Condition>,
    action: &str,
    attributes: &Attributes,
) -> Truth {
    match condition {
        None => Truth::True,
        Some(condition) => condition
            .evaluate_folded(action, attributes)
            .unwrap_or(Truth::False),
    }
}

/// The value of an optional condition on something that denies: one that cannot be read denies.
pub(crate) fn denying(
    condition: Option<&Condition>,
    action: &str,
    attributes: &Attributes,
) -> Truth {
    match condition {
        None => Truth::True,
        Some(condition) => condition
            .evaluate_folded(action, attributes)
            .unwrap_or(Truth::True),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(list: &[&str]) -> Vec<ActionPattern> {
        list.iter().map(|text| ActionPattern::new(text)).collect()
    }

    fn permits(role: &RoleDefinition, action: &str, plane: Plane) -> Truth {
        role.permits(action, plane, Attributes::none())
    }

    #[test]
    fn not_data_actions_subtract_only_inside_their_block() {
        let mut role = RoleDefinition::new(RoleId::parse("r"), "Role");
        role.permissions.push(Permission {
            data_actions: patterns(&["A/*"]),
            not_data_actions: patterns(&["A/secret/*"]),
            ..Permission::default()
        });
        assert_eq!(permits(&role, "A/secret/read", Plane::Data), Truth::False);
        role.permissions.push(Permission {
            data_actions: patterns(&["a/SECRET/read"]),
            ..Permission::default()
        });
        assert_eq!(permits(&role, "A/secret/read", Plane::Data), Truth::True);
        assert_eq!(permits(&role, "A/secret/write", Plane::Data), Truth::False);
    }

    #[test]
    fn planes_never_satisfy_one_another() {
        let mut role = RoleDefinition::new(RoleId::parse("r"), "Role");
        role.permissions.push(Permission {
            actions: patterns(&["*"]),
            not_data_actions: patterns(&["*"]),
            ..Permission::default()
        });
        assert_eq!(permits(&role, "A/b", Plane::Control), Truth::True);
        assert_eq!(permits(&role, "A/b", Plane::Data), Truth::False);
    }

    #[test]
    fn a_condition_narrows_its_own_block_only() {
        let mut role = RoleDefinition::new(RoleId::parse("r"), "Role");
        let block = |action: &str, condition: &str| Permission {
            data_actions: patterns(&[action]),
            condition: Some(Condition::new(condition)),
            ..Permission::default()
        };
        role.permissions = vec![
            block("A/*", "Exists @Request[x]"),
            block("A/b", "ActionMatches{'*'}"),
            block("*", "this is not a condition"),
        ];
        assert_eq!(permits(&role, "A/a", Plane::Data), Truth::Unknown);
        assert_eq!(permits(&role, "A/b", Plane::Data), Truth::True);
        assert_eq!(permits(&role, "B/b", Plane::Data), Truth::False);
    }

    #[test]
    fn role_ids_are_known_by_their_last_segment() {
        let guid = "A97B65F3-24C7-4388-BAEC-2E87135DC908";
        for id in [
            guid.to_lowercase(),
            format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}"),
            format!("/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{guid}/"),
        ] {
            assert_eq!(RoleId::parse(&id), RoleId::parse(guid));
        }
        assert_ne!(RoleId::parse("reader"), RoleId::parse("reader2"));
        assert_eq!(RoleId::parse("x/Reader"), RoleId::parse("reader"));
    }
}
