//! Which built-in role to ask for.

use std::sync::LazyLock;

use crate::action::{ActionPattern, Plane};
use crate::builtin;
use crate::condition::{Attributes, Truth};
use crate::decision::SuggestedRole;
use crate::operation::{Family, OperationTable};
use crate::role::{RoleDefinition, RoleId};
use crate::text::fold;

/// The built-in role with the fewest rights that permits a (folded) action without a condition.
///
/// Roles that may change the resource or hand out roles come last. Of the others, the roles that
/// Microsoft's guidance names come first: Cognitive Services OpenAI User for OpenAI's operations,
/// then Cognitive Services User. The rest goes by how much else a role permits.
pub(crate) fn least_privileged<'a>(
    action: &str,
    plane: Plane,
    definition: impl Fn(&RoleId) -> Option<&'a RoleDefinition>,
) -> Option<SuggestedRole> {
    builtin::role_definitions()
        .iter()
        .zip(&*RIGHTS)
        .filter_map(|(built_in, rights)| {
            // The policy may bring a newer definition; its permissions count.
            let role = definition(&built_in.id)?;
            let permits = role.permits_folded(action, plane, Attributes::none());
            (permits == Truth::True).then_some((built_in, rights, role))
        })
        .min_by_key(|(built_in, rights, _)| rights.order(built_in, action, plane))
        .map(|(built_in, _, role)| SuggestedRole {
            id: built_in.id.clone(),
            name: role.name.clone(),
        })
}

/// How much a built-in role permits. The order is that of [`builtin::role_definitions`].
static RIGHTS: LazyLock<Vec<Rights>> =
    LazyLock::new(|| builtin::role_definitions().iter().map(Rights::of).collect());

struct Rights {
    manages: bool,
    /// How many of the known actions of each plane it permits.
    control: usize,
    data: usize,
}

impl Rights {
    fn of(role: &RoleDefinition) -> Self {
        Self {
            manages: may_manage(role),
            control: breadth(role, Plane::Control, &KNOWN[0]),
            data: breadth(role, Plane::Data, &KNOWN[1]),
        }
    }

    /// Fewer rights come first: those of the plane asked about count before the others.
    fn order(&self, role: &RoleDefinition, action: &str, plane: Plane) -> impl Ord + use<> {
        let (same, other) = match plane {
            Plane::Control => (self.control, self.data),
            Plane::Data => (self.data, self.control),
        };
        let preference = preference(&role.name, action, plane);
        (self.manages, preference, same, other, role.name.clone())
    }
}

/// Those of the roles that permit a (folded) action without a condition, fewest rights first.
pub(crate) fn permitting<'a>(
    roles: impl Iterator<Item = &'a RoleDefinition>,
    action: &str,
    plane: Plane,
) -> Vec<&'a RoleDefinition> {
    let permits = |role: &&RoleDefinition| {
        role.permits_folded(action, plane, Attributes::none()) == Truth::True
    };
    let mut roles: Vec<&RoleDefinition> = roles.filter(permits).collect();
    roles.sort_by_cached_key(|role| Rights::of(role).order(role, action, plane));
    roles
}

/// Roles for several (action, plane) together, fewest rights first.
pub(crate) fn by_rights<'a, 'u>(
    roles: impl Iterator<Item = &'a RoleDefinition>,
    uses: impl Iterator<Item = (&'u str, Plane)>,
) -> Vec<&'a RoleDefinition> {
    let uses: Vec<(String, Plane)> = uses
        .map(|(action, plane)| (fold(action).into_owned(), plane))
        .collect();
    let mut roles: Vec<&RoleDefinition> = roles.collect();
    roles.sort_by_cached_key(|role| {
        let rights = Rights::of(role);
        let orders = uses
            .iter()
            .map(|(action, plane)| rights.order(role, action, *plane));
        orders.max()
    });
    roles
}

/// Actions to measure rights by, of both planes: every pattern of a built-in role with a word for each
/// star, and the data actions of the operations; folded.
pub(crate) fn measures() -> impl Iterator<Item = (&'static str, Plane)> {
    let control = KNOWN[0].iter().map(|action| (&**action, Plane::Control));
    control.chain(KNOWN[1].iter().map(|action| (&**action, Plane::Data)))
}

static KNOWN: LazyLock<[Vec<String>; 2]> =
    LazyLock::new(|| [known_actions(Plane::Control), known_actions(Plane::Data)]);

/// Whether a role may change accounts, deployments or projects, deploy templates, or hand out roles.
fn may_manage(role: &RoleDefinition) -> bool {
    MANAGEMENT.iter().any(|action| {
        role.permits_folded(action, Plane::Control, Attributes::none()) != Truth::False
    })
}

