//! Principals as people look for them.

use std::collections::HashMap;

use access::principal::{PrincipalId, PrincipalKind};

use crate::config::{Principal, PrincipalDetails, World};

/// The most that a search or a list of suggestions shows.
pub(super) const SHOWN: usize = 200;

/// A principal, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: String,
    /// The short name, which questions take.
    pub(super) name: String,
    /// What else it is called; empty if nothing.
    pub(super) also: String,
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
}

impl Named {
    pub(super) fn of(principal: &Principal) -> Self {
        let (kind, icon, also) = match &principal.details {
            PrincipalDetails::User {
                upn, display_name, ..
            } => ("User", "person", format!("{display_name}, {upn}")),
            PrincipalDetails::Application { client_id, .. } => {
                ("Application", "app", format!("client id {client_id}"))
            }
            PrincipalDetails::ManagedIdentity { client_id, .. }
            | PrincipalDetails::AccountIdentity { client_id, .. } => {
                ("Managed identity", "app", format!("client id {client_id}"))
            }
            PrincipalDetails::Group => ("Group", "group", String::new()),
            PrincipalDetails::Undeclared => ("Not declared here", "maybe", String::new()),
        };
        Self {
            id: principal.id.to_string(),
            name: principal.name.clone(),
            also,
            kind,
            icon,
        }
    }

    /// A principal of a policy, which the directory need not know.
    pub(super) fn by_id(world: &World, id: &PrincipalId, kind: PrincipalKind) -> Self {
        let mut known = world.principals.iter();
        Self::or_id(known.find(|known| known.id == *id), id, kind)
    }

    fn or_id(known: Option<&Principal>, id: &PrincipalId, kind: PrincipalKind) -> Self {
        if id.is_everyone() {
            return Self {
                id: id.to_string(),
                name: "Everyone".to_owned(),
                also: String::new(),
                kind: "All principals",
                icon: "group",
            };
        }
        if let Some(known) = known {
            return Self::of(known);
        }
        Self {
            id: id.to_string(),
            name: id.to_string(),
            also: String::new(),
            kind: match kind {
                PrincipalKind::User => "User",
                PrincipalKind::Group => "Group",
                PrincipalKind::ServicePrincipal => "Service principal",
                PrincipalKind::Unknown => "Not declared here",
            },
            icon: "maybe",
        }
    }
}

/// The directory by id, for long lists.
pub(super) struct Directory<'w>(HashMap<&'w PrincipalId, &'w Principal>);

impl<'w> Directory<'w> {
    pub(super) fn of(world: &'w World) -> Self {
        let known = world.principals.iter();
        Self(known.map(|known| (&known.id, known)).collect())
    }

    /// [`Named::by_id`]
    pub(super) fn named(&self, id: &PrincipalId, kind: PrincipalKind) -> Named {
        Named::or_id(self.0.get(id).copied(), id, kind)
    }
}

/// Whoever has this text somewhere in a name or an id.
pub(super) fn search<'w>(world: &'w World, text: &str) -> Vec<&'w Principal> {
    let wanted = text.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let fits = |principal: &&Principal| {
        has(&principal.name)
            || has(&principal.id.to_string())
            || match &principal.details {
                PrincipalDetails::User {
                    upn, display_name, ..
                } => has(upn) || has(display_name),
                PrincipalDetails::Application { client_id, .. }
                | PrincipalDetails::ManagedIdentity { client_id, .. }
                | PrincipalDetails::AccountIdentity { client_id, .. } => has(client_id),
                PrincipalDetails::Group | PrincipalDetails::Undeclared => false,
            }
    };
    world.principals.iter().filter(fits).take(SHOWN).collect()
}

/// Suggestions for a field that takes a principal.
pub(super) fn suggestions(world: &World) -> Vec<Named> {
    world.principals.iter().take(SHOWN).map(Named::of).collect()
}
