//! The configuration's principals as objects of a directory.

use access::principal::PrincipalId;
use wire::graph::{Application, DirectoryObject, PasswordCredential};
use wire::odata::{Filter, Term};

use access::Timestamp;

use crate::config::{Principal, PrincipalDetails, World};
use crate::provisioned::{ApplicationRecord, PasswordRecord, UserRecord};
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

    /// The applications that a filter admits; `None` for a filter that is not understood.
    pub(super) fn applications(&self, filter: &Filter) -> Option<Vec<Application>> {
        let mut found = Vec::new();
        for application in applications(&self.snapshot.world) {
            let mut admitted = true;
            for term in &filter.0 {
                admitted &= admits_application(term, &application)?;
            }
            if admitted {
                found.push(application);
            }
        }
        Some(found)
    }

    /// The application with this object id.
    pub(super) fn application(&self, id: &str) -> Option<Application> {
        let mut all = applications(&self.snapshot.world).into_iter();
        all.find(|one| one.id.eq_ignore_ascii_case(id))
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

/// All registrations: those of the configuration, whose object ids follow from their client ids, and those
/// that Graph made.
pub(super) fn applications(world: &World) -> Vec<Application> {
    let made = &world.directory.applications;
    let declared = world
        .principals
        .iter()
        .filter_map(|one| match &one.details {
            PrincipalDetails::Application { client_id, .. }
                if !made.iter().any(|(_, made)| made.client_id == *client_id) =>
            {
                let name = format!("urn:entrada:application:{}", client_id.to_ascii_lowercase());
                let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, name.as_bytes());
                Some(application(&id.to_string(), client_id, &one.name, &[]))
            }
            _ => None,
        });
    let made = made.iter().map(|(id, record)| registration(id, record));
    declared.chain(made).collect()
}

/// An application that Graph made.
pub(super) fn registration(id: &str, record: &ApplicationRecord) -> Application {
    application(id, &record.client_id, &record.name, &record.passwords)
}

/// A password, without its text.
pub(super) fn password(record: &PasswordRecord) -> PasswordCredential {
    PasswordCredential {
        key_id: record.key_id.clone(),
        display_name: record.name.clone(),
        hint: record.hint.clone(),
        start_date_time: Timestamp(record.starts).to_string(),
        end_date_time: Timestamp(record.ends).to_string(),
        secret_text: None,
    }
}

fn application(id: &str, client_id: &str, name: &str, passwords: &[PasswordRecord]) -> Application {
    Application {
        kind: "#microsoft.graph.application",
        id: id.to_owned(),
        app_id: client_id.to_owned(),
        display_name: name.to_owned(),
        sign_in_audience: "AzureADMyOrg",
        identifier_uris: Vec::new(),
        password_credentials: passwords.iter().map(password).collect(),
        key_credentials: Vec::new(),
    }
}

fn admits_application(term: &Term, application: &Application) -> Option<bool> {
    let (name, value, whole) = match term {
        Term::Equal { name, value } => (name, value.to_lowercase(), true),
        Term::StartsWith { name, value } => (name, value.to_lowercase(), false),
        Term::Call { .. } => return None,
    };
    let matches = |text: &str| match whole {
        true => text.to_lowercase() == value,
        false => text.to_lowercase().starts_with(&value),
    };
    Some(match name.as_str() {
        "id" => matches(&application.id),
        "appId" => matches(&application.app_id),
        "displayName" => matches(&application.display_name),
        "identifierUris" => application.identifier_uris.iter().any(|uri| matches(uri)),
        _ => return None,
    })
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
        "mailNickname" => matches(
            object
                .mail_nickname
                .as_deref()
                .unwrap_or(&object.display_name),
        ),
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

fn made_user<'world>(world: &'world World, principal: &Principal) -> Option<&'world UserRecord> {
    let mut made = world.directory.users.iter();
    made.find(|(id, _)| *id == principal.id)
        .map(|(_, made)| made)
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
        mail_nickname: None,
        description: None,
        app_owner_organization_id: None,
    };
    let managed = |client_id: &str, is_explicit: &str, resource: &str| DirectoryObject {
        app_id: Some(client_id.to_owned()),
        service_principal_type: Some("ManagedIdentity"),
        service_principal_names: Some(vec![client_id.to_owned()]),
        alternative_names: Some(vec![is_explicit.to_owned(), resource.to_owned()]),
        account_enabled: Some(true),
        ..object(SERVICE_PRINCIPAL, &principal.name)
    };
    Some(match &principal.details {
        PrincipalDetails::User {
            upn, display_name, ..
        } => DirectoryObject {
            user_principal_name: Some(upn.clone()),
            account_enabled: Some(made_user(world, principal).is_none_or(|made| made.enabled)),
            mail_nickname: made_user(world, principal).map(|made| made.nickname.clone()),
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
        } => managed(client_id, "isExplicit=True", resource_id),
        PrincipalDetails::AccountIdentity { client_id, account } => {
            managed(client_id, "isExplicit=False", account.as_str())
        }
        PrincipalDetails::Group => {
            let mut made = world.directory.groups.iter();
            let made = made
                .find(|(id, _)| *id == principal.id)
                .map(|(_, made)| made);
            let nickname = made.map_or(&principal.name, |made| &made.nickname);
            DirectoryObject {
                security_enabled: Some(true),
                mail_enabled: Some(false),
                mail_nickname: Some(nickname.clone()),
                description: made.and_then(|made| made.description.clone()),
                ..object(GROUP, &principal.name)
            }
        }
        PrincipalDetails::Undeclared => return None,
    })
}
