//! The configuration's principals as objects of a directory.

use access::principal::PrincipalId;
use wire::graph::DirectoryObject;
use wire::odata::{Filter, Term};

use crate::config::{Principal, PrincipalDetails, World};
use crate::route::table::ObjectKind;
use crate::snapshot::Snapshot;

const USER: &str = "#microsoft.graph.user";
const GROUP: &str = "#microsoft.graph.group";
const SERVICE_PRINCIPAL: &str = "#microsoft.graph.servicePrincipal";

/// A directory to look into.
pub(super) struct Directory<'snapshot> {
    snapshot: &'snapshot Snapshot,
}

impl<'snapshot> Directory<'snapshot> {
    pub(super) fn new(snapshot: &'snapshot Snapshot) -> Self {
        Self { snapshot }
    }

    /// The object with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<DirectoryObject> {
        self.principal(&PrincipalId::new(id))
            .and_then(|known| view(&self.snapshot.world, known))
    }

    /// The object of a kind with this id; a user by its sign-in name, too.
    pub(super) fn find(&self, kind: ObjectKind, name: &str) -> Option<DirectoryObject> {
        let by_name = |principal: &&Principal| {
            matches!(&principal.details, PrincipalDetails::User { upn, .. }
                if kind == ObjectKind::User && upn.eq_ignore_ascii_case(name))
        };
        let world = &self.snapshot.world;
        let found = self
            .principal(&PrincipalId::new(name))
            .or_else(|| world.principals.iter().find(by_name))?;
        view(world, found).filter(|object| is_of(kind, object))
    }

    /// The objects of a kind that a filter admits; `None` for a filter that is not understood.
    pub(super) fn list(&self, kind: ObjectKind, filter: &Filter) -> Option<Vec<DirectoryObject>> {
        let world = &self.snapshot.world;
        let objects = world.principals.iter().filter_map(|one| view(world, one));
        let mut found = Vec::new();
        for object in objects.filter(|object| is_of(kind, object)) {
            let mut admitted = true;
            for term in &filter.0 {
                admitted &= admits(term, &object)?;
            }
            if admitted {
                found.push(object);
            }
        }
        Some(found)
    }

    /// The groups of a principal, direct and indirect.
    pub(super) fn groups_of(
        &self,
        principal: &PrincipalId,
        token_groups: &[PrincipalId],
    ) -> Vec<DirectoryObject> {
        let memberships = self.snapshot.index.memberships(principal, token_groups);
        let groups = memberships.iter().skip(1);
        groups
            .filter_map(|id| self.by_id(&id.to_string()))
            .filter(|object| is_of(ObjectKind::Group, object))
            .collect()
    }

    /// The direct members of a group.
    pub(super) fn members(&self, group: &PrincipalId) -> Vec<DirectoryObject> {
        let mut groups = self.snapshot.world.policy.groups.iter();
        let group = groups.find(|known| known.id == *group);
        let members = group.into_iter().flat_map(|group| &group.members);
        members
            .filter_map(|id| self.by_id(&id.to_string()))
            .collect()
    }

    fn principal(&self, id: &PrincipalId) -> Option<&'snapshot Principal> {
        let mut known = self.snapshot.world.principals.iter();
        known.find(|known| known.id == *id)
    }
}

fn is_of(kind: ObjectKind, object: &DirectoryObject) -> bool {
    match kind {
        ObjectKind::Any => true,
        ObjectKind::User => object.kind == USER,
        ObjectKind::Group => object.kind == GROUP,
        ObjectKind::ServicePrincipal => object.kind == SERVICE_PRINCIPAL,
    }
}

/// Whether a term holds of an object; `None` if nobody knows what it asks.
fn admits(term: &Term, object: &DirectoryObject) -> Option<bool> {
    let (name, value, whole) = match term {
        Term::Equal { name, value } => (name, value, true),
        Term::StartsWith { name, value } => (name, value, false),
        Term::Call { .. } => return None,
    };
    let (wanted, names) = (
        value.to_lowercase(),
        object.service_principal_names.as_ref(),
    );
    let matches = |text: &str| match whole {
        true => text.to_lowercase() == wanted,
        false => text.to_lowercase().starts_with(&wanted),
    };
    let optional = |text: &Option<String>| text.as_deref().is_some_and(matches);
    Some(match name.as_str() {
        "id" => matches(&object.id),
        "displayName" => matches(&object.display_name),
        "userPrincipalName" => optional(&object.user_principal_name),
        "mail" => optional(&object.mail),
        "mailNickname" => matches(&object.display_name),
        "appId" => optional(&object.app_id),
        "servicePrincipalNames" => names.is_some_and(|names| names.iter().any(|one| matches(one))),
        "servicePrincipalType" => object.service_principal_type.is_some_and(matches),
        "securityEnabled" => object
            .security_enabled
            .is_some_and(|is| matches(&is.to_string())),
        "accountEnabled" => object
            .account_enabled
            .is_some_and(|is| matches(&is.to_string())),
        _ => return None,
    })
}

/// Of a principal that nobody declared, nothing is known.
fn view(world: &World, principal: &Principal) -> Option<DirectoryObject> {
    let object = |kind: &'static str, display_name: &str| DirectoryObject {
        kind,
        id: principal.id.to_string(),
        display_name: display_name.to_owned(),
        user_principal_name: None,
        mail: None,
        app_id: None,
        service_principal_type: None,
        service_principal_names: None,
        alternative_names: None,
        account_enabled: None,
        security_enabled: None,
        mail_enabled: None,
        app_owner_organization_id: None,
    };
    Some(match &principal.details {
        PrincipalDetails::User {
            upn, display_name, ..
        } => DirectoryObject {
            user_principal_name: Some(upn.clone()),
            account_enabled: Some(true),
            ..object(USER, display_name)
        },
        PrincipalDetails::Application { client_id, .. } => DirectoryObject {
            app_id: Some(client_id.clone()),
            service_principal_type: Some("Application"),
            service_principal_names: Some(vec![client_id.clone(), format!("api://{client_id}")]),
            alternative_names: Some(Vec::new()),
            account_enabled: Some(true),
            app_owner_organization_id: Some(world.tenant.id.clone()),
            ..object(SERVICE_PRINCIPAL, &principal.name)
        },
        PrincipalDetails::ManagedIdentity {
            client_id,
            resource_id,
        } => DirectoryObject {
            app_id: Some(client_id.clone()),
            service_principal_type: Some("ManagedIdentity"),
            service_principal_names: Some(vec![client_id.clone()]),
            alternative_names: Some(vec!["isExplicit=True".to_owned(), resource_id.clone()]),
            account_enabled: Some(true),
            ..object(SERVICE_PRINCIPAL, &principal.name)
        },
        PrincipalDetails::Group => DirectoryObject {
            security_enabled: Some(true),
            mail_enabled: Some(false),
            ..object(GROUP, &principal.name)
        },
        PrincipalDetails::Undeclared => return None,
    })
}
