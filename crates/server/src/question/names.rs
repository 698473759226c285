//! What the ids of a policy are called, and what names mean.

use access::operation::{ModelFormat, OperationTable};
use access::principal::{PrincipalId, PrincipalKind};
use access::scope::{Scope, ScopeKind};

use crate::config::World;

/// The most names that an error lists.
const MAX_LISTED: usize = 40;

/// A principal by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its object id.
    pub id: PrincipalId,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: PrincipalKind,
}

/// What names mean. Whatever is not known has none; nothing is made up.
pub trait Names {
    /// The principal that a text means.
    fn principal(&self, text: &str) -> Option<Named>;

    /// What people call a principal.
    fn name_of(&self, id: &PrincipalId) -> Option<String>;

    /// The place that a text means.
    fn scope(&self, text: &str) -> Option<Scope>;

    /// The name of a subscription, by its id.
    fn subscription_name(&self, id: &str) -> Option<String>;

    /// A place as people write it: the short form that [`Names::scope`] reads, where there is one.
    fn short_scope(&self, scope: &Scope) -> String {
        let name = scope.name();
        let short = match scope.kind() {
            ScopeKind::Subscription => self
                .subscription_name(name)
                .map(|name| format!("\"subscription:{name}\"")),
            ScopeKind::ResourceGroup => Some(format!("resource-group:{name}")),
            ScopeKind::Resource => Some(name.to_owned()),
            ScopeKind::Root | ScopeKind::ManagementGroup => None,
        };
        let reads = |short: &String| self.scope(short.trim_matches('"')).as_ref() == Some(scope);
        short.filter(reads).unwrap_or_else(|| scope.to_string())
    }

    /// The accounts that serve models.
    fn accounts(&self) -> Vec<Scope>;

    /// Whose model a deployment serves.
    fn model_format(&self, deployment: &Scope) -> Option<ModelFormat>;

    /// Which data action each operation checks.
    fn operations(&self) -> &OperationTable;

    /// Principals, for an error message.
    fn known_principals(&self) -> String;

    /// Places, for an error message.
    fn known_resources(&self) -> String;

    /// Groups whose members are not known, so that anybody may be one.
    fn unread_groups(&self) -> Vec<PrincipalId> {
        Vec::new()
    }

    /// What is not known and may change an answer, as sentences.
    fn not_known(&self) -> Vec<String>;
}

/// Names for an error message, not too many.
pub(super) fn listed(names: impl Iterator<Item = String>) -> String {
    names.take(MAX_LISTED).collect::<Vec<_>>().join(", ")
}

impl Names for World {
    fn principal(&self, text: &str) -> Option<Named> {
        let found = self.principal_or_object_id(text)?;
        Some(Named {
            id: found.id.clone(),
            name: found.name.clone(),
            kind: found.kind(),
        })
    }

    fn name_of(&self, id: &PrincipalId) -> Option<String> {
        let found = self.principals.iter().find(|known| known.id == *id);
        found.map(|known| known.name.clone())
    }

    fn scope(&self, text: &str) -> Option<Scope> {
        Self::scope(self, text)
    }

    fn subscription_name(&self, id: &str) -> Option<String> {
        self.subscription(id).map(|known| known.name.clone())
    }

    fn accounts(&self) -> Vec<Scope> {
        let accounts = self.accounts.iter();
        accounts.map(|account| account.scope.clone()).collect()
    }

    fn model_format(&self, deployment: &Scope) -> Option<ModelFormat> {
        let accounts = self.accounts.iter();
        let mut deployments = accounts.flat_map(|account| &account.deployments);
        let found = deployments.find(|known| known.scope == *deployment);
        found.map(|known| known.model.format.clone())
    }

    fn operations(&self) -> &OperationTable {
        &self.endpoint.operations
    }

    fn known_principals(&self) -> String {
        listed(self.principals.iter().map(|known| known.name.clone()))
    }

    fn known_resources(&self) -> String {
        listed(self.accounts.iter().map(|known| known.name.to_string()))
    }

    fn not_known(&self) -> Vec<String> {
        if self.entra.is_none() {
            return Vec::new();
        }
        vec![
            "groups that only a token names are not known here: a call may be allowed through one"
                .to_owned(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_named_by_their_short_form() {
        let world = crate::config::read(
            crate::config::SAMPLE,
            std::path::Path::new("."),
            access::Timestamp(0),
        )
        .unwrap();
        for (long, short) in [
            ("contoso", "contoso"),
            ("resource-group:ai", "resource-group:ai"),
            (
                "subscription:Contoso Production",
                "\"subscription:Contoso Production\"",
            ),
            (
                "/subscriptions/x/resourceGroups/ai",
                "/subscriptions/x/resourceGroups/ai",
            ),
            ("/", "/"),
        ] {
            let scope = world.scope(long).unwrap();
            assert_eq!(world.short_scope(&scope), short);
        }
    }
}
