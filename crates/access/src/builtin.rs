//! Azure's built-in roles that touch model inference, as they were in August 2026.
//!
//! Azure has some 928; these are the ones an inference question can turn on. An assignment of any
//! other built-in role is *unknown* to a decision unless the policy brings the definition along.
//! The constants are generated from `data/builtin-roles.json` by `cargo xtask generate`.

mod generated;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::action::ActionPattern;
use crate::condition::Condition;
use crate::role::{Permission, RoleDefinition, RoleId, RoleKind};
use crate::text::fold;

/// Every role this crate knows, in the order of the data.
pub fn role_definitions() -> &'static [RoleDefinition] {
    &ROLES
}

/// The role with this id.
pub fn by_id(id: &RoleId) -> Option<&'static RoleDefinition> {
    static BY_ID: LazyLock<HashMap<&RoleId, &RoleDefinition>> =
        LazyLock::new(|| ROLES.iter().map(|role| (&role.id, role)).collect());
    BY_ID.get(id).copied()
}

/// The role with this name, now or before its renaming, in any case.
pub fn by_name(name: &str) -> Option<&'static RoleDefinition> {
    static BY_NAME: LazyLock<HashMap<String, &RoleDefinition>> = LazyLock::new(|| {
        // Present names win over old ones: they are inserted last.
        let old = ROLES.iter().flat_map(|role| {
            role.aliases
                .iter()
                .map(move |alias| (fold(alias).into_owned(), role))
        });
        let present = ROLES
            .iter()
            .map(|role| (fold(&role.name).into_owned(), role));
        old.chain(present).collect()
    });
    BY_NAME.get(&*fold(name)).copied()
}

static ROLES: LazyLock<Vec<RoleDefinition>> =
    LazyLock::new(|| generated::ROLES.iter().map(Constant::definition).collect());

/// A role definition as a constant.
struct Constant {
    id: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
    description: &'static str,
    assignable_scopes: &'static [&'static str],
    permissions: &'static [ConstantPermission],
}

/// A permission block as a constant.
struct ConstantPermission {
    actions: &'static [&'static str],
    not_actions: &'static [&'static str],
    data_actions: &'static [&'static str],
    not_data_actions: &'static [&'static str],
    condition: Option<&'static str>,
}

impl Constant {
    fn definition(&self) -> RoleDefinition {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        RoleDefinition {
            id: RoleId::parse(self.id),
            name: self.name.to_owned(),
            aliases: owned(self.aliases),
            description: self.description.to_owned(),
            kind: RoleKind::BuiltIn,
            assignable_scopes: owned(self.assignable_scopes),
            permissions: self
                .permissions
                .iter()
                .map(ConstantPermission::permission)
                .collect(),
        }
    }
}

impl ConstantPermission {
    fn permission(&self) -> Permission {
        let patterns = |list: &[&str]| list.iter().map(|text| ActionPattern::new(text)).collect();
        Permission {
            actions: patterns(self.actions),
            not_actions: patterns(self.not_actions),
            data_actions: patterns(self.data_actions),
            not_data_actions: patterns(self.not_data_actions),
            condition: self.condition.map(Condition::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn texts(value: &Value) -> Vec<String> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_generated_roles_are_those_of_the_data() {
        let data: Value =
            serde_json::from_str(include_str!("../../../data/builtin-roles.json")).unwrap();
        let data = data.as_array().unwrap();
        assert_eq!(data.len(), role_definitions().len());
        for (json, role) in data.iter().zip(role_definitions()) {
            let hint = format!("`cargo xtask generate` was not run: {}", role.name);
            assert_eq!(json["roleName"], role.name, "{hint}");
            assert_eq!(json["description"], role.description, "{hint}");
            assert_eq!(
                RoleId::parse(json["id"].as_str().unwrap()),
                role.id,
                "{hint}"
            );
            assert_eq!(texts(&json["previousRoleNames"]), role.aliases, "{hint}");
            assert_eq!(
                texts(&json["assignableScopes"]),
                role.assignable_scopes,
                "{hint}"
            );
            let blocks = json["permissions"].as_array().unwrap();
            assert_eq!(blocks.len(), role.permissions.len(), "{hint}");
            for (json, block) in blocks.iter().zip(&role.permissions) {
                for (key, list) in [
                    ("actions", &block.actions),
                    ("notActions", &block.not_actions),
                    ("dataActions", &block.data_actions),
                    ("notDataActions", &block.not_data_actions),
                ] {
                    let list: Vec<&str> = list.iter().map(ActionPattern::as_str).collect();
                    assert_eq!(texts(&json[key]), list, "{hint}");
                }
                let condition = block.condition.as_ref().map(Condition::as_str);
                assert_eq!(json["condition"].as_str(), condition, "{hint}");
            }
        }
    }

    #[test]
    fn every_built_in_condition_is_read() {
        for role in role_definitions() {
            for block in &role.permissions {
                let error = block.condition.as_ref().and_then(Condition::error);
                assert_eq!(error, None, "{}", role.name);
            }
        }
    }

    #[test]
    fn renamed_roles_keep_their_old_names() {
        for (old, new) in [
            ("Azure AI User", "Foundry User"),
            ("azure ai owner", "FOUNDRY OWNER"),
            (
                "Cognitive Services Data Reader (Preview)",
                "Cognitive Services Data Reader",
            ),
        ] {
            assert_eq!(by_name(old).unwrap().id, by_name(new).unwrap().id);
        }
        assert!(by_name("Azure AI Emperor").is_none());
    }
}