/// Whether a (folded) control-plane action changes accounts, deployments or projects, deploys templates, or
/// hands out roles.
pub(crate) fn is_management(action: &str) -> bool {
    MANAGEMENT.contains(&action)
}

const MANAGEMENT: [&str; 6] = [
    "microsoft.authorization/roleassignments/write",
    "microsoft.cognitiveservices/accounts/write",
    "microsoft.cognitiveservices/accounts/deployments/write",
    "microsoft.cognitiveservices/accounts/projects/write",
    "microsoft.cognitiveservices/accounts/regeneratekey/action",
    "microsoft.resources/deployments/write",
];

fn preference(name: &str, action: &str, plane: Plane) -> usize {
    let preferred: &[&str] = match (plane, Family::of(action)) {
        (Plane::Data, Family::OpenAi) => {
            &["Cognitive Services OpenAI User", "Cognitive Services User"]
        }
        (Plane::Data, _) => &["Cognitive Services User"],
        // Whoever may list keys should at least be meant to use the account.
        (Plane::Control, _) if action.ends_with("/listkeys/action") => &["Cognitive Services User"],
        // A role for speech or fine-tuning happens to read assignments, too; nobody would look for it there.
        (Plane::Control, _)
            if action.ends_with("/read") && action.starts_with("microsoft.authorization/") =>
        {
            &["Reader"]
        }
        (Plane::Control, _) => &[],
    };
    preferred
        .iter()
        .position(|preferred| *preferred == name)
        .unwrap_or(preferred.len())
}

fn breadth(role: &RoleDefinition, plane: Plane, known: &[String]) -> usize {
    let permits =
        |action: &&String| role.permits_folded(action, plane, Attributes::none()) != Truth::False;
    known.iter().filter(permits).count()
}

fn known_actions(plane: Plane) -> Vec<String> {
    let blocks = builtin::role_definitions()
        .iter()
        .flat_map(|role| &role.permissions);
    let mut known = Vec::new();
    for block in blocks {
        let (patterns, exclusions) = block.patterns(plane);
        let texts = patterns.iter().chain(exclusions).map(ActionPattern::as_str);
        known.extend(texts.map(|text| fold(text).replace('*', "something")));
    }
    if plane == Plane::Data {
        let actions = OperationTable::standard().data_actions();
        known.extend(
            actions
                .iter()
                .map(|action| fold(action.as_str()).into_owned()),
        );
    }
    if plane == Plane::Control {
        known.extend(MANAGEMENT.map(str::to_owned));
    }
    known.sort_unstable();
    known.dedup();
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(action: &str, plane: Plane) -> Option<String> {
        least_privileged(&fold(action), plane, builtin::by_id).map(|role| role.name)
    }

    #[test]
    fn the_smallest_sensible_role_is_suggested() {
        let check = |action: &str, plane: Plane, expected: &str| {
            assert_eq!(
                suggested(action, plane).as_deref(),
                Some(expected),
                "{action}"
            );
        };
        let account = "Microsoft.CognitiveServices/accounts";
        for (action, expected) in [
            (
                "OpenAI/deployments/chat/completions/action",
                "Cognitive Services OpenAI User",
            ),
            ("OpenAI/responses/write", "Cognitive Services OpenAI User"),
            ("OpenAI/models/read", "Cognitive Services OpenAI User"),
            ("OpenAI/stored-completions/read", "Cognitive Services User"),
            ("MaaS/chat/completions/action", "Cognitive Services User"),
            ("AIServices/providers/action", "Cognitive Services User"),
            ("AIServices/agents/write", "Cognitive Services User"),
        ] {
            check(&format!("{account}/{action}"), Plane::Data, expected);
        }
        check(
            &format!("{account}/listKeys/action"),
            Plane::Control,
            "Cognitive Services User",
        );
        check(
            "Microsoft.Storage/storageAccounts/read",
            Plane::Control,
            "Reader",
        );
        check(
            "Microsoft.Authorization/roleAssignments/read",
            Plane::Control,
            "Reader",
        );
        check(
            "Microsoft.Authorization/roleAssignments/write",
            Plane::Control,
            "Role Based Access Control Administrator",
        );
    }

    #[test]
    fn nothing_is_suggested_for_what_no_known_role_permits() {
        assert_eq!(suggested("Microsoft.Storage/blobs/read", Plane::Data), None);
    }

    #[test]
    fn management_rights_are_never_suggested_when_data_rights_suffice() {
        for action in OperationTable::standard().data_actions() {
            let name = suggested(action.as_str(), Plane::Data).unwrap();
            let role = builtin::by_name(&name).unwrap();
            assert!(!may_manage(role), "{name} for {action}");
        }
    }
}
